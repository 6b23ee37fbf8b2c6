"""A batch that was refused as a whole, and what can be done about it."""

from __future__ import annotations

from http import HTTPStatus

from pipeline.errors import BatchFault, ConfigurationError, ModelError, PipelineError, RequestRefused
from pipeline.llm.batch_format import BatchState
from pipeline.llm.batch_journal import Journal, PlannedBatch
from pipeline.llm.faults import Fault, error_for
from pipeline.runs.batch.means import Means
from pipeline.runs.batch.taking import TRIES

_TOO_MUCH = "token_limit_exceeded"
"""More tokens than an account may have waiting in batches."""


def refused(batch: PlannedBatch, state: BatchState, means: Means) -> None:
    """Write down what a refusal means for each request.

    Too much at once: it is sent again, after what is under way, or in smaller parts. Lines that are at fault fail, and
    the others are sent again.

    Raises:
        PipelineError: what would befall every batch (an unknown model, an empty account, a file that is not taken);
            what was asked stays wanted, so that the same command asks again once that is mended.
    """
    journal, client = means.journal, means.client
    said = "; ".join(client.safe(message or code) for code, message, _ in state.faults[:3])
    means.tell(f"{batch.name} was refused: {said}.")
    lines = {line: client.safe(message or code) for code, message, line in state.faults if line is not None}
    too_much = any(code == _TOO_MUCH for code, _, _ in state.faults)
    fatal = None if too_much else _fatal(state, means, said, about_lines=bool(lines))
    with journal.together():
        alone = too_much and _make_room(batch, journal)
        for digest, line in journal.of_batch(batch.number):
            if fatal is None and line in lines:
                journal.fail(digest, RequestRefused(f"the batch was refused for it: {lines[line]}"))
            else:
                journal.again(digest, counted=alone)
        journal.ended(batch.number)
    if fatal is not None:
        raise fatal


def _make_room(batch: PlannedBatch, journal: Journal) -> bool:
    """Where nothing else is under way that will end and leave room, batches get smaller.

    True for a request that is alone: that counts as a try, since what was there when it was sent may have ended.
    """
    if len(journal.batches()) > 1:
        return False
    journal.put("most", max(1, batch.requests // 2))
    if batch.requests > 1:
        return False
    for digest, _ in journal.of_batch(batch.number):
        if journal.tries(digest) + 1 >= TRIES:
            journal.fail(digest, BatchFault("the account may not have so many tokens waiting in batches"))
    return True


def _fatal(state: BatchState, means: Means, said: str, *, about_lines: bool) -> PipelineError | None:
    """What every batch would meet; None where it is about some lines."""
    endpoint = means.client.endpoint
    labels = frozenset(code.lower() for code, _, _ in state.faults if code)
    error = error_for(Fault(HTTPStatus.BAD_REQUEST, labels, None, said), means.settings.model, endpoint)
    if not isinstance(error, ModelError):
        return error
    if about_lines:
        return None
    return ConfigurationError(
        f"{endpoint} refused a batch: {said}.",
        hint="The file is in the folder “batch” of the output. Once that is mended, the same command sends it again.",
    )
