"""Buckets that fill with time: the user's, which is exact, and the endpoint's, which is known from its headers only."""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple

from pipeline.llm.limit_headers import Reset, Told

LONGEST_WAIT: Final = 120.0
"""Seconds. Whatever an endpoint says, its word holds back no longer since the last request; then one goes to see.

If that is answered, the endpoint's word holds back only half as long from then on: see `RateLimits.passed`.
"""

MINUTE: Final = 60.0
_BLIND_WAIT: Final = 10.0
"""Seconds to the next attempt where nothing remains and nothing says when there will be more (Azure)."""
_BURST_SECONDS: Final = 0.5
"""What the user allows a minute is spread over it, as some servers count by the second; this much goes at once."""
_JITTER_SECONDS: Final = 0.15
_JITTER_SHARE: Final = 0.1
"""A bucket that fills steadily is never emptied to the last drop, as requests may arrive closer than they were sent:
what fills in these seconds stays, or this share of the bucket if less. It costs nothing but the first time."""
_NEARLY: Final = 1e-3
"""Seconds. What is in the bucket so soon is in it."""


class Cap:
    """So much a minute and not more: spread over the minute, and counted over the minute that has just been.

    A request larger than what may go at once runs into debt, which the next one waits for.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._rate = limit / MINUTE
        self._burst = max(1.0, self._rate * _BURST_SECONDS)
        self._level = self._burst
        self._at = -math.inf
        self._log: deque[tuple[float, float]] = deque()
        self._logged = 0.0

    def due(self, size: float, now: float) -> float:
        """The moment from which so much may go."""
        return max(now + (min(size, self._burst) - self._level_at(now)) / self._rate, self._room(size, now))

    def take(self, size: float, now: float) -> None:
        """So much goes now."""
        self._level, self._at = self._level_at(now) - size, now
        self._log.append((now, size))
        self._logged += size

    def give_back(self, size: float, taken_at: float) -> None:
        """What was taken then did not go after all."""
        self._level += size
        self._log.remove((taken_at, size))
        self._logged -= size

    def _level_at(self, now: float) -> float:
        return min(self._burst, self._level + self._rate * (now - self._at))

    def _room(self, size: float, now: float) -> float:
        """When the minute before has room for so much."""
        while self._log and self._log[0][0] + MINUTE <= now:
            self._logged -= self._log.popleft()[1]
        excess, room = self._logged + size - self.limit, now
        for at, gone in self._log:
            if excess <= 0:
                break
            excess, room = excess - gone, at + MINUTE
        return room


class Moment(NamedTuple):
    """When the request left that a header answers, and when the header came.

    ``since`` has been let go after that request; ``before`` was let go earlier and is under way still.
    """

    sent: float
    heard: float
    since: float
    before: float


class Gauge:
    """An account of the endpoint's bucket: what is in it once all that was let go has arrived."""

    def __init__(self) -> None:
        self.limit: float | None = None
        self.remaining: float | None = None
        self.under_way = 0.0
        self._shape = _Shape()
        self._level = math.inf
        self._at = -math.inf
        self.total = 0.0
        self._took = self._heard = -math.inf
        self._turn = -math.inf  # the last window's beginning
        self._end: float | None = None  # the window's end; None where a bucket fills steadily
        self._end_is_guess = False

    @property
    def known(self) -> bool:
        """Whether the endpoint has told of this limit."""
        return self.limit is not None or self.remaining is not None

    @property
    def per_seconds(self) -> float:
        """The time in which as much flows in as the limit is."""
        if self.limit is None or self._shape.rate is None:
            return MINUTE
        return self._shape.period if self._end is not None else self.limit / self._shape.rate

    def due(self, size: float, now: float, patience: float = LONGEST_WAIT) -> float:
        """When so much may go, but not later than ``patience`` seconds after the last that went."""
        if self._can_never_hold(size):
            return now
        self._advance(now)
        lacking = size + self._reserve(size) - self._level
        if not lacking > 0:
            return now
        last = self._took if self._took > -math.inf else self._heard
        return min(self._filled(lacking, now), max(now, last + patience))

    def denies(self, size: float, now: float) -> bool:
        """Whether so much, should it go now, goes against what the headers say: to see whether they are true."""
        if self._can_never_hold(size):
            return True
        self._advance(now)
        lacking = size - self._level
        return lacking > 0 and (self.limit is None or self._filled(lacking, now) > now + _NEARLY)

    def _can_never_hold(self, size: float) -> bool:
        """More than the whole bucket: no wait would help, so the endpoint is asked at once."""
        return self.limit is not None and size > self.limit

    def take(self, size: float, now: float) -> float:
        """So much goes now; what has been let go in all, this included."""
        self._advance(now)
        self._level -= size
        self.under_way += size
        self.total += size
        if size:
            self._took = now
        return self.total

    def give_back(self, size: float) -> None:
        """What was taken did not go after all."""
        self._level += size

    def recount(self, total: float, under_way: float) -> None:
        """Begin the account with what went while nothing was known."""
        self.total, self.under_way = total, under_way

    def hear(self, told: Told, moment: Moment) -> None:
        """Bring the account within the bounds that a header sets.

        The endpoint wrote it when the request came that it answers, or later. At worst it had counted none of what
        is under way, and nothing has flowed in since. At best all that left earlier had come before, and something
        has flowed in since. In between, the account is believed: it knows how much was let go, and when.
        """
        now = self._heard = moment.heard
        self._advance(now)
        self.limit = told.limit or self.limit
        if told.remaining is None:
            if self._level == math.inf and self.limit is not None:
                self._level = self.limit - self.under_way
            return
        self.remaining = told.remaining if self.limit is None else min(told.remaining, self.limit)
        if self.limit is not None and told.reset is not None:
            self._shape.hear(_Sample(moment.sent, now, self.limit - self.remaining, told.reset))
        self._follow(self.remaining, told.reset, moment)

    def _follow(self, remaining: float, reset: Reset | None, moment: Moment) -> None:
        high = remaining - moment.since
        low = high - moment.before
        if self.limit is None:
            self._level = high
        elif self._shape.is_window:
            if moment.sent >= self._turn:  # else it is about the window before
                self._follow_window(reset, moment.heard)
                self._bound(low, remaining)
        else:
            self._end = None
            inflow = self._rate() * (moment.heard - moment.sent)
            self._bound(low + inflow if self._level == math.inf else low, high + inflow)

    def _bound(self, low: float, high: float) -> None:
        self._level = low if self._level == math.inf else min(max(self._level, low), high)

    def _follow_window(self, reset: Reset | None, heard: float) -> None:
        """The header is no younger than its arrival, so the window ends no later than it says, seen from then."""
        if reset is None:
            return
        end = heard + reset.seconds + (reset.grain if reset.grain < 1 else 1.0)
        is_next = self._end is not None and end > self._end + reset.seconds / 2
        if self._end is None or self._end_is_guess or is_next:
            self._end = end
        self._end, self._end_is_guess = min(self._end, end), False

    def _advance(self, now: float) -> None:
        """Bring the account to this moment."""
        if self.limit is None:
            self._at = now
            return
        if self._end is None:
            self._level = min(self.limit, self._level + self._rate() * max(0.0, now - self._at))
        elif now >= self._end:
            self._level = self.limit - self.under_way  # which may arrive in the new window
            self._turn, self._end_is_guess = now, True
            self._end = now + self._shape.period
        self._at = now

    def _filled(self, lacking: float, now: float) -> float:
        if self.limit is None:
            return max(self._took, self._heard) + _BLIND_WAIT
        return self._end if self._end is not None else now + lacking / self._rate()

    def _rate(self) -> float:
        """What flows in per second: as measured, else the limit is one per minute."""
        return self._shape.rate or (self.limit or 0.0) / MINUTE

    def _reserve(self, size: float) -> float:
        if self.limit is None or self._end is not None:
            return 0.0
        return max(0.0, min(self._rate() * _JITTER_SECONDS, self.limit * _JITTER_SHARE, self.limit - size))


