"""Sending: what is wanted becomes batches, each asked for once, whenever the process dies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.errors import BatchFault, PipelineError
from pipeline.llm.batch_api import surely_not_begun
from pipeline.llm.batch_format import BatchState, request_line
from pipeline.llm.batch_journal import PlannedBatch
from pipeline.llm.protocol import ChatRequest
from pipeline.runs.batch.files import Caps, affordable, cut, read_request, write_lines
from pipeline.runs.batch.means import Means
from pipeline.runs.costs import call_bound, known_price

ROUNDS: Final = 12
"""Batches that wait for one another. A summary takes two to six; each may take a day."""


class Sending:
    """Sends what a journal has."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._journal = means.journal

    def plan(self) -> None:
        """What is wanted becomes batches, on the disk.

        Raises:
            BudgetError: the next request could cost too much, and nothing is under way.
        """
        rounds = int(self._journal.get("rounds", "0"))
        if rounds >= ROUNDS:
            self._refuse_new()
        wanted = {digest: new for digest, _, new in self._journal.wanted()}
        chosen = self._within_budget(list(wanted))
        adapted = self._means.client.adaptations
        sizes = ((digest, len(self._line(digest, adapted))) for digest in chosen)
        files = list(cut(sizes, self._caps()))
        if not files:
            return
        new = sum(wanted[digest] for digest in chosen)
        with self._journal.together():
            for file in files:
                self._journal.plan(file, adapted)
            self._journal.put("rounds", rounds + bool(new))
            self._journal.put("again", int(self._journal.get("again", "0")) + len(chosen) - new)
        count = _requests(len(chosen))
        into = "one batch" if len(files) == 1 else f"{len(files):,} batches"
        self._means.tell(f"Round {rounds + bool(new)}: {count} in {into}.")

    def file(self, batch: PlannedBatch) -> Path:
        """The file of a batch, written if it is not there: it is made of what the journal has."""
        path = self._journal.folder / f"requests-{batch.number:04}.jsonl"
        if not path.exists():
            digests = (digest for digest, _ in self._journal.of_batch(batch.number))
            write_lines(path, (self._line(digest, batch.adapted) for digest in digests))
        return path

    async def submit(self, batch: PlannedBatch) -> None:
        """Upload it and ask for it, whatever of that has not happened yet; never ask for it twice.

        Raises:
            PipelineError: the endpoint does not take it, or nobody can know.
        """
        if batch.id is not None:
            return
        tag = f"{self._journal.get('run')}-{batch.number}"
        state: BatchState | None = None
        file = batch.file
        if file is not None and batch.asked is not None:  # a process died, or gave up, in the midst of asking
            state = await self._means.api.find(file, tag, since=batch.asked)
        if state is None:
            if file is None:
                file = await self._means.api.upload(self.file(batch))
                self._journal.uploaded(batch.number, file)
            self._journal.asking(batch.number, now=True)
            try:
                state = await self._means.api.create(file, tag)
            except PipelineError as error:
                if surely_not_begun(error):
                    self._journal.asking(batch.number, now=False)
                raise
        self._journal.created(batch.number, state.id, state.status)
        name = self._means.client.safe(state.id)
        self._means.tell(f"{batch.name} is {name}: {_requests(batch.requests)}.")

    def _line(self, digest: str, adapted: frozenset[str]) -> bytes:
        return request_line(digest, self._means.client.batch_body(self._request(digest), adapted))

    def _request(self, digest: str) -> ChatRequest:
        return read_request(self._journal.request_of(digest))

    def _within_budget(self, wanted: list[str]) -> list[str]:
        """Those of the wanted that cannot cost more than is left, with all that is under way."""
        settings = self._means.settings
        if settings.max_cost is None or not wanted:
            return wanted
        price, bound = known_price(settings, batch=True), call_bound(settings)

        def most(request: ChatRequest) -> float:
            return price(*bound(request))

        open_batches = self._journal.batches()
        under_way = [digest for batch in open_batches for digest, _ in self._journal.of_batch(batch.number)]
        spent = price(*self._journal.usage().paid_tokens())
        left = settings.max_cost - spent - sum(most(self._request(digest)) for digest in under_way)
        asked = ((digest, self._request(digest)) for digest in wanted)
        chosen = list(affordable(asked, most, left, spent, may_wait=bool(open_batches)))
        if len(chosen) < len(wanted):
            waiting = len(wanted) - len(chosen)
            self._means.tell(f"{waiting:,} requests wait: with the others they could cost more than --max-cost.")
        return chosen

    def _refuse_new(self) -> None:
        """What depends on so many batches in a row is asked no more."""
        with self._journal.together():
            new = [digest for digest, _, fresh in self._journal.wanted() if fresh]
            for digest in new:
                self._journal.fail(digest, BatchFault(f"There was no answer after {ROUNDS} rounds of batches."))
        if new:
            self._means.tell(f"{len(new):,} requests are given up: they need more than {ROUNDS} rounds of batches.")

    def _caps(self) -> Caps:
        settings = self._means.settings
        most = int(self._journal.get("most", str(settings.batch_requests)))
        return Caps(min(most, settings.batch_requests), settings.batch_bytes)


def _requests(count: int) -> str:
    return "one request" if count == 1 else f"{count:,} requests"
