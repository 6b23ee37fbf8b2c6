"""The pool: workers retire and die, and every story has its outcome."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

import pytest

from pipeline.runs.corpus.pool import Pool
from pipeline.runs.corpus.work import Outcome, Task
from pipeline.runs.corpus.worker import Setup
from tests.runs.corpus.stories import story

EXTRACTIVE = Setup(words=300, slots=1, model="", way=None, prompts={})

STARTED: Final = 2.0
"""Seconds of the processor after which a worker has started for certain."""


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


async def _beside_a_deadly_one(deadly: Task) -> list[Outcome]:
    """The outcomes of a story whose worker dies in the midst of it, twice, and of the one that was beside it."""
    pool = Pool(1, EXTRACTIVE, None)
    await pool.start()
    try:
        both = asyncio.gather(pool.run(deadly), pool.run(_tasks(1)[0]))
        for _ in range(2):
            worker = await _at_work()
            worker.kill()
            await asyncio.to_thread(worker.join)
        return list(await both)
    finally:
        await pool.close()


async def _at_work() -> BaseProcess:
    """The worker, once it has used more of the processor than it takes to start: it is in the midst of a story."""
    for _ in range(1200):
        for worker in multiprocessing.active_children():
            if _processor_seconds(worker.pid or 0) > STARTED:
                return worker
        await asyncio.sleep(0.05)
    raise AssertionError("nobody works")


def _processor_seconds(pid: int) -> float:
    """What a process has used so far, by the fields after its name; 0 for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_story_that_kills_its_worker_fails_and_its_neighbour_does_not() -> None:
    """The deadly one is tried again alone, and fails by name; the one that was lost with it is done."""
    sentences = (
        f"The mayor of Town{n} said that {n} people had left house {n} of Street{n} on Monday." for n in range(3000)
    )
    long = {"id": "deadly", "articles": [{"text": " ".join(sentences)}]}
    deadly, other = asyncio.run(_beside_a_deadly_one(Task("deadly", "line", json.dumps(long).encode())))
    assert deadly.failure is not None
    assert (deadly.failure.code, deadly.line) == ("worker-lost", None)
    assert json.loads(other.line or "{}")["story_id"] == "story-0"
