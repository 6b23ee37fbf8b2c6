"""How well `presence` ranks summaries by whether they tell a fact, against people's labels.

    python evals/benchmarks/fact_presence.py DATA

DATA (or ``$PIPELINE_DATA/fact_presence``) holds REALSumm: ``realsumm_examples.jsonl`` (articles with facts) and
``realsumm_system_labels.jsonl`` (summaries, and for each fact whether people found it there). The news text is not
ours to ship, so the folder is an argument.

Printed: the area under the ROC curve, pooled over all labels, of word overlap, of weighted stems in the best sentence
and in the best two, and of `presence`; the same with coefficients fitted on one half of the articles and used on the
other; the thresholds of `match`; and the difference to each floor with an interval from a bootstrap over articles, so
that a lucky article cannot make the point.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from logistic import newton, plain
from ranking import auc

from pipeline.evaluation.matching.evidence import COEFFICIENTS, Evidence, evidence_in, fact_of, score_of
from pipeline.evaluation.matching.matcher import FULL, PART, Target, match
from pipeline.evaluation.matching.weights import weights_of
from pipeline.text.similarity import inverse_frequencies
from pipeline.text.words import content_stems, words

RESAMPLES = 1000
JUDGED = 250
"""Summaries on which the levels of `match` are counted."""


class Label(NamedTuple):
    """One fact in one summary: the article it belongs to, what people said, and what each method says."""

    article: str
    present: bool
    overlap: float
    one: float
    two: float
    evidence: Evidence


class Summary(NamedTuple):
    """A system's summary, cut into sentences, with the labels of its article's facts."""

    article: str
    sentences: list[str]
    facts: list[str]
    present: list[bool]


def main(arguments: Sequence[str]) -> None:
    """Print the comparison."""
    folder = Path(arguments[0]) if arguments else Path(os.environ.get("PIPELINE_DATA", "")) / "fact_presence"
    if not (folder / "realsumm_examples.jsonl").is_file():
        sys.exit(f"{folder} has no realsumm_examples.jsonl; see the docstring of {Path(__file__).name}.")
    articles, summaries = _read(folder)
    labels = list(_labels(articles, summaries))
    halves = _halves({label.article for label in labels})
    crossed = _cross_fitted(labels, halves)
    scores = {
        "word overlap": [label.overlap for label in labels],
        "weighted stems, best sentence": [label.one for label in labels],
        "weighted stems, best two": [label.two for label in labels],
        "presence, as committed": [score_of(label.evidence) for label in labels],
        "presence, cross-fitted by halves": crossed,
    }
    print(f"{len(labels)} labels, {sum(label.present for label in labels) / len(labels):.3f} present\n")
    for name, values in scores.items():
        print(f"AUC {auc(values, [label.present for label in labels]):.4f}  {name}")
    print("\npaired by article, presence cross-fitted minus floor:")
    for name in list(scores)[:3]:
        print(f"  {_interval(labels, crossed, scores[name])}  {name}")
    print()
    for kind, name in (("abs", "abstractive"), ("ext", "extractive")):
        print(f"{name} systems alone: " + _by_kind(labels, crossed, summaries, kind))
    print("\ncoefficients:", {name: round(value, 2) for name, value in COEFFICIENTS._asdict().items()})
    _print_levels(articles, summaries)


def _read(folder: Path) -> tuple[dict[str, str], list[tuple[str, Summary]]]:
    """The articles by id, and the summaries with the system that wrote each."""
    examples = [json.loads(line) for line in (folder / "realsumm_examples.jsonl").read_text("utf-8").splitlines()]
    facts = {example["id"]: example["facts"] for example in examples}
    rows = [json.loads(line) for line in (folder / "realsumm_system_labels.jsonl").read_text("utf-8").splitlines()]
    summaries = [
        (
            row["system"],
            Summary(
                row["example_id"], _sentences(row["summary"]), facts[row["example_id"]], [*map(bool, row["present"])]
            ),
        )
        for row in rows
    ]
    return {example["id"]: example["document"] for example in examples}, summaries


def _sentences(text: str) -> list[str]:
    """Sentences of tokenised text, where every full stop stands alone."""
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]


def _labels(articles: Mapping[str, str], summaries: Sequence[tuple[str, Summary]]) -> Iterator[Label]:
    weights = {name: weights_of(_sentences(text)) for name, text in articles.items()}
    plain = {name: inverse_frequencies(_sentences(text)) for name, text in articles.items()}
    for _, summary in summaries:
        stems = [set(content_stems(sentence)) for sentence in summary.sentences]
        told = {word.text.lower() for sentence in summary.sentences for word in words(sentence)}
        for text, present in zip(summary.facts, summary.present, strict=True):
            wanted = {word.text.lower() for word in words(text)}
            evidence = evidence_in(fact_of(text, weights[summary.article]), summary.sentences)
            one, two = _floors(set(content_stems(text)), stems, plain[summary.article])
            yield Label(summary.article, present, len(wanted & told) / max(1, len(wanted)), one, two, evidence)


def _floors(wanted: set[str], told: Sequence[set[str]], weights: Mapping[str, float]) -> tuple[float, float]:
    """Weighted stem recall in the best sentence and in the best two, with no other help."""
    top = max(weights.values(), default=1.0)

    def recall(stems: set[str]) -> float:
        total = sum(weights.get(stem, top) for stem in wanted)
        return sum(weights.get(stem, top) for stem in wanted & stems) / total if total else 0.0

    pairs = [one | other for index, one in enumerate(told) for other in told[index:]]
    return max(map(recall, told), default=0.0), max(map(recall, pairs), default=0.0)


def _halves(articles: set[str]) -> dict[str, int]:
    """Each article's half, by a fixed shuffle."""
    order = sorted(articles)
    random.Random(0).shuffle(order)
    return {article: index % 2 for index, article in enumerate(order)}


