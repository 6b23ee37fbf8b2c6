"""Finished stories kept beside the replies that they were made from, so that they need not be verified again.

What is here can be made anew from the replies: a file that is lost, damaged or in the way costs time and nothing else.
So nothing in it is flushed to the disk on its own account, and no trouble with it ends a run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from pipeline.llm.store import create_private
from pipeline.runs.corpus.noting import RestsOn

RESULTS_FILE: Final = "results.sqlite"
"""Beside the store of replies."""
MOST_BYTES: Final = 2_000_000_000
"""About half a million stories of five short articles; beyond it, the oldest tenth is forgotten."""
_PATIENCE: Final = 2.0
"""Seconds to wait for another process that writes: making the result anew takes no longer."""
_LOOKED_AT: Final = 256
"""How many results are added between two looks at the size."""
_TENTH: Final = 10
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS results (
  age INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, told BLOB NOT NULL, stored INTEGER NOT NULL
);
"""

Tell = Callable[[str], None]


class Result(NamedTuple):
    """A finished story's line of output, and the replies that it rests on."""

    line: str
    rests_on: RestsOn


class ResultStore:
    """Results by the digest of all that they depend on. For one thread. Close it."""

    def __init__(self, path: Path, *, tell: Tell = lambda _: None, most_bytes: int = MOST_BYTES) -> None:
        """Open the file; it and its folder are created if need be, readable by the user alone.

        Args:
            path: the file.
            tell: told, once, what is wrong with the file or with what it holds.
            most_bytes: how large it may grow.

        Raises:
            sqlite3.Error: it is no such store, or another process holds on to it.
            OSError: it cannot be made.
        """
        self.path = path
        self._tell = tell
        self._most = most_bytes
        self._added = 0
        self._told: set[str] = set()
        create_private(path)
        with contextlib.ExitStack() as opened:
            self._file = opened.enter_context(
                contextlib.closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None))
            )
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.executescript(_TABLE)
            self._close = opened.pop_all().close

    def get(self, key: str) -> Result | None:
        """The result that is kept; None where there is none, or one that is damaged."""
        row = None
        with self._forgiven():
            row = self._file.execute("SELECT digest, told FROM results WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        found = _read(key, *row)
        if found is None:
            self._say("A finished story that was kept is damaged; it is made again from its replies.")
        return found

    def put(self, key: str, result: Result) -> None:
        """Keep a result, in the place of a damaged one if need be."""
        told = zlib.compress(json.dumps([result.line, result.rests_on]).encode(), 1)
        row = (key, _digest(key, told), told, int(time.time()))
        with self._forgiven():
            self._file.execute("INSERT OR REPLACE INTO results (key, digest, told, stored) VALUES (?, ?, ?, ?)", row)
            self._added += 1
            if self._added % _LOOKED_AT == 0:
                self._make_room()

    def count(self) -> int:
        """How many results there are.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        return int(self._file.execute("SELECT COUNT(*) FROM results").fetchone()[0])

    def prune(self, *, older_than: float | None = None) -> int:
        """Forget results, those older than a time (Unix seconds) or all; give the space back, and say how many.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        bound = time.time() + 1 if older_than is None else older_than
        gone = self._file.execute("DELETE FROM results WHERE stored < ?", (int(bound),)).rowcount
        self._file.execute("VACUUM")
        return gone

    def close(self) -> None:
        """Close the file."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_room(self) -> None:
        """Forget the oldest tenth where the file is too large; its pages are used again."""
        pages, free, size = (
            int(self._file.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - free) * size > self._most:
            oldest = "SELECT age FROM results ORDER BY age LIMIT ?"
            self._file.execute(f"DELETE FROM results WHERE age IN ({oldest})", (max(1, self.count() // _TENTH),))  # noqa: S608  our own words

    @contextlib.contextmanager
    def _forgiven(self) -> Iterator[None]:
        """Go on without, whatever SQLite says."""
        try:
            yield
        except sqlite3.Error as error:
            self._say(f"Finished stories are made again: what was kept of them in {self.path} cannot be used: {error}.")

    def _say(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._tell(message)


def _digest(key: str, told: bytes) -> str:
    """Of both: neither a changed result is taken, nor another story's."""
    return hashlib.sha256(key.encode() + b"\0" + told).hexdigest()


def _read(key: object, digest: object, told: object) -> Result | None:
    """The result of a row; None where the row is not what was written."""
    if not isinstance(told, bytes) or _digest(str(key), told) != digest:
        return None
    try:
        line, rests_on = json.loads(zlib.decompress(told))
        return Result(str(line), tuple((str(request), str(reply)) for request, reply in rests_on))
    except (ValueError, TypeError, zlib.error):
        return None
