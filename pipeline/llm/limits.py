"""Keeping within what an endpoint allows a minute, so that nothing is refused that could have waited a little.

Two things hold a request back (see `pipeline.llm.buckets`). A `Cap` is what the user set: it is never exceeded. A
`Gauge` is what the endpoint's headers tell of its own bucket. Headers are old when they arrive: a gauge keeps its own
account between them, and a header only says between which bounds the account must be (see `Gauge.hear`).

Waiters stand in one queue, and one timer is set for the moment at which its head may go; nothing is polled.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol, get_args

from pipeline.errors import RateLimited, ReplyError, RequestRefused, RequestTooLarge
from pipeline.llm.buckets import LONGEST_WAIT, MINUTE, Cap, Gauge, Moment
from pipeline.llm.limit_headers import Told, What, read_headers
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest

_TICK: Final = 1e-6


class SeenLimit(NamedTuple):
    """A limit: ``limit`` in ``per_seconds``, as the endpoint told it, else as the user set it.

    ``remaining`` is what the last header said, None if none did.
    """

    what: What
    limit: float
    remaining: float | None
    per_seconds: float


class Limits(Protocol):
    """Says what may be sent when: `RateLimits` itself, or one that asks whoever has it."""

    longest_wait: float

    def observe(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of a response."""
        ...

    def pause(self, seconds: float) -> None:
        """Let nobody go for so long."""
        ...

    def passed(self) -> None:
        """The request of this task was answered, and not with a 429."""
        ...

    def refused(self) -> None:
        """A 429 came."""
        ...

    def seen(self) -> tuple[SeenLimit, ...]:
        """The limits that are known here."""
        ...

    def sizes_matter(self) -> bool:
        """Whether any limit on tokens is known."""
        ...

    async def acquire(self, tokens: int) -> None:
        """Wait for one's turn."""
        ...

    def release(self) -> None:
        """The call for which this task acquired is over."""
        ...


