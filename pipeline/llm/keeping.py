"""What stands between a caller and the model so that nothing is paid for twice.

`StoredChat` comes first: it answers from the store, and lets callers who ask the same at the same time share one
call. `KeepingChat` comes last, right before the endpoint: a reply is in the store before anybody reads it, and a
call that was sent is seen through even if whoever asked has gone, since it is paid for.

Replies are committed in groups: while one commit is on its way to the disk, those that arrive wait, and go
together into the next. What a killed process can lose is therefore the replies that came during one commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.domain.claims import Usage
from pipeline.errors import ConfigurationError
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.store import ReplyStore, canonical_request, digest_of

_LASTING = frozenset({"stop", "length", "runaway"})
"""Endings of replies that are kept; a refusal or an odd ending may not happen again."""

_Waiting = tuple[str, ChatReply, "asyncio.Future[ChatReply]"]


class StoredChat:
    """A `ChatModel` that answers from the store where it can. A hit counts as ``cached`` and costs nothing."""

    def __init__(self, inner: ChatModel, store: ReplyStore, endpoint: str, *, fresh: bool = False) -> None:
        """``endpoint`` is the base URL's `public_name`; ``fresh`` does not read what is stored."""
        self._inner = inner
        self._store = store
        self._endpoint = endpoint
        self._fresh = fresh
        self._asked: dict[str, asyncio.Task[ChatReply]] = {}

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The stored reply, or the one that somebody else is waiting for, or else a new one."""
        digest = digest_of(canonical_request(request, self._endpoint))
        shared = self._asked.get(digest)
        if shared is not None:
            return _from_store(await asyncio.shield(shared))
        known = None if self._fresh else self._store.get(digest)
        if known is not None:
            return _from_store(known)
        task = self._asked[digest] = asyncio.create_task(_answer(self._inner, request))
        task.add_done_callback(lambda done: self._forget(digest, done))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Give up what is still waiting for a slot, a limit or another try."""
        await _end(list(self._asked.values()))

    def _forget(self, digest: str, task: asyncio.Task[ChatReply]) -> None:
        del self._asked[digest]
        _seen(task)


class KeepingChat:
    """A `ChatModel` that sees every call through and has its reply stored before it returns it."""

    def __init__(
        self,
        inner: ChatModel,
        store: ReplyStore,
        endpoint: str,
        *,
        fresh: bool = False,
        forgive: Callable[[ConfigurationError], None] | None = None,
    ) -> None:
        """What is asked, where replies go, and what to do where they cannot.

        Args:
            inner: asks the endpoint.
            store: keeps the replies.
            endpoint: the base URL's `public_name`.
            fresh: whether new replies take the place of stored ones; else the first stays.
            forgive: told that a reply could not be stored, which is then passed on all the same; without it, the
                error is raised.
        """
        self._inner = inner
        self._commits = _GroupCommit(store, replace=fresh, forgive=forgive)
        self._endpoint = endpoint
        self._sent: set[asyncio.Task[ChatReply]] = set()

    @property
    def under_way(self) -> int:
        """How many calls have been sent and not been answered."""
        return len(self._sent)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Ask, keep, answer. Cancelling this does not cancel the call; `aclose` waits for it."""
        task = asyncio.create_task(self._ask_and_keep(request))
        self._sent.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def aclose(self, patience: float = 0.0) -> None:
        """Wait up to ``patience`` seconds for the calls under way, then give them up."""
        if self._sent and patience > 0:
            await asyncio.wait(self._sent, timeout=patience)
        await _end(list(self._sent))

    async def _ask_and_keep(self, request: ChatRequest) -> ChatReply:
        reply = await self._inner.complete(request)
        if reply.finish_reason not in _LASTING:
            return reply
        kept = await self._commits.keep(canonical_request(request, self._endpoint), reply)
        return kept.model_copy(update={"usage": reply.usage})

    def _forget(self, task: asyncio.Task[ChatReply]) -> None:
        self._sent.discard(task)
        _seen(task)


class _GroupCommit:
    """Puts replies into the store from a thread, so that nothing waits for the disk but those who must."""

    def __init__(
        self, store: ReplyStore, *, replace: bool, forgive: Callable[[ConfigurationError], None] | None
    ) -> None:
        self._store = store
        self._replace = replace
        self._forgive = forgive
        self._waiting: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None

    async def keep(self, canonical: str, reply: ChatReply) -> ChatReply:
        """The reply that is in the store, once it is on the disk."""
        done: asyncio.Future[ChatReply] = asyncio.get_running_loop().create_future()
        self._waiting.append((canonical, reply, done))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit())
        return await done

    async def _commit(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                kept = await self._add([(canonical, reply) for canonical, reply, _ in group])
            except Exception as error:  # noqa: BLE001  whoever waits must be told
                for _, _, done in group:
                    if not done.done():
                        done.set_exception(error)
            else:
                for (_, _, done), reply in zip(group, kept, strict=True):
                    if not done.done():
                        done.set_result(reply)

    async def _add(self, rows: list[tuple[str, ChatReply]]) -> list[ChatReply]:
        try:
            return await asyncio.to_thread(self._store.add, rows, replace=self._replace)
        except ConfigurationError as error:
            if self._forgive is None:
                raise
            self._forgive(error)
            return [reply for _, reply in rows]


class CountingChat:
    """A `ChatModel` that adds up what all replies took, those included that nobody could use."""

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner
        self.used = Usage()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer."""
        reply = await self._inner.complete(request)
        self.used = self.used.plus(reply.usage)
        return reply


async def _answer(chat: ChatModel, request: ChatRequest) -> ChatReply:
    return await chat.complete(request)


def _from_store(reply: ChatReply) -> ChatReply:
    return reply.model_copy(update={"usage": reply.usage.from_store()})


async def _end(tasks: list[asyncio.Task[ChatReply]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _seen(task: asyncio.Task[ChatReply]) -> None:
    """Look at a task's exception, so that asyncio does not complain that nobody did."""
    if not task.cancelled():
        task.exception()
