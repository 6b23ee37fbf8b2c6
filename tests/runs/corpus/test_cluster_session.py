"""What a session does with shards, whoever does them: in order, once, and not by another version's hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigurationError, OutputError, PipelineError
from pipeline.runs.corpus.cluster import ClusterSession
from pipeline.runs.corpus.dask_workers import host_facing, local_size
from pipeline.runs.corpus.job import CorpusJob, run_corpus
from pipeline.runs.corpus.ledger import SHARDS, open_ledger
from pipeline.runs.corpus.manifest import parameters_of
from pipeline.runs.corpus.plan import GRAIN, take_up
from pipeline.runs.corpus.remote import ShardDone, WorkerDied, do_shard
from pipeline.runs.corpus.shard import ShardSpec
from pipeline.runs.engines import open_engine
from pipeline.settings import Settings
from tests.cli.command import pipeline
from tests.runs.corpus.stories import ids, story

STORIES = 9
EXTRACTIVE = Settings(engine="extractive")


class _Threads:
    """Workers that are threads of this process; ``befalls`` may change what happens to a shard."""

    size = 2

    def __init__(self, befalls: Callable[[ShardSpec], ShardSpec] = lambda spec: spec) -> None:
        self.befalls = befalls
        self.under_way = self.most = 0
        self.done: list[int] = []

    async def do(self, spec: ShardSpec) -> ShardDone:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await asyncio.to_thread(do_shard, self.befalls(spec), None)
        finally:
            self.under_way -= 1
            self.done.append(spec.start)


def _written(path: Path) -> Path:
    """Stories, each a shard of its own."""
    texts = (json.dumps(story(n))[:-1] for n in range(STORIES))
    path.write_text("".join(text.ljust(GRAIN - 2) + "}\n" for text in texts), encoding="utf-8")
    return path


async def _session(path: Path, out: Path, workers: _Threads, *, ordered: bool = True) -> list[str]:
    """Run one; what was told."""
    told: list[str] = []
    job = CorpusJob(str(path), out, ordered=ordered)
    with open_ledger(out, ordered=ordered) as ledger:
        async with open_engine(EXTRACTIVE) as opened:
            parameters = parameters_of(opened, (0, None), ordered=ordered)
            ledger.begin(parameters, str(path))
            session = ClusterSession(job, opened, take_up(str(path), ledger.state, 2), ledger, parameters)
            session.tell = told.append
            try:
                await session.go(workers, None)
            finally:
                session.close()
    return told


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories, and their results by one process."""
    folder = tmp_path_factory.mktemp("whole")
    asyncio.run(run_corpus(CorpusJob(str(_written(folder / "in.jsonl")), folder / "out", workers=0), EXTRACTIVE))
    return folder


def _same(whole: Path, out: Path) -> bool:
    return (out / "syntheses.jsonl").read_bytes() == (whole / "out" / "syntheses.jsonl").read_bytes()


def test_shards_are_submitted_in_a_bounded_window(whole: Path, tmp_path: Path) -> None:
    """Two for each worker, and never more; each once; nothing of them is left."""
    workers = _Threads()
    assert asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", workers)) == []
    assert (workers.most, len(workers.done)) == (4, STORIES)
    assert _same(whole, tmp_path / "out")
    assert not (tmp_path / "out" / SHARDS).exists()
    again = _Threads()
    asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", again))
    assert again.done == []


def test_a_shard_over_which_workers_die_is_done_here(whole: Path, tmp_path: Path) -> None:
    """By a process that may die, too; the user is told."""

    def dies(spec: ShardSpec) -> ShardSpec:
        if spec.start == 2 * GRAIN:
            raise WorkerDied
        return spec

    told = asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", _Threads(dies)))
    assert len(told) == 1
    assert _same(whole, tmp_path / "out")


