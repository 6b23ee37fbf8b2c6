"""What is done, in one SQLite file: which story, with what result, and where its line lies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pipeline.errors import InputError
from pipeline.llm.sqlite_faults import explained

STATE_FILE: Final = "corpus.sqlite3"
Status = Literal["done", "partial", "failed"]
"""``partial``: there is a synthesis, but the model failed on some of its articles."""

_BUSY_SECONDS: Final = 30.0
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ids (id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stories (
  number INTEGER PRIMARY KEY, id TEXT, digest BLOB NOT NULL, status TEXT NOT NULL,
  retried INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL, failure TEXT
);
CREATE INDEX IF NOT EXISTS by_status ON stories (status, number);
"""


class Row(NamedTuple):
    """A story that is finished. Its line has ``length`` bytes from ``start`` on, in the file of retried ones or not.

    ``failure`` is the line of ``failures.jsonl``, or None.
    """

    number: int
    id: str | None
    digest: bytes
    status: Status
    retried: bool
    start: int
    length: int
    failure: str | None


class State:
    """The file, open. One process writes at a time; others may read meanwhile."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open or create it.

        Raises:
            InputError: read-only, and it is not there.
            OutputError: it cannot be written, or is something else.
        """
        self._path = folder / STATE_FILE
        if read_only and not self._path.is_file():
            raise InputError(f"“{folder}” holds no corpus run.", hint="Name the --out folder of `pipeline corpus run`.")
        with explained(self._path):
            if read_only:
                where = f"{self._path.absolute().as_uri()}?mode=ro"
                self._db = sqlite3.connect(where, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
                return
            self._db = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # an older state is as good: what it lacks is done again
            self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close it; what was not committed is gone."""
        self._db.close()

    def get(self, name: str, default: str = "") -> str:
        """A value by its name."""
        with explained(self._path):
            found = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else default

    def put(self, values: Mapping[str, str | int]) -> None:
        """Values by their names."""
        with explained(self._path):
            rows = [(name, str(value)) for name, value in values.items()]
            self._db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", rows)

    def row(self, number: int) -> Row | None:
        """A finished story."""
        with explained(self._path):
            found = self._db.execute("SELECT * FROM stories WHERE number = ?", (number,)).fetchone()
        return Row(*found) if found else None

    def rows(self, where: str, order: str = "number") -> Iterator[Row]:
        """Finished stories, as a cursor gives them: ``where`` and ``order`` are our own words."""
        with explained(self._path):
            for found in self._db.execute(f"SELECT * FROM stories WHERE {where} ORDER BY {order}"):  # noqa: S608  our own words
                yield Row(*found)

    def add(self, row: Row) -> None:
        """A story is finished; an earlier result of the same gives way."""
        with explained(self._path):
            self._db.execute("INSERT OR REPLACE INTO stories VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def claim(self, story_id: str, number: int) -> int:
        """The number of the story that had this id first: ``number`` where it is the first."""
        with explained(self._path):
            self._db.execute("INSERT OR IGNORE INTO ids VALUES (?, ?)", (story_id, number))
            found = self._db.execute("SELECT number FROM ids WHERE id = ?", (story_id,)).fetchone()
        return int(found[0])

    def disclaim(self, number: int) -> None:
        """Free the id that a story had: its line may have been mended."""
        row = self.row(number)
        with explained(self._path):
            if row is not None and row.id is not None:
                self._db.execute("DELETE FROM ids WHERE id = ? AND number = ?", (row.id, number))

    def counts(self) -> dict[Status, int]:
        """How many stories ended how."""
        with explained(self._path):
            found = dict(self._db.execute("SELECT status, COUNT(*) FROM stories GROUP BY status").fetchall())
        return {"done": found.get("done", 0), "partial": found.get("partial", 0), "failed": found.get("failed", 0)}

    def lay_out(self, order: str) -> None:
        """Every line lies one after the other in that order, in the main file, from now on."""
        with explained(self._path):
            self._db.execute(
                "UPDATE stories SET retried = 0, start = laid.start FROM (SELECT number AS n, "  # noqa: S608  our own words
                f"SUM(length) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) - length AS start "
                "FROM stories WHERE status != 'failed') AS laid WHERE stories.number = laid.n"
            )

    def begin(self) -> None:
        """What follows is committed together."""
        with explained(self._path):
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """On the disk, all or nothing."""
        with explained(self._path):
            if self._db.in_transaction:
                self._db.execute("COMMIT")