class _Sample(NamedTuple):
    """So much was used, and the reset so far away, at some moment between ``sent`` and ``heard``."""

    sent: float
    heard: float
    used: float
    reset: Reset

    @property
    def doubt(self) -> float:
        """How far from the truth used / reset may be, as a share: both are rounded."""
        return 1 / self.used + self.reset.grain / self.reset.seconds


class _Shape:
    """Whether a bucket fills steadily (``reset``: until it is full) or at once when a window ends, and how fast.

    Nothing in the headers says so. In a window, the end stays where it is, however much is used; in a steady
    bucket, the reset is always what is used, divided by the same rate. Whichever holds for two headers while the
    other does not gets a vote; at first a bucket is taken to be steady.
    """

    _CLEAR: Final = 0.05
    _MOST_VOTES: Final = 3
    _SURE: Final = 0.25
    _STALE: Final = 60.0

    def __init__(self) -> None:
        self.rate: float | None = None
        self.period = 1.0
        self._votes = 0
        self._anchor: _Sample | None = None
        self._best: _Sample | None = None

    @property
    def is_window(self) -> bool:
        return self._votes > 0

    def hear(self, sample: _Sample) -> None:
        self.period = max(self.period, sample.reset.seconds)
        if sample.used < 1:
            return
        self._measure(sample)
        self._vote(sample)

    def _measure(self, new: _Sample) -> None:
        """Take a rate that is as well known as the last, or much younger."""
        best = self._best
        stale = best is None or new.heard > best.heard + self._STALE or new.doubt <= 2 * best.doubt
        if new.doubt <= self._SURE and stale:
            self._best, self.rate = new, new.used / new.reset.seconds

    def _vote(self, new: _Sample) -> None:
        old = self._anchor
        if old is None or new.heard >= old.sent + old.reset.seconds:  # another window, or a bucket full again
            self._anchor = new
        elif new.sent >= old.sent:
            steady, window = _miss_if_steady(old, new), _miss_if_window(old, new)
            if min(steady, window) <= 0 and max(steady, window) > self._CLEAR:
                vote = 1 if steady > window else -1
                self._votes = max(-self._MOST_VOTES, min(self._MOST_VOTES, self._votes + vote))
                self._anchor = new


def _miss_if_steady(old: _Sample, new: _Sample) -> float:
    """By how many seconds the new reset misses what the old one's rate allows, given that all is rounded up."""
    (was, grain), (reset, new_grain) = old.reset, new.reset
    least = (new.used - 1) * max(0.0, was - grain) / old.used - new_grain
    most = new.used * (was + grain) / (old.used - 1) + new_grain if old.used > 1 else math.inf
    return max(least - reset, reset - most, 0.0)


def _miss_if_window(old: _Sample, new: _Sample) -> float:
    """By how many seconds two resets cannot be the same moment."""
    slack = old.reset.grain + new.reset.grain
    earlier = (old.sent + old.reset.seconds) - (new.heard + new.reset.seconds)
    later = (new.sent + new.reset.seconds) - (old.heard + old.reset.seconds)
    return max(earlier - slack, later - slack, 0.0)
