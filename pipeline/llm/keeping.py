"""What stands between a caller and the model so that nothing is paid for twice.

`StoredChat` comes first: it answers from the store, lets callers who ask the same at the same time share one call,
and returns no reply before it is on the disk. `KeepingChat` comes last, right before the endpoint: it hands each reply
to the store as it arrives, and sees a call that was sent through even if whoever asked has gone, since it is paid for.
Between the two nobody waits for the disk: a slot is free again when the reply is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from pipeline.domain.claims import Usage
from pipeline.errors import ConfigurationError, ModelError, PromptCut, ReplyError
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest, spent_on
from pipeline.llm.store import ReplyStore, canonical_request, digest_of
from pipeline.llm.tasks import give_up

LASTING = frozenset({"stop", "length", "runaway"})
"""Endings of replies that are kept; a refusal or an odd ending may not happen again."""

Forgive = Callable[[ConfigurationError], None]
Forget = Callable[[Sequence[ChatRequest]], None]
"""Is told of requests whose replies were of no use, so that a later run asks again instead of failing for ever."""


class Keeper:
    """Puts replies into the store from a thread. For one event loop.

    It commits in groups: while one commit is on its way to the disk, the replies that arrive wait, and go together
    into the next. What a killed process can lose is therefore the replies that came during one commit.
    """

    def __init__(
        self, store: ReplyStore, endpoint: str, *, fresh: bool = False, forgive: Forgive | None = None
    ) -> None:
        """Where replies go, and what to do where they cannot.

        Args:
            store: keeps the replies.
            endpoint: the base URL's `public_name`, or another name for who is asked.
            fresh: ignore what is stored, and put new replies in its place; else the first stays.
            forgive: told, once, that the store cannot be used; the run then goes on without it. Where it is not
                given, the error is raised.
        """
        self._store = store
        self._endpoint = endpoint
        self._fresh = fresh
        self._forgive = forgive
        self._works = True
        self._put: set[str] = set()
        self._waiting: list[tuple[str, ChatReply, asyncio.Future[ChatReply]]] = []
        self._kept: dict[str, asyncio.Future[ChatReply]] = {}
        self._committing: asyncio.Task[None] | None = None

    def digest(self, request: ChatRequest) -> str:
        """What the request's reply is stored under."""
        return digest_of(canonical_request(request, self._endpoint))

    def known(self, digest: str) -> ChatReply | None:
        """The stored reply, if it may be used: with ``fresh``, one that came since."""
        if not self._works or (self._fresh and digest not in self._put):
            return None
        try:
            return self._store.get(digest)
        except ConfigurationError as error:
            self._give_up(error)
            return None

    def forget(self, requests: Iterable[ChatRequest]) -> None:
        """Take away replies that turned out to be of no use: else they would answer every later run, too."""
        if not self._works:
            return
        try:
            self._store.forget([self.digest(request) for request in requests])
        except ConfigurationError as error:
            self._give_up(error)

    def put(self, request: ChatRequest, reply: ChatReply) -> None:
        """Take over a reply; the next commit stores it."""
        if not self._works:
            return
        canonical = canonical_request(request, self._endpoint)
        digest = digest_of(canonical)
        if self._fresh:
            self._put.add(digest)
        done: asyncio.Future[ChatReply] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_seen)
        self._kept[digest] = done
        self._waiting.append((canonical, reply, done))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit())

    async def on_disk(self, digest: str, reply: ChatReply) -> ChatReply:
        """The reply that is stored, once it is: another process may have been first. Usage is that of ``reply``."""
        done = self._kept.pop(digest, None)
        return reply if done is None else (await done).model_copy(update={"usage": reply.usage})

    async def flush(self) -> None:
        """Wait until everything that was taken over is stored."""
        while self._committing is not None and not self._committing.done():
            await self._committing

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

    async def _add(self, rows: Sequence[tuple[str, ChatReply]]) -> Sequence[ChatReply]:
        try:
            return await asyncio.to_thread(self._store.add, rows, replace=self._fresh)
        except ConfigurationError as error:
            self._give_up(error)
            return [reply for _, reply in rows]

    def _give_up(self, error: ConfigurationError) -> None:
        """Go on without the store from here on, where that is allowed."""
        if self._forgive is None:
            raise error
        if self._works:
            self._works = False
            self._forgive(error)


