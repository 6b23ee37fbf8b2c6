"""Replies kept in one SQLite file, so that no reply is paid for twice.

A reply is on disk before anything reads it (see `pipeline.llm.keeping`). Two processes may share the file; the
first reply to a request stays, and both go on with that one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple, Self

from pydantic import ValidationError

from pipeline.errors import ConfigurationError
from pipeline.llm.protocol import RUNGS, ChatReply, ChatRequest

IN_MEMORY: Final = Path(":memory:")
"""In place of a file: replies are kept for one run, and forgotten."""

_BUSY_SECONDS: Final = 30.0
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS replies (
  digest TEXT PRIMARY KEY, request TEXT NOT NULL, reply TEXT NOT NULL, stored INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS learned (
  endpoint TEXT, model TEXT, adaptations TEXT NOT NULL, learned INTEGER NOT NULL, PRIMARY KEY (endpoint, model)
) WITHOUT ROWID;
"""
_KEEP: Final = "INSERT INTO replies (digest, request, reply, stored)"
_STAY: Final = "DO NOTHING"
_REPLACE: Final = "DO UPDATE SET request = excluded.request, reply = excluded.reply, stored = excluded.stored"


class Group(NamedTuple):
    """Replies of one model to one prompt: how many, their size in bytes, and when they came (Unix seconds)."""

    model: str
    prompt: str
    replies: int
    size: int
    oldest: int
    newest: int


