"""Days as other languages name them: "3. März 2022", "le 3 mars", "3 de marzo de 2022", "3 марта", "3月3日"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.languages.language import Calendar, Language, alternatives

_HAN: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_YEAR: Final = r"(?P<year>(?:1[5-9]|20)\d\d|[١٢][٠-٩]{3})"
_DAY: Final = r"(?<![\d.,/])(?P<day>\d{1,2})"
_NUMERIC: Final = (
    r"(?<![\d.,-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)",
    r"(?<![\d.,/])(?P<day>\d{1,2})(?P<mark>[./])(?P<month>\d{1,2})(?P=mark)(?P<year>(?:1[5-9]|20)\d\d|[١٢][٠-٩]{3})(?!\d)",
)
_BARE_YEAR: Final = (
    r"(?<![\d.,€$£%/-])(?P<year>(?:19[5-9]|20[0-4])\d|١٩[٥-٩][٠-٩]|٢٠[٠-٤][٠-٩])"
    r"(?![\d/]|[.,]\d|[\s\u00a0\u202f]?(?:[%٪€$£°]|\d{3}(?!\d)))"
)
_LAST_MONTH, _LAST_DAY = 12, 31


class Day(NamedTuple):
    """A day, month, year or weekday (Monday is 0) as a text gives it; what it does not say is None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


@lru_cache(maxsize=8192)
def days(text: str, language: Language) -> tuple[Day, ...]:
    """Every date of the text, the longest reading first, none twice.

    >>> from pipeline.text.languages.known import KNOWN
    >>> [(d.year, d.month, d.day, d.weekday) for d in days("am Donnerstag, dem 3. März 2022", KNOWN["de"])]
    [(None, None, None, 3), (2022, 3, 3, None)]
    """
    found: list[Day] = []
    taken: set[int] = set()
    for pattern in _patterns(language):
        for match in pattern.finditer(text):
            day = _day(match, language.calendar)
            if day and taken.isdisjoint(range(day.start, day.end)):
                found.append(day)
                taken.update(range(day.start, day.end))
    return tuple(sorted(found))


@lru_cache(maxsize=64)
def _patterns(language: Language) -> tuple[re.Pattern[str], ...]:
    how = language.calendar
    expressions = [*_NUMERIC, *how.patterns, *(_named(how) if how.months else ()), _BARE_YEAR]
    return tuple(re.compile(expression, re.IGNORECASE) for expression in expressions)


def _named(how: Calendar) -> tuple[str, ...]:
    month = rf"{how.prefix}(?P<month>{alternatives(how.months)})(?!\w)\.?"
    joined = rf"(?:\s+{how.of}{_YEAR}{how.year_mark})"
    other = r"(?:\s*/\s*[^\W\d_]+)?"  # Arabic names a month twice: "مارس/آذار"
    return (
        rf"{_DAY}{f'(?:{how.ordinal})?' if how.ordinal else ''}\s+{how.of}{month}{other}{joined}?",
        rf"(?<!\w){month}{other}{joined}",
        rf"(?<!\w){month}(?=\s|[.,;:!?»“”)؟،]|$)" if how.months else "(?!)",
        rf"(?<!\w){how.prefix}(?P<weekday>{alternatives(how.weekdays)})s?(?!\w)",
    )


def _day(match: re.Match[str], how: Calendar) -> Day | None:
    parts = match.groupdict()
    weekday, named = parts.get("weekday"), parts.get("month")
    month = None
    if named:
        month = how.months.get(named.lower()) or _number(named)
    day = _number(parts["day"]) if parts.get("day") else None
    of_week = how.weekdays.get(weekday.lower()) if weekday else None
    if weekday and of_week is None:  # a letter that patterns take for another: "Donnerſtag"
        return None
    if (named and not (month and 1 <= month <= _LAST_MONTH)) or (day is not None and not 1 <= day <= _LAST_DAY):
        return None
    return Day(
        start=match.start(),
        end=match.end(),
        year=_number(parts["year"]) if parts.get("year") else None,
        month=month,
        day=day,
        weekday=of_week - 1 if of_week else None,
    )


def _number(written: str) -> int | None:
    """Digits of any script, or Chinese ones: "٣", "０３", "二〇二二", "十二"."""
    plain = unicodedata.normalize("NFKC", written)
    if all(c.isdigit() for c in plain):
        return int("".join(str(unicodedata.digit(c)) for c in plain))
    if "十" in plain:
        tens, _, ones = plain.partition("十")
        return 10 * (_HAN.get(tens, 1) if tens else 1) + (_HAN.get(ones, 0) if ones else 0)
    return int("".join(str(_HAN[c]) for c in plain)) if all(c in _HAN for c in plain) else None
