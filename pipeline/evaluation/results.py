"""What an evaluation finds, as ``eval.json`` holds it. The names and keys are a contract (DESIGN.md, 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from pipeline.domain.base import Model

EVAL_SCHEMA_VERSION: Final = 1
METRICS_VERSION: Final = 2
"""Raised when the same summary and labels may get another value; a baseline of another version is no baseline."""

Level = Literal["full", "part", "none", "unmeasured"]
Importance = Literal["vital", "okay"]
Stage = Literal["ingest", "summarize", "reconcile", "synthesize", "verify"]
Flag = Literal["contradicted", "misattributed", "wrong_number"]


class Metric(Model):
    """A value over ``n`` things; ``value`` is None where it is undefined (nothing to measure) or nothing was measured.

    ``low`` and ``high`` bound it: every unmeasured thing counted as failed, and as passed. They equal ``value`` where
    all was measured, and are None where it is undefined.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    unmeasured: int = 0


class FactCoverage(Model):
    """How a summary treats one fact.

    ``statement_id`` is the text that tells it, or comes nearest: ``s3``, or ``d1.2`` for the second position of
    disagreement d1. ``misattributed``: told, but cited only to articles that do not say it, or handed to somebody else.
    ``lost_at``: the stage after which none of its passages is left, None for a fact that is told.
    """

    id: str
    importance: Importance
    level: Level
    statement_id: str | None
    lost_at: Stage | None
    flags: tuple[Flag, ...]

    def counts(self) -> bool | None:
        """Told in full, and cited to an article that says it: what a reader can rely on. None if unmeasured."""
        return None if self.level == "unmeasured" else self.level == "full" and not self.flags


class DisagreementCoverage(Model):
    """How many of its positions a summary states. ``collapsed``: some, but not all: one side is told as the truth."""

    id: str
    positions_stated: int
    positions: int
    collapsed: bool


class FalsehoodFound(Model):
    """A sentence that no summary may state, and the first text that states it; None if none does."""

    id: str
    stated_in: str | None


class StoryResult(Model):
    """One story."""

    metrics: Mapping[str, Metric]
    facts: tuple[FactCoverage, ...]
    disagreements: tuple[DisagreementCoverage, ...]
    falsehoods: tuple[FalsehoodFound, ...]


class Gate(Model):
    """A condition on the results; ``passed`` is None where it could not be decided."""

    name: str
    passed: bool | None
    detail: str


class Comparison(Model):
    """Against the baseline: facts (``story/fact``) that no longer count and that newly do, and McNemar's exact p.

    ``p`` is None where there is no baseline.
    """

    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    p: float | None = None


class EvalReport(Model):
    """What ``pipeline eval --json`` prints and ``eval.json`` holds."""

    schema_version: int = EVAL_SCHEMA_VERSION
    metrics_version: int = METRICS_VERSION
    engine: str
    model: str | None
    stories: Mapping[str, StoryResult]
    gates: tuple[Gate, ...]
    baseline: Comparison = Comparison()

    def failed(self) -> bool:
        """Whether a gate failed."""
        return any(gate.passed is False for gate in self.gates)

    def undecided(self) -> bool:
        """Whether a gate could not be decided."""
        return any(gate.passed is None for gate in self.gates)


UNDEFINED: Final = Metric(value=None, low=None, high=None, n=0)
"""A share of nothing: neither 0 nor 1."""


def share(passed: Sequence[bool | None]) -> Metric:
    """How many of them passed; None is one that was not measured.

    >>> share([True, True, False, None]).value == 2 / 3, share([True, True, False, None]).low
    (True, 0.5)
    >>> share([]).value is None
    True
    """
    return mean([None if one is None else float(one) for one in passed])


def mean(values: Sequence[float | None], weights: Sequence[float] | None = None) -> Metric:
    """The weighted mean of values from 0 to 1; None is one that was not measured.

    >>> mean([1.0, 0.5], [1.0, 1.0]).value
    0.75
    """
    if not values:
        return UNDEFINED
    weights = weights or [1.0] * len(values)
    pairs = [(value, weight) for value, weight in zip(values, weights, strict=True)]
    known = [(value, weight) for value, weight in pairs if value is not None]
    total, measured = sum(weights), sum(weight for _, weight in known)
    gained = sum(value * weight for value, weight in known)
    return Metric(
        value=gained / measured if measured else None,
        low=gained / total,
        high=(gained + (total - measured)) / total,
        n=len(values),
        unmeasured=len(values) - len(known),
    )


def count_of(value: float, n: int) -> Metric:
    """A figure that is no share, such as a number of words."""
    return Metric(value=value, low=value, high=value, n=n)
