"""A real HTTP endpoint on loopback that limits requests and tokens, and says so, as real ones do.

It keeps its own account of what it offered, admitted and refused. The benchmark in ``evals/benchmarks`` uses it too.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from pipeline.errors import PipelineError
from pipeline.llm.limits import LimitedChat, RateLimits
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import ChatRequest
from pipeline.llm.retry import RetryingChat
from tests.llm.scripted import chat_request


class Quota(Protocol):
    """What a server lets through: so much is ``left``, and everything is back in ``reset`` seconds."""

    limit: float

    def left(self, now: float) -> float: ...

    def reset(self, now: float) -> float: ...

    def wait(self, size: float, now: float) -> float: ...

    def take(self, size: float, now: float) -> None: ...

    def offered(self, start: float, end: float) -> float: ...


class Filling:
    """A bucket that fills steadily."""

    def __init__(self, limit: float, per_second: float) -> None:
        self.limit = limit
        self._rate = per_second
        self._level = limit
        self._at = time.monotonic()

    def left(self, now: float) -> float:
        return min(self.limit, self._level + self._rate * (now - self._at))

    def reset(self, now: float) -> float:
        return (self.limit - self.left(now)) / self._rate

    def wait(self, size: float, now: float) -> float:
        return max(0.0, (size - self.left(now)) / self._rate)

    def take(self, size: float, now: float) -> None:
        self._level, self._at = self.left(now) - size, now

    def offered(self, start: float, end: float) -> float:
        return self.limit + self._rate * (end - start)


class Window:
    """A bucket that is full again at the end of each window."""

    def __init__(self, limit: float, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._start = time.monotonic()
        self._used = 0.0

    def left(self, now: float) -> float:
        passed = (now - self._start) // self._seconds
        if passed >= 1:
            self._start, self._used = self._start + passed * self._seconds, 0.0
        return self.limit - self._used

    def reset(self, now: float) -> float:
        self.left(now)
        return self._start + self._seconds - now

    def wait(self, size: float, now: float) -> float:
        return self.reset(now) if size > self.left(now) else 0.0

    def take(self, size: float, now: float) -> None:
        self.left(now)
        self._used += size

    def offered(self, start: float, end: float) -> float:
        """A window that has only just begun is not counted."""
        return self.limit * math.floor((end - start) / self._seconds + 0.75)


class Style(NamedTuple):
    """How the server behaves beside its quotas."""

    latency: tuple[float, float] = (0.02, 0.08)
    headers: bool = True
    late: bool = False  # whether headers tell what is so when the reply goes out, not when the request came
    used: float = 1.0  # the share of its tokens that a request turns out to use; the rest is given back
    whole_seconds: bool = False


class Count(NamedTuple):
    """The server's own account."""

    offered: float
    admitted: float
    requests: int
    refused: int

    @property
    def used_share(self) -> float:
        return self.admitted / self.offered

    @property
    def refused_share(self) -> float:
        return self.refused / self.requests


@dataclass
class BucketServer:
    """The server; use it as an async context manager. ``quotas`` has ``requests``, ``tokens`` or both."""

    quotas: Mapping[str, Quota]
    style: Style
    url: str = ""
    requests: int = 0
    refused: int = 0
    admitted: dict[str, float] = field(default_factory=lambda: {"requests": 0.0, "tokens": 0.0})
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[Any]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=256)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await asyncio.sleep(0.05)  # both ends close their sockets in the loop's own time

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.partition("content-length:")[2].split("\r\n")[0])
                status, headers, body = await self._answer(json.loads(await reader.readexactly(length)))
                writer.write(_encoded(status, headers, body))
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, body: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any]]:
        self.requests += 1
        now = time.monotonic()
        sizes = {"requests": 1.0, "tokens": float(size_of(body["messages"][-1]["content"]))}
        wait = max(quota.wait(sizes[what], now) for what, quota in self.quotas.items())
        if wait > 0:
            self.refused += 1
            asked = {"retry-after": f"{math.ceil(wait)}"}
            return 429, {**asked, **self._headers(now)}, {"error": {"message": "Rate limit reached", "code": "rate"}}
        for what, quota in self.quotas.items():
            quota.take(sizes[what], now)
            self.admitted[what] += sizes[what]
        headers = self._headers(now)
        await asyncio.sleep(random.uniform(*self.style.latency))  # noqa: S311 - a delay
        self._give_back(sizes["tokens"])
        return 200, self._headers(time.monotonic()) if self.style.late else headers, _COMPLETION

    def _give_back(self, tokens: float) -> None:
        unused = tokens * (1 - self.style.used)
        if unused and "tokens" in self.quotas:
            self.quotas["tokens"].take(-unused, time.monotonic())
            self.admitted["tokens"] -= unused

    def _headers(self, now: float) -> dict[str, str]:
        if not self.style.headers:
            return {}
        told: dict[str, str] = {}
        for what, quota in self.quotas.items():
            reset = quota.reset(now)
            told[f"x-ratelimit-limit-{what}"] = f"{quota.limit:.0f}"
            told[f"x-ratelimit-remaining-{what}"] = f"{math.floor(quota.left(now))}"
            told[f"x-ratelimit-reset-{what}"] = f"{reset:.0f}s" if self.style.whole_seconds else f"{reset * 1000:.0f}ms"
        return told


