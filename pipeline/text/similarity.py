"""How much two texts say the same words, weighted by how telling the words are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from pipeline.text.words import content_stems, words


def inverse_frequencies(texts: Iterable[str]) -> dict[str, float]:
    """Weight per content stem: ``log(1 + n / df)``, the smoothed inverse document frequency.

    >>> w = inverse_frequencies(["storm hits port", "storm fades"])
    >>> w["storm"] < w["port"]
    True
    """
    collections = [set(content_stems(text)) for text in texts]
    counts = Counter(stem for stems in collections for stem in stems)
    return {stem: math.log(1 + len(collections) / count) for stem, count in counts.items()}


def cosine(first: Iterable[str], second: Iterable[str], weights: Mapping[str, float]) -> float:
    """Cosine of two sets of stems under ``weights``; a stem without a weight counts 1.

    >>> round(cosine({"a", "b"}, {"b"}, {}), 2)
    0.71
    """
    left, right = set(first), set(second)
    if left.isdisjoint(right):
        return 0.0
    shared = math.fsum(weights.get(stem, 1.0) ** 2 for stem in left & right)
    size = math.sqrt(
        math.fsum(weights.get(s, 1.0) ** 2 for s in left) * math.fsum(weights.get(s, 1.0) ** 2 for s in right)
    )
    return shared / size if size else 0.0


def coverage(text: str, evidence: Iterable[str]) -> float:
    """Share of the content stems of ``text`` that occur in ``evidence``; 1.0 for a text without any.

    >>> coverage("The talks failed", ["Talks held on Monday failed."])
    1.0
    """
    present = {stem for passage in evidence for stem in content_stems(passage)}
    return content_coverage(content_stems(text), present)


def content_coverage(wanted: Sequence[str], present: Collection[str]) -> float:
    """Share of ``wanted`` stems that are ``present``; 1.0 if none is wanted."""
    return sum(stem in present for stem in wanted) / len(wanted) if wanted else 1.0


def bigrams(stems: Sequence[str]) -> set[tuple[str, str]]:
    """Neighbouring pairs of stems."""
    return set(pairwise(stems))


def shingles(text: str, size: int = 5) -> set[tuple[str, ...]]:
    """Runs of ``size`` words, lower-cased; fewer words make one shingle."""
    tokens = [word.text.lower() for word in words(text)]
    return {tuple(tokens[i : i + size]) for i in range(max(1, len(tokens) - size + 1))} if tokens else set()


def containment(first: str, second: str) -> float:
    """Share of the shorter text's shingles that stand in the longer one (Broder 1997): 1.0 is a copy."""
    left, right = shingles(first), shingles(second)
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0
