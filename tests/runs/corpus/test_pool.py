"""The pool: workers retire and die, and every story has its outcome."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
from pathlib import Path

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


async def _beside_a_deadly_one(folder: Path) -> list[Outcome]:
    """The outcomes of a story whose worker dies in the midst of it, twice, and of the one that was beside it."""
    pool = Pool(1, EXTRACTIVE, None)
    await pool.start()
    try:
        deadly = Task("deadly", "folder", os.fsencode(folder))
        both = asyncio.gather(pool.run(deadly), pool.run(_tasks(1)[0]))
        for _ in range(2):
            writer = await _read_by_a_worker(folder.with_name("pipe"))
            for worker in multiprocessing.active_children():
                worker.kill()
                await asyncio.to_thread(worker.join)
            os.close(writer)
        return list(await both)
    finally:
        await pool.close()


async def _read_by_a_worker(pipe: Path) -> int:
    """The pipe, open for writing, once somebody reads it: nobody else can say when the worker is in the midst."""
    for _ in range(600):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            await asyncio.sleep(0.05)
    raise AssertionError("nobody reads it")


def test_a_story_that_kills_its_worker_fails_and_its_neighbour_does_not(tmp_path: Path) -> None:
    """The deadly one is tried again alone, and fails by name; the one that was lost with it is done."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "deadly").mkdir()
    (tmp_path / "deadly" / "one.txt").symlink_to(tmp_path / "pipe")
    deadly, other = asyncio.run(_beside_a_deadly_one(tmp_path / "deadly"))
    assert deadly.failure is not None
    assert (deadly.failure.code, deadly.line) == ("worker-lost", None)
    assert json.loads(other.line or "{}")["story_id"] == "story-0"
