"""Replies kept in one SQLite file, so that no reply is paid for twice.

A reply is stored before anything reads it, in the same step of the event loop in which it arrived: cancelling
or killing the run afterwards does not lose it. Two processes may share the file; the first reply to a request
stays, and both go on with that one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from pydantic import ValidationError

from pipeline.errors import ConfigurationError
from pipeline.llm.protocol import RUNGS, ChatModel, ChatReply, ChatRequest

_BUSY_SECONDS: Final = 30.0
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS replies "
    "(digest TEXT PRIMARY KEY, request TEXT NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID"
)


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


class ReplyStore:
    """Raw replies by the digest of their request. Use it in one thread, and close it."""

    def __init__(self, path: Path) -> None:
        """Open the file; it and its folder are created if need be, readable by the user alone.

        Raises:
            ConfigurationError: the folder cannot be written, or the file is no store.
        """
        self.path = path
        with self._explained():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            with self._explained():
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute("PRAGMA synchronous = NORMAL")
                self._database.execute(_TABLE)
        except ConfigurationError:
            self._database.close()
            raise

    def get(self, digest: str) -> ChatReply | None:
        """The stored reply; None if there is none, or one that cannot be read."""
        with self._explained():
            row = self._database.execute("SELECT reply FROM replies WHERE digest = ?", (digest,)).fetchone()
        try:
            return ChatReply.model_validate_json(row[0]) if row else None
        except ValidationError:
            return None

    def add(self, canonical: str, reply: ChatReply) -> ChatReply:
        """Keep the reply unless another process was first; either way, the one that is kept."""
        digest = digest_of(canonical)
        with self._explained():
            row = (digest, canonical, reply.model_dump_json())
            self._database.execute("INSERT INTO replies VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
        kept = self.get(digest)
        if kept is None:  # an unreadable row was in the way
            self.replace(canonical, reply)
        return kept or reply

    def replace(self, canonical: str, reply: ChatReply) -> None:
        """Keep the reply in place of any other."""
        row = (digest_of(canonical), canonical, reply.model_dump_json())
        with self._explained():
            self._database.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?)", row)

    def verify(self) -> list[str]:
        """The digests that their request does not give, or whose reply is unreadable: none if all is well."""
        with self._explained():
            rows = self._database.execute("SELECT digest, request FROM replies ORDER BY digest").fetchall()
        return [digest for digest, request in rows if digest_of(request) != digest or self.get(digest) is None]

    def count(self) -> int:
        """How many replies there are."""
        with self._explained():
            return int(self._database.execute("SELECT COUNT(*) FROM replies").fetchone()[0])

    def clear(self) -> None:
        """Forget all replies, and give the space back."""
        with self._explained():
            self._database.execute("DELETE FROM replies")
            self._database.execute("VACUUM")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Say in our words what SQLite or the file system cannot do."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ConfigurationError(
                f"the reply store {self.path} cannot be used: {error}",
                hint="Choose a folder that can be written with PIPELINE_CACHE_DIR, or move the file away.",
            ) from error


class StoredChat:
    """A `ChatModel` that answers from the store, and stores what the model behind it answers.

    A hit counts as ``cached`` and costs nothing. Refusals and odd endings are not stored: they may not last.
    """

    def __init__(self, inner: ChatModel, store: ReplyStore, endpoint: str, *, fresh: bool = False) -> None:
        """``endpoint`` is the base URL's `public_name`; ``fresh`` ignores what is stored, and replaces it."""
        self._inner = inner
        self._store = store
        self._endpoint = endpoint
        self._fresh = fresh

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The stored reply, or else a new one."""
        canonical = canonical_request(request, self._endpoint)
        known = None if self._fresh else self._store.get(digest_of(canonical))
        if known is not None:
            return known.model_copy(update={"usage": known.usage.from_store()})
        reply = await self._inner.complete(request)
        return self._kept(canonical, reply) if reply.finish_reason in {"stop", "length", "runaway"} else reply

    def _kept(self, canonical: str, reply: ChatReply) -> ChatReply:
        if self._fresh:
            self._store.replace(canonical, reply)
            return reply
        return self._store.add(canonical, reply).model_copy(update={"usage": reply.usage})
