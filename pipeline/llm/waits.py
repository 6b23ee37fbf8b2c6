"""How long an endpoint asks to wait, in its headers or in its words: pure functions."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_WAIT: Final = re.compile(
    r"(?:retry|try again) (?:in|after) ((?:[\d.]{1,20} ?(?:ms|h|m|s)[a-z]*,? ?){1,4})", re.IGNORECASE
)
_PART: Final = re.compile(r"([\d.]+) ?(ms|h|m|s)", re.IGNORECASE)
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait, from ``retry-after-ms`` or ``Retry-After`` (RFC 9110, 10.2.3).

    >>> retry_after({"retry-after": "2"}, datetime.now(UTC))
    2.0
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return seconds if seconds is not None else _seconds_until(value, now)


def wait_in_words(text: str) -> float | None:
    """The wait that an error's text asks for, in seconds, where no header does.

    >>> wait_in_words("Limit reached. Please try again in 1m2.5s.")
    62.5
    """
    found = _WAIT.search(text)
    if found is None:
        return None
    parts = [(_number(amount), unit.lower()) for amount, unit in _PART.findall(found[1])]
    return sum((amount or 0) * _SECONDS[unit] for amount, unit in parts)


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _seconds_until(value: str | None, now: datetime) -> float | None:
    """From a date; one that no calendar has, or with an absurd offset, counts as none."""
    try:
        moment = parsedate_to_datetime(value) if value else None
        if moment is None:
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (aware - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
