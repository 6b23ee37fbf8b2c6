"""Facts to measure, and what holds of every metric that is a share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from hypothesis import strategies as st

from pipeline.evaluation.results import FactCoverage, Flag, Importance, Level, Metric, Stage

CLOSE = 1e-9

flags = st.lists(st.sampled_from(get_args(Flag)), max_size=2, unique=True).map(tuple)
facts = st.builds(
    FactCoverage,
    id=st.just("f"),
    importance=st.sampled_from(get_args(Importance)),
    level=st.sampled_from(get_args(Level)),
    statement_id=st.none(),
    lost_at=st.none() | st.sampled_from(get_args(Stage)),
    flags=flags,
)
many_facts = st.lists(facts, max_size=12)


def fact(importance: Importance, level: Level, *flags: Flag, lost_at: Stage | None = None) -> FactCoverage:
    """A fact as a summary treats it."""
    return FactCoverage(
        id="f", importance=importance, level=level, statement_id=None, lost_at=lost_at, flags=tuple(flags)
    )


def holds(metric: Metric) -> bool:
    """``0 <= low <= value <= high <= 1``, and undefined only over nothing."""
    if metric.low is None or metric.high is None:
        return metric.value is None and metric.low is metric.high is None and metric.n == 0
    value = metric.low if metric.value is None else metric.value
    ordered = metric.low - CLOSE <= value <= metric.high + CLOSE
    measured = metric.value is not None or metric.unmeasured == metric.n
    return ordered and measured and metric.low >= 0 and metric.high <= 1 + CLOSE and metric.n > 0


def all_hold(metrics: Mapping[str, Metric]) -> bool:
    """Whether `holds` of each."""
    return all(holds(metric) for metric in metrics.values())


def values(metrics: Mapping[str, Metric]) -> dict[str, float | None]:
    """Name to value, rounded to six digits."""
    return {name: None if m.value is None else round(m.value, 6) for name, m in metrics.items()}


def same(first: Mapping[str, Metric], second: Mapping[str, Metric]) -> bool:
    """The same values but for the rounding of sums in another order."""
    return values(first) == values(second)