def _cross_fitted(labels: Sequence[Label], halves: Mapping[str, int]) -> list[float]:
    """Each half scored with coefficients of the other, as a share so that the halves can be pooled."""
    fitted = [_fit([label for label in labels if halves[label.article] != half]) for half in (0, 1)]
    for half, (intercept, coefficients) in enumerate(fitted):
        shown = " ".join(f"{name} {value:.2f}" for name, value in coefficients._asdict().items())
        print(f"fitted for half {half}: intercept {intercept:.2f}  {shown}")

    def probability(label: Label) -> float:
        intercept, coefficients = fitted[halves[label.article]]
        logit = intercept + sum(c * share for c, share in zip(coefficients, label.evidence, strict=True))
        return 1 / (1 + math.exp(-logit))

    return [probability(label) for label in labels]


def _fit(labels: Sequence[Label]) -> tuple[float, Evidence]:
    """Logistic regression by Newton's method, with a ridge; a coefficient that comes out negative is set to 0."""
    kept = list(range(len(COEFFICIENTS)))
    while True:
        rows = [[1.0, *(label.evidence[k] for k in kept)] for label in labels]
        beta = newton(plain(rows, [float(label.present) for label in labels]))
        negative = [(value, k) for value, k in zip(beta[1:], kept, strict=True) if value < 0]
        if not negative:
            found = dict(zip(kept, beta[1:], strict=True))
            return beta[0], Evidence(*(found.get(k, 0.0) for k in range(len(COEFFICIENTS))))
        kept.remove(min(negative)[1])


def _interval(labels: Sequence[Label], ours: Sequence[float], floor: Sequence[float]) -> str:
    """The pooled difference, and where 95 % of the resamples of articles put it."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index, label in enumerate(labels):
        groups[label.article].append(index)
    first, second = _Counts(labels, ours, groups), _Counts(labels, floor, groups)
    names, chance = sorted(groups), random.Random(0)
    drawn = [chance.choices(range(len(names)), k=len(names)) for _ in range(RESAMPLES)]
    differences = sorted(first.auc(sample) - second.auc(sample) for sample in drawn)
    whole = first.auc(range(len(names))) - second.auc(range(len(names)))
    return f"{whole:+.4f} [{differences[RESAMPLES // 40]:+.4f}, {differences[-RESAMPLES // 40]:+.4f}]"


class _Counts:
    """Wins of present facts over absent ones, counted once for each pair of articles, so that a resample is a sum."""

    def __init__(self, labels: Sequence[Label], scores: Sequence[float], groups: Mapping[str, list[int]]) -> None:
        names = sorted(groups)
        present = [sorted(scores[i] for i in groups[n] if labels[i].present) for n in names]
        absent = [sorted(scores[i] for i in groups[n] if not labels[i].present) for n in names]
        self.wins = [[_wins(ours, others) for others in absent] for ours in present]
        self.sizes = [(len(ours), len(others)) for ours, others in zip(present, absent, strict=True)]

    def auc(self, sample: Sequence[int]) -> float:
        """The area under the curve of the articles drawn, with repetitions."""
        won = sum(row[other] for row in (self.wins[one] for one in sample) for other in sample)
        return won / (sum(self.sizes[i][0] for i in sample) * sum(self.sizes[i][1] for i in sample))


def _wins(present: Sequence[float], absent: Sequence[float]) -> float:
    """Pairs in which the first is greater, ties half; both sorted."""
    below = equal = 0
    won = 0.0
    for score in present:
        while below < len(absent) and absent[below] < score:
            below += 1
        equal = max(equal, below)
        while equal < len(absent) and absent[equal] <= score:
            equal += 1
        won += below + (equal - below) / 2
    return won


def _by_kind(
    labels: Sequence[Label], scores: Sequence[float], summaries: Sequence[tuple[str, Summary]], kind: str
) -> str:
    """The area for one kind of system; of some extractive ones the labels do not fit the summaries well."""
    systems = [system for system, summary in summaries for _ in summary.facts]
    chosen = [index for index, system in enumerate(systems) if system.startswith(kind)]
    value = auc([scores[i] for i in chosen], [labels[i].present for i in chosen])
    floor = auc([labels[i].overlap for i in chosen], [labels[i].present for i in chosen])
    return f"AUC {value:.4f}, word overlap {floor:.4f}"


def _print_levels(articles: Mapping[str, str], summaries: Sequence[tuple[str, Summary]]) -> None:
    """Of the facts at each level of the best single sentence, how many people found present."""
    weights = {name: weights_of(_sentences(text)) for name, text in articles.items()}
    counts: dict[str, list[bool]] = defaultdict(list)
    abstractive = [summary for system, summary in summaries if system.startswith("abs")]
    sample = random.Random(0).sample(abstractive, min(JUDGED, len(abstractive)))
    for summary in sample:
        for text, present in zip(summary.facts, summary.present, strict=True):
            found = [match(Target(text, (), ()), one, weights[summary.article]) for one in summary.sentences]
            order = {"full": 2, "part": 1, "none": 0}
            best = max(found, key=lambda one: (order[one.level], one.score), default=None)
            counts[best.level if best else "none"].append(present)
    print(f"\nlevels of the best sentence (full from {FULL}, part from {PART}), abstractive systems:")
    told = sum(map(sum, counts.values()))
    for level in ("full", "part", "none"):
        labels = counts[level]
        share, reached = sum(labels) / max(1, len(labels)), sum(labels) / told
        print(f"  {level}: {len(labels)}, present {share:.3f}, of all present {reached:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
