"""The job over many stories: read, keep so many under way, write, remember."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import InputError
from pipeline.llm.keeping import CountingChat
from pipeline.runs.batch.order import BatchOrder
from pipeline.runs.batch.rounds import until_known
from pipeline.runs.corpus.collecting import Collecting
from pipeline.runs.corpus.ledger import MANIFEST, open_ledger
from pipeline.runs.corpus.manifest import CorpusManifest, make_manifest, parameters_of
from pipeline.runs.corpus.pool import Runner, open_pool
from pipeline.runs.corpus.remembering import Remembering, open_results
from pipeline.runs.corpus.session import Account, Session, Tell, Watch
from pipeline.runs.corpus.source import open_source
from pipeline.runs.corpus.worker import Setup
from pipeline.runs.engines import Opened, Shared, Source, open_engine
from pipeline.runs.files import write_file
from pipeline.runs.job import to_json
from pipeline.runs.runner import no_progress
from pipeline.settings import Settings

_PER_WORKER: Final = 2
"""Stories for each worker: while it is busy with one, the next is there already."""
_PER_SLOT: Final = 2
"""Stories for each call that may be under way: the end of a story asks for less at a time than its beginning."""


class CorpusJob(NamedTuple):
    """What to do, beside the settings.

    ``part`` are the bytes of the input in which lines begin, ``lines_before`` the lines that begin before them where
    that is known; ``stories`` and ``workers`` None: as many as fit. ``retrying`` takes up again what failed, and
    nothing else. ``patience``: seconds to wait for another process that works in ``out``. ``spec`` goes into the
    record. With a ``batch``, all replies are there before the first story is written.
    """

    input: str
    out: Path
    part: tuple[int, int | None] = (0, None)
    lines_before: int = 0
    ordered: bool = True
    stories: int | None = None
    workers: int | None = None
    fresh: bool = False
    retrying: bool = False
    patience: float = 0.0
    spec: str | None = None
    batch: BatchOrder | None = None


async def run_corpus(
    job: CorpusJob, settings: Settings, *, watch: Watch = lambda _: None, tell: Tell = lambda _: None
) -> CorpusManifest:
    """Every story of the input that is not done yet.

    Args:
        job: the input, the folder of results, how to go about it.
        settings: engine, model, words, limits, budget.
        watch: told how it goes, several times a second.
        tell: told what the user should know, and each failure.

    Raises:
        PipelineError: what makes the whole meaningless. What is done stays done, and the same call resumes.
    """
    source = open_source(job.input, job.out, *job.part, job.lines_before)
    if job.batch is not None and source.is_stream:
        raise InputError(
            "With batches, the stories are read several times, and a stream only once.", hint="Save it to a file first."
        )
    folder = open_ledger(job.out, ordered=job.ordered, retrying=job.retrying, fresh=job.fresh, patience=job.patience)
    with folder as ledger:
        async with open_engine(settings, Source(batch=job.batch), tell=tell) as opened:
            for note in opened.notes:
                tell(note)
            shared, counting = _counted(opened)
            parameters = parameters_of(opened, job.part, ordered=job.ordered)
            ledger.begin(parameters, job.input)
            size = _workers(job)
            setup = _setup(opened)
            async with open_pool(size, setup, shared) as pool:
                if opened.batch is not None:
                    ledger.commit({})
                    collecting = Collecting(
                        source, ledger, opened.batch.means.journal, pool, _stories(job, opened, size)
                    )
                    await until_known(opened.batch, collecting.go, no_progress)
                account = Account(opened, counting, ledger.state)
                session = Session(source, ledger, account, at_once=_stories(job, opened, size), ordered=job.ordered)
                session.watch, session.tell = watch, tell
                try:
                    with _remembering(pool, setup, opened, counting, tell) as runner:
                        await session.go(runner)
                finally:
                    session.close()
                    manifest = make_manifest(opened, job.input, ledger.state, parameters, job.spec)
                    write_file(job.out / MANIFEST, to_json(manifest))
                if opened.batch is not None:
                    opened.batch.finish()
    return manifest


def _counted(opened: Opened) -> tuple[Shared | None, CountingChat | None]:
    """What the stories share, with a count of what they take together; batches count for themselves."""
    shared = opened.shared
    if shared is None or opened.batch is not None:
        return shared, None
    counting = CountingChat(shared.chat)
    return shared._replace(chat=counting), counting


def _workers(job: CorpusJob) -> int:
    if job.workers is not None:
        return job.workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _stories(job: CorpusJob, opened: Opened, workers: int) -> int:
    if job.stories is not None:
        return job.stories
    slots = opened.settings.concurrency if opened.shared is not None else 0
    return max(1, workers * _PER_WORKER, slots * _PER_SLOT)


def _setup(opened: Opened) -> Setup:
    settings, shared = opened.settings, opened.shared
    way = None if shared is None else shared.way
    at = None if shared is None else shared.endpoint
    return Setup(settings.words, settings.concurrency, settings.model, way, opened.prompts, settings.language, at)


@contextmanager
def _remembering(
    pool: Runner, setup: Setup, opened: Opened, counting: CountingChat | None, tell: Tell
) -> Iterator[Runner]:
    """The pool; before it, where replies are stored, the stories that were finished from the same ones."""
    shared = opened.shared
    if shared is None or counting is None or setup.endpoint is None:
        yield pool
        return
    with open_results(opened.settings, tell) as results:
        if results is None:
            yield pool
            return
        remembering = Remembering(pool, results, setup, shared.known, counting)
        yield remembering
        told = remembering.told()
        if told is not None:
            tell(told)
