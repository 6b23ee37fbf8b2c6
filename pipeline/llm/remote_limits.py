"""Limits that another process keeps for all (see `pipeline.llm.limit_server`), as `LimitedChat` uses them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal

from pipeline.domain.base import Model
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
    about_limits,
    closed,
    finite,
    line,
    read_address,
    read_line,
)
from pipeline.llm.limits import SeenLimit

PATIENCE: Final = 10.0
"""Seconds in which a connection that broke must be there again."""
_BETWEEN: Final = 0.2


@dataclass(eq=False)
class _Flight:
    """A call that was let go, and what its end will be told with."""

    limits: RemoteLimits
    number: int
    headers: dict[str, str]
    outcome: Literal["passed", "refused"] | None = None
    pause: float | None = None
    over: bool = False


class RemoteLimits:
    """Asks before each call. What waits when the connection breaks asks again on the next one.

    Use `connect_limits`. For one event loop.
    """

    def __init__(self, address: Address, patience: float) -> None:
        """``patience``: seconds in which a connection must be made."""
        self.longest_wait = 0.0
        self._address = address
        self._patience = patience
        self._sizes = False
        self._numbers = count()
        self._turns: dict[int, tuple[Ask, asyncio.Future[Go]]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._gone: ConfigurationError | None = None

    async def connect(self) -> asyncio.StreamReader:
        """Connect, and be welcome.

        Raises:
            ConfigurationError: nobody answers there, or not to this token.
        """
        until = asyncio.get_running_loop().time() + self._patience
        while True:
            try:
                return await self._greet()
            except (OSError, ValueError, TimeoutError):
                if asyncio.get_running_loop().time() >= until:
                    break
            await asyncio.sleep(_BETWEEN)
        raise ConfigurationError(
            f"The limits that all workers share are not to be had at {self._address.host}, port {self._address.port}.",
            hint="Whoever served them has ended, or cannot be reached from here. What is done is kept.",
        )

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Hand on what is answered, for as long as there is somebody who answers."""
        while True:
            with suppress(OSError, ValueError):
                while data := await reader.readline():
                    message = read_line(data)
                    if isinstance(message, Go):
                        self._hear(message)
            await self.close()
            try:
                reader = await self.connect()
            except ConfigurationError as error:
                self._gone = error
                for _, turn in self._turns.values():
                    if not turn.done():
                        turn.set_exception(error)
                return
            for ask, _ in self._turns.values():
                self._send(ask)

    async def close(self) -> None:
        """Leave; what was under way counts as sent."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await closed(writer)

    async def acquire(self, tokens: int) -> None:
        """Wait for one's turn.

        Raises:
            RequestTooLarge: the user allows less in a minute.
            ConfigurationError: nobody keeps the limits any more.
        """
        if self._gone is not None:
            raise self._gone
        ask = Ask(number=next(self._numbers), tokens=max(0, tokens))
        turn: asyncio.Future[Go] = asyncio.get_running_loop().create_future()
        self._turns[ask.number] = ask, turn
        self._send(ask)
        try:
            go = await turn
        except asyncio.CancelledError:
            self._send(Withdraw(number=ask.number))
            raise
        finally:
            del self._turns[ask.number]
        if go.too_large is not None:
            raise RequestTooLarge(go.too_large, hint="Raise the limit on tokens per minute, or shorten the article.")
        _mine.set(_Flight(self, ask.number, {}))

    def release(self) -> None:
        """The call for which this task acquired is over."""
        flight = self._own()
        if flight is not None:
            flight.over = True
            told = {"headers": flight.headers, "outcome": flight.outcome, "pause": flight.pause}
            self._send(Over(number=flight.number, **told))
        _mine.set(None)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Keep the headers of a response for the end of its call; send those of any other."""
        told, flight = about_limits(dict(headers)), self._own()
        if flight is not None:
            flight.headers = told
        elif told:
            self._send(Over(number=None, headers=told))

    def passed(self) -> None:
        """The request of this task was answered, and not with a 429."""
        flight = self._own()
        if flight is not None:
            flight.outcome = "passed"

    def refused(self) -> None:
        """A 429 came."""
        flight = self._own()
        if flight is not None:
            flight.outcome = "refused"

    def pause(self, seconds: float) -> None:
        """Let nobody go for so long: a 429 asked for it."""
        flight = self._own()
        if flight is not None:
            flight.pause = finite(seconds)

    def sizes_matter(self) -> bool:
        """Whether any limit on tokens was known when this was last answered."""
        return self._sizes

    def seen(self) -> tuple[SeenLimit, ...]:
        """Nothing: who keeps the limits shows them."""
        return ()

    async def _greet(self) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(self._address.host, self._address.port, limit=LONGEST_LINE)
        try:
            writer.write(line(Hello(token=self._address.token)))
            async with asyncio.timeout(self._patience):
                welcome = read_line(await reader.readline())
        except BaseException:
            writer.close()
            raise
        if not isinstance(welcome, Welcome):
            await closed(writer)
            raise ValueError("not welcome")  # noqa: TRY004  what it says is wrong, not its type
        self._writer, self._sizes, self.longest_wait = writer, welcome.sizes, welcome.longest_wait
        return reader

    def _hear(self, go: Go) -> None:
        self._sizes = go.sizes
        _, turn = self._turns.get(go.number, (None, None))
        if turn is not None and not turn.done():
            turn.set_result(go)

    def _own(self) -> _Flight | None:
        """The call that this task was last let go with, if it is under way."""
        flight = _mine.get()
        return flight if flight is not None and flight.limits is self and not flight.over else None

    def _send(self, message: Model) -> None:
        """Send it; what cannot be sent now is asked again once there is a connection, or is not worth it."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(line(message))


@asynccontextmanager
async def connect_limits(address: str, *, patience: float = PATIENCE) -> AsyncIterator[RemoteLimits]:
    """The limits that are kept at an address, as ``PIPELINE_LIMITER`` has it.

    Raises:
        ConfigurationError: it is no address, or nobody answers there.
    """
    limits = RemoteLimits(read_address(address), patience)
    reader = await limits.connect()
    listening = asyncio.create_task(limits.listen(reader))
    try:
        yield limits
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await limits.close()


_mine: ContextVar[_Flight | None] = ContextVar("pipeline_remote_limit_flight", default=None)
