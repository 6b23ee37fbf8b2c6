"""One account of limits for many who ask: the sum is within them, no share lies idle, no end holds others up."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import ConfigurationError, RateLimited, RequestTooLarge
from pipeline.llm.limit_messages import Go, Hello, Over, about_limits, line, read_address, read_line
from pipeline.llm.limit_server import serve_limits
from pipeline.llm.limits import LimitedChat, RateLimits
from pipeline.llm.protocol import ChatReply, ChatRequest
from pipeline.llm.remote_limits import RemoteLimits, connect_limits
from tests.llm.scripted import chat_request, reply

T = TypeVar("T")
BURST = 0.5
"""Seconds' worth of a limit that may go at once."""


def _run(main: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(main, 20))


class _Counting:
    """A model that answers at once and notes when it was asked."""

    def __init__(self) -> None:
        self.at: list[float] = []

    async def complete(self, request: ChatRequest) -> ChatReply:
        self.at.append(time.monotonic())
        return reply(request.model)


@contextlib.asynccontextmanager
async def _asking(limits: RateLimits, count: int) -> AsyncIterator[list[RemoteLimits]]:
    """So many who ask, each on a connection of its own."""
    async with serve_limits(limits) as address, contextlib.AsyncExitStack() as opened:
        yield [await opened.enter_async_context(connect_limits(str(address))) for _ in range(count)]


@pytest.mark.parametrize("busy", [1, 3])
def test_the_sum_is_within_the_limit_and_uses_it(busy: int) -> None:
    """Of three who may ask, one or all do: together they get what one process would, no more and hardly less."""
    per_second, seconds = 100, 1.5

    async def main() -> list[float]:
        model = _Counting()
        async with _asking(RateLimits(requests_per_minute=60 * per_second), 3) as asking:

            async def ask_on(remote: RemoteLimits) -> None:
                chat = LimitedChat(model, remote, lambda _: 1)
                while True:
                    await chat.complete(chat_request())

            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await asyncio.gather(*(ask_on(remote) for remote in asking[:busy] for _ in range(8)))
        return model.at

    at = _run(main())
    allowed = per_second * (BURST + at[-1] - at[0]) + 1
    assert 0.6 * allowed < len(at) <= allowed + 2  # what was sent closer together than it was let go


def test_headers_that_one_hears_hold_back_the_other() -> None:
    """Nothing remains, says a response to the first: the second waits until there is something."""

    async def main() -> float:
        async with _asking(RateLimits(), 2) as (first, second):
            await first.acquire(0)
            told = {"x-ratelimit-limit-requests": "20", "x-ratelimit-remaining-requests": "0"}
            first.observe({**told, "x-ratelimit-reset-requests": "4000ms", "set-cookie": "secret"})
            first.passed()
            first.release()
            await asyncio.sleep(0.1)
            begun = time.monotonic()
            await second.acquire(0)
            second.release()
            return time.monotonic() - begun

    assert 0.15 < _run(main()) < 3


def test_a_429_to_one_pauses_all() -> None:
    """As long as it asked for."""

    async def main() -> float:
        async with _asking(RateLimits(), 2) as (first, second):

            class Refusing:
                async def complete(self, request: ChatRequest) -> ChatReply:
                    raise RateLimited(request.model, retry_after=0.5)

            with pytest.raises(RateLimited):
                await LimitedChat(Refusing(), first, lambda _: 1).complete(chat_request())
            await asyncio.sleep(0.05)
            begun = time.monotonic()
            await second.acquire(0)
            return time.monotonic() - begun

    assert 0.3 < _run(main()) < 2


def test_what_is_too_large_is_refused_and_sizes_are_asked_for() -> None:
    """The user's limit on tokens holds for all, and is known to all from the beginning."""

    async def main() -> None:
        async with _asking(RateLimits(tokens_per_minute=100), 1) as (one,):
            assert one.sizes_matter()
            with pytest.raises(RequestTooLarge):
                await one.acquire(101)
            await one.acquire(1)

    _run(main())


