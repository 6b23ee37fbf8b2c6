"""Numbers that stand in the passage, but of something else: exchanged, of another day, another place, another share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final

from pipeline.text.dates import CalendarMention, calendar_mentions
from pipeline.text.figures import Figure, figures
from pipeline.text.givers import given_figures
from pipeline.text.pairing import crossed
from pipeline.text.quantifiers import Share, quantifiers
from pipeline.text.quantities import Quantity, is_measure, quantities
from pipeline.text.same_figures import ANYBODY, agreement, counted_otherwise, is_rival, said_elsewhere
from pipeline.text.synonyms import may_stand_for, stands_in
from pipeline.text.words import stem

_CLAUSE: Final = re.compile(r"[;:]|,\s|\b(?:and by|but|while|after|before)\b")
PERIODS: Final = frozenset(map(stem, "second minute hour day week month year decade century night".split()))


def exchange_problems(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """What is wrong with the places of the numbers that text and passages share, in words."""
    yield from _misplaced(text, evidence)
    yield from _exchanged(text, evidence)
    yield from _other_days(text, evidence)
    yield from _crossed(text, evidence)
    yield from _other_shares(text, evidence)
    yield from _of_another(text, evidence)


def _misplaced(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """Figures that the passage has, but of something else: "40 killed" for "18 killed and 40 injured"."""
    own = figures(text)
    found = {figure: rival for figure in own if (rival := _rightful(figure, evidence)) is not None}
    for figure, rival in found.items():
        twins = [other for other in own if other is not figure and agreement(other, rival) == "same"]
        if all(twin in found for twin in twins):
            yield f"“{figure.shown}” is said of something else in the cited passage; here it says “{rival.shown}”"


def _rightful(figure: Figure, evidence: Sequence[str]) -> Figure | None:
    """The figure that stands in this one's place, in each passage that has this one; None where one has it so."""
    rightful = None
    for context in evidence:
        told = figures(context)
        same = [other for other in told if agreement(figure, other) == "same"]
        if not same:
            continue
        if any(other.unit == figure.unit and other.unit not in {None, *ANYBODY} for other in same):
            return None
        rivals = [other for other in told if is_rival(figure, other)]
        rightful = counted_otherwise(figure, same, rivals) or said_elsewhere(figure, same, rivals)
        if rightful is None or not (figure.of and all(other.of and not _shared(figure, other) for other in same)):
            return None
    return rightful


def _exchanged(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """Two numbers of the text of which each is said of what the passage says the other of, and neither of its own."""
    own = [figure for figure in figures(text) if isinstance(figure.what, Quantity)]
    told = [figure for context in evidence for figure in figures(context)] if len(own) > 1 else []
    for one, other in combinations(own, 2):
        ones = [t for t in told if agreement(one, t) != "other"]
        others = [t for t in told if agreement(other, t) != "other"]
        if not (ones and others) or agreement(one, other) != "other":
            continue
        straight = max(_shared(one, t) for t in ones) + max(_shared(other, t) for t in others)
        crossed = min(max(_shared(one, t) for t in others), max(_shared(other, t) for t in ones))
        if not straight and crossed:
            yield f"“{one.shown}” and “{other.shown}” have changed places"


def _crossed(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """Two values that have changed their places, years or people: "3 percent in the south, 1 in the north"."""
    for context in dict.fromkeys((*evidence, " ".join(evidence))):
        for (one, value), (other, second) in crossed(text, context)[:1]:
            yield f"in the cited passage {value} goes with “{other}”, and {second} with “{one}”"


def _other_shares(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """As in "all" for "most", of the same: none, few, half, most and all are not said for one another."""
    shares = quantifiers(text)
    told = [share for context in evidence for share in quantifiers(context)] if shares else []
    for own in shares:
        of_same = [other for other in told if _of_one(own.of, other.of)]
        if of_same and not any(_may_be_one(own.share, other.share) for other in of_same):
            yield f"says “{own.shown}”; the cited passage says “{of_same[0].shown}”"


def _may_be_one(one: Share, other: Share) -> bool:
    return one == other or ("part" in {one, other} and not {one, other} & {"all", "none"})


def _of_one(one: frozenset[str], other: frozenset[str]) -> bool:
    return not (one and other) or any(stands_in(word, other) for word in one)


def _of_another(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """A figure that the passages have from somebody else, while who gives it here gives another one there."""
    told = [given for context in evidence for given in given_figures(context)]
    for own in given_figures(text) if told else ():
        alike = [other for other in told if same_unit(own.figure.unit, other.figure.unit)]
        theirs = [other for other in alike if own.who and other.who == own.who]
        others = [other for other in alike if other.figure.value == own.figure.value]
        if theirs and others and not any(other in theirs for other in others):
            yield f"“{own.shown}” gives another figure in the cited passage: {theirs[0].figure.value:,g}"


def _shared(figure: Figure, told: Figure) -> int:
    """Words of what is said of a figure that are said of the other, or that can be said for them."""
    return sum(stands_in(word, told.of) for word in figure.of)


def _other_days(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """A number told of another weekday than in the passage, which for that day has another number of the same."""
    if not _days(text):
        return
    told = [pair for context in evidence for pair in _counted_by_day(context)]
    for clause in _CLAUSE.split(text):
        days = {mention.weekday for mention in _days(clause)}
        for quantity in quantities(clause) if len(days) == 1 else ():
            same = [there for k, there in told if k.value == quantity.value and not k.ordinal]
            rival = any(
                there >= days and k.value != quantity.value and same_unit(k.unit, quantity.unit) for k, there in told
            )
            if rival and same and all(there and not there & days for there in same):
                shown = clause[quantity.start : quantity.end].strip()
                yield f"“{shown}” is not the number of that day in the cited passage"


@lru_cache(maxsize=1024)
def _counted_by_day(context: str) -> tuple[tuple[Quantity, frozenset[int | None]], ...]:
    """The numbers of a passage with the weekdays of their clauses; several statements are set beside each passage."""
    clauses = _CLAUSE.split(context)
    return tuple((q, frozenset(m.weekday for m in _days(clause))) for clause in clauses for q in quantities(clause))


def _days(text: str) -> list[CalendarMention]:
    return [mention for mention in calendar_mentions(text) if mention.weekday is not None]


_STERLING: Final = frozenset({"£", "pound"})
"""Other signs are one with their word as they are read; a pound may be a weight."""


def same_unit(wanted: str | None, known: str | None) -> bool:
    """One unit, another word for it, or a noun that the other leaves out: "12 died". A measure is never left out."""
    if wanted is not None and known is not None and {wanted, known} <= _STERLING:
        return True
    if wanted is None or known is None:
        return not (is_measure(wanted) or is_measure(known))
    if wanted == known or is_measure(wanted) or is_measure(known) or {wanted, known} & PERIODS:
        return wanted == known
    return bool({wanted, known} & ANYBODY) or may_stand_for(wanted, known)
