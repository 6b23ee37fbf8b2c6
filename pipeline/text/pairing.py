"""Which value goes with which: "Lindfell 71 percent, Ostermark 44", where names and values take turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

from pipeline.text.dates import calendar_mentions
from pipeline.text.fractions import in_minutes
from pipeline.text.quantities import clock_times, quantities
from pipeline.text.terms import form_of, terms

_CONTRASTS: Final = frozenset(
    form_of(word)
    for word in """north south east west northern southern eastern western men women boys girls children adults upper lower
    old young former latter urban rural home abroad import export morning evening""".split()
)
"""Common words that tell one of a pair, as names do."""

Pair = tuple[str, str]
Places = tuple[Mapping[str, int], Mapping[str, int]]
_TURNS: Final = ((True, False, True, False), (False, True, False, True))
"""Name, value, name, value, or the other way round: nothing else tells which goes with which."""


@lru_cache(maxsize=4096)
def places(text: str) -> Places:
    """Where each name (or word of contrast) and each value stands that a text has only once: two mappings to offsets.

    >>> [sorted(found) for found in places("In the north 3 fell, in the south 4.")]
    [['north', 'south'], ['3', '4']]
    """
    text = in_minutes(text)
    dated = {index for mention in calendar_mentions(text) for index in range(mention.start, mention.end)}
    telling = [
        (term.stem, term.start)
        for term in terms(text)
        if (term.kind == "name" or term.stem in _CONTRASTS) and term.start not in dated
    ]
    return _once(telling), _once(_values(text))


def _values(text: str) -> Iterator[tuple[str, int]]:
    for quantity in quantities(text):
        yield f"{quantity.value:,.15g}{'.' if quantity.ordinal else ''}", quantity.start
    for time in clock_times(text):
        yield f"{time.hour}:{time.minute:02}", time.start
    for mention in calendar_mentions(text):
        parts = (mention.year, mention.month, mention.day, mention.weekday)
        yield "-".join("" if part is None else str(part) for part in parts), mention.start


def _once(found: list[tuple[str, int]] | Iterator[tuple[str, int]]) -> dict[str, int]:
    listed = list(found)
    often = Counter(key for key, _ in listed)
    return {key: start for key, start in listed if often[key] == 1}


def crossed(text: str, passage: str) -> list[tuple[Pair, Pair]]:
    """Pairs of the text whose partners have changed: names and values that take turns in both, matched otherwise.

    >>> crossed("In Lund 44 percent went, in Tarn 71.", "Here Tarn had 71 percent; Lund had 44.")
    []
    >>> crossed("In Lund 71 percent went, in Tarn 44.", "Here Tarn had 71 percent; Lund had 44.")
    [(('lund', '71'), ('tarn', '44'))]
    """
    own, told = places(text), places(passage)
    names = [key for key in own[0] if key in told[0]]
    values = [key for key in own[1] if key in told[1]]
    found = []
    for one, other in combinations(names, 2):
        for value, second in combinations(values, 2):
            here = _row({one, other}, {value, second}, own)
            there = _row({one, other}, {value, second}, told)
            takes_turns = here.turns == there.turns and here.turns in _TURNS
            if _kind(value) == _kind(second) and takes_turns and here.partners != there.partners:
                found.append(((one, here.partners[one]), (other, here.partners[other])))
    return found


def _kind(value: str) -> bool:
    """A date, which is written with dashes here, and no number."""
    return "-" in value


class _Row(NamedTuple):
    """Two names and two values in order: where the names stand, and which is beside which."""

    turns: tuple[bool, ...]
    partners: dict[str, str]


def _row(names: set[str], values: set[str], where: Places) -> _Row:
    order = sorted([*names, *values], key=lambda key: where[0][key] if key in names else where[1][key])
    pairs = ((one, other) if one in names else (other, one) for one, other in (order[:2], order[2:]))
    return _Row(tuple(key in names for key in order), dict(pairs))
