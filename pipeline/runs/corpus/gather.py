"""Taking a finished shard's results over into the ledger of the whole, as if this process had made them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import IO, Final

from pipeline.domain.corpus import FailureLine
from pipeline.errors import OutputError
from pipeline.runs.corpus.ledger import SYNTHESES, Ledger, Result
from pipeline.runs.corpus.session import duplicate_of
from pipeline.runs.corpus.state import Row, State
from pipeline.runs.corpus.work import failure_line

_AT_ONCE: Final = 50
"""Stories between two moments for whoever else waits in the event loop."""
_DUPLICATE: Final = "duplicate"


async def gather(shard: Path, ledger: Ledger, *, ordered: bool) -> AsyncIterator[Result]:
    """Add each of the shard's stories that the ledger has not; they count from its next commit on.

    That an earlier shard had a story's id is found here: a shard knows of no other.

    Yields:
        What was added.

    Raises:
        InputError: a story that is done is not the same any more.
        OutputError: the shard's folder cannot be read.
    """
    with closing(State(shard, read_only=True)) as state, _opened(shard / SYNTHESES) as lines:
        for count, row in enumerate(state.rows("1", "number" if ordered else "start, number")):
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if not ledger.finished(row.number, row.digest, f"line {row.number}"):
                result = _result(row, lines, ledger)
                ledger.add(result)
                yield result


def drop(shard: Path) -> None:
    """Remove the folder of a shard that has been taken over."""
    shutil.rmtree(shard, ignore_errors=True)


def _result(row: Row, lines: IO[bytes], ledger: Ledger) -> Result:
    """The story's result, or that its id was there before."""
    story_id, again = row.id, False
    if row.failure is not None and row.id is None:
        told = FailureLine.model_validate_json(row.failure)
        story_id, again = told.story_id, told.code == _DUPLICATE
    if story_id is not None and (row.id is not None or again):
        first = ledger.first_with(story_id, row.number)
        if first != row.number:
            failure = duplicate_of(first).failure
            assert failure is not None  # noqa: S101  that is what it is
            told_line = failure_line(story_id, f"line {row.number}", failure, ())
            return Result(row.number, None, row.digest, "failed", None, told_line)
    line = None
    if row.status != "failed":
        lines.seek(row.start)
        line = lines.read(row.length).decode().removesuffix("\n")
    return Result(row.number, row.id, row.digest, row.status, line, row.failure)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise OutputError(f"The shard's results “{path}” cannot be read: {error.strerror}.") from error
