"""A corpus on a cluster: cut into shards, so many submitted at a time, each taken over once it is done.

The folder of results is the same as that of a single process, to the byte (docs/decisions/026-dask.md).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import SecretStr

from pipeline.domain.claims import Usage
from pipeline.domain.corpus import FailureLine
from pipeline.errors import ConfigurationError, PipelineError
from pipeline.llm.limit_server import serve_limits
from pipeline.llm.limits import RateLimits
from pipeline.llm.tasks import give_up
from pipeline.runs.corpus.dask_workers import check_cluster, host_facing, open_dask
from pipeline.runs.corpus.gather import drop, gather
from pipeline.runs.corpus.job import CorpusJob, run_corpus
from pipeline.runs.corpus.ledger import MANIFEST, SHARDS, Ledger, open_ledger, remove_shards
from pipeline.runs.corpus.manifest import (
    CorpusManifest,
    Counts,
    Scalar,
    Snapshot,
    make_manifest,
    parameters_of,
    read_cost,
    read_usage,
)
from pipeline.runs.corpus.plan import Part, Plan, as_kept, take_up
from pipeline.runs.corpus.remote import ShardDone, WorkerDied, Workers
from pipeline.runs.corpus.session import Tell, Watch
from pipeline.runs.corpus.shard import ShardSpec, shard_job, shard_settings
from pipeline.runs.corpus.state import State, Status
from pipeline.runs.corpus.window import Window
from pipeline.runs.engines import Opened, open_engine
from pipeline.runs.files import write_file
from pipeline.runs.job import to_json
from pipeline.settings import Settings

_PER_WORKER: Final = 2
"""Shards submitted for each worker: while it is busy with one, the next is there already."""
_AHEAD: Final = 1024
"""Shards by which the newest may be ahead of the oldest that is not taken over: what waits does so on the disk."""
_TICK: Final = 1.0
_LOOKED_AT: Final = 16
"""Shards under way that are looked at between two ticks; where there are more, ticks are rarer."""
_OWN: Final = frozenset({"start", "end", "base_url"})
"""Parameters in which a shard may differ from the whole."""


class _Taken(NamedTuple):
    """A shard under way: its place in the window, and the bytes that it is."""

    place: int
    part: Part


class _Sum(NamedTuple):
    """What was taken of the model, and what it cost; None where the price is not known."""

    usage: Usage
    dollars: float | None

    def plus(self, usage: Usage, dollars: float | None) -> _Sum:
        known = self.dollars is not None and dollars is not None
        return _Sum(self.usage.plus(usage), (self.dollars or 0.0) + (dollars or 0.0) if known else None)


async def run_on_cluster(
    job: CorpusJob, settings: Settings, cluster: str, *, watch: Watch = lambda _: None, tell: Tell = lambda _: None
) -> CorpusManifest:
    """Every story of the input that is not done yet, done by the workers of a cluster.

    Args:
        job: the input, which must be a file that all workers can read, and the folder of results, which all can write.
        settings: engine, model, words, limits; ``concurrency`` is each worker's, limits are those of all.
        cluster: ``local:N``, or the address of a Dask scheduler.
        watch: told how it goes.
        tell: told what the user should know, and each failure.

    Raises:
        PipelineError: what makes the whole meaningless. What is done stays done, and the same call resumes.
    """
    _refuse(settings)
    check_cluster(cluster)
    with open_ledger(job.out, ordered=job.ordered, fresh=job.fresh) as ledger:
        async with open_engine(settings, tell=tell) as opened:
            for note in opened.notes:
                tell(note)
            parameters = parameters_of(opened, (0, None), ordered=job.ordered)
            ledger.begin(parameters, job.input)
            async with _workers(cluster, opened) as (workers, limiter):
                plan = take_up(job.input, ledger.state, workers.size)
                session = ClusterSession(job, opened, plan, ledger, parameters)
                session.watch, session.tell = watch, tell
                try:
                    await session.go(workers, limiter)
                finally:
                    session.close()
                    manifest = make_manifest(opened, job.input, ledger.state, parameters, None)
                    write_file(job.out / MANIFEST, to_json(manifest))
    return manifest


def _refuse(settings: Settings) -> None:
    """Nothing, if a cluster can do what the settings ask for."""
    if settings.max_cost is not None:
        raise ConfigurationError(
            "--max-cost is for one process: nobody adds up what the workers of a cluster spend while they spend it.",
            hint="Leave --cluster out, or limit the spending with PIPELINE_REQUESTS_PER_MINUTE.",
        )
    if settings.local_model is not None:
        raise ConfigurationError(
            "--local-model is served by one process for itself.",
            hint="Serve the model where all workers can reach it, and give its --base-url.",
        )


@asynccontextmanager
async def _workers(cluster: str, opened: Opened) -> AsyncIterator[tuple[Workers, SecretStr | None]]:
    """The workers, and who keeps the limits that they share: this process, unless the settings name another."""
    settings = opened.settings
    environment = {} if settings.base_url is None else {"OPENAI_BASE_URL": settings.base_url}
    limits = None if opened.shared is None else opened.shared.limits
    if not isinstance(limits, RateLimits):
        async with open_dask(cluster, settings.limiter, environment) as workers:
            yield workers, settings.limiter
        return
    async with serve_limits(limits, host_facing(cluster)) as address:
        limiter = SecretStr(str(address))
        async with open_dask(cluster, limiter, environment) as workers:
            yield workers, limiter


class ClusterSession:
    """One session. ``watch`` is told how it goes, ``tell`` of each failure."""

    def __init__(
        self, job: CorpusJob, opened: Opened, plan: Plan, ledger: Ledger, parameters: Mapping[str, Scalar]
    ) -> None:
        self.watch: Watch = lambda _: None
        self.tell: Tell = lambda _: None
        self._job = job
        self._opened = opened
        self._plan = plan
        self._ledger = ledger
        self._parameters = parameters
        self._counts: dict[Status, int] = ledger.state.counts()
        self._spent = _Sum(read_usage(ledger.state), read_cost(ledger.state))
        self._before = float(ledger.state.get("seconds", "0"))
        self._started = time.monotonic()
        self._position, self._began = 0, -1
        self._under_way: dict[int, Part] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gathering = asyncio.Lock()
        self._stopped = False
        self._finished = False

    async def go(self, workers: Workers, limiter: SecretStr | None) -> None:
        """Have every shard done that is not; what makes all of it meaningless is raised."""
        self._ledger.commit(as_kept(self._plan))
        window: Window[tuple[Part, ShardDone]] = Window(_AHEAD, ordered=self._job.ordered)
        ticking = asyncio.create_task(self._tick())
        try:
            for part in self._plan.parts():
                if self._ledger.state.get(_name(part)):
                    self._position += part.end - part.start
                    continue
                while len(self._tasks) >= _PER_WORKER * workers.size or not window.has_room():
                    await self._wait()
                self._take(part, workers, limiter, window)
            while self._tasks:
                await self._wait()
            self._finished = True
            remove_shards(self._job.out)
        finally:
            await give_up((ticking, *self._tasks))

    def close(self) -> None:
        """What was taken over so far is final."""
        self._ledger.finish(self._about())
        self._counts = self._ledger.state.counts()
        self.watch(self.snapshot())

    def snapshot(self) -> Snapshot:
        """How it goes, with what shards under way have done so far, as far as that can be seen from here."""
        counts, spent, position = dict(self._counts), self._spent, self._position
        for part in self._under_way.values():
            with suppress(PipelineError), closing(State(self._folder(part), read_only=True)) as state:
                for status, count in state.counts().items():
                    counts[status] += count
                spent = spent.plus(read_usage(state), read_cost(state))
                position += int(state.get("position", "0"))
        limits = self._opened.shared.limits.seen() if self._opened.shared else ()
        return Snapshot(
            counts=Counts(**counts),
            under_way=len(self._under_way),
            held=0,
            position=position,
            total=self._plan.size,
            began=max(0, self._began),
            usage=spent.usage,
            cost_usd=spent.dollars,
            limits=limits,
            seconds=time.monotonic() - self._started,
        )

    def _take(
        self, part: Part, workers: Workers, limiter: SecretStr | None, window: Window[tuple[Part, ShardDone]]
    ) -> None:
        if self._began < 0:
            self._began, self._started = self._position, time.monotonic()
        taken = _Taken(window.start(), part)
        self._tasks.add(asyncio.create_task(self._do(taken, workers, limiter, window)))

    async def _do(
        self, taken: _Taken, workers: Workers, limiter: SecretStr | None, window: Window[tuple[Part, ShardDone]]
    ) -> None:
        """Have one shard done, and take over what may be taken over now."""
        place, part = taken
        spec = self._spec(part)
        self._under_way[part.number] = part
        try:
            done = await workers.do(spec)
        except WorkerDied:
            done = await self._do_here(spec, limiter)
        if done.error is not None:
            raise done.error
        async with self._gathering:
            if self._stopped:  # what comes behind a shard that was not taken over would be out of its place for good
                return
            self._stopped = True
            for ready, finished in window.finish(place, (part, done)):
                await self._take_over(ready, finished)
            self._stopped = False

    async def _do_here(self, spec: ShardSpec, limiter: SecretStr | None) -> ShardDone:
        """The shard over which workers died: with a process for it that may die, too, so that the culprit is found."""
        self.tell(f"Workers died over the shard from byte {spec.start} on; it is done here, story by story.")
        settings = shard_settings(spec, self._opened.settings).model_copy(update={"limiter": limiter})
        return ShardDone(await run_corpus(shard_job(spec)._replace(workers=1, stories=1), settings))

    async def _take_over(self, part: Part, done: ShardDone) -> None:
        """Into the ledger, final, and off the disk where it was."""
        folder, manifest = self._folder(part), done.manifest
        assert manifest is not None  # noqa: S101  errors were raised
        self._refuse_other(manifest, folder)
        async for result in gather(folder, self._ledger, ordered=self._job.ordered):
            self._counts[result.status] += 1
            if result.failure is not None:
                told = FailureLine.model_validate_json(result.failure)
                self.tell(f"failed: {told.story_id or '?'} ({told.where}): {told.message}")
        self._under_way.pop(part.number, None)
        self._position += part.end - part.start
        self._spent = self._spent.plus(manifest.usage, manifest.cost_usd)
        self._ledger.commit({**self._about(), _name(part): 1})
        drop(folder)

    def _refuse_other(self, manifest: CorpusManifest, folder: Path) -> None:
        """Stories that another version, model or prompt made are not taken over."""
        for name in sorted({*self._parameters, *manifest.parameters} - _OWN):
            here, there = self._parameters.get(name), manifest.parameters.get(name)
            if here != there:
                drop(folder)
                raise ConfigurationError(
                    f"A worker of the cluster made its stories with {name} {there}, not {here}.",
                    hint="The same version and the same settings must be on all machines.",
                )

    def _spec(self, part: Part) -> ShardSpec:
        settings = self._opened.settings
        return ShardSpec(
            input=str(Path(self._job.input).absolute()),
            out=str(self._folder(part).absolute()),
            start=part.start,
            end=part.end,
            lines_before=part.lines_before,
            ordered=self._job.ordered,
            engine="extractive" if self._opened.engine.name == "extractive" else "openai",
            model=settings.model,
            synthesis=settings.synthesis,
            words=settings.words,
            stories=self._job.stories,
            workers=0,
            concurrency=settings.concurrency,
        )

    def _folder(self, part: Part) -> Path:
        return self._job.out / SHARDS / f"{part.number:07}"

    async def _wait(self) -> None:
        """Until a shard has ended; raise what must end it all."""
        done, self._tasks = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        errors = [error for error in (task.exception() for task in done) if error is not None]
        if errors:
            raise errors[0]

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK * max(1.0, len(self._under_way) / _LOOKED_AT))
            self.watch(self.snapshot())

    def _about(self) -> dict[str, str | int]:
        return {
            "position": self._position,
            "total": self._plan.size,
            "usage": self._spent.usage.model_dump_json(),
            "cost": str(self._spent.dollars),
            "seconds": str(self._before + time.monotonic() - self._started),
            "finished": int(self._finished),
        }


def _name(part: Part) -> str:
    """What the state calls a shard that has been taken over."""
    return f"shard {part.number}"