_COMPLETION: dict[str, Any] = {
    "id": "c1",
    "object": "chat.completion",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "{}"}}],
    "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
}


def _encoded(status: int, headers: Mapping[str, str], body: dict[str, Any]) -> bytes:
    data = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(data)}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + data


def size_of(text: str) -> int:
    """The tokens of a request, by a rule that client and server share: the number that its text begins with."""
    return int(text.split(maxsplit=1)[0])


def size_of_request(request: ChatRequest) -> int:
    """The same, for the client."""
    return size_of(request.messages[-1].content)


class Shape(NamedTuple):
    """A server to be met, and how: ``quotas`` are made when it starts, ``counted`` is the one that binds."""

    name: str
    quotas: Callable[[], Mapping[str, Quota]]
    counted: str = "requests"
    style: Style = Style()
    callers: int = 32
    sizes: tuple[int, int] = (100, 100)
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


SHAPES = (
    Shape("requests, filling, burst 60", lambda: {"requests": Filling(60, 20)}),
    Shape("requests, filling, burst 20", lambda: {"requests": Filling(20, 20)}, callers=16),
    Shape("requests, filling, told late", lambda: {"requests": Filling(60, 20)}, style=Style(late=True)),
    Shape("requests, filling, slow", lambda: {"requests": Filling(60, 20)}, style=Style((0.5, 1.5)), callers=48),
    Shape("requests, window of 2 s", lambda: {"requests": Window(40, 2)}),
    Shape("requests, window, told late", lambda: {"requests": Window(40, 2)}, style=Style(late=True)),
    Shape("tokens, filling", lambda: {"tokens": Filling(8000, 2000)}, "tokens", sizes=(20, 180)),
    Shape("tokens, window of 2 s", lambda: {"tokens": Window(8000, 2)}, "tokens", sizes=(20, 180)),
    Shape("tokens, half given back", lambda: {"tokens": Filling(16000, 2000)}, "tokens", Style(used=0.5)),
    Shape(
        "requests and tokens",
        lambda: {"requests": Filling(60, 20), "tokens": Filling(20000, 4000)},
        sizes=(20, 180),
        callers=48,
    ),
    Shape("requests, set by the user", lambda: {"requests": Filling(40, 20)}, style=Style(headers=False),
          requests_per_minute=1200),
    Shape("tokens, set by the user", lambda: {"tokens": Filling(4000, 2000)}, "tokens", Style(headers=False),
          tokens_per_minute=120_000),
)  # fmt: skip


async def meet(shape: Shape, seconds: float, opening: float = 0.0) -> Count:
    """Keep the server busy for so long, through the real client, and give the server's account.

    What it offers and admits in the ``opening`` seconds is not counted; what it refuses always is.
    """
    limits = RateLimits(requests_per_minute=shape.requests_per_minute, tokens_per_minute=shape.tokens_per_minute)
    async with BucketServer({}, shape.style) as server, OpenAIChat(server.url, on_headers=limits.observe) as client:
        chat = RetryingChat(LimitedChat(client, limits, size_of_request), concurrency=shape.callers)
        server.quotas = shape.quotas()
        start = time.monotonic()
        callers = [asyncio.create_task(_calls(chat, shape)) for _ in range(shape.callers)]
        offered = admitted = 0.0
        if opening:
            await asyncio.sleep(opening)
            offered, admitted = -_offered(shape, server, start, time.monotonic()), -server.admitted[shape.counted]
        await asyncio.sleep(seconds - opening)
        offered += _offered(shape, server, start, time.monotonic())
        count = Count(offered, admitted + server.admitted[shape.counted], server.requests, server.refused)
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
    return count


def _offered(shape: Shape, server: BucketServer, start: float, end: float) -> float:
    """By the server, or by the user where that is less."""
    offered = server.quotas[shape.counted].offered(start, end)
    by_user = shape.requests_per_minute if shape.counted == "requests" else shape.tokens_per_minute
    return offered if by_user is None else min(offered, by_user / 60 * (end - start))


async def _calls(chat: RetryingChat, shape: Shape) -> None:
    while True:
        try:
            await chat.complete(chat_request(text=f"{random.randint(*shape.sizes)} tokens"))  # noqa: S311 - a size
        except PipelineError:
            continue
