"""Waiting for batches, and fetching what came of them."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

from pipeline.errors import BatchFault, PipelineError
from pipeline.llm.batch_format import BatchState, read_answers
from pipeline.llm.batch_journal import PlannedBatch
from pipeline.runs.batch.means import Means
from pipeline.runs.batch.refusals import refused
from pipeline.runs.batch.taking import Taking
from pipeline.runs.runner import Progress

EVERY_SECONDS: Final = 600.0
"""Between two lines about a batch of which nothing new is to be told."""
_PATIENCE: Final = 86_400.0
"""Seconds for which an endpoint that cannot be asked is asked again: what it works on meanwhile is paid for."""
_DOWNLOADS: Final = 3
"""How often a file is downloaded that is shorter than the endpoint says."""
_FIRST: Final = 2.0
"""Seconds to the second look; from then on longer each time, up to the setting."""


class Waiting:
    """Waits for the batches of a journal."""

    def __init__(self, means: Means, taking: Taking) -> None:
        self._means = means
        self._taking = taking
        self._told: dict[int, tuple[str, float]] = {}
        self._unreachable_since: float | None = None
        self._said_how = False

    async def wait(self, progress: Progress) -> None:
        """Until every batch has ended and was taken in."""
        pause = self._means.settings.batch_poll
        if self._means.journal.batches() and not self._said_how:
            self._said_how = True
            self._means.tell(
                f"Waiting; up to 24 hours for each. Asked every {pause:g} s. Ctrl-C leaves: the batches go on, and the "
                "same command takes them in."
            )
        wait = min(pause, _FIRST)
        while batches := self._means.journal.batches():
            done = total = 0
            for batch in batches:
                answered = await self._look(batch)
                done, total = done + answered, total + batch.requests
            progress("batch", min(done, total), total)
            if self._means.journal.batches():
                await asyncio.sleep(wait)
                wait = min(pause, wait * 1.5)

    async def _look(self, batch: PlannedBatch) -> int:
        """See how it is doing, and take it in if it has ended; how many requests are through."""
        if batch.id is None:
            raise RuntimeError("it was not submitted")
        try:
            state = await self._means.api.look(batch.id)
        except PipelineError as error:
            self._trouble(batch, error)
            return 0
        self._unreachable_since = None
        self._means.journal.seen(batch.number, state.status)
        through = (state.answered or 0) + (state.failed or 0)
        self._show(batch, state)
        if state.ended:
            await self._take(batch, state)
            return batch.requests
        return through

    def _trouble(self, batch: PlannedBatch, error: PipelineError) -> None:
        """An endpoint that cannot be asked for a while is no reason to leave what it works on."""
        if not error.retryable:
            raise error
        now = time.monotonic()
        if self._unreachable_since is None:
            self._unreachable_since = now
            self._means.tell(f"{batch.name} cannot be asked about: {error.message}. Trying on.")
        elif now - self._unreachable_since > _PATIENCE:
            raise error

    def _show(self, batch: PlannedBatch, state: BatchState) -> None:
        """A line where its state has changed, or nothing was said for a while."""
        status, when = self._told.get(batch.number, ("", 0.0))
        if state.status == status and time.monotonic() - when < EVERY_SECONDS:
            return
        self._told[batch.number] = (state.status, time.monotonic())
        counts = ""
        if state.answered is not None:
            total = batch.requests if state.total is None else state.total
            counts = f", {state.answered:,} of {total:,} answered"
            counts += f", {state.failed:,} failed" if state.failed else ""
        self._means.tell(f"{batch.name}: {self._means.client.safe(state.status)}{counts}.")

    async def _take(self, batch: PlannedBatch, state: BatchState) -> None:
        """Everything that came of it.

        Raises:
            BatchFault: somebody has cancelled it: whether to send the rest again is theirs to say.
            PipelineError: all of it was refused, for a reason that others would be, too.
        """
        if state.status == "failed" and state.faults:
            refused(batch, state, self._means)
            return
        files = [
            await self._downloaded(file, f"{kind}-{batch.number:04}.jsonl")
            for kind, file in (("output", state.output_file), ("errors", state.error_file))
            if file is not None
        ]
        files = await self._whole(files, batch, state)
        name = self._means.client.safe(state.id)
        cancelled = state.status == "cancelled"
        taken = self._taking.take(batch, files, f"ended as {state.status} without it", counted=not cancelled)
        self._means.tell(f"{batch.name} is taken in: {taken.described() or 'nothing'}.")
        taken.raise_fatal()
        if cancelled and (taken.counts["missing"] or taken.counts["again"]):
            raise BatchFault(
                f"{batch.name} ({name}) was cancelled at the endpoint; what it had answered is kept.",
                hint="The same command sends the rest again; without --batch, it is asked for at once.",
            )

    async def _downloaded(self, file: str, name: str) -> Path:
        path = self._means.journal.folder / name
        await self._means.api.download(file, path)
        return path

    async def _whole(self, files: list[Path], batch: PlannedBatch, state: BatchState) -> list[Path]:
        """The files, downloaded again where they have fewer lines than the endpoint has counted."""
        names = {"output": state.output_file, "errors": state.error_file}
        for attempt in range(1, _DOWNLOADS):
            if all(map(_readable, files)) and sum(map(_lines, files)) >= _expected(batch, state):
                break
            await asyncio.sleep(min(self._means.settings.batch_poll, 2.0**attempt))
            for file in files:
                again = names[file.name.partition("-")[0]]
                if again is not None:
                    await self._means.api.download(again, file)
        return files


def _expected(batch: PlannedBatch, state: BatchState) -> int:
    """How many lines there must be, as the endpoint has counted."""
    return min(batch.requests, (state.answered or 0) + (state.failed or 0))


def _lines(file: Path) -> int:
    return sum(1 for _ in read_answers(file))


def _readable(file: Path) -> bool:
    return all(answer is not None for answer in read_answers(file))
