"""What the words of a text say for its telling a fact: a few shares from 0 to 1, and their weighted mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

from pipeline.evaluation.matching.weights import Weights
from pipeline.text.closeness import closeness
from pipeline.text.terms import Kind, Term, plain, terms
from pipeline.text.words import words

_OF_KIND: Final[dict[Kind, float]] = {"word": 1.0, "name": 0.8, "number": 2.0, "date": 1.0}
"""How much a term of each kind counts beside its rarity: names go unsaid or become pronouns, figures do not."""
_OWN_WORDING: Final = 0.3
"""What is left of a common word's weight if no article of the story has it: it is the labeller's, nobody else's."""
_LETTERS: Final = 4
_TELLING: Final = 2
"""Terms that are no names from which it means something that none is there."""


class Evidence(NamedTuple):
    """Of the fact: weighted terms in the ``best`` sentence, the best ``two``, all (``whole``); ``letters``; ``order``.

    ``letters`` is the share of its runs of four letters that stand anywhere, which sees kinship where stems do not;
    ``order`` of its words, function words too, that stand in one sentence in the same order.
    """

    best: float
    two: float
    whole: float
    letters: float
    order: float


COEFFICIENTS: Final = Evidence(best=1.37, two=1.46, whole=0.93, letters=1.35, order=0.56)
"""Logistic regression on all 100 articles of REALSumm, 26,400 labels by people (`evals/benchmarks/fact_presence.py`).
With these and the weights above chosen on one half of the articles, the other half is ranked with an area under the
curve of .845, and the other way round .846; all weights at 1 give .836."""


class Fact(NamedTuple):
    """A text prepared for being looked for."""

    terms: tuple[Term, ...]
    weights: tuple[float, ...]
    words: tuple[str, ...]
    letters: frozenset[str]


def fact_of(text: str, weights: Weights) -> Fact:
    """Each term once, with what it counts."""
    once = tuple({term.stem: term for term in terms(plain(text))}.values())
    return Fact(once, tuple(_weight(term, weights) for term in once), _words(text), _letters(text))


def _weight(term: Term, weights: Weights) -> float:
    own = term.kind == "word" and not weights.knows(term.stem)
    return weights.of(term.stem) * _OF_KIND[term.kind] * (_OWN_WORDING if own else 1.0)


def evidence_in(fact: Fact, sentences: Sequence[str]) -> Evidence:
    """What the sentences have of the fact. No share falls when a sentence is added."""
    if not fact.words or not sentences:
        return Evidence(0.0, 0.0, 0.0, 0.0, 0.0)
    found = list(dict.fromkeys(shares(fact.terms, sentence) for sentence in sentences))
    letters = frozenset().union(*map(_letters, sentences))
    best = max(_recall(fact, one) for one in found)
    return Evidence(
        best=best,
        two=max([best, *(_recall(fact, map(max, one, other)) for one, other in combinations(found, 2))]),
        whole=_recall(fact, map(max, zip(*found, strict=True))) if len(found) > 1 else best,
        letters=len(fact.letters & letters) / len(fact.letters),
        order=max(_in_order(fact.words, _words(sentence)) for sentence in sentences),
    )


def score_of(evidence: Evidence, coefficients: Evidence = COEFFICIENTS) -> float:
    """The mean of the shares under the coefficients, from 0 to 1."""
    total = sum(coefficients)
    return sum(share * c for share, c in zip(evidence, coefficients, strict=True)) / total


def besides_names(fact: Fact, sentence: str) -> float:
    """The share of the fact's weighted terms that a sentence has, names left aside; 1 where hardly others are left."""
    found = shares(fact.terms, sentence)
    rest = [(w, s) for term, w, s in zip(fact.terms, fact.weights, found, strict=True) if term.kind != "name"]
    total = sum(weight for weight, _ in rest)
    return sum(weight * share for weight, share in rest) / total if len(rest) >= _TELLING else 1.0


@lru_cache(maxsize=65_536)
def shares(wanted: tuple[Term, ...], sentence: str) -> tuple[float, ...]:
    """How nearly a sentence has each of the wanted terms."""
    there = {term.stem for term in terms(plain(sentence))}
    return tuple(
        1.0 if term.stem in there else max((closeness(term.stem, other) for other in there), default=0.0)
        for term in wanted
    )


def _recall(fact: Fact, found: Iterable[float]) -> float:
    """Share of the weight that was found; a fact without terms has only its letters and their order."""
    total = sum(fact.weights)
    return sum(w * share for w, share in zip(fact.weights, found, strict=True)) / total if total else 0.0


@lru_cache(maxsize=16_384)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.text.lower() for word in words(plain(text)))


@lru_cache(maxsize=16_384)
def _letters(text: str) -> frozenset[str]:
    """Runs of four letters, with a mark at both ends of each word.

    >>> sorted(_letters("the"))
    ['^the', 'the$']
    """
    marked = (f"^{word}$" for word in _words(text))
    return frozenset(m[i : i + _LETTERS] for m in marked for i in range(max(1, len(m) - _LETTERS + 1)))


def _in_order(wanted: Sequence[str], there: Sequence[str]) -> float:
    """Length of the longest common subsequence, as a share of ``wanted``.

    >>> _in_order(["a", "b", "c"], ["c", "a", "x", "b"])
    0.6666666666666666
    """
    row = [0] * (len(there) + 1)
    for word in wanted:
        diagonal = 0
        for index, other in enumerate(there):
            above = row[index + 1]
            row[index + 1] = diagonal + 1 if word == other else max(above, row[index])
            diagonal = above
    return row[-1] / len(wanted)
