"""Logistic regression in plain Python: Newton's method with a ridge, and coefficients held to a sign.

For the benchmarks that fit weights; nothing in the package needs it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

STEPS = 12
RIDGE = 1.0
CONVERGED = 1e-6


def sigmoid(logit: float) -> float:
    """1 / (1 + exp(-logit)), without overflow."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


class Problem(NamedTuple):
    """What is to be fitted.

    A row a case, all of one length (a column of ones is an intercept); ``targets`` the share of successes of each, 0 to
    1; ``weights`` how much it counts; ``offsets`` what is added to its logit beforehand; ``ridge`` the penalty on the
    square of each coefficient.
    """

    rows: Sequence[Sequence[float]]
    targets: Sequence[float]
    weights: Sequence[float]
    offsets: Sequence[float]
    ridge: Sequence[float]


def plain(rows: Sequence[Sequence[float]], targets: Sequence[float], ridge: float = RIDGE) -> Problem:
    """A problem whose cases all count the same, with one penalty for all columns."""
    return Problem(rows, targets, [1.0] * len(rows), [0.0] * len(rows), [ridge] * len(rows[0]))


def newton(problem: Problem) -> list[float]:
    """The coefficients that make the targets most likely."""
    size = len(problem.ridge)
    beta = [0.0] * size
    for _ in range(STEPS):
        gradient = [-p * b for p, b in zip(problem.ridge, beta, strict=True)]
        hessian = [[problem.ridge[i] * (i == j) for j in range(size)] for i in range(size)]
        cases = zip(problem.rows, problem.targets, problem.weights, problem.offsets, strict=True)
        for row, target, weight, offset in cases:
            p = sigmoid(offset + sum(b * x for b, x in zip(beta, row, strict=True)))
            error, spread = weight * (target - p), weight * p * (1 - p)
            for i, x in enumerate(row):
                if x:
                    gradient[i] += error * x
                    line, scaled = hessian[i], spread * x
                    for j in range(i + 1):
                        line[j] += scaled * row[j]
        for i in range(size):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        steps = solved(hessian, gradient)
        beta = [b + step for b, step in zip(beta, steps, strict=True)]
        if max(map(abs, steps)) < CONVERGED:
            break
    return beta


def newton_signed(problem: Problem, signs: Sequence[int]) -> list[float]:
    """The same with each coefficient held to its sign (1, -1, or 0 for free): those that come out otherwise are 0."""
    kept = list(range(len(signs)))
    while True:
        rows = [[row[k] for k in kept] for row in problem.rows]
        beta = newton(problem._replace(rows=rows, ridge=[problem.ridge[k] for k in kept]))
        wrong = [k for k, b in zip(kept, beta, strict=True) if b * signs[k] < 0]
        if not wrong:
            found = dict(zip(kept, beta, strict=True))
            return [found.get(k, 0.0) for k in range(len(signs))]
        kept = [k for k in kept if k not in wrong]


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the matrix is positive definite, so no pivoting is needed."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            row[i:] = [x - factor * y for x, y in zip(row[i:], pivot[i:], strict=True)]
    solution = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        known = sum(rows[i][j] * solution[j] for j in range(i + 1, len(rows)))
        solution[i] = (rows[i][-1] - known) / rows[i][i]
    return solution