def test_results_of_other_settings_are_not_taken_over(whole: Path, tmp_path: Path) -> None:
    """A worker with other words, prompts or another version is named; once it is mended, the run goes on."""

    def other(spec: ShardSpec) -> ShardSpec:
        return spec.model_copy(update={"words": 50}) if spec.start == 3 * GRAIN else spec

    with pytest.raises(ConfigurationError, match="words 50, not 300"):
        asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", _Threads(other)))
    assert ids(tmp_path / "out" / "syntheses.jsonl") == ["story-0", "story-1", "story-2"]
    asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", _Threads()))
    assert _same(whole, tmp_path / "out")


def test_an_error_of_a_worker_ends_it_with_that_error(whole: Path, tmp_path: Path) -> None:
    """A full disk, a refused key: what makes all of it meaningless; what was taken over stays."""

    def full(spec: ShardSpec) -> ShardSpec:
        (tmp_path / "file").touch()
        return spec.model_copy(update={"out": str(tmp_path / "file")}) if spec.start else spec

    with pytest.raises(OutputError):
        asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", _Threads(full)))
    asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", _Threads()))
    assert _same(whole, tmp_path / "out")


def test_unordered_each_is_there_once(whole: Path, tmp_path: Path) -> None:
    """In whatever order the shards end."""
    asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", _Threads(), ordered=False))
    assert sorted(ids(tmp_path / "out" / "syntheses.jsonl")) == [f"story-{n}" for n in range(STORIES)]


def test_a_run_of_one_process_is_gone_on_with(whole: Path, tmp_path: Path) -> None:
    """Stories that one process did are there once, though their shard is done again."""
    with (tmp_path / "in.jsonl").open("wb") as stream:
        stream.write(b"".join((whole / "in.jsonl").read_bytes().splitlines(keepends=True)[:4]))
    job = CorpusJob(str(tmp_path / "in.jsonl"), tmp_path / "out", workers=0)
    asyncio.run(run_corpus(job, EXTRACTIVE))
    asyncio.run(_session(whole / "in.jsonl", tmp_path / "out", _Threads()))
    assert _same(whole, tmp_path / "out")


def test_what_a_cluster_is_called() -> None:
    """So many here, or a scheduler's address; nothing else."""
    assert (local_size("local:12"), local_size("tcp://10.0.0.7:8786"), local_size("node-1:8786")) == (12, None, None)
    assert host_facing("local:2") == host_facing("tcp://127.0.0.1:8786") == "127.0.0.1"
    for wrong in ("local:0", "local:", "local:-1", "somewhere", "http://host:1", "host:1/../x"):
        with pytest.raises(ConfigurationError):
            local_size(wrong)


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--cluster", "moon"], "local:N"),
        (["--cluster", "local:2", "--workers", "3"], "--workers"),
        (["--cluster", "local:2", "--shard", "1/2"], "--shard"),
        (["--cluster", "10.0.0.7:8786", "--base-url", "http://x/v1"], "OPENAI_BASE_URL"),
        (["--cluster", "local:2", "--base-url", "http://x/v1", "--max-cost", "1"], "--max-cost"),
        (["--cluster", "local:2", "--local-model", "m.gguf"], "--local-model"),
    ],
)
def test_what_a_cluster_cannot_do_is_refused(flags: list[str], named: str, tmp_path: Path) -> None:
    """Exit 2, in words, before anything is written."""
    _written(tmp_path / "in.jsonl")
    ran = pipeline("corpus", "run", tmp_path / "in.jsonl", "--out", tmp_path / "out", *flags)
    assert (ran.status, named in ran.err, "Traceback" in ran.err) == (2, True, False), ran.err
    assert not (tmp_path / "out").exists()


def test_an_error_comes_back_as_a_value(tmp_path: Path) -> None:
    """A scheduler would log it with all that the call was given."""
    done: Any = do_shard(ShardSpec(input=str(tmp_path / "none"), out=str(tmp_path / "out")), None)
    assert isinstance(done.error, PipelineError)
    assert done.manifest is None
