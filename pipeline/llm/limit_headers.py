"""What a response's headers tell of rate limits, in the dialects of the endpoints in use."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal, NamedTuple

What = Literal["requests", "tokens"]

_NAMES: Final[tuple[str, ...]] = (
    "x-ratelimit-{field}-{what}",  # OpenAI, Groq, most gateways; Azure sends the remaining ones alone
    "x-ratelimit-{field}-{what}-minute",  # Cerebras
    "anthropic-ratelimit-{what}-{field}",
    "anthropic-ratelimit-input-{what}-{field}",
)
_LARGEST: Final = 1e12
_LONGEST_RESET: Final = 31 * 86400.0
_LONGEST_TEXT: Final = 40
_PLAIN: Final = re.compile(r"[0-9]+(\.[0-9]*)?")
_PART: Final = re.compile(r"([0-9]+)(\.[0-9]+)?(ms|us|µs|ns|d|h|m|s)")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+")
_UNITS: Final = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_EPOCH_SECONDS: Final = 1e9
_EPOCH_MILLISECONDS: Final = 1e12


class Reset(NamedTuple):
    """Seconds until a bucket is full, or a window ends; ``grain`` is how finely that was told."""

    seconds: float
    grain: float


class Told(NamedTuple):
    """What one response tells of one limit; at least one of the first two is known."""

    limit: float | None
    remaining: float | None
    reset: Reset | None


def read_headers(headers: Mapping[str, str], what: What, now: datetime) -> Told | None:
    """What headers tell of one limit, in the first dialect that they speak; None if nothing that makes sense.

    >>> read_headers({"x-ratelimit-limit-tokens": "900", "x-ratelimit-reset-tokens": "6m0s"}, "tokens", datetime.max)
    Told(limit=900.0, remaining=None, reset=Reset(seconds=360.0, grain=1.0))
    """
    for name in _NAMES:
        limit, remaining, reset = (
            headers.get(name.format(field=field, what=what)) for field in ("limit", "remaining", "reset")
        )
        told = Told(_count(limit) or None, _count(remaining), _reset(reset, _server_time(headers, now)))
        if told.limit is not None or told.remaining is not None:
            return told
    return None


def _server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """By the server's clock, as far as it tells: moments that it names are read against that."""
    try:
        moment = parsedate_to_datetime(headers["date"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return now
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(text: str | None) -> float | None:
    plain = _PLAIN.fullmatch(text.strip()) if text is not None and len(text) <= _LONGEST_TEXT else None
    number = float(plain.group()) if plain else math.inf
    return number if number <= _LARGEST else None


def _reset(text: str | None, now: datetime) -> Reset | None:
    """A duration, a number of seconds, or a moment (RFC 3339, or since 1970): whichever the text is."""
    if text is None or len(text) > _LONGEST_TEXT:
        return None
    reset = _duration(text.strip()) or _seconds(text.strip(), now) or _moment(text.strip(), now)
    return reset if reset is not None and 0 < reset.seconds <= _LONGEST_RESET else None


def _duration(text: str) -> Reset | None:
    """A duration as Go writes it.

    >>> _duration("1m2.50s")
    Reset(seconds=62.5, grain=0.01)
    """
    if not _DURATION.fullmatch(text):
        return None
    parts = [(whole + rest, rest, _UNITS[unit]) for whole, rest, unit in _PART.findall(text)]
    grain = min(unit / 10 ** max(0, len(rest) - 1) for _, rest, unit in parts)
    return Reset(sum(float(number) * unit for number, _, unit in parts), grain)


def _seconds(text: str, now: datetime) -> Reset | None:
    if not _PLAIN.fullmatch(text):
        return None
    number, grain = float(text), 10.0 ** -len(text.partition(".")[2])
    if number >= _EPOCH_MILLISECONDS:
        return Reset(number / 1000 - now.timestamp(), 1.0)
    return Reset(number - now.timestamp(), 1.0) if number >= _EPOCH_SECONDS else Reset(number, grain)


def _moment(text: str, now: datetime) -> Reset | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Reset((moment - now).total_seconds(), 1.0) if moment.tzinfo else None
