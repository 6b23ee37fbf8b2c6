"""Which articles carry a sentence that cites none: all of them, and not the nearest alone.

A passage is worth the words of the sentence it has, each by its rarity in the sources, and the neighbouring pairs of
them; the sentence after it counts half, since news goes on with "he said" and "they". An article carries the sentence
if its best passage is worth nearly as much as the best of all, or much whatever the best is; or if it has a part of it
that no such passage has: a merged sentence rests on several. That two articles say the same is no reason to name one.
No guard takes a part: an article that says 12 where the sentence says 14 is where to look all the same.

The constants were chosen on the facts and gold summaries of ``evals/stories`` and on four stories with people's labels;
all of them lie on a plateau. `evals/benchmarks/sources.py` measures them, and the limits chosen without the story, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.runs.source_index import Pair, SourceIndex, Unit, pairs_of
from pipeline.text.words import content_stems, stem

_PAIRS: Final = 0.75
"""What all neighbouring pairs of a sentence count beside all its words."""
_AFTER: Final = 0.5
_REPORTING: Final = frozenset(stem(word) for word in "say tell report add state announce confirm note accord".split())
"""Summaries hang these on anything; that a passage has them too says nothing."""
_REST_WORDS: Final = 3
_REST_WEIGHT: Final = 2.0
_MOST_PARTS: Final = 3


class Limits(NamedTuple):
    """From where an article carries a sentence.

    ``share`` of what the best passage of all is worth; or ``enough``, in words that a single unit has; with a best
    passage worth less than ``little`` there is nothing to go by, and the best article alone is named.
    """

    share: float = 0.6
    enough: float = 2.5
    little: float = 0.7


LIMITS: Final = Limits()


class Proposal(NamedTuple):
    """An article that carries a sentence or a part of it, its best passage, and what that is worth."""

    article: Article
    passage: Span
    worth: float


class _Wanted(NamedTuple):
    """A sentence to find: its words with their weights, and its pairs."""

    weights: Mapping[str, float]
    pairs: frozenset[Pair]
    total: float


def propose(text: str, index: SourceIndex, limits: Limits = LIMITS) -> list[Proposal]:
    """The articles that carry ``text`` or a part of it, the best first; empty only if no source has a word of it.

    The order of the sources makes no difference but to which of two equal passages of one article is taken.
    """
    wanted = _wanted(text, index)
    found = index.with_any(wanted.weights)
    best: dict[int, tuple[float, int]] = {}
    for number in found:
        article, worth = index.units[number].article, _worth(wanted, index, number)
        if article not in best or worth > best[article][0]:
            best[article] = (worth, number)
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], index.articles[index.units[pair[1]].article].id))
    if not ranked or ranked[0][0] < limits.little:
        chosen = ranked[:1]
    else:
        chosen = [pair for pair in ranked if pair[0] >= min(limits.share * ranked[0][0], limits.enough)]
        carried = frozenset[str]().union(*(index.units[number].stems for _, number in chosen))
        parts = _parts(wanted, [index.units[number] for number in found], carried, limits)
        named = {index.units[number].article for _, number in chosen}
        chosen += [pair for pair in ranked if index.units[pair[1]].article in parts - named]
    return [
        Proposal(index.articles[unit.article], unit.span, worth)
        for worth, unit in ((worth, index.units[number]) for worth, number in chosen)
    ]


def _wanted(text: str, index: SourceIndex) -> _Wanted:
    stems = content_stems(text)
    weights = {s: index.weight(s) for s in dict.fromkeys(stems) if s not in _REPORTING}
    return _Wanted(weights, pairs_of(stems), sum(weights.values()))


def _worth(wanted: _Wanted, index: SourceIndex, number: int) -> float:
    """What a unit has of the wanted words and pairs, in words that a single unit has."""
    unit, after = index.units[number], index.after(number)
    words = sum(weight for s, weight in wanted.weights.items() if s in unit.stems)
    if after:
        words += _AFTER * sum(w for s, w in wanted.weights.items() if s in after.stems and s not in unit.stems)
    pairs = wanted.total * len(wanted.pairs & unit.pairs) / max(1, len(wanted.pairs))
    return (words + _PAIRS * pairs) / (1 + _PAIRS)


def _parts(wanted: _Wanted, units: Sequence[Unit], carried: frozenset[str], limits: Limits) -> set[int]:
    """The articles that carry the rest, part by part: the words that no passage chosen so far has."""
    rest = {s: weight for s, weight in wanted.weights.items() if s not in carried}
    articles: set[int] = set()
    for _ in range(_MOST_PARTS):
        worths = [(sum(rest[s] for s in rest if s in unit.stems), unit) for unit in units]
        worths = [
            (worth, unit)
            for worth, unit in worths
            if worth >= _REST_WEIGHT and len(rest.keys() & unit.stems) >= _REST_WORDS
        ]
        if not worths:
            break
        most = max(worth for worth, _ in worths)
        articles |= {unit.article for worth, unit in worths if worth >= limits.share * most}
        had = frozenset[str]().union(*(unit.stems for worth, unit in worths if worth == most))
        rest = {s: weight for s, weight in rest.items() if s not in had}
    return articles
