"""Every date of the text stands in the evidence, or follows from the article's own date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, verdict_of
from pipeline.text.dates import CalendarMention, calendar_mentions, day_of, resolve_weekday


def date_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the calendar expressions of ``text`` with those of the passages, part by part."""
    wanted = calendar_mentions(text)
    known = [mention for passage in passages for mention in _known(passage)]
    problems = [
        f"“{text[m.start : m.end]}” is not the date that the cited passage gives"
        for m in wanted
        if not any(_agree(m, k) for k in known)
    ]
    return verdict_of("date", problems, applicable=bool(wanted), passed="every date stands in the cited passage")


def _known(passage: Passage) -> list[CalendarMention]:
    """The passage's dates, and the weekday that its article's date makes a day of the calendar."""
    mentions = calendar_mentions(passage.context)
    published = passage.article.published
    printed = day_of(published)
    resolved = []
    for mention in mentions:
        day = None if mention.weekday is None else resolve_weekday(mention.weekday, published)
        if day:
            resolved.append(_full(mention, day))
        elif printed and mention.month and mention.day and not mention.year:
            resolved.append(mention.model_copy(update={"year": printed.year}))
    return mentions + resolved


def _full(mention: CalendarMention, day: date) -> CalendarMention:
    return mention.model_copy(update={"year": day.year, "month": day.month, "day": day.day, "weekday": day.weekday()})


def _agree(wanted: CalendarMention, known: CalendarMention) -> bool:
    """All that the text says of the date, the evidence says too."""
    parts = ("year", "month", "day", "weekday")
    return all(getattr(wanted, part) in {None, getattr(known, part)} for part in parts)