class RateLimits:
    """What may be sent when. Share one instance among all that share an endpoint's quota, in one event loop."""

    def __init__(
        self,
        *,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        """What is set here is never exceeded in any minute, whatever headers say; the rest is learnt from them.

        No word of the endpoint's holds back for more than ``longest_wait`` seconds since the last request.
        """
        self.longest_wait = longest_wait
        self._patience = longest_wait
        limits: dict[What, int | None] = {"requests": requests_per_minute, "tokens": tokens_per_minute}
        self._caps: dict[What, Cap] = {what: Cap(limit) for what, limit in limits.items() if limit is not None}
        self._gauges: dict[What, Gauge] = {what: Gauge() for what in get_args(What)}
        self._waiters: deque[_Waiter] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._paused_until = -math.inf
        self._flights: dict[_Flight, None] = {}  # in the order in which they were let go

    def observe(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of a response, whatever its status; names are in lower case.

        Best called in the task that acquired: its headers are then dated by the request they answer. From
        elsewhere, they are taken to answer the oldest request under way.
        """
        now = _now()
        flight = self._own() or next(iter(self._flights), None)
        for what, gauge in self._gauges.items():
            told = read_headers(headers, what, datetime.now(UTC))
            if told is not None:
                if what == "tokens" and flight is not None and not gauge.known:
                    self._size_uncounted(flight, told)
                gauge.hear(told, self._moment(flight, what, now))
        self._settle(flight)
        self._serve()

    def pause(self, seconds: float) -> None:
        """Let nobody go for so long: a 429 asked for it. Not longer than the longest wait."""
        if seconds > 0:  # which NaN is not
            self._paused_until = max(self._paused_until, _now() + min(seconds, self.longest_wait))
            self._serve()

    def passed(self) -> None:
        """The request of this task was answered, and not with a 429.

        If it went against the endpoint's word, that word was wrong, and holds back half as long from now on: all
        waits for a word that is always wrong come to no more than twice the longest.
        """
        flight = self._own()
        if flight is not None and flight.denied:
            self._patience = min(self._patience, flight.patience / 2)
            self._serve()

    def refused(self) -> None:
        """A 429 came: the endpoint means its limits, and its word counts in full again."""
        self._patience = self.longest_wait
        self._serve()

    def seen(self) -> tuple[SeenLimit, ...]:
        """The limits that are known, at most one of each kind."""
        return tuple(self._seen())

    def sizes_matter(self) -> bool:
        """Whether any limit on tokens is known; where none is, nobody need count them."""
        return "tokens" in self._caps or self._gauges["tokens"].known

    async def acquire(self, tokens: int) -> None:
        """Wait for one's turn, and take a request and so many tokens; see `release`.

        Raises:
            RequestTooLarge: the user allows less in a minute, so no wait would help. Where the endpoint's headers
                say so, it is asked, at once: they may be wrong.
        """
        cap = self._caps.get("tokens")
        if cap is not None and tokens > cap.limit:
            raise _too_large(tokens, cap.limit)
        waiter = _Waiter(max(0, tokens), asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        self._serve()
        try:
            _mine.set(await waiter.turn)
        except asyncio.CancelledError:
            self._withdraw(waiter)
            raise

    def release(self) -> None:
        """The call for which this task acquired is over. What it took stays taken, as the endpoint counted it."""
        self._settle(self._own())
        _mine.set(None)

    def _size_uncounted(self, flight: _Flight, told: Told) -> None:
        """Nobody counted tokens as no limit was known: take what the requests so far used for their mean size."""
        if told.limit is None or told.remaining is None or "tokens" in self._caps:
            return
        mean = max(0.0, told.limit - told.remaining) / flight.totals["requests"]
        for each in {**self._flights, flight: None}:
            each.sizes["tokens"], each.totals["tokens"] = mean, mean * each.totals["requests"]
        self._gauges["tokens"].recount(mean * self._gauges["requests"].total, mean * len(self._flights))

    def _moment(self, flight: _Flight | None, what: What, now: float) -> Moment:
        if flight is None:
            return Moment(now, now, 0.0, self._gauges[what].under_way)
        older = (each for each in self._flights if each.totals["requests"] < flight.totals["requests"])
        since = self._gauges[what].total - flight.totals[what]
        return Moment(flight.at, now, since, sum(each.sizes[what] for each in older))

    def _own(self) -> _Flight | None:
        """The request that this task was last let go with."""
        flight = _mine.get()
        return flight if flight is not None and flight.limits is self else None

    def _seen(self) -> Iterator[SeenLimit]:
        for what, gauge in self._gauges.items():
            cap = self._caps.get(what)
            if gauge.limit is not None:
                yield SeenLimit(what, gauge.limit, gauge.remaining, gauge.per_seconds)
            elif cap is not None:
                yield SeenLimit(what, cap.limit, None, MINUTE)

    def _serve(self) -> None:
        """Let go whoever may; set the timer for the first who may not. Called whenever anything changes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiters:
            waiter, now = self._waiters[0], _now()
            due = self._due(waiter.tokens, now)
            if due > now + _TICK:
                self._timer = waiter.turn.get_loop().call_at(due, self._serve)
                return
            self._waiters.popleft()
            if waiter.turn.done():  # cancelled, and not yet told
                continue
            waiter.turn.set_result(self._let_go(waiter.tokens, now))

    def _due(self, tokens: int, now: float) -> float:
        """When a request may go."""
        sizes: dict[What, float] = {"requests": 1, "tokens": tokens}
        dues = [cap.due(sizes[what], now) for what, cap in self._caps.items() if sizes[what]]
        dues += [gauge.due(sizes[what], now, self._patience) for what, gauge in self._gauges.items() if sizes[what]]
        return max(now, self._paused_until, *dues)

    def _let_go(self, tokens: int, now: float) -> _Flight:
        sizes: dict[What, float] = {"requests": 1, "tokens": tokens}
        for what, cap in self._caps.items():
            cap.take(sizes[what], now)
        denied = any(gauge.denies(sizes[what], now) for what, gauge in self._gauges.items() if sizes[what])
        totals = {what: gauge.take(sizes[what], now) for what, gauge in self._gauges.items()}
        flight = _Flight(self, now, sizes, totals, denied, self._patience)
        self._flights[flight] = None
        return flight

    def _withdraw(self, waiter: _Waiter) -> None:
        """Give up a place in the queue, or the turn if it has just come: nothing was sent."""
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        elif not waiter.turn.cancelled() and waiter.turn.exception() is None:
            flight = waiter.turn.result()
            for what, cap in self._caps.items():
                cap.give_back(flight.sizes[what], flight.at)
            for what, gauge in self._gauges.items():
                gauge.give_back(flight.sizes[what])
            self._settle(flight)
        self._serve()

    def _settle(self, flight: _Flight | None) -> None:
        if flight in self._flights:
            del self._flights[flight]
            for what, gauge in self._gauges.items():
                gauge.under_way -= flight.sizes[what]


class LimitedChat:
    """A `ChatModel` that waits until the limits let its requests go."""

    def __init__(self, inner: ChatModel, limits: Limits, size: Callable[[ChatRequest], int]) -> None:
        """``size`` gives the tokens of a request as the endpoint counts them; it is asked only if that matters."""
        self._inner = inner
        self._limits = limits
        self._size = size

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer when it is one's turn.

        Raises:
            RequestTooLarge: the user's limit on tokens is smaller than the request.
            RateLimited: refused all the same; if the endpoint said for how long, everybody waits. Not if it asks
                for more than the longest wait: nobody tries again after that.
        """
        await self._limits.acquire(self._size(request) if self._limits.sizes_matter() else 0)
        try:
            reply = await self._inner.complete(request)
        except RateLimited as error:
            self._limits.refused()
            if error.retry_after is not None and error.retry_after <= self._limits.longest_wait:
                self._limits.pause(error.retry_after)
            raise
        except (ReplyError, RequestRefused) as error:
            if not isinstance(error, RequestTooLarge):  # which a 429 may be
                self._limits.passed()
            raise
        else:
            self._limits.passed()
            return reply
        finally:
            self._limits.release()


@dataclass(frozen=True, eq=False)
class _Flight:
    """A request that was let go: when, what it took, and what had been let go in all, itself included.

    ``denied``: it went though the endpoint's headers were against it, after the ``patience`` of that moment.
    """

    limits: RateLimits
    at: float
    sizes: dict[What, float]
    totals: dict[What, float]
    denied: bool
    patience: float


@dataclass(frozen=True, eq=False)
class _Waiter:
    tokens: int
    turn: asyncio.Future[_Flight]


def _too_large(tokens: int, limit: float) -> RequestTooLarge:
    message = f"the request takes about {tokens} tokens, and no more than {limit:.0f} are allowed at once"
    return RequestTooLarge(message, hint="Raise the limit on tokens per minute, or shorten the article.")


_mine: ContextVar[_Flight | None] = ContextVar("pipeline_rate_limit_flight", default=None)


def _now() -> float:
    """The loop's time, which the timer goes by; outside a loop, the clock that loops use."""
    try:
        return asyncio.get_running_loop().time()
    except RuntimeError:
        return time.monotonic()
