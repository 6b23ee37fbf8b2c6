"""Trying again, in one place: tenacity decides when; the SDK retries nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from pipeline.domain.claims import Usage
from pipeline.errors import ModelError, PipelineError, RateLimited, ServerFault
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest, spent_on

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
            max_wait: seconds; the longest wait. A server that asks for more is not asked again: coming back
                earlier than it said would be refused, too.
            sleep: how to wait; tests give their own.
        """
        self._inner = inner
        self._max_attempts = max_attempts
        self._max_wait = max_wait
        self._sleep = sleep
        self._slots = asyncio.Semaphore(concurrency)
        self._backoff = wait_random_exponential(multiplier=1, max=max_wait)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer, or raise the error of the last attempt. Either tells what all attempts took."""
        wasted = Usage()

        async def attempt() -> ChatReply:
            nonlocal wasted
            try:
                return await self._attempt(request)
            except ModelError as error:
                wasted = wasted.plus(spent_on(error))
                error.spent = (wasted.calls, wasted.prompt_tokens, wasted.completion_tokens)
                raise

        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._max_attempts),
            retry=retry_if_exception(self._is_worth_it),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        reply: ChatReply = await retrying(attempt)
        return reply if wasted == Usage() else reply.model_copy(update={"usage": reply.usage.plus(wasted)})

    async def _attempt(self, request: ChatRequest) -> ChatReply:
        async with self._slots:
            return await self._inner.complete(request)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds: what the server asked for and a little more, else jittered exponential."""
        asked = _asked_wait(state.outcome.exception() if state.outcome else None)
        if asked is None:
            return self._backoff(state)
        return asked * (1 + _SPREAD * random.random())  # noqa: S311 - spreads load, hides nothing

    def _is_worth_it(self, error: BaseException) -> bool:
        if not (isinstance(error, PipelineError) and error.retryable):
            return False
        asked = _asked_wait(error)
        if asked is None or asked <= self._max_wait:
            return True
        error.hint = (
            f"The server asks to wait {asked:.0f} s, more than the {self._max_wait:.0f} s of PIPELINE_MAX_WAIT. "
            "Raise it, or run the same command again later: finished calls are not repeated."
        )
        return False


def _asked_wait(error: BaseException | None) -> float | None:
    return error.retry_after if isinstance(error, (RateLimited, ServerFault)) else None
