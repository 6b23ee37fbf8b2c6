"""Many questions to a model, so many of them under way at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


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
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [found[place] for place in range(len(questions))]
