"""Figures, times and days of a text stand in what it cites, in whatever language each is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.languages.reading import Case, Reading
from pipeline.guards.passage import verdict_of
from pipeline.text.dates import day_of
from pipeline.text.languages.calendar import Day
from pipeline.text.languages.numerals import Number
from pipeline.text.languages.segmentation import clauses
from pipeline.text.languages.stems import stems

_MAY_REST_ON: Final[Mapping[str, frozenset[str]]] = {"about": frozenset({"about", "exact"})}
"""What the evidence may say for what the text says; "about 10" may rest on "10", not the other way round."""
_ONE: Final = 1.0
"""In most languages an article, too; whether something is one is not compared."""
_WEEK: Final = 7
_TELLING: Final = 2
"""Words that a clause must share with another number's to be about that."""


def figure_guard(case: Case) -> Guard:
    """Compare the numbers and times of day of the text with those of its evidence."""
    own = [n for n in case.text.numbers() if n.value != _ONE]
    there = [n for one in case.evidence for n in one.numbers()]
    missing = case.text.clocks() - frozenset().union(*(one.clocks() for one in case.evidence))
    problems = [problem for n in own if (problem := _problem(n, there, case)) is not None]
    problems += [f"the time {value // 60:.0f}:{value % 60:02.0f} is not in the cited passage" for value in missing]
    applicable = bool(own or case.text.clocks())
    return verdict_of("quantity", problems, applicable=applicable, passed="every figure stands in the cited passage")


def _problem(number: Number, there: Sequence[Number], case: Case) -> str | None:
    shown = case.text.text[number.start : number.end].strip()
    same = [n for n in there if n.value == number.value]
    if not same:
        return f"“{shown}” is not in the cited passage"
    if not any(_agree(number.comparator, n.comparator) for n in same):
        return f"“{shown}” is meant otherwise in the cited passage: exactly, about, or as a bound"
    if case.is_across() or not _is_exchanged(number, there, case):
        return None
    return f"“{shown}” is said of something else in the cited passage"


def _is_exchanged(number: Number, there: Sequence[Number], case: Case) -> bool:
    """Whether what is counted, or all that is said around the number, stands with another number in the evidence."""
    others = [n for n in there if n.value != number.value]
    same = [n for n in there if n.value == number.value]
    if number.unit is not None and all(n.unit not in {number.unit, None} for n in same):
        return any(n.unit == number.unit for n in others)
    own = _said(case.text, {number.value})
    nothing = all(not own & _said(one, {number.value}) for one in case.evidence)
    return nothing and any(len(own & _said(one, {n.value for n in others})) >= _TELLING for one in case.evidence)


def _said(reading: Reading, wanted: Collection[float]) -> frozenset[str]:
    """The content stems of the clauses in which one of the numbers stands."""
    if reading.language is None:
        return frozenset()
    parts = [Reading(part, reading.code) for part in clauses(reading.text)]
    said = (stems(p.text, reading.language) for p in parts if any(n.value in wanted for n in p.numbers()))
    return frozenset(stem for each in said for stem in each if stem.isalpha())


def _agree(own: str, there: str) -> bool:
    return there == own or there in _MAY_REST_ON.get(own, frozenset())


def day_guard(case: Case) -> Guard:
    """Each day, month, year and weekday of the text is one of the evidence's, counted from the article's own day."""
    own = case.text.days()
    there = [day for one in case.evidence for day in _told(one, case)]
    problems = [
        f"“{case.text.text[day.start : day.end]}” is not a date in the cited passage"
        for day in own
        if not any(_fits(day, other) for other in there)
    ]
    return verdict_of("date", problems, applicable=bool(own), passed="every date stands in the cited passage")


def _told(evidence: Reading, case: Case) -> Iterator[Day]:
    """The days of a passage; what a weekday or a day without a year leaves open, the article's date may tell."""
    published = [day_of(p.article.published) for p in case.passages if p.context == evidence.text]
    for told in evidence.days():
        yield told
        for day in filter(None, published):
            yield from _filled(told, day)


def _filled(told: Day, published: date) -> Iterator[Day]:
    if told.weekday is not None:
        for back in range(-_WEEK + 1, _WEEK):  # "on Thursday" may be the coming one, too
            near = published - timedelta(days=back)
            if near.weekday() == told.weekday:
                yield told._replace(year=near.year, month=near.month, day=near.day)
    elif told.year is None and told.month is not None:
        yield told._replace(year=published.year)
    elif told.year is None and told.day is not None:
        yield told._replace(year=published.year, month=published.month)


def _fits(own: Day, there: Day) -> bool:
    pairs = zip(own[2:], there[2:], strict=True)
    return all(value is None or value == other for value, other in pairs)
