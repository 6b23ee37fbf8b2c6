"""How likely two articles tell of one event: the cosine of their words (TF-IDF), less the farther apart their days.

Where somebody can say how alike they are by what they mean, it is the mean of that and of the words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Final

from pipeline.domain.article import Article
from pipeline.text.dates import day_of
from pipeline.text.words import content_stems

_BACKGROUND: Final = 50
"""Articles about other things that are taken to be there, too: in a heap of one event its own words would else be
held for words that every article has."""
_SAME_DAYS: Final = 3
"""Days between two reports of one event that say nothing against it …"""
_PER_DOUBLING: Final = 0.15
"""… and what each doubling of that takes off: a week leaves .8, a month .5, a year the least."""
_LEAST: Final = 0.1
_TELLING: Final = 40
"""The weightiest words of an article, by which others are found: without two of them in common nobody looks."""
_FAINT: Final = 0.02
"""A likeness below this is none."""

Pair = tuple[int, int]
Vector = Mapping[str, float]


def likenesses(articles: Sequence[Article], meaning: Mapping[Pair, float] | None = None) -> dict[Pair, float]:
    """Likeness, 0 to 1, by pairs of indices, the smaller first; pairs that have next to nothing in common are left out.

    Each article meets those that share two of its most telling words, not all: time grows with the size of events.

    Args:
        articles: in the order that the indices count.
        meaning: how alike articles are by what they mean, 0 to 1; a pair that is not there has nothing in common.
    """
    vectors = _vectors([Counter(content_stems(f"{article.title or ''}\n{article.text}")) for article in articles])
    days = [day_of(article.published) for article in articles]
    alike = {(one, two): _cosine(vectors[one], vectors[two]) for one, two in _candidates(vectors)}
    if meaning is not None:
        both = sorted(alike.keys() | meaning.keys())
        alike = {pair: (alike.get(pair, 0.0) + meaning.get(pair, 0.0)) / 2 for pair in both}
    near = {(one, two): value * nearness(days[one], days[two]) for (one, two), value in alike.items()}
    return {pair: value for pair, value in near.items() if value >= _FAINT}


def nearness(one: date | None, two: date | None) -> float:
    """How well the days of two articles suit one event, 0.1 to 1; an unknown day suits all.

    >>> nearness(date(2024, 5, 3), date(2024, 5, 5)), round(nearness(date(2024, 5, 3), date(2024, 6, 2)), 2)
    (1.0, 0.5)
    """
    apart = abs((one - two).days) if one and two else 0
    return max(_LEAST, 1 - _PER_DOUBLING * math.log2(apart / _SAME_DAYS)) if apart > _SAME_DAYS else 1.0


def _vectors(counts: Sequence[Counter[str]]) -> list[Vector]:
    """Of length 1: the logarithm of how often an article has a stem times that of how few articles have it."""
    held = Counter(stem for stems in counts for stem in stems)
    rarity = {stem: math.log((len(counts) + _BACKGROUND) / count) for stem, count in held.items()}
    weighed = [{stem: (1 + math.log(count)) * rarity[stem] for stem, count in stems.items()} for stems in counts]
    return [_of_length_one(vector) for vector in weighed]


def _of_length_one(vector: Vector) -> Vector:
    length = math.sqrt(math.fsum(weight**2 for weight in vector.values()))
    return {stem: weight / length for stem, weight in vector.items()}


def _candidates(vectors: Sequence[Vector]) -> list[Pair]:
    """The pairs that share two of the words that weigh most in each, in order."""
    holders: dict[str, list[int]] = {}
    for index, vector in enumerate(vectors):
        for stem in sorted(vector, key=lambda stem: (-vector[stem], stem))[:_TELLING]:
            holders.setdefault(stem, []).append(index)
    met = Counter(pair for indices in holders.values() for pair in combinations(indices, 2))
    return sorted(pair for pair, count in met.items() if count > 1)


def _cosine(one: Vector, two: Vector) -> float:
    """`math.fsum`, so that it does not matter in which order words stand."""
    return math.fsum(weight * two[stem] for stem, weight in one.items() if stem in two)
