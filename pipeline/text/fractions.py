"""Parts in words: "a third", "two thirds", "half", and hours told in parts."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.words import has_number_word, lowered

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
)
_LONG_TIME: Final = re.compile(r"hour|half a|fortnight|decade", re.IGNORECASE)
"""One of these stands in each of them."""
_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10
}  # fmt: skip
_IN_WORDS: Final = {count: word for word, count in _NUMBERS.items()}
_COUNT: Final = rf"(?:{'|'.join(_NUMBERS)}|[1-9]|10)"
_OUT_OF: Final = re.compile(
    rf"\b(?P<some>(?!(?:one|1) of (?!every)){_COUNT}) (?:out of|in|of|of every) (?:every )?(?P<all>{_COUNT})\b"
    rf"(?! (?:percent|per cent|years?|days?))"
    rf"|(?<![\d/])(?P<upper>\d)/(?P<lower>\d)(?![\d/])",
    re.IGNORECASE,
)
"""As in "one in five"."""


class Part(NamedTuple):
    """A fraction of something, how the text puts it, and where."""

    value: Fraction
    shown: str
    start: int


def fractions(text: str) -> list[Part]:
    """The parts of a whole that a text names in words; "third" as a rank is none.

    >>> [str(p.value) for p in fractions("Two thirds of the crew left, about half of them on the third day.")]
    ['2/3', '1/2']
    """
    return [
        Part(
            Fraction(_TIMES[lowered(match["times"] or "a")], _PARTS[lowered(match["part"])]),
            match.group(),
            match.start(),
        )
        for match in _FRACTION.finditer(text)
        if match["part"].lower() == "half" or match["times"]
    ]


@lru_cache(maxsize=8192)
def in_minutes(text: str) -> str:
    """Parts of hours, days and years as numbers, and so many in so many as a part.

    >>> in_minutes("a quarter of an hour later")
    '15 minutes later'
    """
    if _LONG_TIME.search(text):
        for pattern, number in _OF_AN_HOUR:
            text = pattern.sub(number, text)
    return _OUT_OF.sub(_as_part, text) if has_number_word(text) else text


def _as_part(match: re.Match[str]) -> str:
    """So many out of so many as a part, where there is a word for it: "two thirds" for "two in three"."""
    some, of_all = (_count(match[one] or match[other]) for one, other in (("some", "upper"), ("all", "lower")))
    part = next((word for word, size in _PARTS.items() if size == of_all and word != "half"), None)
    if part is None or not some < of_all or some not in _TIMES.values():
        return match.group()
    return f"a {part}" if some == 1 else f"{_IN_WORDS[some]} {part}s"


def _count(shown: str) -> int:
    return int(shown) if shown.isdigit() else _NUMBERS[lowered(shown)]
