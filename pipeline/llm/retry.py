"""Trying again, in one place: tenacity decides when; the SDK retries nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from pipeline.errors import PipelineError
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest

Sleep = Callable[[float], Awaitable[None]]

_SPREAD: Final = 0.1
"""The share added, at most, to a wait the server asked for, so that not all callers come back at once."""


class RetryingChat:
    """A `ChatModel` that tries retryable errors again, with a bounded number of calls under way at a time."""

    def __init__(
        self,
        inner: ChatModel,
        *,
        max_attempts: int = 5,
        concurrency: int = 4,
        max_wait: float = 60.0,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Everything is per instance; share one instance to share the slots.

        Args:
            inner: answers.
            max_attempts: calls for one request, the first included; at least 1.
            concurrency: calls under way at a time; whoever waits to try again holds no slot.
            max_wait: seconds; caps also what the server asks for.
            sleep: how to wait; tests give their own.
        """
        self._inner = inner
        self._max_attempts = max_attempts
        self._max_wait = max_wait
        self._sleep = sleep
        self._slots = asyncio.Semaphore(concurrency)
        self._backoff = wait_random_exponential(multiplier=1, max=max_wait)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer, or raise the error of the last attempt."""
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._max_attempts),
            retry=retry_if_exception(_is_retryable),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        reply: ChatReply = await retrying(self._attempt, request)
        return reply

    async def _attempt(self, request: ChatRequest) -> ChatReply:
        async with self._slots:
            return await self._inner.complete(request)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds: what the server asked for and a little more, else jittered exponential; capped."""
        error = state.outcome.exception() if state.outcome else None
        asked: float | None = getattr(error, "retry_after", None)
        if asked is None:
            return self._backoff(state)
        return min(self._max_wait, asked * (1 + _SPREAD * random.random()))  # noqa: S311 - spreads load, hides nothing


def _is_retryable(error: BaseException) -> bool:
    return isinstance(error, PipelineError) and error.retryable
