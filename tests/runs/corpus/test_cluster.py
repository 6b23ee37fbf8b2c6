"""A corpus on Dask workers of this machine: limits in sum, the same bytes, nothing lost when workers die."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import KEY, Model, environment
from tests.cli.forked import Place, run_forked, started
from tests.fake_openai import FakeOpenAI
from tests.loopback import Answer
from tests.runs.corpus.stories import ids, story

pytestmark = [
    pytest.mark.alone,  # quotas and kills go by the clock
    pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed (extra: dask)"),
]

STORIES = 18
PER_SECOND = 40
BURST = 0.5
"""Seconds' worth of a limit that may go at once."""
LINE = 22_000
"""Bytes, so that three stories are a shard."""


class Stub(Model):
    """Answers after a while; knows when it was asked what."""

    def __init__(self, latency: float) -> None:
        super().__init__()
        self.latency = latency
        self.at: list[float] = []
        self.bodies: Counter[str] = Counter()
        self.lock = threading.Lock()

    def __call__(self, body: dict[str, Any]) -> Answer:
        with self.lock:
            self.at.append(time.monotonic())
            self.bodies[json.dumps(body, sort_keys=True)] += 1
        time.sleep(self.latency)
        return super().__call__(body)


def _padded(line: bytes) -> bytes:
    return line[:-1] + b" " * max(0, LINE - len(line)) + b"}\n"


def _written(path: Path, stories: list[Any]) -> Path:
    """Stories, a line each, with white space that makes few of them a shard."""
    path.write_bytes(b"".join(_padded(json.dumps(one).encode()) for one in stories))
    return path


def _place(folder: Path, cache: str, **variables: str) -> Place:
    streams = folder / f"streams-{cache}"
    streams.mkdir(exist_ok=True)
    keys = {"OPENAI_API_KEY": KEY, "PIPELINE_MODEL": "tiny", "PIPELINE_CACHE_DIR": str(folder / cache)}
    return Place(folder, environment(**keys, **variables), streams)


def _corpus(out: str, server: FakeOpenAI, *flags: str) -> list[str]:
    return ["corpus", "run", "in.jsonl", "--base-url", server.base_url, "--out", out, "--concurrency", "4", *flags]


def _told(place: Place) -> str:
    return (place.streams / "err").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Stub]:
    """Stories, their results by one process (in ``calm``), and what that asked for."""
    folder = tmp_path_factory.mktemp("whole")
    _written(folder / "in.jsonl", [story(n) for n in range(STORIES)])
    place = _place(folder, "calm-cache")
    with FakeOpenAI(stub := Stub(0.0)) as server:
        assert run_forked(_corpus("calm", server, "--workers", "0"), place, 120) == 0, _told(place)
    return folder, stub


def _results(folder: Path) -> bytes:
    return (folder / "syntheses.jsonl").read_bytes()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_sum_is_within_the_quota_and_the_bytes_are_the_same(workers: int, whole: tuple[Path, Stub]) -> None:
    """However many workers share it, they get what one process would, no more and hardly less."""
    folder, calm = whole
    place = _place(folder, f"cache-{workers}", PIPELINE_REQUESTS_PER_MINUTE=str(60 * PER_SECOND))
    with FakeOpenAI(stub := Stub(0.05)) as server:
        command = _corpus(f"out-{workers}", server, "--cluster", f"local:{workers}")
        assert run_forked(command, place, 120) == 0, _told(place)
    assert _results(folder / f"out-{workers}") == _results(folder / "calm")
    assert stub.bodies == calm.bodies, "each request once, whoever made it"
    assert not (folder / f"out-{workers}" / ".shards").exists()
    at = sorted(stub.at)
    for first in range(len(at)):
        for last in range(first, len(at)):
            allowed = PER_SECOND * (BURST + at[last] - at[first]) + 1
            assert last - first + 1 <= allowed + 3, "three more: calls arrive closer together than they were let go"
    record = json.loads((folder / f"out-{workers}" / "corpus.json").read_text())
    assert (record["finished"], record["usage"]["calls"]) == (True, len(at))


def _workers(process: int) -> list[int]:
    """Worker processes: what the server of forks below this one has forked."""
    return [pid for server in _children(process) for pid in _children(server) if b"forkserver" in _command(pid)]


def _children(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        if parent == process:
            found.append(int(path.parent.name))
    return found


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _until(count: int, stub: Stub) -> None:
    until = time.monotonic() + 60
    while len(stub.at) < count and time.monotonic() < until:
        time.sleep(0.005)
    assert len(stub.at) >= count


def test_killed_workers_and_a_killed_coordinator_lose_nothing(whole: tuple[Path, Stub]) -> None:
    """A worker in mid-shard, then all of it: the same bytes, and no more is asked again than was under way."""
    folder, calm = whole
    place = _place(folder, "stormy-cache")
    with FakeOpenAI(stub := Stub(0.1)) as server:
        command = _corpus("stormy", server, "--cluster", "local:2")
        process = started(command, place)
        assert process.pid is not None
        _until(14, stub)
        victims = _workers(process.pid)
        assert len(victims) == 2
        os.kill(victims[0], signal.SIGKILL)
        _until(38, stub)
        assert process.exitcode is None, _told(place)
        process.kill()
        process.join()
        gone = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in victims) and time.monotonic() < gone:
            time.sleep(0.05)
        assert run_forked(command, place, 120) == 0, _told(place)
    assert _results(folder / "stormy") == _results(folder / "calm")
    assert ids(folder / "stormy" / "syntheses.jsonl") == [f"story-{n}" for n in range(STORIES)]
    assert set(stub.bodies) == set(calm.bodies)
    again = stub.bodies.total() - calm.bodies.total()
    assert again <= 4 + 8, "four calls are a worker's at a time, eight all workers'"


def test_failures_and_ids_of_other_shards_are_as_in_one_process(tmp_path: Path) -> None:
    """Lines that are none, an id that an earlier shard had: syntheses and failures are the same to the byte."""
    stories: list[Any] = [story(n) for n in range(8)]
    stories[6] = {**story(6), "id": "story-0"}
    stories[7] = {**story(7), "id": "story-0"}
    _written(tmp_path / "in.jsonl", stories)
    with (tmp_path / "in.jsonl").open("ab") as stream:
        stream.write(b"\n" + b" " * LINE + b"no story\n" + _padded(json.dumps(story(9)).encode()))
    place = Place(tmp_path, environment(), tmp_path)
    command = ["corpus", "run", "in.jsonl", "--out"]
    assert run_forked([*command, "one", "--workers", "0"], place, 60) == 4
    assert run_forked([*command, "two", "--cluster", "local:2"], place, 60) == 4, _told(place)
    for name in ("syntheses.jsonl", "failures.jsonl"):
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()
    assert len((tmp_path / "two" / "failures.jsonl").read_text().splitlines()) == 3
    assert run_forked([*command, "two", "--workers", "0"], place, 60) == 4, "one process goes on where a cluster was"
    assert _results(tmp_path / "two") == _results(tmp_path / "one")
