"""Retries: which errors, how often, how long, and what is held meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.domain.claims import Usage
from pipeline.errors import (
    ConnectionFault,
    CredentialsError,
    GarbledReply,
    RateLimited,
    ServerFault,
)
from pipeline.llm.protocol import ChatReply, ChatRequest
from pipeline.llm.retry import RetryingChat
from tests.llm.scripted import ScriptedChat, chat_request, reply


class Sleeps:
    """Records the waits and sleeps none of them."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


def _run(inner: ScriptedChat, sleeps: Sleeps, **options: float) -> ChatReply:
    async def call() -> ChatReply:
        chat = RetryingChat(inner, max_attempts=3, max_wait=options.get("max_wait", 60), sleep=sleeps)
        return await chat.complete(chat_request())

    return asyncio.run(call())


def test_errors_that_may_pass_are_tried_again() -> None:
    """Two passing errors and then an answer are an answer; the waits stay within the back-off."""
    sleeps = Sleeps()
    inner = ScriptedChat(ConnectionFault("x"), GarbledReply("x"), reply("{}"))
    assert _run(inner, sleeps).text == "{}"
    assert [0 <= wait <= bound for wait, bound in zip(sleeps.waits, (1, 2), strict=True)] == [True, True]


def test_other_errors_are_raised_at_once() -> None:
    """A refused key is not tried twice."""
    inner = ScriptedChat(CredentialsError("no"), reply("{}"))
    with pytest.raises(CredentialsError):
        _run(inner, Sleeps())
    assert len(inner.requests) == 1


def test_the_last_error_is_raised_as_it_is() -> None:
    """When the attempts are used up, the last error is raised itself, not tenacity's wrapper."""
    last = ServerFault("third")
    with pytest.raises(ServerFault) as caught:
        _run(ScriptedChat(ServerFault("first"), ServerFault("second"), last), Sleeps())
    assert caught.value is last


@pytest.mark.parametrize(("asked", "cap", "high"), [(5.0, 60, 5.5), (300.0, 600, 330.0), (0.0, 60, 0)])
def test_the_servers_wait_is_honoured(asked: float, cap: float, high: float) -> None:
    """A wait is never shorter than the server asks for, and only a little longer."""
    sleeps = Sleeps()
    _run(ScriptedChat(RateLimited("slow", retry_after=asked), reply("{}")), sleeps, max_wait=cap)
    assert asked <= sleeps.waits[0] <= high


def test_a_wait_above_the_users_limit_ends_the_call() -> None:
    """A server that asks for an hour is not asked again after a minute; the user is told what to raise."""
    sleeps, inner = Sleeps(), ScriptedChat(RateLimited("slow", retry_after=3600))
    with pytest.raises(RateLimited) as caught:
        _run(inner, sleeps, max_wait=60)
    assert (sleeps.waits, len(inner.requests)) == ([], 1)
    assert "3600 s" in caught.value.hint
    assert "PIPELINE_MAX_WAIT" in caught.value.hint


class Counting:
    """Fails the first request, and counts how many are under way."""

    def __init__(self) -> None:
        self.under_way = 0
        self.most = 0
        self.seen: list[str] = []

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer after giving the others a turn."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        self.seen.append(request.model)
        if self.seen == ["first"]:
            raise ServerFault("once")
        return reply(request.model)


def test_concurrency_is_bounded() -> None:
    """No more calls are under way than there are slots, and all are answered."""

    async def calls() -> tuple[int, int]:
        inner = Counting()
        chat = RetryingChat(inner, concurrency=2)
        replies = await asyncio.gather(*(chat.complete(chat_request(str(n))) for n in range(9)))
        return inner.most, len(replies)

    assert asyncio.run(calls()) == (2, 9)


def test_whoever_waits_holds_no_slot() -> None:
    """With one slot, a second request is answered while the first waits to try again."""

    async def calls() -> list[str]:
        inner, done = Counting(), asyncio.Event()

        async def until_done(_: float) -> None:
            await done.wait()

        chat = RetryingChat(inner, concurrency=1, sleep=until_done)
        first = asyncio.create_task(chat.complete(chat_request("first")))
        await asyncio.sleep(0)  # the first takes the slot
        await chat.complete(chat_request("second"))
        done.set()
        await first
        return inner.seen

    assert asyncio.run(calls()) == ["first", "second", "first"]


def test_cancelling_ends_the_retries() -> None:
    """A call cancelled while it waits is not tried again."""

    async def call() -> int:
        inner, waiting = ScriptedChat(ConnectionFault("x"), reply("{}")), asyncio.Event()

        async def for_ever(_: float) -> None:
            waiting.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(RetryingChat(inner, sleep=for_ever).complete(chat_request()))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(inner.requests)

    assert asyncio.run(call()) == 1


def _garbled(prompt: int, completion: int) -> GarbledReply:
    error = GarbledReply("half a JSON")
    error.spent = (1, prompt, completion)
    return error


def test_what_failed_attempts_took_is_told() -> None:
    """Answers that could not be used were paid for: they count with the one that could, or with the last error."""
    good = _run(ScriptedChat(_garbled(10, 5), ServerFault("free"), reply("{}")), Sleeps())
    assert good.usage == Usage(calls=2, prompt_tokens=13, completion_tokens=7)
    with pytest.raises(GarbledReply) as caught:
        _run(ScriptedChat(*(_garbled(10, 5) for _ in range(3))), Sleeps())
    assert caught.value.spent == (3, 30, 15)
