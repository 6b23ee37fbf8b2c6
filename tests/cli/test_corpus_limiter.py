"""`pipeline corpus limiter`: shards that nobody of ours coordinates keep to one account of limits."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import KEY, Model, environment, pipeline, program
from tests.fake_openai import FakeOpenAI
from tests.loopback import Answer
from tests.runs.corpus.stories import ids, written

pytestmark = pytest.mark.alone  # quotas go by the clock

PER_SECOND = 20
BURST = 0.5
STORIES = 6


class _Timed(Model):
    """Knows when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []
        self.lock = threading.Lock()

    def __call__(self, body: dict[str, Any]) -> Answer:
        with self.lock:
            self.at.append(time.monotonic())
        return super().__call__(body)


def _shard(folder: Path, number: int, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    size = (folder / "in.jsonl").stat().st_size
    spec = {"input": str(folder / "in.jsonl"), "out": str(folder / str(number)), "workers": 0, "concurrency": 4}
    spec |= {"start": number * size // 2, "end": (number + 1) * size // 2, "model": "tiny"}
    path = folder / f"{number}.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return subprocess.Popen(
        [program(), "corpus", "run-shard", str(path)],
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_two_shards_share_the_limits_that_a_third_process_keeps(tmp_path: Path) -> None:
    """Together they are as fast as one is allowed to be; when it ends, nobody may ask any more."""
    written(tmp_path / "in.jsonl", STORIES)
    limits = environment(PIPELINE_REQUESTS_PER_MINUTE=str(60 * PER_SECOND))
    with (
        subprocess.Popen([program(), "corpus", "limiter"], env=limits, stdout=subprocess.PIPE, text=True) as limiter,
        FakeOpenAI(model := _Timed()) as server,
    ):
        assert limiter.stdout is not None
        name, _, address = limiter.stdout.readline().strip().partition("=")
        keys = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url, name: address}
        keys["PIPELINE_CACHE_DIR"] = str(tmp_path / "cache")
        shards = [_shard(tmp_path, number, keys) for number in (0, 1)]
        for shard in shards:
            told = shard.communicate(timeout=120)[1]
            assert (shard.returncode, address.encode() in told) == (0, False), told
        limiter.send_signal(signal.SIGTERM)
        assert limiter.wait(20) == 143
        (tmp_path / "0" / "corpus.json").unlink()  # as if it were not finished
        late = _shard(tmp_path, 0, keys)
        told = late.communicate(timeout=60)[1]
        assert (late.returncode, b"limits" in told, b"Traceback" in told) == (2, True, False), told
    found = [*ids(tmp_path / "0" / "syntheses.jsonl"), *ids(tmp_path / "1" / "syntheses.jsonl")]
    assert found == [f"story-{n}" for n in range(STORIES)]
    at = sorted(model.at)
    assert len(at) <= PER_SECOND * (BURST + at[-1] - at[0]) + 4
    assert address.rpartition("#")[2] not in (tmp_path / "1" / "corpus.json").read_text(encoding="utf-8")


def test_a_limiter_that_cannot_be_is_told_in_words(tmp_path: Path) -> None:
    """An address that is not this machine's; one that is no address; a folder that would name one."""
    ran = pipeline("corpus", "limiter", "--host", "192.0.2.1")
    assert (ran.status, "192.0.2.1" in ran.err, "Traceback" in ran.err) == (2, True, False)
    path = written(tmp_path / "in.jsonl", 1)
    keys = {"OPENAI_API_KEY": KEY, "PIPELINE_LIMITER": "nowhere-s3cret"}
    ran = pipeline("corpus", "run", path, "--out", tmp_path / "out", "--synthesis", "brief", variables=keys)
    assert (ran.status, "limiter" in ran.err, "s3cret" in ran.err + ran.out) == (2, True, False)