def test_who_goes_away_leaves_its_place_in_the_queue() -> None:
    """One that is cancelled or gone while it waits takes nothing from those behind it."""

    async def main() -> float:
        limits = RateLimits(requests_per_minute=120)  # two a second, one of them at once
        async with _asking(limits, 1) as (stays,), serve_limits(limits) as address:
            await stays.acquire(1)
            async with connect_limits(str(address)) as goes:
                waiting = [asyncio.create_task(goes.acquire(1)) for _ in range(20)]
                await asyncio.sleep(0.1)
                waiting[0].cancel()
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            begun = time.monotonic()
            await stays.acquire(1)
            return time.monotonic() - begun

    assert _run(main()) < 1.5


def test_a_connection_that_breaks_is_made_again() -> None:
    """Whoever waited asks again; nothing is lost, and the limits hold on."""

    async def main() -> int:
        model = _Counting()
        async with _asking(RateLimits(requests_per_minute=1200), 1) as (remote,):
            chat = LimitedChat(model, remote, lambda _: 1)
            asked = [asyncio.create_task(chat.complete(chat_request())) for _ in range(20)]
            await asyncio.sleep(0.05)
            assert remote._writer is not None
            remote._writer.transport.abort()
            await asyncio.gather(*asked)
        return len(model.at)

    assert _run(main()) == 20


def test_limits_that_nobody_keeps_any_more_end_it() -> None:
    """Who waits is told, and so is who comes later; a call is never made without leave."""

    async def main() -> None:
        async with contextlib.AsyncExitStack() as serving, contextlib.AsyncExitStack() as asking:
            address = await serving.enter_async_context(serve_limits(RateLimits(requests_per_minute=1)))
            remote = await asking.enter_async_context(connect_limits(str(address), patience=0.3))
            await remote.acquire(1)
            waiting = asyncio.create_task(remote.acquire(1))
            await asyncio.sleep(0.05)
            await serving.aclose()
            with pytest.raises(ConfigurationError):
                await waiting
            with pytest.raises(ConfigurationError):
                await remote.acquire(1)

    _run(main())


def test_nobody_is_heard_without_the_token() -> None:
    """Another token, no greeting, a line without end, rubbish: the connection is closed, and the others go on."""

    async def main() -> None:
        async with serve_limits(RateLimits()) as address:
            with pytest.raises(ConfigurationError) as refused:
                async with connect_limits(str(address._replace(token="wrong")), patience=0.2):
                    pass
            assert "wrong" not in refused.value.message
            hello = line(Hello(token=address.token))
            for said in (
                b"GET / HTTP/1.1\r\n\r\n",
                b"x" * 200_000,
                hello + b"rubbish\n",
                line(Go(number=1, sizes=True)),
            ):
                reader, writer = await asyncio.open_connection(address.host, address.port)
                writer.write(said)
                with contextlib.suppress(ConnectionError):
                    assert b"go" not in await reader.read()
                writer.close()
            async with connect_limits(str(address)) as remote:
                await remote.acquire(1)

    _run(main())


@given(st.binary(max_size=300))
def test_any_line_is_a_message_or_none(data: bytes) -> None:
    """Nothing that is sent can make the reader fail."""
    message = read_line(data)
    assert message is None or read_line(line(message)) == message


@pytest.mark.parametrize("text", ["", "host", "host:1", "host:1#", ":1#t", "host:x#t", "host:0#t", "host:99999#t"])
def test_what_is_no_address_is_refused_without_being_repeated(text: str) -> None:
    """A token may stand in it."""
    with pytest.raises(ConfigurationError) as refused:
        read_address(text)
    assert not text or text not in refused.value.message


def test_headers_that_are_sent_on() -> None:
    """Only those about limits, and the server's time."""
    headers = {"date": "d", "x-ratelimit-limit-tokens": "1", "authorization": "secret", "openai-organization": "us"}
    assert about_limits(headers) == {"date": "d", "x-ratelimit-limit-tokens": "1"}
    assert read_line(line(Over(number=1, headers=headers))) == Over(number=1, headers=headers)
