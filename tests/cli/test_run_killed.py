"""A run that is killed, and killed again, ends like one that never was, and pays for hardly anything twice."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from pipeline.llm.store import ReplyStore
from tests.cli.command import KEY, Model, environment, files, without_times
from tests.cli.forked import ForkedProcess, Place, started
from tests.fake_openai import FakeOpenAI
from tests.loopback import Answer

ARTICLES = 60
KILLS = 25
CONCURRENCY = 4
WINDOW = CONCURRENCY
"""Replies that arrive during one commit: no more than there are calls under way."""
LATENCY = 0.03
PLACES = "Tarn Orrin Pell Vasquell Merrow Haldane Skerry Lowen Brack Ditton".split()


class Slow(Model):
    """Answers late; ``bodies`` counts each request, ``arrived`` is set by each."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: Counter[str] = Counter()
        self.arrived = threading.Semaphore(0)

    def __call__(self, body: dict[str, Any]) -> Answer:
        self.bodies[json.dumps(body, sort_keys=True)] += 1
        self.arrived.release()
        time.sleep(LATENCY)
        return super().__call__(body)


def _articles(folder: Path) -> Path:
    folder.mkdir()
    for n in range(ARTICLES):
        place, other = PLACES[n % 10], PLACES[n // 10]
        text = (
            f"A ferry with {n + 20} people on board sank off {place} on Monday, police said. "
            f"The quay of {other} was closed after {n + 3} hours. Number {n} of the fleet was {n + 30} years old.\n"
        )
        (folder / f"{n:02}.txt").write_text(text, encoding="utf-8")
    return folder


def _start(base_url: str, articles: Path, out: Path, cache: Path) -> ForkedProcess:
    settings = {"OPENAI_API_KEY": KEY, "PIPELINE_CACHE_DIR": str(cache), "PIPELINE_CONCURRENCY": str(CONCURRENCY)}
    streams = articles.with_name("streams")
    streams.mkdir(exist_ok=True)
    command = ["run", str(articles), "--out", str(out), "--base-url", base_url, "--model", "tiny"]
    return started(command, Place(Path.cwd(), environment(**settings), streams))


def _finish(process: ForkedProcess, streams: Path) -> None:
    process.join(120)
    assert process.exitcode == 0, (streams / "err").read_text(encoding="utf-8")


def _kill(process: ForkedProcess, model: Slow, chance: random.Random) -> bool:
    """Kill it after some more calls have arrived, in the midst of whatever it does; False if it was done before."""
    for _ in range(chance.randint(1, 5)):
        while not model.arrived.acquire(timeout=0.2):
            if process.exitcode is not None:
                return False
    time.sleep(chance.uniform(0, 2 * LATENCY))
    process.kill()
    process.join()
    return True


def test_a_run_that_is_killed_25_times_ends_like_one_that_never_was(tmp_path: Path) -> None:
    """SIGKILL at random moments: the same bytes, no row twice, and few calls more."""
    articles, chance = _articles(tmp_path / "articles"), random.Random(20230302)  # noqa: S311  no secret
    calm = Slow()
    with FakeOpenAI(calm) as server:
        _finish(_start(server.base_url, articles, tmp_path / "calm", tmp_path / "cache-calm"), tmp_path / "streams")
    needed = calm.bodies.total()
    assert max(calm.bodies.values()) == 1

    stormy, kills = Slow(), 0
    with FakeOpenAI(stormy) as server:
        for _ in range(KILLS):
            process = _start(server.base_url, articles, tmp_path / "stormy", tmp_path / "cache-stormy")
            kills += _kill(process, stormy, chance)
        _finish(_start(server.base_url, articles, tmp_path / "stormy", tmp_path / "cache-stormy"), tmp_path / "streams")
    print(f"{needed} calls needed, {stormy.bodies.total()} made over {kills} kills")  # noqa: T201  shown with -s
    assert kills >= KILLS // 2, "the run was over before it could be killed"
    assert set(stormy.bodies) == set(calm.bodies)
    assert stormy.bodies.total() <= needed + kills * (CONCURRENCY + WINDOW)

    one, two = files(tmp_path / "calm"), files(tmp_path / "stormy")
    _same_but_for_what_was_paid_when(one.pop("run.json"), two.pop("run.json"))
    assert one == two
    with ReplyStore(tmp_path / "cache-stormy" / "replies.sqlite") as store:
        assert (store.count(), store.verify()) == (needed, [])


def _same_but_for_what_was_paid_when(one: bytes, two: bytes) -> None:
    """Times aside, a resumed run's record differs in which replies came from the store, and so in what they cost."""
    first, second = without_times(one), without_times(two)
    for record in (first, second):
        for stage in record["stages"]:
            usage = stage["usage"]
            usage["calls"] += usage.pop("cached")
            usage.pop("cached_prompt_tokens")
            usage.pop("cached_completion_tokens")
            stage.pop("cost_usd")
        record["parameters"].pop("base_url")
        record["notes"] = record["notes"][1:]
    assert first == second
