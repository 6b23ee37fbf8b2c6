"""Calendar expressions: full dates, months, years and weekdays, as far as the words go."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from pipeline.domain.base import Model
from pipeline.text.languages.calendar import days
from pipeline.text.languages.reading import foreign
from pipeline.text.words import lowered

MONTHS: Final = "january february march april may june july august september october november december".split()
WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()

_MONTH: Final = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:\.|[a-z]*))"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CLEAR_MONTHS: Final = "January|February|April|June|July|August|September|October|November|December"
"""Months that are no common word when written with a capital; "March" and "May" need a word before them."""
_BEFORE_MONTH: Final = "|".join(
    rf"(?<=\b{words} )"
    for words in ("[Ii]n", "[Ll]ast", "[Ss]ince", "[Nn]ext", "[Ee]arly", "[Ll]ate", "[Uu]ntil", "end of", "start of")
)
"""One of these before "March" or "May" makes it a month."""
_YEAR: Final = r"(?P<year>(?:1[5-9]|20)\d\d)"
_DIGIT: Final = re.compile(r"\d")
_CAPITAL_MONTH: Final = re.compile(r"[JFMASOND][aepuco][nbrylgptvc]")
_DAY_OF_WEEK: Final = re.compile(r"[Dd][Aa][Yy]")
_PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), cue)
    for pattern, cue in (
        (r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)", _DIGIT),
        (rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?\b", _DIGIT),
        (rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?\b", _DIGIT),
        (rf"\b{_MONTH},?\s+{_YEAR}\b", _DIGIT),
        (rf"(?<![\d.,$€£])\b{_YEAR}\b(?![.,]?\d|\s*(?:%|percent|people|troops|euros|dollars))", _DIGIT),
        (rf"(?-i:\b(?P<month>{_CLEAR_MONTHS})\b)", _CAPITAL_MONTH),
        (rf"(?-i:(?:{_BEFORE_MONTH})(?P<month>March|May))\b", _CAPITAL_MONTH),
        (r"\b(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b", _DAY_OF_WEEK),
    )
)
"""Each with something shorter without which it cannot match: most sentences hold no date, and that is soon seen."""
_DOTTED: Final = re.compile(r"\b(?P<day>\d\d)\.(?P<month>\d\d)\.(?P<year>(?:19|20)\d\d)\b")

_EARLIEST, _LATEST = 1000, 2999
"""Years that news is dated in; outside them a date is a misprint, and counting back could leave the calendar."""
_WEEK: Final = 7


class CalendarMention(Model):
    """A date as a text gives it; what it does not say is None. ``start`` and ``end`` as everywhere."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


def calendar_mentions(text: str) -> list[CalendarMention]:
    """Every date, month with year, year and weekday, longest reading first, none twice.

    >>> [(m.year, m.month, m.day) for m in calendar_mentions("on March 2, 2023, since 2018")]
    [(2023, 3, 2), (2018, None, None)]
    """
    return list(_mentions(text))


@lru_cache(maxsize=8192)
def _mentions(text: str) -> tuple[CalendarMention, ...]:
    language = foreign(text)
    if language is not None:
        return tuple(CalendarMention(**day._asdict()) for day in days(text, language))
    found: list[CalendarMention] = []
    taken: set[int] = set()
    for pattern, cue in _PATTERNS:
        for match in pattern.finditer(text) if cue.search(text) else ():
            mention = _mention(match)
            if mention and taken.isdisjoint(range(mention.start, mention.end)):
                found.append(mention)
                taken.update(range(mention.start, mention.end))
    return tuple(sorted(found, key=lambda mention: mention.start))


def parse_date(text: str) -> str | None:
    """The ISO form of a text that is one full date, else None.

    >>> parse_date("2 March 2023"), parse_date("2023-03-02T10:00:00Z"), parse_date("Thursday")
    ('2023-03-02', '2023-03-02', None)
    """
    for mention in calendar_mentions(text):
        if mention.year and mention.month and mention.day:
            if not _EARLIEST <= mention.year <= _LATEST:
                return None
            try:
                return date(mention.year, mention.month, mention.day).isoformat()
            except ValueError:
                return None
    return None


def undotted(stamp: str) -> str:
    """Days that a page's stamp writes with dots, the day first, as ISO dates; prose hardly has such.

    >>> undotted("Published 03.05.2024, 14:05")
    'Published 2024-05-03, 14:05'
    """
    return _DOTTED.sub(r"\g<year>-\g<month>-\g<day>", stamp)


def day_of(published: str | None) -> date | None:
    """The day that an article's ISO date names; None where there is none, or none that can be."""
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None


def resolve_weekday(weekday: int, published: str | None) -> date | None:
    """The last such weekday (Monday is 0) up to the day of publication; None where that is not known.

    >>> resolve_weekday(3, "2023-03-03")
    datetime.date(2023, 3, 2)
    """
    day = day_of(published)
    try:
        return day and day - timedelta(days=(day.weekday() - weekday) % _WEEK)
    except OverflowError:
        return None


def _mention(match: re.Match[str]) -> CalendarMention | None:
    parts = match.groupdict()
    month = _month(parts.get("month"))
    if parts.get("month") and month is None:
        return None
    day = int(parts["day"]) if parts.get("day") else None
    if day is not None and not 1 <= day <= 31:  # noqa: PLR2004  days of a month
        return None
    weekday = parts.get("weekday")
    return CalendarMention(
        start=match.start(),
        end=match.end(),
        year=int(parts["year"]) if parts.get("year") else None,
        month=month,
        day=day,
        weekday=WEEKDAYS.index(lowered(weekday)) if weekday else None,
    )


def _month(name: str | None) -> int | None:
    if not name:
        return None
    if name.isdigit():
        return int(name) if 1 <= int(name) <= len(MONTHS) else None
    small = lowered(name).rstrip(".")
    fits = [m for m in MONTHS if m == small or (m[:3] == small[:3] and small in {m[:3], m[:4]})]
    return MONTHS.index(fits[0]) + 1 if fits else None
