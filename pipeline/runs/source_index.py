"""The sources of a check, looked up by their words: which unit of which article has which, and how rare each is."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.guards.passage import units_of
from pipeline.text.similarity import bigrams
from pipeline.text.words import content_stems

Pair = frozenset[str]
"""Two content words that stand side by side, in whatever order."""


class Unit(NamedTuple):
    """A sentence of a source, or a quotation of several with its speaker: its content stems and their pairs."""

    article: int
    span: Span
    stems: frozenset[str]
    pairs: frozenset[Pair]


class SourceIndex:
    """The units of all sources, in order; ``articles`` are numbered as given."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = tuple(articles)
        self.units = tuple(_unit(number, a, span) for number, a in enumerate(articles) for span in units_of(a))
        self._units_with: defaultdict[str, list[int]] = defaultdict(list)
        for index, unit in enumerate(self.units):
            for stem in unit.stems:
                self._units_with[stem].append(index)
        self._counts = Counter(stem for unit in self.units for stem in unit.stems)
        self._once = self._rarity(1)
        self._by_id: dict[str, tuple[Unit, ...]] = {
            article.id: tuple(unit for unit in self.units if unit.article == number)
            for number, article in enumerate(self.articles)
        }

    def of(self, article: Article) -> tuple[Unit, ...]:
        """The units of one of the articles."""
        return self._by_id[article.id]

    def after(self, index: int) -> Unit | None:
        """The unit that follows in the same article."""
        following = self.units[index + 1] if index + 1 < len(self.units) else None
        return following if following and following.article == self.units[index].article else None

    def with_any(self, stems: Iterable[str]) -> list[int]:
        """The numbers of the units that have one of the stems, in order."""
        return sorted({index for stem in stems for index in self._units_with.get(stem, ())})

    def weight(self, stem: str) -> float:
        """How telling a stem is: 1 for one that a single unit has, less for a common one, more for one that none has.

        The inverse frequency over units, ``log(1 + (n + 1) / (df + 1/2))``, in units of its value at ``df = 1``.
        """
        return self._rarity(self._counts[stem]) / self._once

    def _rarity(self, count: int) -> float:
        return math.log(1 + (len(self.units) + 1) / (count + 0.5))


def pairs_of(stems: Sequence[str]) -> frozenset[Pair]:
    """The neighbouring pairs of different stems.

    >>> pairs_of(["prime", "minist"]) == pairs_of(["minist", "prime"])
    True
    """
    return frozenset(frozenset(pair) for pair in bigrams(stems) if pair[0] != pair[1])


def _unit(number: int, article: Article, span: Span) -> Unit:
    stems = content_stems(span.of(article.text))
    return Unit(number, span, frozenset(stems), pairs_of(stems))
