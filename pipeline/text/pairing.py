"""Which value goes with which: "Lindfell 71 percent, Ostermark 44", where names and values take turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple, TypeVar

from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.fractions import in_minutes
from pipeline.text.quantities import quantities
from pipeline.text.terms import form_of, terms

_CONTRASTS: Final = frozenset(
    form_of(word)
    for word in """north south east west northern southern eastern western men women boys girls children adults upper
    lower old young former latter urban rural home abroad import export morning evening""".split()
)
"""Common words that tell one of a pair, as names do."""


class Value(NamedTuple):
    """A number or a date as it is shown; only two of one kind can change places."""

    kind: str
    shown: str


_Key = TypeVar("_Key")
Pair = tuple[str, str]
Places = tuple[Mapping[str, int], Mapping[Value, int]]
_TURNS: Final = ((True, False, True, False), (False, True, False, True))
"""Name, value, name, value, or the other way round: nothing else tells which goes with which."""


@lru_cache(maxsize=4096)
def places(text: str) -> Places:
    """Where each name (or word of contrast) and each value stands that a text has only once: two mappings to offsets.

    >>> names, values = places("In the north 3 fell, in the south 4.")
    >>> sorted(names), sorted(value.shown for value in values)
    (['north', 'south'], ['3', '4'])
    """
    text = in_minutes(text)
    dated = {index for mention in calendar_mentions(text) for index in range(mention.start, mention.end)}
    telling = [
        (term.stem, term.start)
        for term in terms(text)
        if (term.kind == "name" or term.stem in _CONTRASTS) and term.start not in dated
    ]
    return _once(telling), _once(_values(text))


def _values(text: str) -> Iterator[tuple[Value, int]]:
    """Numbers, times of day, and dates as far as they are given."""
    for quantity in quantities(text):
        yield Value("ordinal" if quantity.ordinal else "number", f"{quantity.value:,.15g}"), quantity.start
    for time in clock_times(text):
        yield Value("time", f"{time.hour}:{time.minute:02}"), time.start
    for mention in calendar_mentions(text):
        parts = {part: getattr(mention, part) for part in ("year", "month", "day", "weekday")}
        kind = " ".join(part for part, given in parts.items() if given is not None)
        yield Value(kind, text[mention.start : mention.end].strip()), mention.start


def _once(found: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
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
    own = places(text)
    if min(len(own[0]), len(own[1])) < 2:  # noqa: PLR2004  two names and two values can change places
        return []
    told = places(passage)
    names = [key for key in own[0] if key in told[0]]
    values = [key for key in own[1] if key in told[1]]
    found = []
    for one, other in combinations(names, 2):
        for value, second in combinations(values, 2):
            if value.kind != second.kind:
                continue
            here = _row((one, other), (value, second), own)
            there = _row((one, other), (value, second), told)
            takes_turns = here.turns == there.turns and here.turns in _TURNS
            if takes_turns and here.partners != there.partners:
                found.append(((one, here.partners[one]), (other, here.partners[other])))
    return found


class _Row(NamedTuple):
    """Two names and two values in order: where the names stand, and which is beside which."""

    turns: tuple[bool, ...]
    partners: Mapping[str, str]


def _row(names: tuple[str, str], values: tuple[Value, Value], where: Places) -> _Row:
    named = [(where[0][name], True, name) for name in names]
    order = sorted([*named, *((where[1][value], False, value.shown) for value in values)])
    pairs = (sorted(pair, key=lambda item: not item[1]) for pair in (order[:2], order[2:]))
    return _Row(tuple(is_name for _, is_name, _ in order), {name[2]: value[2] for name, value in pairs})
