"""Thresholds on metrics, per story and in sum: ``evals/gates.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError, model_validator

from pipeline.domain.base import Model, first_fault
from pipeline.errors import InputError
from pipeline.evaluation.judging import JUDGED, PREFIX
from pipeline.evaluation.licence import Licensed
from pipeline.evaluation.metrics.catalogue import BETTER, COUNTS
from pipeline.evaluation.results import UNDEFINED, Gate, Metric, StoryResult

GATES: Final = Path("evals/gates.toml")


_NOT_MEASURED: Final = Metric(value=None, low=None, high=None, n=0, unmeasured=1)


_OF_LABELS: Final = frozenset({"traps_sprung", "falsehoods_stated", "disagreement_coverage", "collapsed_disagreements"})
"""Shares of labels: undefined only where a story has no such label, and then there is nothing to gate."""


class Threshold(Model):
    """One rule. Where ``engine``, ``model`` or ``stories`` is not given, it holds for all of them.

    ``over``: ``each`` story on its own, or the ``sum``: all stories together, each weighing what it has to count.
    """

    metric: str
    min: float | None = None
    max: float | None = None
    engine: Literal["extractive", "openai"] | None = None
    model: str | None = None
    stories: tuple[str, ...] | None = Field(default=None, min_length=1)
    over: Literal["each", "sum"] = "each"

    @model_validator(mode="after")
    def _one_bound(self) -> Threshold:
        if (self.min is None) == (self.max is None):
            raise ValueError("give either min or max")
        bound = self.min if self.min is not None else self.max
        most = inf if self.metric in COUNTS else 1.0
        if bound is None or not (0 < bound <= most if self.min is not None else 0 <= bound < most):
            raise ValueError(f"{self.metric} can never fail such a gate, or never pass it")
        return self

    def holds_for(self, engine: str, model: str | None) -> bool:
        """Whether it speaks of this engine."""
        return self.engine in {None, engine} and self.model in {None, model}


class Thresholds(Model):
    """What ``gates.toml`` holds."""

    schema_version: Literal[1]
    gate: tuple[Threshold, ...] = Field(min_length=1)


DEFAULT: Final = Thresholds(
    schema_version=1,
    gate=(
        Threshold(metric="vital_recall", min=0.7),
        Threshold(metric="citation_precision", min=0.95),
        Threshold(metric="contradicted", max=0.0),
        Threshold(metric="falsehoods_stated", max=0.0),
    ),
)
"""For stories that have no ``gates.toml`` beside them."""


def load_thresholds(path: Path, known: Sequence[str]) -> Thresholds:
    """Read the file; every metric must be one of ``known``: a misspelt gate would gate nothing.

    Raises:
        InputError: it cannot be read, or is not of its form.
    """
    try:
        found = Thresholds.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise InputError(f"{path}: {first_fault(error)}.", hint="Its form is described in evals/README.md.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    reported = [one.metric for one in found.gate if BETTER.get(one.metric) == "none" and one.metric not in COUNTS]
    if reported:
        raise InputError(f"{path}: “{reported[0]}” is reported only; no gate can rest on it.")
    names = {*known, *(f"{PREFIX}{name}" for name in JUDGED)}
    unknown = [one.metric for one in found.gate if one.metric not in names]
    if unknown:
        raise InputError(f"{path}: there is no metric “{unknown[0]}”.", hint=f"Known: {', '.join(sorted(known))}.")
    return found


def decide(
    thresholds: Thresholds,
    stories: Mapping[str, StoryResult],
    subject: tuple[str, str | None],
    judge: Licensed | None = None,
) -> tuple[Gate, ...]:
    """Every gate that speaks of this engine and these stories, in the order of the file.

    Args:
        thresholds: the rules.
        stories: results by story.
        subject: engine and model.
        judge: whether the model that was asked may gate; where it may not, its gates stay undecided.
    """
    gates = []
    for one in thresholds.gate:
        if one.holds_for(*subject):
            found = _decide(one, {k: v for k, v in stories.items() if one.stories is None or k in one.stories})
            unlicensed = one.metric.startswith(PREFIX) and judge is not None and not judge.ok
            gates += [_advisory(gate, judge.why) if unlicensed and judge else gate for gate in found]
    return tuple(gates)


def _advisory(gate: Gate, why: str) -> Gate:
    return Gate(name=gate.name, passed=None, detail=f"{gate.detail}; the judge is not licensed: {why}")


def _decide(one: Threshold, stories: Mapping[str, StoryResult]) -> Iterator[Gate]:
    """A metric that a story lacks was not measured there; a judge's is there only where one was asked."""
    named = {
        name: story.metrics.get(one.metric, _NOT_MEASURED)
        for name, story in stories.items()
        if one.metric in story.metrics or not one.metric.startswith(PREFIX)
    }
    if one.over == "sum" and named:
        found = list(named.values())
        yield _gate("all stories", one, _NOT_MEASURED if _NOT_MEASURED in found else pooled(found))
    elif one.over == "each":
        for name, metric in named.items():
            if not (one.metric in _OF_LABELS and metric == UNDEFINED):
                yield _gate(name, one, metric)


def _gate(where: str, one: Threshold, metric: Metric) -> Gate:
    """Bounds that straddle the threshold decide nothing; nor does what is undefined."""
    bound, sign = (one.min, "at least") if one.min is not None else (one.max, "at most")
    name = f"{where}: {one.metric} {sign} {bound:g}"
    if metric.low is None or metric.high is None or bound is None:
        detail = "not measured" if metric.unmeasured else "undefined: there is nothing to measure it by"
        return Gate(name=name, passed=None, detail=detail)
    worst, best = (metric.low, metric.high) if one.min is not None else (-metric.high, -metric.low)
    wanted = bound if one.min is not None else -bound
    passed = True if worst >= wanted else False if best < wanted else None
    shown = "not measured" if metric.value is None else f"{metric.value:.3f}"
    spread = (
        f", between {metric.low:.3f} and {metric.high:.3f}: {metric.unmeasured} not measured"
        if metric.unmeasured
        else ""
    )
    return Gate(name=name, passed=passed, detail=f"{shown} of {metric.n}{spread}")


def pooled(metrics: Sequence[Metric]) -> Metric:
    """All together, each weighing what it counts; what is undefined has nothing to add.

    >>> one, two = Metric(value=1.0, low=1.0, high=1.0, n=1), Metric(value=0.5, low=0.5, high=0.5, n=3)
    >>> pooled([one, two]).value
    0.625
    """
    known = [m for m in metrics if m.n and m.low is not None and m.high is not None]
    total = sum(m.n for m in known)
    if not total:
        return UNDEFINED
    measured = [(m.value, m.n - m.unmeasured) for m in known if m.value is not None]
    counted = sum(n for _, n in measured)
    return Metric(
        value=sum(value * n for value, n in measured) / counted if counted else None,
        low=sum((m.low or 0.0) * m.n for m in known) / total,
        high=sum((m.high or 0.0) * m.n for m in known) / total,
        n=total,
        unmeasured=sum(m.unmeasured for m in known),
    )
