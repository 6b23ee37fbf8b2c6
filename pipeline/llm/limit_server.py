"""One account of an endpoint's limits for many processes, who ask it over TCP before each call.

Whoever coordinates has the one `RateLimits`; nothing is divided among the others, so what one does not use another
may, at once, and the sum is within the limits by the same reckoning as in a single process. A call costs two short
lines. Of a process that ends, what waited is withdrawn, and what was under way counts as sent.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from pipeline.errors import ConfigurationError, RequestTooLarge
from pipeline.llm.limit_messages import (
    LONGEST_LINE,
    Address,
    Ask,
    Go,
    Hello,
    Over,
    Welcome,
    Withdraw,
    closed,
    line,
    read_line,
)
from pipeline.llm.limits import RateLimits

LOOPBACK: Final = "127.0.0.1"
_BACKLOG: Final = 1024


@asynccontextmanager
async def serve_limits(limits: RateLimits, host: str = LOOPBACK, port: int = 0) -> AsyncIterator[Address]:
    """Serve the limits, in this event loop, until the end; ``port`` 0: any that is free.

    Raises:
        ConfigurationError: nothing can be served there.
    """
    token = secrets.token_urlsafe()
    callers: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = asyncio.create_task(_Caller(limits, token, writer).hear(reader))
        callers.add(caller)
        caller.add_done_callback(callers.discard)

    try:
        server = await asyncio.start_server(connected, host, port, limit=LONGEST_LINE, backlog=_BACKLOG)
    except OSError as error:
        raise ConfigurationError(f"Limits cannot be served at {host}, port {port}: {error.strerror}.") from error
    try:
        yield Address(host, server.sockets[0].getsockname()[1], token)
    finally:
        server.close()
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)


class _Caller:
    """One process that asks."""

    def __init__(self, limits: RateLimits, token: str, writer: asyncio.StreamWriter) -> None:
        self._limits = limits
        self._token = token
        self._writer = writer
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._over: dict[int, asyncio.Future[Over]] = {}

    async def hear(self, reader: asyncio.StreamReader) -> None:
        """Until it goes, or says what is no message."""
        try:
            hello = read_line(await reader.readline())
            if not isinstance(hello, Hello) or not hmac.compare_digest(hello.token.encode(), self._token.encode()):
                return
            welcome = Welcome(sizes=self._limits.sizes_matter(), longest_wait=self._limits.longest_wait)
            self._writer.write(line(welcome))
            while (data := await reader.readline()) and self._understood(data):
                pass
        except (OSError, ValueError):  # a connection that breaks; a line that is too long
            pass
        finally:
            calls = list(self._calls.values())
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            await closed(self._writer)

    def _understood(self, data: bytes) -> bool:
        message = read_line(data)
        if isinstance(message, Ask) and message.number not in self._calls:
            call = self._calls[message.number] = asyncio.create_task(self._call(message))
            call.add_done_callback(lambda _: self._calls.pop(message.number))
        elif isinstance(message, Over):
            self._hear_end(message)
        elif isinstance(message, Withdraw):
            if message.number in self._calls:
                self._calls[message.number].cancel()
        else:
            return False
        return True

    def _hear_end(self, over: Over) -> None:
        ended = None if over.number is None else self._over.get(over.number)
        if ended is None:
            self._limits.observe(over.headers)
        elif not ended.done():
            ended.set_result(over)

    async def _call(self, ask: Ask) -> None:
        """All of a call in one task, by which the limits know whose headers they hear."""
        try:
            await self._limits.acquire(ask.tokens)
        except RequestTooLarge as error:
            self._say(Go(number=ask.number, sizes=True, too_large=error.message))
            return
        try:
            ended = self._over[ask.number] = asyncio.get_running_loop().create_future()
            self._say(Go(number=ask.number, sizes=self._limits.sizes_matter()))
            self._learn(await ended)
        finally:
            self._over.pop(ask.number, None)
            self._limits.release()

    def _learn(self, over: Over) -> None:
        if over.headers:
            self._limits.observe(over.headers)
        if over.outcome == "passed":
            self._limits.passed()
        elif over.outcome == "refused":
            self._limits.refused()
        if over.pause is not None:
            self._limits.pause(over.pause)

    def _say(self, go: Go) -> None:
        if not self._writer.is_closing():
            self._writer.write(line(go))
