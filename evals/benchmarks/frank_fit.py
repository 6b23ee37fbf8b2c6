"""FRANK's summaries as features, and the regressions fitted to them; see `frank.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from frank_data import Item, cited
from logistic import Problem, newton, newton_signed, plain, sigmoid

from pipeline.domain.article import Article
from pipeline.guards.judge import CHECKS
from pipeline.guards.passage import units_of
from pipeline.guards.support.features import GUARD_FAULTS, Features, features_of
from pipeline.text.words import content_stems, stem, words

DATASETS = {"cnndm": "CNN", "bbc": "BBC"}
RIDGE = 5.0
FREE = 1e-6
"""The penalty on an intercept."""
PROBE_FEATURES = ("coverage", "bigrams", "best_sentence", "wrong_numbers")
VIRTUES = frozenset({"aligned", "coverage", "bigrams", "best_sentence", "entailed"})
"""What speaks for a statement; all other features are faults."""
LEAST = 0.3
"""What a failed guard takes off the logit at least. The guards are tested on corrupted sentences of their own; FRANK
has too few wrong numbers and dates to show what they are worth, and would give some of them nothing."""

Row = tuple[float, ...]


class Case(NamedTuple):
    """A summary as numbers: its fold in each deal, and rows of features, one a sentence."""

    item: Item
    folds: tuple[int, ...]
    ours: list[Row]
    probe: list[Row]
    overlap: float


class Fitted(NamedTuple):
    """An intercept for each half of the data, and the weights."""

    intercepts: Mapping[str, float]
    weights: Row

    def score(self, dataset: str, rows: Sequence[Row]) -> float:
        """The mean over the sentences."""
        return sum(sigmoid(self.intercepts[dataset] + _dot(self.weights, row)) for row in rows) / max(1, len(rows))


def case_of(item: Item, article: Article, folds: tuple[int, ...]) -> Case:
    """A summary with its features."""
    sources = [unit.of(article.text) for unit in units_of(article)]
    present = {word.text.lower() for word in words(article.text)}
    told = [word.text.lower() for sentence in item.sentences for word in words(sentence)]
    return Case(
        item=item,
        folds=folds,
        ours=[_features(sentence, article) for sentence in item.sentences],
        probe=_probe(item.sentences, sources),
        overlap=sum(word in present for word in told) / max(1, len(told)),
    )


def _features(sentence: str, article: Article) -> Features:
    passages = cited(sentence, article)
    return features_of(sentence, passages, [check.guard(sentence, passages) for check in CHECKS])


def _probe(sentences: Sequence[str], sources: Sequence[str]) -> list[Row]:
    """By sentence: content words and bigrams in the source, content words in its best sentence, numbers not in it."""
    contents = [set(content_stems(source)) for source in sources]
    stems = [[stem(word.text) for word in words(source)] for source in sources]
    whole, pairs = set().union(*contents), {pair for source in stems for pair in pairwise(source)}
    everything = {s for source in stems for s in source}
    rows = []
    for sentence in sentences:
        wanted, said = content_stems(sentence), [stem(word.text) for word in words(sentence)]
        rows.append(
            (
                _share([s in whole for s in wanted]),
                _share([pair in pairs for pair in pairwise(said)]),
                max((_share([s in content for s in wanted]) for content in contents), default=0.0),
                float(sum(s not in everything for s in said if any(c.isdigit() for c in s))),
            )
        )
    return rows


def rows_of(case: Case, kind: str) -> list[Row]:
    """The rows of ``ours`` or of the ``probe``."""
    return case.ours if kind == "ours" else case.probe


def fit(cases: Sequence[Case], kind: str, names: Sequence[str]) -> Fitted:
    """One regression for both halves, with an intercept for each and weights held to their signs."""
    told = [(case, row) for case in cases for row in rows_of(case, kind)]
    rows = [row for _, row in told]
    scales, least = _scales(rows), [-LEAST if name in GUARD_FAULTS else 0.0 for name in names]
    halves = [tuple(float(case.item.dataset == name) for name in DATASETS) for case, _ in told]
    problem = Problem(
        rows=[(*h, *(x / s for x, s in zip(row, scales, strict=True))) for h, row in zip(halves, rows, strict=True)],
        targets=[case.item.share for case, _ in told],
        weights=[1 / len(rows_of(case, kind)) for case, _ in told],
        offsets=[_dot(least, row) for row in rows],
        ridge=[FREE] * len(DATASETS) + [RIDGE] * len(scales),
    )
    beta = newton_signed(problem, [0] * len(DATASETS) + [1 if name in VIRTUES else -1 for name in names])
    found = zip(beta[len(DATASETS) :], scales, least, strict=True)
    return Fitted(dict(zip(DATASETS, beta, strict=False)), tuple(b / s + at_least for b, s, at_least in found))


def fit_probe(cases: Sequence[Case]) -> Fitted:
    """The quick probe: each half alone, means over the sentences, the labels themselves."""
    dataset = cases[0].item.dataset
    rows = [means(case.probe) for case in cases]
    scales = _scales(rows)
    scaled = [(1.0, *(x / s for x, s in zip(row, scales, strict=True))) for row in rows]
    targets = [float(case.item.right) for case in cases]
    beta = newton(plain(scaled, targets)._replace(ridge=[FREE] + [1.0] * len(scales)))
    return Fitted({dataset: beta[0]}, tuple(b / s for b, s in zip(beta[1:], scales, strict=True)))


def weights_module(found: Fitted, summaries: int) -> str:
    """The text of ``pipeline/guards/support/weights.py``."""
    lines = [f"    {name}={weight:.4f}," for name, weight in zip(Features._fields, found.weights, strict=True)]
    head = f'''"""The weights of the support score, written by ``evals/benchmarks/frank.py DATA --write``.

Fitted on the {summaries:,} summaries of FRANK's test split, CNN and BBC together, with an intercept for each. That of
CNN is kept: its summaries keep to their text as cited statements do. Half of what BBC's tell is made up; its intercept
is {found.intercepts["bbc"]:.4f}. See ``docs/decisions/015-support-score.md``.
"""

from __future__ import annotations

from typing import Final

from pipeline.guards.support.features import Features

INTERCEPT: Final = {found.intercepts["cnndm"]:.4f}
WEIGHTS: Final = Features(
'''
    return head + "\n".join([*lines, ")", ""])


def _scales(rows: Sequence[Row]) -> list[float]:
    """The standard deviation of each column, so that the ridge is the same for all."""
    scales = []
    for column in zip(*rows, strict=True):
        middle = mean(column)
        scales.append(mean([(x - middle) ** 2 for x in column]) ** 0.5 or 1.0)
    return scales


def means(rows: Sequence[Row]) -> Row:
    """The mean of each column."""
    return tuple(mean(column) for column in zip(*rows, strict=True))


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 1.0


def _dot(first: Sequence[float], second: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))
