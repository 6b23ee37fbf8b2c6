"""Rounds: what a pass over the job has noted goes out, is waited for and taken in; then there is another pass."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pipeline.domain.claims import Usage
from pipeline.errors import Deferred, ModelError
from pipeline.runs.batch.means import Means
from pipeline.runs.batch.sending import Sending
from pipeline.runs.batch.taking import Taking
from pipeline.runs.batch.waiting import Waiting
from pipeline.runs.runner import Progress

T = TypeVar("T")


class FilesWritten(Exception):
    """The files that are to be answered have been written, and nobody was called. ``requests`` are in ``files``."""

    def __init__(self, files: list[Path], requests: int) -> None:
        super().__init__("files written")
        self.files = files
        self.requests = requests


class BatchRun:
    """A job whose requests go out in batches.

    ``files_only``: as files that somebody else sees to; ``replies`` are what came of such files.
    """

    def __init__(self, means: Means, *, files_only: bool, replies: Sequence[Path]) -> None:
        self.means = means
        self.chat = means.chat
        self._files_only = files_only
        self._replies = replies
        self._taking = Taking(means.journal, means.client, means.store)
        self._sending = Sending(means)
        self._waiting = Waiting(means, self._taking)

    @property
    def id(self) -> str:
        """The job's name, which goes along with each batch."""
        return self.means.journal.get("run")

    @property
    def used(self) -> Usage:
        """What all replies took."""
        return self.means.journal.usage()

    @property
    def began(self) -> datetime:
        """When the job began, maybe days ago."""
        return datetime.fromtimestamp(int(self.means.journal.get("began")), UTC)

    def described(self) -> str:
        """What was done, for the record; empty where nothing had to be sent."""
        journal = self.means.journal
        batches = journal.batches(open_only=False)
        if not batches:
            return ""
        again, rounds = int(journal.get("again", "0")), int(journal.get("rounds", "0"))
        sent = sum(batch.requests for batch in batches) - again
        more = f"; {again:,} sent again" if again else ""
        return f"In batches: requests {sent:,}, batches {len(batches):,}, rounds {rounds}{more}."

    def begin(self) -> None:
        """Take in what somebody has brought.

        Raises:
            InputError: it answers nothing that was asked.
        """
        if not self._replies:
            return
        journal = self.means.journal
        batches = journal.batches()
        adapted = {digest: batch.adapted for batch in batches for digest, _ in journal.of_batch(batch.number)}
        before = {batch.number: journal.count("sent", batch.number) for batch in batches}
        taken = self._taking.bring(self._replies, adapted)
        self.means.tell(f"Brought: {taken.described()}.")
        for batch in batches:
            if journal.count("sent", batch.number) < before[batch.number]:
                self._taking.take(batch, (), "file of answers did not have it")
        taken.raise_fatal()

    async def round(self, progress: Progress) -> None:
        """Send what is wanted, wait until it is answered, take it in.

        Raises:
            FilesWritten: somebody else sees to it.
            BudgetError: the next request could cost too much.
            BatchFault: a batch was cancelled.
            PipelineError: the endpoint cannot be asked, or refuses everything.
        """
        journal = self.means.journal
        self._sending.plan()
        if self._files_only and (batches := journal.batches()):
            files = [self._sending.file(batch) for batch in batches]
            raise FilesWritten(files, sum(journal.count("sent", batch.number) for batch in batches))
        for batch in journal.batches():
            await self._sending.submit(batch)
        await self._waiting.wait(progress)

    def finish(self) -> None:
        """The results are written: replies that were of no use go, and what this job has noted may."""
        self.means.store.forget(self.means.journal.all_useless())
        self.means.journal.clear()  # an empty one is removed

    def give_up(self) -> None:
        """The job has failed: the same command, another time, asks again for what gave errors."""
        self.means.store.forget(self.means.journal.all_useless())
        self.means.journal.reset_failed()


async def in_rounds(batch: BatchRun | None, attempt: Callable[[], Awaitable[T]], progress: Progress) -> T:
    """What ``attempt`` gives once all replies are there; the job is over then. Without batches it is made once.

    Raises:
        PipelineError: as ``attempt`` and `BatchRun.round`.
        FilesWritten: as `BatchRun.round`.
    """
    if batch is None:
        return await attempt()
    found = await until_known(batch, attempt, progress)
    batch.finish()
    return found


async def until_known(batch: BatchRun, attempt: Callable[[], Awaitable[T]], progress: Progress) -> T:
    """What ``attempt`` gives, which is made as often as it needs replies that are not there.

    Raises:
        PipelineError: as ``attempt`` and `BatchRun.round`.
        FilesWritten: as `BatchRun.round`.
    """
    try:
        batch.begin()
        while True:
            batch.chat.begin()
            try:
                return await attempt()
            except Deferred:
                await batch.round(progress)
    except ModelError:
        batch.give_up()
        raise
