"""Taking in what a batch gave: each line to its request, replies to the store, the rest back to be sent or failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import BatchFault, InputError, ModelError, OutputError, PipelineError
from pipeline.llm.batch_format import BatchAnswer, digest_of_id, read_answers
from pipeline.llm.batch_journal import Journal, PlannedBatch
from pipeline.llm.keeping import LASTING
from pipeline.llm.protocol import ChatReply, spent_on
from pipeline.llm.store import ReplyStore
from pipeline.runs.batch.files import read_request

if TYPE_CHECKING:
    from pipeline.llm.openai_client import OpenAIChat

TRIES: Final = 3
"""How often a request is sent that comes back without an answer, or with an error that may pass."""
_AT_ONCE: Final = 200
"""Replies for one statement of the store."""


Adapted = Callable[[str], frozenset[str]]
"""What the endpoint was known not to accept when a request was written, by its digest."""


class Taken:
    """What became of the lines of a batch's files, by what to call it; ``fatal`` makes all requests meaningless."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.fatal: PipelineError | None = None

    def raise_fatal(self) -> None:
        """Nothing, if there is no such error."""
        if self.fatal is not None:
            raise self.fatal

    def described(self) -> str:
        """In words.

        >>> taken = Taken(); taken.counts.update(["answered", "answered", "unknown"]); taken.described()
        '2 answered, 1 with an id that nobody sent'
        """
        words = {
            "answered": "answered",
            "failed": "failed",
            "adapted": "to be asked in another way",
            "again": "to be sent again",
            "missing": "not in it",
            "double": "answered twice",
            "unknown": "with an id that nobody sent",
            "broken": "unreadable",
        }
        return ", ".join(f"{self.counts[name]:,} {said}" for name, said in words.items() if self.counts[name])


class Taking:
    """Takes in lines, for one journal."""

    def __init__(self, journal: Journal, client: OpenAIChat, store: ReplyStore) -> None:
        self._journal = journal
        self._client = client
        self._store = store
        self._replies: list[tuple[str, ChatReply]] = []
        self._counted = True

    def take(self, batch: PlannedBatch, files: Iterable[Path], missing: str, *, counted: bool = True) -> Taken:
        """All that came of a batch, as one step: either all of it is written down, or it is taken in again.

        Args:
            batch: which.
            files: its output and its errors.
            missing: why, in words, what is not in them is not.
            counted: whether what has no answer was tried once more.

        Raises:
            OutputError: a file cannot be read.
        """
        taken = Taken()
        self._counted = counted
        with self._journal.together():
            for file in files:
                self._lines(file, taken, lambda _: batch.adapted)
            for digest, _ in self._journal.of_batch(batch.number):
                taken.counts["missing"] += 1
                self._again(digest, BatchFault(f"{TRIES} batches gave no answer: the last {missing}."), taken)
            self._flush()
            self._journal.ended(batch.number)
        return taken

    def bring(self, files: Iterable[Path], adapted: dict[str, frozenset[str]]) -> Taken:
        """Answers that somebody has brought, to whatever is under way.

        Raises:
            InputError: a file is not there, or holds nothing that answers a request of this job.
        """
        taken = Taken()
        self._counted = True
        with self._journal.together():
            for file in files:
                before = taken.counts.copy()
                try:
                    self._lines(file, taken, lambda digest: adapted.get(digest, frozenset()))
                except OutputError as error:
                    raise InputError(error.message, hint="--batch-replies wants the file of answers.") from None
                of_it = taken.counts - before
                if not of_it.keys() - {"unknown", "broken"}:
                    raise InputError(
                        f"“{file}” holds no answer to a request of this job: {taken.described() or 'it is empty'}.",
                        hint="Give what was made of the files in the folder “batch”, with the same articles and model.",
                    )
            self._flush()
        return taken

    def _lines(self, file: Path, taken: Taken, adapted: Adapted) -> None:
        try:
            for answer in read_answers(file):
                if answer is None:
                    taken.counts["broken"] += 1
                else:
                    self._line(answer, taken, adapted)
        except OSError as error:
            raise OutputError(f"“{file}” cannot be read: {error.strerror}.") from error

    def _line(self, answer: BatchAnswer, taken: Taken, adapted: Adapted) -> None:
        digest = digest_of_id(answer.custom_id)
        canonical = self._journal.sent(digest)
        if canonical is None:
            taken.counts["double" if self._journal.has(digest) else "unknown"] += 1
            return
        if answer.unanswered:
            fault = BatchFault(f"{TRIES} batches expired before they came to it.")
            self._again(digest, fault, taken)
            return
        found = self._client.batch_reply(answer, read_request(canonical), adapted(digest))
        if isinstance(found, ChatReply):
            self._answered(digest, canonical, found)
            taken.counts["answered"] += 1
        elif found is None:
            taken.counts["adapted"] += 1
            self._journal.again(digest, counted=False)
        elif not isinstance(found, ModelError):  # a refused key, an unknown model, an empty account
            taken.fatal = taken.fatal or found
            self._journal.again(digest, counted=False)
        elif found.retryable:
            self._again(digest, found, taken)
        else:
            taken.counts["failed"] += 1
            self._journal.fail(digest, found)

    def _answered(self, digest: str, canonical: str, reply: ChatReply) -> None:
        lasting = reply.finish_reason in LASTING
        self._journal.answer(digest, reply, keep=not lasting)
        if lasting:
            self._replies.append((canonical, reply))
            if len(self._replies) >= _AT_ONCE:
                self._flush()

    def _again(self, digest: str, error: ModelError, taken: Taken) -> None:
        """Once more, if it was not too often already."""
        if self._counted and self._journal.tries(digest) + 1 >= TRIES:
            taken.counts["failed"] += 1
            self._journal.fail(digest, error)
        else:
            taken.counts["again"] += 1
            self._journal.spend(digest, spent_on(error))
            self._journal.again(digest, counted=self._counted)

    def _flush(self) -> None:
        """The replies are in the store before the journal says that they are."""
        if self._replies:
            self._store.add(self._replies)
        self._replies = []
