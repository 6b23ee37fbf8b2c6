"""Many questions to a model by one prompt, so many of them under way at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from pipeline.domain.claims import Usage
from pipeline.engines.requests import request_of
from pipeline.errors import ModelError
from pipeline.llm.keeping import CountingChat, Forget, remembering
from pipeline.llm.protocol import ChatModel, ChatRequest
from pipeline.llm.structured import ask
from pipeline.llm.tasks import give_up
from pipeline.prompting import Prompt

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Reply = TypeVar("Reply", bound=BaseModel)


class PromptedModel:
    """A model that is asked by one prompt. ``concurrency`` questions are under way at a time.

    ``forget`` is told of requests whose replies were of no use, so that a later run asks again.
    """

    def __init__(
        self,
        chat: ChatModel,
        prompt: Prompt,
        model: str,
        *,
        concurrency: int = 4,
        forget: Forget = lambda _: None,
    ) -> None:
        self._chat = CountingChat(chat)
        self._forget = forget
        self.prompt: Final = prompt
        self.model: Final = model
        self.concurrency: Final = concurrency

    @property
    def used(self) -> Usage:
        """What all calls so far took."""
        return self._chat.used

    def request_for(self, inputs: Mapping[str, str], schema: dict[str, Any], max_tokens: int) -> ChatRequest:
        """The prompt with these inputs, as it is sent."""
        return request_of(self.prompt.render(inputs), self.model, self.prompt.id, schema, max_tokens)

    async def answer(
        self, request: ChatRequest, output: type[Reply], read: Callable[[Reply], Answer]
    ) -> Answer | ModelError:
        """What ``read`` makes of the reply, or what befell this one call; ``read`` may raise that it is of no use.

        Raises:
            PipelineError: what makes all of the asking meaningless: a refused key, an unknown model, a budget or quota
                that is used up, a recording without this request.
        """
        try:
            with remembering(self._chat, self._forget) as chat:
                return read(await ask(chat, request, output))
        except ModelError as error:
            return error


async def ask_each(
    questions: Sequence[Question], ask: Callable[[Question], Awaitable[Answer]], at_once: int
) -> list[Answer]:
    """The answers in the order of the questions; the first error that is raised ends them all."""
    waiting = iter(enumerate(questions))
    found: dict[int, Answer] = {}

    async def work() -> None:
        for place, question in waiting:
            found[place] = await ask(question)

    tasks = [asyncio.create_task(work()) for _ in range(at_once)]
    try:
        await asyncio.gather(*tasks)
    finally:
        await give_up(tasks)
    return [found[place] for place in range(len(questions))]
