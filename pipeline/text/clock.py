"""Times of day as a text gives them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from pipeline.domain.base import Model
from pipeline.text.words import lowered

_HOURS: Final = "one two three four five six seven eight nine ten eleven twelve".split()
_SPELLED: Final = {word: hour for hour, word in enumerate(_HOURS, start=1)}
_CLOCK: Final = re.compile(
    r"""
    (?<![\w:.,$€£¥₹])(?:
      (?P<hour>0?[1-9]|1[0-2])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])(?:\.\s?m\b\.?|m\b)
    | (?P<hour24>[01]?\d|2[0-4])[:h](?P<minute24>[0-5]\d)(?![\w:]|[.,]\d)
    | (?P<sharp>0?[1-9]|1[0-2])\s+o['’]clock\b
    | (?P<past>half|(?:a\s+)?quarter|five|ten|twenty|twenty-five)\s+past\s+
      (?P<spelled>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b
    )
    (?:\s+(?:(?:in\s+the|this|that)\s+(?P<part>morning|afternoon|evening)|at\s+(?P<night>night)))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HOUR: Final = re.compile(r"\d|past", re.IGNORECASE)
"""One of these stands in each time of day."""
_PAST: Final = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_NOON: Final = 12


class ClockTime(Model):
    """A time of day as a text gives it. ``half`` is "am" or "pm", or None where the text does not say which."""

    start: int
    end: int
    hour: int
    minute: int
    half: Literal["am", "pm"] | None

    def agrees(self, other: ClockTime) -> bool:
        """Whether both can be one time; what one of them leaves open the other may settle."""
        halves = {self.half, other.half} - {None}
        return self.hour == other.hour and self.minute == other.minute and len(halves) <= 1


def clock_times(text: str) -> list[ClockTime]:
    """The times of day in a text, hours from 0 to 11.

    >>> [(t.hour, t.minute, t.half) for t in clock_times("at 7:40 pm, not 19:50 or 7.40 a.m.")]
    [(7, 40, 'pm'), (7, 50, 'pm'), (7, 40, 'am')]
    """
    return list(_clock_times(text))


@lru_cache(maxsize=8192)
def _clock_times(text: str) -> tuple[ClockTime, ...]:
    if not _HOUR.search(text):
        return ()
    return tuple(_clock_time(match) for match in _CLOCK.finditer(text))


def _clock_time(match: re.Match[str]) -> ClockTime:
    spelled = _SPELLED.get(lowered(match["spelled"] or ""))
    hour = int(spelled or match["hour"] or match["hour24"] or match["sharp"])
    half: Literal["am", "pm"] | None = None
    if match["half"]:
        half = "am" if match["half"].lower() == "a" else "pm"
    elif match["hour24"] and (hour > _NOON or hour == 0):
        half = "pm" if _NOON < hour < 2 * _NOON else "am"
    elif match["part"] or match["night"]:
        half = "am" if lowered(match["part"] or "") == "morning" else "pm"
    return ClockTime(
        start=match.start(),
        end=match.end(),
        hour=hour % _NOON,
        minute=int(
            match["minute"] or match["minute24"] or _PAST.get(lowered(match["past"] or "").removeprefix("a "), 0)
        ),
        half=half,
    )