class StoredChat:
    """A `ChatModel` that answers from the store where it can. A hit counts as ``cached`` and costs nothing."""

    def __init__(self, inner: ChatModel, keeper: Keeper) -> None:
        self._inner = inner
        self._keeper = keeper
        self._asked: dict[str, asyncio.Task[ChatReply]] = {}

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The stored reply, or the one that somebody else is waiting for, or else a new one."""
        digest = self._keeper.digest(request)
        shared = self._asked.get(digest)
        if shared is not None:
            return _from_store(await asyncio.shield(shared))
        known = self._keeper.known(digest)
        if known is not None:
            return _from_store(known)
        task = self._asked[digest] = asyncio.create_task(self._answer(request, digest))
        task.add_done_callback(lambda done: self._forget(digest, done))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Give up what is still waiting for a slot, a limit or another try."""
        await give_up(list(self._asked.values()))

    async def _answer(self, request: ChatRequest, digest: str) -> ChatReply:
        return await self._keeper.on_disk(digest, await self._inner.complete(request))

    def _forget(self, digest: str, task: asyncio.Task[ChatReply]) -> None:
        del self._asked[digest]
        _seen(task)


class KeepingChat:
    """A `ChatModel` that sees every call through and hands its reply to the keeper."""

    def __init__(self, inner: ChatModel, keeper: Keeper) -> None:
        self._inner = inner
        self._keeper = keeper
        self._sent: set[asyncio.Task[ChatReply]] = set()

    @property
    def under_way(self) -> int:
        """How many calls have been sent and not been answered."""
        return len(self._sent)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Ask, hand over, answer. Cancelling this does not cancel the call; `aclose` waits for it."""
        task = asyncio.create_task(self._ask(request))
        self._sent.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    async def aclose(self, patience: float = 0.0) -> None:
        """Wait up to ``patience`` seconds for the calls under way, then give them up; store what came."""
        if self._sent and patience > 0:
            await asyncio.wait(self._sent, timeout=patience)
        await give_up(list(self._sent))
        await self._keeper.flush()

    async def _ask(self, request: ChatRequest) -> ChatReply:
        reply = await self._inner.complete(request)
        if reply.finish_reason in LASTING:
            self._keeper.put(request, reply)
        return reply

    def _forget(self, task: asyncio.Task[ChatReply]) -> None:
        self._sent.discard(task)
        _seen(task)


class CountingChat:
    """A `ChatModel` that adds up what all answers took, those included that nobody could use."""

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner
        self.used = Usage()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer."""
        try:
            reply = await self._inner.complete(request)
        except ModelError as error:
            self.count(spent_on(error))
            raise
        self.count(reply.usage)
        return reply

    def count(self, usage: Usage) -> None:
        """Add what was taken in another way, too."""
        self.used = self.used.plus(usage)


class RememberingChat(CountingChat):
    """Remembers, too, what it was asked; see `remembering`."""

    def __init__(self, inner: ChatModel) -> None:
        super().__init__(inner)
        self.asked: list[ChatRequest] = []

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer."""
        self.asked.append(request)
        return await super().complete(request)


@contextmanager
def remembering(chat: ChatModel, forget: Forget) -> Iterator[RememberingChat]:
    """The chat; where what it answers turns out to be of no use, ``forget`` is told of all that it was asked."""
    remembered = RememberingChat(chat)
    try:
        yield remembered
    except (ReplyError, PromptCut):
        forget(remembered.asked)
        raise


def _from_store(reply: ChatReply) -> ChatReply:
    return reply.model_copy(update={"usage": reply.usage.from_store()})


def _seen(done: asyncio.Future[ChatReply]) -> None:
    """Look at an exception, so that asyncio does not complain that nobody did."""
    if not done.cancelled():
        done.exception()
