"""What SQLite cannot do, said in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import OutputError


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """For a file of state from which the same command resumes.

    Raises:
        OutputError: for what SQLite raises inside.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(
            f"“{path}” cannot be used: {error}.",
            hint="Free some space or check the permissions, and run the same command again; it resumes.",
        ) from error
