"""How the words of a statement lie in the sentences it cites: pairs, order, copied runs, surroundings.

All are pure functions of `Sentence`; each but `aligned_weight` counts a fault: 0 for a sentence that is cited word for
word, and never less.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.guards.support.sentence import Sentence

_WINDOW: Final = 6
"""Content words over which two words of a statement count as a pair."""
_FADE: Final = 1.5
"""Content words by which a pair may be further apart than in the statement before it counts half."""
_TURNED: Final = 0.5
"""What a pair counts that the cited sentence has the other way round."""
_AROUND: Final = 3
_NEAR: Final = 5
"""Content words on either side of a name in the statement, and in a cited sentence."""
_AT_HOME: Final = 1 / 3
"""Share of a name's neighbours that must be near it in one cited sentence."""
_RUN: Final = 2
"""Words from which on a copied run counts as one."""


class Run(NamedTuple):
    """Words copied in a row: ``size`` of them, 0 for a word that stands nowhere, from ``start`` of a sentence."""

    size: int
    sentence: int
    start: int


def broken_pairs(text: Sentence, cited: Sequence[Sentence]) -> float:
    """How much the words that stand together do not do so in any one cited sentence, 0 to 1.

    Every two different content words within a window are a pair, which weighs 1 / d at distance d. In a cited sentence
    that has them in this order at distance d' it holds as 1 / (1 + max(0, d' - d) / 1.5), the other way round as half
    of that, else 0; the best sentence counts. The result is 1 - the weighted mean, 0 where there is no pair.
    """
    held = weight = 0.0
    for place, first in enumerate(text.content):
        for apart, second in enumerate(text.content[place + 1 : place + 1 + _WINDOW], start=1):
            if first != second:
                held += max((_holds(first, second, apart, s) for s in cited), default=0.0) / apart
                weight += 1 / apart
    return max(0.0, 1 - held / weight) if weight else 0.0


def _holds(first: str, second: str, apart: int, sentence: Sentence) -> float:
    best = 0.0
    for one in sentence.places.get(first, ()):
        for other in sentence.places.get(second, ()):
            value = 1 / (1 + max(0, abs(other - one) - apart) / _FADE)
            best = max(best, value if other > one else _TURNED * value)
    return best


def out_of_order(text: Sentence, cited: Sequence[Sentence]) -> float:
    """Share of the content words outside the longest subsequence that one cited sentence has in this order, 0 to 1."""
    if not text.content:
        return 0.0
    longest = max((_in_order(text.content, [1] * len(text.content), s) for s in cited), default=0)
    return 1 - longest / len(text.content)


def aligned_weight(text: Sentence, cited: Sequence[Sentence]) -> float:
    """``log(1 + characters)`` of the content words that one cited sentence has in this order; 0 where there are none.

    The more has been found, the less is it by chance; and long words are rare ones.
    """
    weights = [len(word) for word in text.content]
    return math.log1p(max((_in_order(text.content, weights, s) for s in cited), default=0))


def _in_order(wanted: Sequence[str], weights: Sequence[int], sentence: Sentence) -> int:
    """The weight of the heaviest common subsequence."""
    shared = [(word, weight) for word, weight in zip(wanted, weights, strict=True) if word in sentence.places]
    row = [0] * (len(sentence.content) + 1)
    for word, weight in shared:
        before = row[:]
        for place in sentence.places[word]:
            row[place + 1] = max(row[place + 1], before[place] + weight)
        for place in range(1, len(row)):
            row[place] = max(row[place], row[place - 1])
    return row[-1]


def missing(text: Sentence, cited: Sequence[Sentence]) -> float:
    """``log(1 + n)`` of the n content words that stand in none of the cited sentences."""
    return math.log1p(sum(all(word not in s.places for s in cited) for word in text.content))


def repeated(text: Sentence, cited: Sequence[Sentence]) -> float:
    """``log(1 + n)`` of the n times that content words stand there more often than in any one cited sentence.

    Each may stand there once, cited or not: "agency agency staff" says something twice that nobody did.
    """
    counts = Counter(text.content)
    most = {word: max((len(s.places.get(word, ())) for s in cited), default=0) for word in counts}
    return math.log1p(sum(max(0, count - max(1, most[word])) for word, count in counts.items()))


def seams(text: Sentence, cited: Sequence[Sentence]) -> int:
    """Places where two copied runs meet though the first was not at a pause and the second not after one.

    "The owner of the ferry | left the harbour" is stitched so; words left out between commas are not.
    """
    runs = copied_runs(text, cited)
    return sum(
        first.size >= _RUN
        and second.size >= _RUN
        and not cited[first.sentence].pauses[first.start + first.size - 1]
        and not (second.start and cited[second.sentence].pauses[second.start - 1])
        for first, second in pairwise(runs)
    )


def copied_runs(text: Sentence, cited: Sequence[Sentence]) -> list[Run]:
    """The statement cut into the longest runs that stand in a cited sentence, from left to right (Grusky 2018)."""
    starts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, sentence in enumerate(cited):
        for start, word in enumerate(sentence.words):
            starts[word].append((number, start))
    runs: list[Run] = []
    place = 0
    while place < len(text.words):
        candidates = starts.get(text.words[place], [])
        found = (Run(_common(text.words, place, cited[n].words, start), n, start) for n, start in candidates)
        run = max(found, key=lambda r: r.size, default=Run(0, 0, 0))
        runs.append(run)
        place += max(1, run.size)
    return runs


def _common(first: Sequence[str], i: int, second: Sequence[str], j: int) -> int:
    size = 0
    while i + size < len(first) and j + size < len(second) and first[i + size] == second[j + size]:
        size += 1
    return size


def strayed(text: Sentence, cited: Sequence[Sentence]) -> int:
    """Names and figures that are cited but stand there among other words: those of another sentence or another role.

    Of the three content words on either side of it, less than a third stand within five of it in any cited sentence.
    """
    return sum(
        max(near, default=0.0) < _AT_HOME
        for place in _marked(text, cited)
        if (near := [_at_home(text, place, s) for s in cited if text.content[place] in s.places])
    )


def _marked(text: Sentence, cited: Sequence[Sentence]) -> Iterator[int]:
    """Where names and figures stand: written with a capital, and never without one where cited."""
    small = frozenset[str]().union(*(s.small for s in cited))
    inside = text.inside.union(*(s.inside for s in cited))
    for place, word in enumerate(text.content):
        name = word in text.capitals and word in inside and word not in small
        if name or any(c.isdigit() for c in word):
            yield place


def _at_home(text: Sentence, place: int, sentence: Sentence) -> float:
    around = [*text.content[max(0, place - _AROUND) : place], *text.content[place + 1 : place + 1 + _AROUND]]
    if not around:
        return 1.0
    best = 0
    for there in sentence.places[text.content[place]]:
        near = set(sentence.content[max(0, there - _NEAR) : there + _NEAR + 1])
        best = max(best, sum(word in near for word in around))
    return best / len(around)
