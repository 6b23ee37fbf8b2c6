"""Parts in words: "a third", "two thirds", "half", and hours told in parts."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_TIMES: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_FRACTION: Final = re.compile(
    rf"(?<![\w-])(?:(?P<times>{'|'.join(_TIMES)})[\s-])?(?P<part>{'|'.join(_PARTS)})(?P<plural>s)?\b"
    r"(?=\s+(?:of|the|that|as)\b|\s+an?\s+(?!hour|day|year|minute|century)|\s*[,.;)]|\s+(?:are|were|is|was)\b)",
    re.IGNORECASE,
)
_OF_AN_HOUR: Final = (
    (re.compile(r"\bthree[ -]quarters of an hour\b", re.IGNORECASE), "45 minutes"),
    (re.compile(r"\b(?:a |one )?quarter of an hour\b", re.IGNORECASE), "15 minutes"),
    (re.compile(r"\b(?:half an hour|a half-hour)\b", re.IGNORECASE), "30 minutes"),
    (re.compile(r"\ban hour and a half\b", re.IGNORECASE), "90 minutes"),
    (re.compile(r"\bhalf a day\b", re.IGNORECASE), "12 hours"),
    (re.compile(r"\bhalf a year\b", re.IGNORECASE), "6 months"),
    (re.compile(r"\ba fortnight\b", re.IGNORECASE), "2 weeks"),
    (re.compile(r"\ba decade\b", re.IGNORECASE), "10 years"),
    (
        re.compile(r"\b(?:two|2) (?:out of|in|of every) (?:three|3)\b|(?<![\d/])2/3(?![\d/])", re.IGNORECASE),
        "two thirds",
    ),
    (
        re.compile(r"\b(?:three|3) (?:out of|in|of every) (?:four|4)\b|(?<![\d/])3/4(?![\d/])", re.IGNORECASE),
        "three quarters",
    ),
    (re.compile(r"\b(?:one|1) (?:out of|in|of every) (?:three|3)\b|(?<![\d/])1/3(?![\d/])", re.IGNORECASE), "a third"),
)


class Part(NamedTuple):
    """A fraction of something, and how the text puts it."""

    value: Fraction
    shown: str


def fractions(text: str) -> list[Part]:
    """The parts of a whole that a text names in words; "third" as a rank is none.

    >>> [str(p.value) for p in fractions("Two thirds of the crew left, about half of them on the third day.")]
    ['2/3', '1/2']
    """
    return [
        Part(Fraction(_TIMES.get((match["times"] or "a").lower(), 1), _PARTS[match["part"].lower()]), match.group())
        for match in _FRACTION.finditer(text)
        if match["part"].lower() == "half" or match["times"]
    ]


@lru_cache(maxsize=8192)
def in_minutes(text: str) -> str:
    """Parts of hours, days and years as numbers.

    >>> in_minutes("a quarter of an hour later")
    '15 minutes later'
    """
    for pattern, number in _OF_AN_HOUR:
        text = pattern.sub(number, text)
    return text
