"""The pool: workers retire and die, and every story has its outcome."""

from __future__ import annotations

import asyncio
import json

import pytest

from pipeline.runs.corpus.pool import Pool
from pipeline.runs.corpus.work import Outcome, Task
from pipeline.runs.corpus.worker import Setup
from tests.runs.corpus.stories import story

EXTRACTIVE = Setup(words=300, slots=1, model="", way=None, prompts={})


def _tasks(count: int) -> list[Task]:
    return [Task(f"story-{n}", "line", json.dumps(story(n)).encode()) for n in range(count)]


async def _outcomes(count: int, most_held: float) -> tuple[list[Outcome], int]:
    """What became of the stories, two at a time, and how many processes were there at the end."""
    pool = Pool(1, EXTRACTIVE, None, most_held)
    await pool.start()
    try:
        outcomes: list[Outcome] = []
        for start in range(0, count, 2):
            outcomes += await asyncio.gather(*(pool.run(task) for task in _tasks(count)[start : start + 2]))
        return outcomes, len(pool._workers) + len(pool._retiring)
    finally:
        await pool.close()


@pytest.mark.parametrize("most_held", [1.0, 1e6])
def test_a_worker_that_holds_too_much_is_replaced(most_held: float) -> None:
    """However often: no story is lost, and those that have retired are gone."""
    outcomes, left = asyncio.run(_outcomes(6, most_held))
    assert [json.loads(one.line or "{}").get("story_id") for one in outcomes] == [f"story-{n}" for n in range(6)]
    assert left <= 2
