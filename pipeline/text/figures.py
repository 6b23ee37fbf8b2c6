"""Numbers, dates and times of day: each with what it is said of, so that "18 killed, 40 injured" is not the reverse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.clock import ClockTime, clock_times
from pipeline.text.dates import CalendarMention, calendar_mentions
from pipeline.text.quantities import Comparator, Quantity, measure_end, quantities
from pipeline.text.terms import Term, terms
from pipeline.text.words import is_function_word, stem

_BREAK: Final = re.compile(r"[,;:()–—](?!\d)|\b(?:and|but|while|or|whereas)\b", re.IGNORECASE)
_LABEL: Final = re.compile(r"\b(?P<name>[A-Z][\w-]*)[^\S\n]$")
"""A capital word right before a number that nothing else qualifies: "Flight 370", "Gang 18" are names."""
_OVER_A: Final = re.compile(r"\bover\s+(?:an?|the)\s+$", re.IGNORECASE)
_AGE: Final = re.compile(r"[\s-]{0,3}(?P<unit>year|month|week|day)s?[\s-]{1,3}olds?\b", re.IGNORECASE)
_KNOWN: Final = re.compile(r"\b(?:the|both|these|those|their|his|her|its)\s+$", re.IGNORECASE)
_NEARLY: Final = re.compile(
    r"\b(?:nearly|almost|close to|just under|just over|not quite)\s+(?:an?\s+|the\s+)*$", re.IGNORECASE
)
_IN_WORDS: Final[dict[Comparator, str]] = {
    "exact": "", "about": "about", "under": "less than", "over": "more than", "at_most": "at most",
    "at_least": "at least",
}  # fmt: skip


class Figure(NamedTuple):
    """A quantity, a date or a time where it stands, with the stems of what is said of it.

    ``nearly``: "almost" and its like; ``label``: part of a name, so that what follows is no unit;
    ``known``: "the two ministers", which counts what the reader knows already.
    """

    what: Quantity | CalendarMention | ClockTime
    shown: str
    unit: str | None
    nearly: bool
    label: bool
    known: bool
    of: frozenset[str]


@lru_cache(maxsize=8192)
def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text with what each is said of.

    >>> [(f.shown, sorted(f.of)) for f in figures("18 killed and 40 injured")]
    [('18', ['kill']), ('40', ['injur'])]
    """
    found: list[Quantity | CalendarMention | ClockTime] = [
        *quantities(text), *calendar_mentions(text), *clock_times(text)
    ]  # fmt: skip
    found.sort(key=lambda what: what.start)
    said = [_said_of(text, what, [w for w in found if type(w) is type(what)]) for what in found]
    often = Counter(stem for stems in said for stem in stems)
    twice = {stem for stem, count in Counter(term.stem for term in terms(text)).items() if count > 1}
    return tuple(
        Figure(
            what,
            _shown(text, what),
            _unit(text, what),
            bool(_NEARLY.search(text[: what.start]) or _OVER_A.search(text[: what.start])),
            _is_label(text, what),
            bool(_KNOWN.search(text[: what.start])),
            frozenset(stem for stem in stems if often[stem] == 1 and stem not in twice),
        )
        for what, stems in zip(found, said, strict=True)
    )


def _is_label(text: str, what: Quantity | CalendarMention | ClockTime) -> bool:
    """Whether it is part of a name; "A 19-year-old", "About 40" and "Almost 40" only open a sentence."""
    if not (isinstance(what, Quantity) and text[what.start].isdigit() and what.comparator == "exact"):
        return False
    before = _LABEL.search(text[: what.start])
    return before is not None and not is_function_word(before["name"])


def _shown(text: str, what: Quantity | CalendarMention | ClockTime) -> str:
    comparator = _IN_WORDS[what.comparator] if isinstance(what, Quantity) else ""
    end = measure_end(text, what) if isinstance(what, Quantity) else what.end
    return f"{comparator} {text[what.start : end].strip()}".strip()


def _unit(text: str, what: Quantity | CalendarMention | ClockTime) -> str | None:
    """The unit of a quantity; that of "a 19-year-old man" is the year, not the man."""
    age = _AGE.match(text, what.end)
    return stem(age["unit"]) if age else what.unit if isinstance(what, Quantity) else None


def _said_of(text: str, what: Quantity | CalendarMention | ClockTime, rivals: Sequence[object]) -> set[str]:
    """Stems of the same clause that are nearer to this figure than to another of its sort."""
    starts = [m.end() for m in _BREAK.finditer(text, 0, what.start)]
    stop = _BREAK.search(text, what.end)
    left, right = starts[-1] if starts else 0, stop.start() if stop else len(text)
    if isinstance(what, Quantity) and what.ordinal:
        return {term.stem for term in terms(text) if what.end <= term.start < min(right, what.end + 2)}
    spans = [(r.start, r.end) for r in rivals if isinstance(r, Quantity | CalendarMention | ClockTime)]
    return {
        term.stem
        for term in terms(text)
        if left <= term.start < right
        and (term.kind == "word" or (term.kind == "name" and not isinstance(what, CalendarMention)))
        and min(spans, key=lambda span: _distance(term, *span)) == (what.start, what.end)
    }


def _distance(term: Term, start: int, end: int) -> tuple[int, int]:
    """Characters between, and whether the term stands before: what follows a number is what it counts."""
    return (term.start - end, 0) if term.start >= end else (start - term.end, 1)
