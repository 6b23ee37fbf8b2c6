"""Every date of the text stands in the evidence, or follows from the article's own date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, is_own_words, verdict_of
from pipeline.text.dates import CalendarMention, calendar_mentions, day_of, parse_date, resolve_weekday, undotted
from pipeline.text.quantities import quantities
from pipeline.text.words import lowered

_LONGEST_STAMP: Final = 100
"""Characters of a line that can be a page's stamp."""
_WEEK: Final = timedelta(days=7)
_STEPS: Final = {"last": -1, "this": 0, "next": 1, "coming": 1, "previous": -1}
_RELATIVE_YEAR: Final = re.compile(
    r"\b(?P<step>last|this|next|coming|previous)\s+(?:year|spring|summer|autumn|fall|winter|season)\b", re.IGNORECASE
)
_YEARS_AGO: Final = re.compile(
    r"\b(?P<count>a|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+years?\s+(?:ago|earlier|before)\b",
    re.IGNORECASE,
)
_RELATIVE_DAY: Final = re.compile(r"\b(?:yesterday|today|tonight|tomorrow)\b", re.IGNORECASE)
_FROM_TODAY: Final = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_RELATIVE_MONTH: Final = re.compile(r"\b(?P<step>last|this|next|coming|previous)\s+month\b", re.IGNORECASE)
_DAYS_AGO: Final = re.compile(
    r"\b(?P<count>a|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3})\s+(?P<unit>days?|weeks?|months?)\s+ago\b",
    re.IGNORECASE,
)
_LONG_AGO: Final = 400
"""Days or weeks ago beyond which nobody counts in them."""
_COMING: Final = re.compile(
    r"\b(?:will|would|shall|plans?|planned|planning|due|set|expect\w*|intend\w*|next|scheduled|hop\w+|may|might|could|until"
    r"|by|from|to)\b",
    re.IGNORECASE,
)
"""With one of these a weekday may be the coming one."""


def date_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the calendar expressions of ``text`` with those of the passages, part by part."""
    wanted = calendar_mentions(text)
    known = wanted if is_own_words(text, passages) else [m for passage in passages for m in _known(passage)]
    problems = [
        f"“{text[m.start : m.end]}” is not the date that the cited passage gives"
        for m in wanted
        if not any(_agree(m, k) for k in known)
    ]
    return verdict_of("date", problems, applicable=bool(wanted), passed="every date stands in the cited passage")


def _known(passage: Passage) -> list[CalendarMention]:
    """The passage's dates, and the weekday that its article's date makes a day of the calendar."""
    mentions = calendar_mentions(passage.context)
    published = publication_day(passage.article)
    printed = day_of(published)
    resolved = []
    for mention in mentions:
        day = None if mention.weekday is None else resolve_weekday(mention.weekday, published)
        if day:
            resolved.append(_full(mention, day))
            if _COMING.search(passage.context):
                resolved.append(_full(mention, day + _WEEK))
        elif printed and mention.month and not mention.year:
            resolved.append(mention.model_copy(update={"year": printed.year}))
            if mention.month > printed.month:  # "rejected in November", in an article of January
                resolved.append(mention.model_copy(update={"year": printed.year - 1}))
            if _COMING.search(passage.context):
                resolved.append(mention.model_copy(update={"year": printed.year + 1}))
    years = _years(passage.context, printed.year) if printed else []
    days = list(_days(passage.context, printed)) if printed else []
    return mentions + resolved + days + [CalendarMention(start=0, end=0, year=y) for y in years]


def _days(context: str, printed: date) -> Iterator[CalendarMention]:
    """The days that "yesterday", the weeks and months that "three weeks ago" and "next month" are."""
    for match in _RELATIVE_DAY.finditer(context):
        day = printed + timedelta(days=_FROM_TODAY[lowered(match.group())])
        yield _full(CalendarMention(start=0, end=0), day)
    for match in _RELATIVE_MONTH.finditer(context):
        yield _month_from(printed, _STEPS[lowered(match["step"])])
    for match in _DAYS_AGO.finditer(context):
        count = int(quantities(f"{match['count']} days")[0].value) if match["count"].lower() != "a" else 1
        if lowered(match["unit"]).startswith("month"):
            yield _month_from(printed, -count)
        elif count < _LONG_AGO:
            weeks = match["unit"].lower().startswith("week")
            yield _full(CalendarMention(start=0, end=0), printed - timedelta(days=count * (7 if weeks else 1)))


def _month_from(printed: date, months: int) -> CalendarMention:
    years, month = divmod(printed.year * 12 + printed.month - 1 + months, 12)
    return CalendarMention(start=0, end=0, year=years, month=month + 1)


def _years(context: str, printed: int) -> list[int]:
    """The years that "next summer", "last year" or "four years ago" are, for an article of that year."""
    found = [printed + _STEPS[lowered(m["step"])] for m in _RELATIVE_YEAR.finditer(context)]
    for match in _YEARS_AGO.finditer(context):
        count = quantities(match["count"])
        found += [printed - int(count[0].value)] if count else [printed - 1]
    return found


@lru_cache(maxsize=64)
def _stamp(removed: tuple[str, ...]) -> str | None:
    """The first full date among the lines that were taken out: "Published: 14 May 2031 07:40"."""
    lines = [undotted(line) for line in removed if len(line) <= _LONGEST_STAMP]
    return next((day for line in lines if (day := parse_date(line))), None)


def publication_day(article: Article) -> str | None:
    """The day on which an article says it was published, in its header or in a line of its page; ISO."""
    return article.published or _stamp(tuple(removal.text for removal in article.removed))


def _full(mention: CalendarMention, day: date) -> CalendarMention:
    return mention.model_copy(update={"year": day.year, "month": day.month, "day": day.day, "weekday": day.weekday()})


def _agree(wanted: CalendarMention, known: CalendarMention) -> bool:
    """All that the text says of the date, the evidence says too."""
    parts = ("year", "month", "day", "weekday")
    return all(getattr(wanted, part) in {None, getattr(known, part)} for part in parts)
