"""Nothing is paid for twice: shared calls, calls that are seen through, groups of commits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.domain.claims import Usage
from pipeline.errors import ConfigurationError, ServerFault
from pipeline.llm.keeping import CountingChat, Forgive, Keeper, KeepingChat, StoredChat
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.store import ReplyStore
from tests.llm.scripted import ScriptedChat, chat_request, reply

HERE = "http://127.0.0.1/v1"


class Slow:
    """Answers when it is let; ``asked`` counts the calls."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The request's own text, in time."""
        self.asked += 1
        await self.go.wait()
        return reply(request.messages[1].content)


def _chain(inner: ChatModel, store: ReplyStore, forgive: Forgive | None = None) -> StoredChat:
    keeper = Keeper(store, HERE, forgive=forgive)
    return StoredChat(KeepingChat(inner, keeper), keeper)


class Watched(ReplyStore):
    """A store that remembers the sizes of the groups it was given, and is slow."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sizes: list[int] = []

    def add(self, rows: Sequence[tuple[str, ChatReply]], *, replace: bool = False) -> list[ChatReply]:
        """Count, and pass on."""
        self.sizes.append(len(rows))
        return super().add(rows, replace=replace)


def test_the_same_question_at_the_same_time_is_one_call(tmp_path: Path) -> None:
    """Two who ask the same share one reply; it is paid for once."""

    async def both() -> tuple[list[ChatReply], int]:
        slow = Slow()
        with ReplyStore(tmp_path / "r") as store:
            chat = _chain(slow, store)
            asked = [asyncio.create_task(chat.complete(chat_request())) for _ in range(2)]
            await asyncio.sleep(0.01)
            slow.go.set()
            return list(await asyncio.gather(*asked)), slow.asked

    replies, calls = asyncio.run(both())
    assert calls == 1
    assert [(r.text, r.usage.calls, r.usage.cached) for r in replies] == [("Hello.", 1, 0), ("Hello.", 0, 1)]


def test_an_error_reaches_all_who_share_the_call_and_is_not_remembered(tmp_path: Path) -> None:
    """Both get the error, and the next one asks anew."""

    async def calls() -> list[object]:
        with ReplyStore(tmp_path / "r") as store:
            scripted = ScriptedChat(ServerFault("down"), reply("up"))
            chat = _chain(scripted, store)
            first: list[object] = await asyncio.gather(
                *(chat.complete(chat_request()) for _ in range(2)), return_exceptions=True
            )
            return [*first, await chat.complete(chat_request())]

    one, two, three = asyncio.run(calls())
    assert isinstance(one, ServerFault)
    assert one is two
    assert isinstance(three, ChatReply)


def test_a_call_that_was_sent_is_seen_through(tmp_path: Path) -> None:
    """Whoever asked has gone; the reply is stored all the same, and the next run has it."""

    async def leave() -> None:
        slow = Slow()
        with ReplyStore(tmp_path / "r") as store:
            keeping = KeepingChat(slow, Keeper(store, HERE))
            asked = asyncio.create_task(keeping.complete(chat_request()))
            await asyncio.sleep(0.01)
            asked.cancel()
            assert keeping.under_way == 1
            asyncio.get_running_loop().call_later(0.01, slow.go.set)
            await keeping.aclose(patience=10)
            assert keeping.under_way == 0

    asyncio.run(leave())
    with ReplyStore(tmp_path / "r") as store:
        assert store.count() == 1


def test_patience_ends(tmp_path: Path) -> None:
    """A call that does not come back in time is given up, without an error and without a row."""

    async def leave() -> None:
        with ReplyStore(tmp_path / "r") as store:
            keeping = KeepingChat(Slow(), Keeper(store, HERE))
            asked = asyncio.create_task(keeping.complete(chat_request()))
            await asyncio.sleep(0.01)
            await keeping.aclose(patience=0.02)
            with pytest.raises(asyncio.CancelledError):
                await asked
            assert store.count() == 0

    asyncio.run(leave())


def test_what_waits_its_turn_is_given_up_at_the_end(tmp_path: Path) -> None:
    """A caller who was never served is cancelled by closing, and nothing was asked."""

    async def leave() -> int:
        with ReplyStore(tmp_path / "r") as store:
            slow = Slow()
            chat = StoredChat(slow, Keeper(store, HERE))
            asked = asyncio.create_task(chat.complete(chat_request()))
            await asyncio.sleep(0.01)
            await chat.aclose()
            with pytest.raises(asyncio.CancelledError):
                await asked
            return slow.asked

    assert asyncio.run(leave()) == 1


def test_replies_that_come_together_are_committed_together(tmp_path: Path) -> None:
    """Forty replies at once take a few commits, each reply is its own, and all are on the disk before they return."""

    async def all_at_once(store: ReplyStore) -> list[ChatReply]:
        slow = Slow()
        chat = _chain(slow, store)
        asked = [asyncio.create_task(chat.complete(chat_request(text=f"n{n}"))) for n in range(40)]
        await asyncio.sleep(0.01)
        slow.go.set()
        return list(await asyncio.gather(*asked))

    with Watched(tmp_path / "r") as store:
        replies = asyncio.run(all_at_once(store))
        assert [r.text for r in replies] == [f"n{n}" for n in range(40)]
        assert (sum(store.sizes), store.count()) == (40, 40)
        assert len(store.sizes) <= 10


class Full(ReplyStore):
    """A store on a full disk."""

    def add(self, rows: Sequence[tuple[str, ChatReply]], *, replace: bool = False) -> list[ChatReply]:
        """No."""
        del rows, replace
        raise ConfigurationError("the disk is full")


def test_a_reply_that_cannot_be_stored_stops_the_run_or_not(tmp_path: Path) -> None:
    """Without leave to go on it is an error; with it, the reply is passed on and the reason told."""
    told: list[ConfigurationError] = []
    with Full(tmp_path / "r") as store:
        with pytest.raises(ConfigurationError, match="full"):
            asyncio.run(_chain(ScriptedChat(reply("x")), store).complete(chat_request()))
        forgiving = _chain(ScriptedChat(reply("x")), store, told.append)
        assert asyncio.run(forgiving.complete(chat_request())).text == "x"
    assert [error.message for error in told] == ["the disk is full"]


def test_everything_that_was_answered_is_counted() -> None:
    """Replies count when they come, whatever becomes of them; so do answers that ended in an error."""
    error = ServerFault("an error inside a 200")
    error.spent = (1, 10, 5)
    chat = CountingChat(ScriptedChat(reply("x"), error, ServerFault("down"), reply("y", "content_filter")))
    asyncio.run(chat.complete(chat_request()))
    for _ in range(2):
        with pytest.raises(ServerFault):
            asyncio.run(chat.complete(chat_request()))
    asyncio.run(chat.complete(chat_request()))
    assert chat.used == Usage(calls=3, prompt_tokens=16, completion_tokens=9)


def test_fresh_asks_once_and_not_at_every_turn(tmp_path: Path) -> None:
    """What was stored before is not read; what this run stored is."""

    async def twice(store: ReplyStore) -> list[str]:
        keeper = Keeper(store, HERE, fresh=True)
        chat = StoredChat(KeepingChat(ScriptedChat(reply("new")), keeper), keeper)
        return [(await chat.complete(chat_request())).text for _ in range(2)]

    with ReplyStore(tmp_path / "r") as store:
        asyncio.run(_chain(ScriptedChat(reply("old")), store).complete(chat_request()))
        assert asyncio.run(twice(store)) == ["new", "new"]


def test_what_is_forgotten_is_asked_again(tmp_path: Path) -> None:
    """A reply that turned out to be of no use does not answer the next run."""
    with ReplyStore(tmp_path / "r") as store:
        asyncio.run(_chain(ScriptedChat(reply("cut", "length")), store).complete(chat_request()))
        Keeper(store, HERE).forget([chat_request(), chat_request(text="never asked")])
        assert asyncio.run(_chain(ScriptedChat(reply("whole")), store).complete(chat_request())).text == "whole"


def test_a_store_that_fails_is_given_up_once(tmp_path: Path) -> None:
    """Where going on is allowed, the reason is told once, and the store is left alone from then on."""
    told: list[ConfigurationError] = []

    async def thrice(store: ReplyStore) -> None:
        chat = _chain(ScriptedChat(*map(reply, "xyz")), store, told.append)
        for text in "abc":
            await chat.complete(chat_request(text=text))

    with Full(tmp_path / "r") as store:
        asyncio.run(thrice(store))
    assert len(told) == 1
