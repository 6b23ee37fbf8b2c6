"""What is known of the requests of a job that go out in batches: one SQLite file, on the disk before anything is sent.

A request is ``wanted``, then ``sent`` with a batch, then ``answered`` or ``failed``, or ``wanted`` again; ``idle`` if
it was wanted and nobody has asked for it since. One that the store of replies had before is ``stored``: it is here so
that it can be counted. Replies go to that store, as all do.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.domain.claims import Usage
from pipeline.errors import ModelError
from pipeline.llm.protocol import ChatReply
from pipeline.llm.replay import RecordedError
from pipeline.llm.sqlite_faults import explained

JOURNAL_FILE: Final = "batch.sqlite3"

_BUSY_SECONDS: Final = 30.0
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (
  digest TEXT PRIMARY KEY, state TEXT NOT NULL, request TEXT, batch INTEGER, line INTEGER,
  tries INTEGER NOT NULL DEFAULT 0, reply TEXT, error TEXT, useless INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0, prompt INTEGER NOT NULL DEFAULT 0, completion INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS by_state ON requests (state, batch);
CREATE TABLE IF NOT EXISTS batches (
  number INTEGER PRIMARY KEY, requests INTEGER NOT NULL, adapted TEXT NOT NULL, file TEXT, asked INTEGER, id TEXT,
  status TEXT NOT NULL DEFAULT '', ended INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS settled (number INTEGER PRIMARY KEY, digest BLOB NOT NULL);
"""


class Known(NamedTuple):
    """A request: its state; of an answered one its reply, if the store does not have it; of a failed one the error."""

    state: str
    reply: ChatReply | None
    error: RecordedError | None
    usage: Usage


class PlannedBatch(NamedTuple):
    """A batch: ``requests`` in it, what the endpoint was known not to accept then, and how far it is.

    ``file`` is what the endpoint calls the uploaded file, ``asked`` when (Unix seconds) it was asked to begin, ``id``
    what it calls the batch: None where that has not happened, or nobody can know.
    """

    number: int
    requests: int
    adapted: frozenset[str]
    file: str | None
    asked: int | None
    id: str | None
    status: str

    @property
    def name(self) -> str:
        """What to call it."""
        return f"Batch {self.number}"


