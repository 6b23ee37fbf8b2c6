"""What a user asks for who asks for batches."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import OutputError
from pipeline.llm.batch_journal import JOURNAL_FILE, Journal

FOLDER: Final = "batch"
"""Below the output: the journal, the files that were sent and those that came back. It goes when the job is done."""


class BatchOrder(NamedTuple):
    """How requests go out: by the endpoint's batches, or, ``files_only``, as files that somebody else sees to.

    ``out`` is the output of the run; ``replies`` are files of answers that somebody has brought; ``counting`` as
    `BatchChat` has it.
    """

    out: Path
    files_only: bool = False
    replies: tuple[Path, ...] = ()
    counting: bool = True


def has_open_batches(out: Path) -> bool:
    """Whether a job of that output waits for batches: without them, everything would be asked and paid for again."""
    folder = out / FOLDER
    if not (folder / JOURNAL_FILE).is_file():
        return False
    try:
        with closing(Journal(folder)) as journal:
            return journal.has_submitted()
    except OutputError:
        return False
