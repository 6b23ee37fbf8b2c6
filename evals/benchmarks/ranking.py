"""How well scores rank what is right over what is wrong, with intervals from a bootstrap over documents."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

RESAMPLES = 2000


class Interval(NamedTuple):
    """A figure, and where 95 % of the resamples put it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Such as ``.785 [.752, .817]``."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def auc(scores: Sequence[float], right: Sequence[bool], weights: Sequence[int] | None = None) -> float:
    """The chance that a right case scores above a wrong one; ties count half. NaN where there are not both.

    >>> auc([0.1, 0.4, 0.4, 0.8], [False, False, True, True])
    0.875
    """
    order = sorted(range(len(scores)), key=lambda index: scores[index])
    return _auc_in_order(order, scores, right, weights or [1] * len(scores))


def _auc_in_order(
    order: Sequence[int], scores: Sequence[float], right: Sequence[bool], weights: Sequence[int]
) -> float:
    won = below = positives = 0.0
    tied = ties_won = 0.0
    last: float | None = None
    for index in order:
        if scores[index] != last:
            below, tied, ties_won, last = below + tied, 0.0, 0.0, scores[index]
        weight = weights[index]
        if right[index]:
            positives += weight
            ties_won += weight
            won += weight * (below + tied / 2)
        else:
            tied += weight
            won += weight * ties_won / 2
    negatives = below + tied
    return won / (positives * negatives) if positives and negatives else float("nan")


def balanced(decided: Sequence[bool], right: Sequence[bool]) -> float:
    """The mean of the shares decided rightly among the right and among the wrong."""
    hits = [d == r for d, r in zip(decided, right, strict=True)]
    shares = [_mean([h for h, r in zip(hits, right, strict=True) if r is kind]) for kind in (True, False)]
    return _mean(shares)


def best_threshold(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The score from which calling it right gives the best balanced accuracy."""
    ranked = sorted(zip(scores, right, strict=True), reverse=True)
    positives = sum(right)
    negatives = len(right) - positives
    best, threshold, hits, alarms = 0.0, float("inf"), 0, 0
    for place, (score, is_right) in enumerate(ranked):
        hits, alarms = hits + is_right, alarms + (not is_right)
        last_of_ties = place + 1 == len(ranked) or ranked[place + 1][0] < score
        if last_of_ties and hits / positives - alarms / negatives > best:
            best, threshold = hits / positives - alarms / negatives, score
    return threshold


def resamples(documents: Sequence[str]) -> list[list[int]]:
    """Resamples of the documents with replacement: how often each case is drawn, by resample."""
    names, chance = sorted(set(documents)), random.Random(0)
    drawn = []
    for _ in range(RESAMPLES):
        counts = dict.fromkeys(names, 0)
        for name in chance.choices(names, k=len(names)):
            counts[name] += 1
        drawn.append([counts[document] for document in documents])
    return drawn


def auc_intervals(
    scores: Mapping[str, Sequence[float]], right: Sequence[bool], drawn: Sequence[Sequence[int]], ours: str
) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """The area of each score, and that of ``ours`` minus that of each other, paired by resample."""
    orders = {name: sorted(range(len(values)), key=values.__getitem__) for name, values in scores.items()}
    whole = {name: auc(values, right) for name, values in scores.items()}
    found = {name: [_auc_in_order(orders[name], scores[name], right, w) for w in drawn] for name in scores}
    areas = {name: _interval(whole[name], found[name]) for name in scores}
    differences = {
        name: _interval(whole[ours] - whole[name], [a - b for a, b in zip(found[ours], found[name], strict=True)])
        for name in scores
        if name != ours
    }
    return areas, differences


def _interval(value: float, resampled: Sequence[float]) -> Interval:
    known = sorted(r for r in resampled if r == r)  # noqa: PLR0124  NaN where a resample drew one kind alone
    return Interval(value, known[len(known) // 40], known[-(len(known) // 40) - 1])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")