class Journal:
    """The file, open. One process at a time; close it."""

    def __init__(self, folder: Path) -> None:
        """Open or create it in a folder that is there.

        Raises:
            OutputError: it cannot be written, or is something else.
        """
        self.folder = folder
        self._path = folder / JOURNAL_FILE
        with explained(self._path):
            self._db = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")  # what was not written down would be sent twice
            self._db.executescript(_TABLES)
        self._usage: Usage | None = None
        self._grouped = False

    def close(self) -> None:
        """Close it. Notes of a pass that was broken off stay: they would be made again."""
        with explained(self._path):
            if self._db.in_transaction:
                self._db.execute("COMMIT")
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What happens inside is on the disk at the end, all or nothing."""
        with explained(self._path):
            if self._db.in_transaction:
                self._db.execute("COMMIT")
            self._db.execute("BEGIN IMMEDIATE")
            self._grouped = True
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                self._usage = None
                raise
            finally:
                self._grouped = False
            self._db.execute("COMMIT")

    def get(self, name: str, default: str = "") -> str:
        """A value by its name."""
        found = self._one("SELECT value FROM about WHERE name = ?", name)
        return str(found[0]) if found else default

    def put(self, name: str, value: str | int) -> None:
        """A value by its name."""
        self._do("INSERT OR REPLACE INTO about VALUES (?, ?)", name, str(value))

    def is_empty(self) -> bool:
        """Whether nothing was asked yet."""
        return self._one("SELECT 1 FROM requests") is None

    def has_submitted(self) -> bool:
        """Whether an endpoint works, or may work, on a batch whose results have not been taken in."""
        return any(batch.id is not None or batch.asked is not None for batch in self.batches())

    def clear(self) -> None:
        """Forget everything."""
        with self.together():
            for table in ("about", "requests", "batches", "settled"):
                self._do(f"DELETE FROM {table}")  # noqa: S608  our own names

    # --- requests

    def known(self, digest: str) -> Known | None:
        """What is known of a request; None if nobody has asked it yet."""
        row = self._one("SELECT state, reply, error, calls, prompt, completion FROM requests WHERE digest = ?", digest)
        if row is None:
            return None
        reply = None if row[1] is None else ChatReply.model_validate_json(row[1])
        error = None if row[2] is None else RecordedError.model_validate_json(row[2])
        return Known(row[0], reply, error, Usage(calls=row[3], prompt_tokens=row[4], completion_tokens=row[5]))

    def want(self, digest: str, canonical: str) -> None:
        """A request is to be sent; ``canonical`` is what `pipeline.llm.store.canonical_request` makes of it."""
        self._note(
            "INSERT INTO requests (digest, state, request) VALUES (?, 'wanted', ?) ON CONFLICT (digest) "
            "DO UPDATE SET state = 'wanted', request = excluded.request",
            digest,
            canonical,
        )

    def begin_pass(self) -> None:
        """What is wanted is what the pass that begins asks for: articles may have changed since the one before."""
        self._note("UPDATE requests SET state = 'idle' WHERE state = 'wanted'")

    def met(self, digest: str) -> None:
        """The store had the reply to a request before."""
        self._note("INSERT OR IGNORE INTO requests (digest, state) VALUES (?, 'stored')", digest)

    def answer(self, digest: str, reply: ChatReply, *, keep: bool) -> None:
        """A request is answered; ``keep`` the reply here, where the store does not take it."""
        used = reply.usage
        self._do(
            "UPDATE requests SET state = 'answered', reply = ?, request = NULL, calls = calls + ?, "
            "prompt = prompt + ?, completion = completion + ? WHERE digest = ?",
            reply.model_dump_json() if keep else None,
            used.calls,
            used.prompt_tokens,
            used.completion_tokens,
            digest,
        )

    def fail(self, digest: str, error: ModelError) -> None:
        """A request has no answer, and is not sent again."""
        recorded = RecordedError(kind=type(error).__name__, message=error.message, hint=error.hint)
        self._do(
            "UPDATE requests SET state = 'failed', error = ?, calls = calls + ?, prompt = prompt + ?, "
            "completion = completion + ? WHERE digest = ?",
            recorded.model_dump_json(),
            *error.spent,
            digest,
        )

    def spend(self, digest: str, used: Usage) -> None:
        """What an answer took that nobody can use."""
        self._do(
            "UPDATE requests SET calls = calls + ?, prompt = prompt + ?, completion = completion + ? WHERE digest = ?",
            used.calls,
            used.prompt_tokens,
            used.completion_tokens,
            digest,
        )

    def again(self, digest: str, *, counted: bool) -> None:
        """A request is to be sent again; ``counted`` as a try that has failed."""
        self._do("UPDATE requests SET state = 'wanted', tries = tries + ? WHERE digest = ?", int(counted), digest)

    def tries(self, digest: str) -> int:
        """How often a request has failed so far."""
        found = self._one("SELECT tries FROM requests WHERE digest = ?", digest)
        return int(found[0]) if found else 0

    def sent(self, digest: str) -> str | None:
        """The request that is under way, as canonical JSON; None where there is none by that digest."""
        found = self._one("SELECT request FROM requests WHERE digest = ? AND state = 'sent'", digest)
        return None if found is None else str(found[0])

    def has(self, digest: str) -> bool:
        """Whether there is such a request at all."""
        return self._one("SELECT 1 FROM requests WHERE digest = ?", digest) is not None

    def wanted(self) -> Iterator[tuple[str, str, bool]]:
        """What is to be sent, in the order in which it was asked: digest, canonical JSON, whether it is new."""
        query = "SELECT digest, request, batch IS NULL FROM requests WHERE state = 'wanted' ORDER BY rowid"
        with explained(self._path):
            for digest, canonical, new in self._db.execute(query):
                yield str(digest), str(canonical), bool(new)

    def count(self, state: str, batch: int | None = None) -> int:
        """How many requests are in a state, of one batch or of all."""
        found = self._one("SELECT COUNT(*) FROM requests WHERE state = ? AND batch IS IFNULL(?, batch)", state, batch)
        return int(found[0]) if found else 0

    def of_batch(self, number: int) -> list[tuple[str, int]]:
        """The requests that are under way with a batch: digest and line, from 1."""
        query = "SELECT digest, line FROM requests WHERE batch = ? AND state = 'sent' ORDER BY line"
        with explained(self._path):
            return [(str(digest), int(line)) for digest, line in self._db.execute(query, (number,))]

    def reset_failed(self) -> None:
        """What failed is to be sent again, and its tries begin anew."""
        self._do("UPDATE requests SET state = 'wanted', tries = 0 WHERE state = 'failed'")

    def useless(self, digests: Iterable[str]) -> None:
        """Replies that turned out to be of no use: they serve until the job ends, and no longer."""
        for digest in digests:
            self._note("UPDATE requests SET useless = 1 WHERE digest = ?", digest)

    def all_useless(self) -> list[str]:
        """Those, by digest."""
        with explained(self._path):
            return [str(row[0]) for row in self._db.execute("SELECT digest FROM requests WHERE useless = 1")]

    def usage(self) -> Usage:
        """What all answers took, each once, whoever asked how often."""
        if self._usage is None:
            paid = self._one("SELECT TOTAL(calls), TOTAL(prompt), TOTAL(completion) FROM requests") or (0, 0, 0)
            calls, prompt, completion = map(int, paid)
            stored = self.count("stored")
            self._usage = Usage(calls=calls, cached=stored, prompt_tokens=prompt, completion_tokens=completion)
        return self._usage

    # --- batches

    def plan(self, requests: Iterable[str], adapted: frozenset[str]) -> int:
        """Put these requests into a new batch, and say its number."""
        digests = list(requests)
        with explained(self._path):
            made = self._db.execute(
                "INSERT INTO batches (requests, adapted) VALUES (?, ?)", (len(digests), " ".join(sorted(adapted)))
            )
            number = int(made.lastrowid or 0)
            rows = [(number, line, digest) for line, digest in enumerate(digests, start=1)]
            self._db.executemany("UPDATE requests SET state = 'sent', batch = ?, line = ? WHERE digest = ?", rows)
        return number

    def request_of(self, digest: str) -> str:
        """A request that is wanted or under way, as canonical JSON."""
        found = self._one("SELECT request FROM requests WHERE digest = ?", digest)
        return str(found[0]) if found else ""

    def batches(self, *, open_only: bool = True) -> list[PlannedBatch]:
        """The batches whose results have not been taken in; or all."""
        query = "SELECT number, requests, adapted, file, asked, id, status FROM batches"
        with explained(self._path):
            rows = self._db.execute(f"{query}{' WHERE NOT ended' if open_only else ''} ORDER BY number").fetchall()
        return [PlannedBatch(n, size, frozenset(a.split()), f, asked, i, s) for n, size, a, f, asked, i, s in rows]

    def uploaded(self, number: int, file: str) -> None:
        """The endpoint has the file."""
        self._do("UPDATE batches SET file = ? WHERE number = ?", file, number)

    def asking(self, number: int, *, now: bool) -> None:
        """The endpoint is about to be asked to begin; or, not ``now``, it surely has not begun."""
        self._do("UPDATE batches SET asked = ? WHERE number = ?", int(time.time()) if now else None, number)

    def created(self, number: int, batch_id: str, status: str) -> None:
        """The endpoint has begun."""
        self._do("UPDATE batches SET id = ?, status = ? WHERE number = ?", batch_id, status, number)

    def seen(self, number: int, status: str) -> None:
        """How it is doing."""
        self._do("UPDATE batches SET status = ? WHERE number = ?", status, number)

    def ended(self, number: int) -> None:
        """Everything that came of it was taken in."""
        self._do("UPDATE batches SET ended = 1 WHERE number = ?", number)

    # --- stories of a corpus

    def settle(self, number: int, digest: bytes) -> None:
        """All that a story asks is known."""
        self._note("INSERT OR REPLACE INTO settled VALUES (?, ?)", number, digest)

    def is_settled(self, number: int, digest: bytes) -> bool:
        """Whether that is so, of the story as it is."""
        return self._one("SELECT 1 FROM settled WHERE number = ? AND digest = ?", number, digest) is not None

    def _do(self, statement: str, *values: str | int | bytes | None) -> None:
        """On the disk at once, unless it happens `together` with others."""
        self._usage = None
        with explained(self._path):
            self._db.execute(statement, values)
            if self._db.in_transaction and not self._grouped:
                self._db.execute("COMMIT")

    def _note(self, statement: str, *values: str | int | bytes | None) -> None:
        """With the next thing that has to be on the disk: a note that is lost is made again."""
        self._usage = None
        with explained(self._path):
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(statement, values)

    def _one(self, query: str, *values: str | int | bytes | None) -> tuple[Any, ...] | None:
        with explained(self._path):
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return found
