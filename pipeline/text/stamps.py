"""The day that a page prints above its article: "Published: 3 May 2024 14:05 GMT", "Monday 12 March 2029, 18:40".

Only a line that is nothing but a stamp counts, beside names and buttons of the page in parts of their own ("Comment |
16 March 2029"). In doubt there is no day: two days of the same kind, a day above the title that may be the page's own,
and the day of an update are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from pipeline.domain.article import Span
from pipeline.text.dates import calendar_mentions, parse_date, undotted

_LONGEST_STAMP: Final = 120
"""Characters of a line that can be a page's stamp."""
_LONGEST_LABEL: Final = 4
"""Words of what stands beside a stamp in a line: a section, a button, a name."""
_PARTS: Final = re.compile(r"\s*(?:[|·•‧;]|\s[–—-]\s|\s{2,})\s*")
_PUBLISHED: Final = re.compile(r"\b(?:(?:first|originally)\s)?(?:published|posted|publication\sdate)\b", re.IGNORECASE)
_UPDATED: Final = re.compile(r"\b(?:last\s)?(?:updated|modified|edited|revised|corrected)\b", re.IGNORECASE)
_CLOCK: Final = re.compile(r"\bT?\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?Z?\b|\b\d{1,2}(?=\s?[ap]\.?m\b)", re.IGNORECASE)
_TIME: Final = re.compile(
    r"(?:\b|(?<=\d)T)(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?!\d)(?:\s?(?P<half>[ap])\.?m\b)?", re.IGNORECASE
)
_NOON: Final = 12
_BESIDE: Final = re.compile(
    r"\b(?:at|on|date|local\stime|hours|hrs|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b"
    r"|\b[ap]\.?m\b\.?|(?-i:\b[A-Z]{2,5}\b)|[+-]\d\d:?\d\d",
    re.IGNORECASE,
)
"""What stands beside a day in a stamp: weekdays, "at", "a.m.", a time zone."""
_BARE: Final = re.compile(r"[\s,.:;()*_/\\-]*")

Kind = Literal["published", "updated", "bare", "timed"]


class _Stamp(NamedTuple):
    """A day as a line prints it; *bare* and *timed* ones have no label."""

    kind: Kind
    day: str


def printed_day(lines: Sequence[str], title: int | None = None) -> str | None:
    """The ISO day of publication that the lines above an article print, where it is certain; else None.

    Args:
        lines: what stands above the article, in order.
        title: which of them is its title; a day without a label and a time above it may be the page's own.

    >>> printed_day(["Published: 16 May 2031 12:45 | Last updated: 17 May 2031 13:10"])
    '2031-05-16'
    >>> printed_day(["Updated 4 May 2024"]), printed_day(["The talks ended on 4 May 2024"])
    (None, None)
    """
    found = [(at, stamp) for at, line in enumerate(lines) for stamp in _stamps(line)]
    labelled = {stamp.day for _, stamp in found if stamp.kind == "published"}
    beside = {
        stamp.day
        for at, stamp in found
        if stamp.kind == "timed" or (stamp.kind == "bare" and (title is None or at > title))
    }
    days = labelled or beside
    return next(iter(days)) if len(days) == 1 else None


def latest_moment(lines: Iterable[str]) -> str | None:
    """The latest day that the lines of a page print as a stamp, of an update, too, with its time where it has one.

    >>> latest_moment(["Published 3 May 2024 14:05 | Updated 4 May 2024, 7.15 pm"]), latest_moment(["4 May 2024"])
    ('2024-05-04T19:15', '2024-05-04')
    """
    return max((moment for line in lines if any(_stamps(line)) for moment in _moments(line)), default=None)


def _moments(line: str) -> Iterator[str]:
    line = undotted(line)
    days = [m for m in calendar_mentions(line) if m.year and m.month and m.day]
    ends = [*(day.start for day in days[1:]), len(line)]
    for day, end in zip(days, ends, strict=True):
        iso = parse_date(line[day.start : day.end])
        clock = _TIME.search(line, day.end, end) or (_TIME.search(line, 0, day.start) if len(days) == 1 else None)
        if iso is not None:
            yield iso if clock is None else f"{iso}T{_hour(clock):02}:{clock['minute']}"


def _hour(clock: re.Match[str]) -> int:
    hour = int(clock["hour"])
    return hour % _NOON + (_NOON if clock["half"].lower() == "p" else 0) if clock["half"] else hour


def _stamps(line: str) -> Iterator[_Stamp]:
    """The days of a line that is a stamp and nothing else."""
    if len(line) > _LONGEST_STAMP:
        return
    parts = [part for part in _PARTS.split(undotted(line)) if part]
    read = [_read(part) for part in parts]
    if all(found is not None for found in read):
        yield from (stamp for found in read for stamp in found or ())


def _read(part: str) -> list[_Stamp] | None:
    """The stamps of a part; none where it holds no day and few words; None where it is more than a stamp."""
    days = [m for m in calendar_mentions(part) if m.year and m.month and m.day]
    if not days:
        return [] if len(part.split()) <= _LONGEST_LABEL or _CLOCK.search(part) else None
    starts = [0, *(day.end for day in days)]
    runs = [Span(start=start, end=day.start) for start, day in zip(starts, days, strict=False)]
    rest = [*(run.of(part) for run in runs), part[days[-1].end :]]
    if not all(_is_bare(text) for text in rest):
        return None
    found = []
    for run, day in zip(runs, days, strict=True):
        iso = parse_date(part[day.start : day.end])
        if iso is None:
            return None
        found.append(_Stamp(_kind(run.of(part), part), iso))
    return found


def _kind(before: str, part: str) -> Kind:
    """What the words before a day call it."""
    if _PUBLISHED.search(before):
        return "published"
    if _UPDATED.search(before):
        return "updated"
    return "timed" if _CLOCK.search(part) else "bare"


def _is_bare(text: str) -> bool:
    for pattern in (_PUBLISHED, _UPDATED, _CLOCK, _BESIDE):
        text = pattern.sub(" ", text)
    return _BARE.fullmatch(text) is not None
