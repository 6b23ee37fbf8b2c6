"""Many stories, a process that is killed, an endpoint that fails: none lost, none twice."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.cli.command import KEY, Model, environment
from tests.cli.forked import ForkedProcess, Place, run_forked, started
from tests.fake_openai import FakeOpenAI, api_error
from tests.loopback import Answer
from tests.runs.corpus.stories import ids, story, written

KILLS = 3
STORIES = 50
FAULTS = 0.05


class Faulty(Model):
    """Answers a little late, and one in twenty times not at all; ``bodies`` counts what was answered."""

    def __init__(self, faults: float) -> None:
        super().__init__()
        self.faults = faults
        self.injected = 0
        self.chance = random.Random(20230302)  # noqa: S311  no secret
        self.bodies: Counter[str] = Counter()

    def __call__(self, body: dict[str, Any]) -> Answer:
        time.sleep(0.02)
        if self.chance.random() < self.faults:
            self.injected += 1
            return api_error(self.chance.choice([500, 503, 429]), "injected", {"retry-after": "0"})
        self.bodies[json.dumps(body, sort_keys=True)] += 1
        return super().__call__(body)


def _place(folder: Path, cache: str = "cache", **variables: str) -> Place:
    (folder / "streams").mkdir(exist_ok=True)
    return Place(folder, environment(PIPELINE_CACHE_DIR=str(folder / cache), **variables), folder / "streams")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _kill(process: ForkedProcess, out: Path, chance: random.Random) -> None:
    """Kill it after some more lines have come, in the midst of whatever it does."""
    before, until = _size(out), time.monotonic() + 30
    while _size(out) <= before and process.exitcode is None and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.15))
    assert process.exitcode is None, "it was over before it could be killed"
    process.kill()
    process.join()


def _results(out: Path) -> bytes:
    return (out / "syntheses.jsonl").read_bytes()


def test_three_kills_and_the_same_bytes(tmp_path: Path) -> None:
    """Extractive, by two workers: what was killed three times ends as what never was; its workers are gone."""
    written(tmp_path / "in.jsonl", 2 * STORIES)
    chance = random.Random(7)  # noqa: S311  no secret
    place, calm = _place(tmp_path), ["corpus", "run", "in.jsonl", "--workers", "2", "--out"]
    assert run_forked([*calm, "calm"], place, 120) == 0
    for _ in range(KILLS):
        process = started([*calm, "stormy"], place)
        _kill(process, tmp_path / "stormy" / "syntheses.jsonl", chance)
    assert run_forked([*calm, "stormy"], place, 120) == 0
    assert _results(tmp_path / "stormy") == _results(tmp_path / "calm")
    assert ids(tmp_path / "stormy" / "syntheses.jsonl") == [f"story-{n}" for n in range(2 * STORIES)]


def test_kills_and_faults_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """A model that fails one call in twenty, three kills: every story once, in order, as a calm run has them."""
    written(tmp_path / "in.jsonl", STORIES)
    chance = random.Random(11)  # noqa: S311  no secret
    keys = {"OPENAI_API_KEY": KEY, "PIPELINE_MAX_ATTEMPTS": "8", "PIPELINE_MAX_WAIT": "0.05"}
    place = _place(tmp_path, "calm-cache", **keys)
    command = ["corpus", "run", "in.jsonl", "--model", "tiny", "--concurrency", "8", "--stories", "6", "--workers", "1"]
    with FakeOpenAI(calm := Faulty(0.0)) as server:
        assert run_forked([*command, "--base-url", server.base_url, "--out", "calm"], place, 120) == 0
    place = _place(tmp_path, "stormy-cache", **keys)
    with FakeOpenAI(stormy := Faulty(FAULTS)) as server:
        stormy_run = [*command, "--base-url", server.base_url, "--out", "stormy"]
        for _ in range(KILLS):
            process = started(stormy_run, place)
            _kill(process, tmp_path / "stormy" / "syntheses.jsonl", chance)
        status = run_forked(stormy_run, place, 120)
    assert status == 0, (tmp_path / "streams" / "err").read_text(encoding="utf-8")
    assert stormy.injected > 0
    assert _results(tmp_path / "stormy") == _results(tmp_path / "calm")
    assert ids(tmp_path / "stormy" / "syntheses.jsonl") == [f"story-{n}" for n in range(STORIES)]
    again = stormy.bodies.total() - calm.bodies.total()
    assert set(stormy.bodies) == set(calm.bodies)
    assert again <= KILLS * 8 * 2, "what was answered and stored is not asked again"


def _children(process: int) -> list[int]:
    """Every process below this one."""
    below: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        if parent == process:
            child = int(path.parent.name)
            below += [child, *_children(child)]
    return below


def test_a_worker_that_dies_takes_no_story_with_it(tmp_path: Path) -> None:
    """Killed in the midst of its work: the stories that it had are done by another."""
    written(tmp_path / "in.jsonl", STORIES)
    process = started(["corpus", "run", "in.jsonl", "--workers", "2", "--out", "out"], _place(tmp_path))
    out, until = tmp_path / "out" / "syntheses.jsonl", time.monotonic() + 30
    while not _size(out) and time.monotonic() < until:
        time.sleep(0.01)
    assert process.pid is not None
    workers = [pid for pid in _children(process.pid) if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    server = [pid for pid in workers if _children(pid)]
    victims = [pid for pid in workers if pid not in server]
    assert len(victims) == 2
    os.kill(victims[0], signal.SIGKILL)
    process.join(60)
    assert process.exitcode == 0, (tmp_path / "streams" / "err").read_text(encoding="utf-8")
    assert ids(out) == [story(n)["id"] for n in range(STORIES)]
    assert not any(Path(f"/proc/{pid}").exists() and _children(pid) for pid in workers)


def test_workers_end_when_their_coordinator_is_killed(tmp_path: Path) -> None:
    """Nobody is left to work for nobody."""
    written(tmp_path / "in.jsonl", STORIES)
    process = started(["corpus", "run", "in.jsonl", "--workers", "2", "--out", "out"], _place(tmp_path))
    _kill(process, tmp_path / "out" / "syntheses.jsonl", random.Random(3))  # noqa: S311  no secret
    until = time.monotonic() + 20
    while _working(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert _working(tmp_path) == []


def _working(folder: Path) -> list[str]:
    """Processes whose working folder is this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "cwd").readlink() == folder:
                found.append(path.name)
        except OSError:  # it has ended, or is somebody else's
            continue
    return found