def canonical_request(request: ChatRequest, endpoint: str) -> str:
    """The request and who is asked, as ASCII JSON without white space.

    Keys keep their order instead of being sorted: the order of a schema's properties is the order in which a
    model writes them (evidence before claim), so two schemas that differ in it are two requests.

    Args:
        request: what is asked.
        endpoint: `pipeline.llm.endpoint.public_name` of the base URL; it holds no credentials.
    """
    beside = {"rung"} if request.rung == RUNGS[0] else None  # only a request that asks for less is another one
    whole = {"endpoint": endpoint, "request": request.model_dump(mode="json", exclude=beside)}
    return json.dumps(whole, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def digest_of(canonical: str) -> str:
    """``sha256:`` and the SHA-256 of a canonical request in hexadecimal; `ReplyStore.verify` checks it."""
    return "sha256:" + hashlib.sha256(canonical.encode("ascii", "replace")).hexdigest()


def create_private(path: Path) -> None:
    """Make a file for SQLite, and its folder, readable by the user alone, where they are not there yet.

    Raises:
        OSError: they cannot be made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        # Only a new file is opened here. To close one that SQLite has open would, as POSIX has it, give up SQLite's
        # locks on it; another process would then take the log away from under this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


class ReplyStore:
    """Raw replies by the digest of their request. Close it.

    Reading is for one thread; `add` may be called from any, one at a time, while it goes on: it has a connection
    of its own, so a reader never waits for the disk.
    """

    def __init__(self, path: Path, *, read_only: bool = False, patience: float = _BUSY_SECONDS) -> None:
        """Open the file; it and its folder are created if need be, readable by the user alone.

        Args:
            path: the file.
            read_only: not a byte of the file is changed, and no store is created.
            patience: seconds to wait for another process that writes.

        Raises:
            ConfigurationError: the folder cannot be written, or the file is no store.
        """
        self.path = path
        self._read_only = read_only
        self._patience = patience
        self._writing = threading.Lock()
        with self._explained(), contextlib.ExitStack() as opened:
            self._reader = self._writer = opened.enter_context(contextlib.closing(self._connect()))
            if not read_only:
                self._writer.execute("PRAGMA journal_mode = WAL")
                self._writer.execute("PRAGMA synchronous = FULL")  # a commit is on the disk: a power cut loses none
                self._writer.executescript(_TABLES)
            if not (read_only or path == IN_MEMORY):
                self._reader = opened.enter_context(contextlib.closing(self._connect()))
            self._close = opened.pop_all().close

    def get(self, digest: str) -> ChatReply | None:
        """The stored reply; None if there is none, or one that cannot be read."""
        with self._explained():
            row = self._reader.execute("SELECT reply FROM replies WHERE digest = ?", (digest,)).fetchone()
        return _read(row[0]) if row else None

    def add(self, canonicals_and_replies: Sequence[tuple[str, ChatReply]], *, replace: bool = False) -> list[ChatReply]:
        """Keep the replies, all or none, and return those that are kept.

        Args:
            canonicals_and_replies: `canonical_request` and the reply to it.
            replace: whether a new reply takes the place of a stored one; else the first stays, whoever's it is.
        """
        now = int(time.time())
        rows = [(digest_of(c), c, reply.model_dump_json(), now) for c, reply in canonicals_and_replies]
        # One statement is atomic by itself, and gives up the interpreter's lock once, not once a row.
        keep = f"{_KEEP} VALUES {', '.join(['(?, ?, ?, ?)'] * len(rows))} ON CONFLICT {_REPLACE if replace else _STAY}"
        with self._writing, self._explained():
            stored = self._writer.execute(keep, list(chain.from_iterable(rows))).rowcount
            if stored == len(rows):
                return [reply for _, reply in canonicals_and_replies]
            return [self._first(row, reply) for row, (_, reply) in zip(rows, canonicals_and_replies, strict=True)]

    def forget(self, digests: Sequence[str]) -> None:
        """Take these replies away; those that are not there are gone already."""
        with self._writing, self._explained():
            self._writer.executemany("DELETE FROM replies WHERE digest = ?", [(digest,) for digest in digests])

    def recall(self, endpoint: str, model: str, *, newer_than: float) -> frozenset[str]:
        """What was learned about an endpoint and model after that time (Unix seconds); empty if nothing was."""
        query = "SELECT adaptations FROM learned WHERE endpoint = ? AND model = ? AND learned > ?"
        with self._explained():
            row = self._reader.execute(query, (endpoint, model, int(newer_than))).fetchone()
        return frozenset(str(row[0]).split()) if row else frozenset()

    def learn(self, endpoint: str, model: str, adaptations: frozenset[str]) -> None:
        """Remember what an endpoint and model turned out not to accept."""
        row = (endpoint, model, " ".join(sorted(adaptations)), int(time.time()))
        with self._writing, self._explained():
            self._writer.execute("INSERT OR REPLACE INTO learned VALUES (?, ?, ?, ?)", row)

    def verify(self) -> list[str]:
        """The digests that their request does not give, or whose reply is unreadable: none if all is well."""
        damage = self.damage()
        if damage:
            return [f"SQLite: {line}" for line in damage]
        with self._explained():
            rows = self._reader.execute("SELECT digest, request, reply FROM replies ORDER BY digest")
            return [str(row[0]) for row in rows if digest_of(str(row[1])) != row[0] or _read(row[2]) is None]

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file, in its words: nothing if all is well."""
        with self._explained():
            found = [str(row[0]) for row in self._reader.execute("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found

    def groups(self) -> list[Group]:
        """What is stored, by model and prompt."""
        query = """
            SELECT iif(json_valid(request), json_extract(request, '$.request.model'), '?') AS model,
                   iif(json_valid(request), json_extract(request, '$.request.schema_name'), '?') AS prompt,
                   COUNT(*), SUM(length(request) + length(reply)), MIN(stored), MAX(stored)
            FROM replies GROUP BY model, prompt ORDER BY model, prompt"""
        with self._explained():
            return [Group(*row) for row in self._reader.execute(query)]

    def count(self) -> int:
        """How many replies there are."""
        with self._explained():
            return int(self._reader.execute("SELECT COUNT(*) FROM replies").fetchone()[0])

    def prune(self, *, older_than: float | None = None) -> int:
        """Forget replies, give the space back, and say how many they were.

        Args:
            older_than: Unix seconds; None forgets all, and what was learned about endpoints too.
        """
        with self._writing, self._explained():
            if older_than is None:
                gone = self._writer.execute("DELETE FROM replies").rowcount
                self._writer.execute("DELETE FROM learned")
            else:
                gone = self._writer.execute("DELETE FROM replies WHERE stored < ?", (int(older_than),)).rowcount
            self._writer.execute("VACUUM")
        return gone

    def close(self) -> None:
        """Close the file."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        where = str(self.path)
        if self._read_only:
            where = f"{self.path.absolute().as_uri()}?mode=ro"
            if not os.access(self.path.parent, os.W_OK):  # SQLite could not make its files beside it
                where += "&immutable=1"
        elif self.path != IN_MEMORY:
            create_private(self.path)
        return sqlite3.connect(
            where, timeout=self._patience, isolation_level=None, check_same_thread=False, uri=self._read_only
        )

    def _first(self, row: tuple[str, str, str, int], reply: ChatReply) -> ChatReply:
        """The stored reply, where somebody was first; this one, where that cannot be read."""
        found = self._writer.execute("SELECT reply FROM replies WHERE digest = ?", row[:1]).fetchone()
        first = _read(found[0]) if found else None  # somebody may have pruned it in this moment
        if first is None:
            self._writer.execute(f"{_KEEP} VALUES (?, ?, ?, ?) ON CONFLICT {_REPLACE}", row)
        return first or reply

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Say in our words what SQLite or the file system cannot do."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ConfigurationError(
                f"the reply store {self.path} cannot be used: {error}",
                hint="Choose a folder that can be written with PIPELINE_CACHE_DIR, or go without: PIPELINE_CACHE=off.",
            ) from error


def _read(stored: object) -> ChatReply | None:
    try:
        return ChatReply.model_validate_json(str(stored))
    except ValidationError:
        return None
