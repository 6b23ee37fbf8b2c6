"""SummHay's scores, worked by hand."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.summhay import Insight, summhay_metrics
from pipeline.evaluation.results import UNDEFINED
from tests.evaluation.metrics.checks import CLOSE, all_hold, same, values

ids = st.frozensets(st.sampled_from("abcd"))
insights = st.lists(st.builds(Insight, st.sampled_from([None, 0.0, 0.5, 1.0]), ids, ids), max_size=8)


def test_full_part_and_nothing_by_hand() -> None:
    """Told in full citing both of two: F1 1. In part citing one of two: P 1, R ½, F1 2/3. Not told: 0.

    Coverage (1 + ½ + 0) / 3 = ½; citation over the two covered (1 + 2/3) / 2 = 5/6; joint (1 + ½·2/3 + 0) / 3 = 4/9.
    """
    both = frozenset({"a", "b"})
    found = values(
        summhay_metrics(
            [Insight(1.0, both, both), Insight(0.5, both, frozenset({"a"})), Insight(0.0, both, frozenset({"a"}))]
        )
    )
    expected = {"summhay_coverage": 0.5, "summhay_citation": 5 / 6, "summhay_joint": 4 / 9}
    assert found == pytest.approx(expected, abs=1e-6)


def test_nothing_covered() -> None:
    """Citation is undefined, not 0; joint is 0, for nothing was told."""
    found = summhay_metrics([Insight(0.0, frozenset({"a"}), frozenset())])
    assert found["summhay_citation"] == UNDEFINED
    assert (found["summhay_coverage"].value, found["summhay_joint"].value) == (0.0, 0.0)


def test_duplicate_ids_count_once() -> None:
    """A document cited twice is one: cited a, a against gold a, b has P 1, R ½."""
    one = Insight(1.0, frozenset({"a", "b"}), frozenset(["a", "a"]))
    assert summhay_metrics([one])["summhay_citation"].value == pytest.approx(2 / 3)


def test_an_extra_citation_costs_precision() -> None:
    """Gold a, cited a and x: P ½, R 1, F1 2/3; joint the same, for it is told in full."""
    found = summhay_metrics([Insight(1.0, frozenset({"a"}), frozenset({"a", "x"}))])
    assert found["summhay_citation"].value == found["summhay_joint"].value == pytest.approx(2 / 3)


def test_no_citation_at_all() -> None:
    """Told without any citation: citation 0, so joint 0; coverage stays."""
    found = values(summhay_metrics([Insight(1.0, frozenset({"a"}), frozenset())]))
    assert found == {"summhay_coverage": 1.0, "summhay_citation": 0.0, "summhay_joint": 0.0}


def test_nothing_to_cite_and_nothing_cited_is_no_success() -> None:
    """An insight that no document holds, told without a citation: there is nothing to be right about, so 0."""
    one = Insight(1.0, frozenset(), frozenset())
    assert summhay_metrics([one])["summhay_citation"].value == 0.0


def test_unmeasured_coverage_is_no_zero() -> None:
    """One told and cited rightly, one unmeasured: 1 of what was measured, between ½ and 1."""
    one = Insight(1.0, frozenset({"a"}), frozenset({"a"}))
    for metric in summhay_metrics([one, one._replace(coverage=None)]).values():
        assert (metric.value, metric.low, metric.high, metric.unmeasured) == (1.0, 0.5, 1.0, 1)


def test_no_insights_is_undefined() -> None:
    """Nothing to cover is neither 0 nor 1."""
    assert all(metric == UNDEFINED for metric in summhay_metrics([]).values())


@given(insights, st.randoms(use_true_random=False))
def test_shares_in_any_order(found: list[Insight], random: Random) -> None:
    """Bounds hold, the order does not matter, and the joint score never exceeds coverage."""
    metrics = summhay_metrics(found)
    assert all_hold(metrics)
    joint, coverage = metrics["summhay_joint"].value, metrics["summhay_coverage"].value
    assert joint is None or coverage is None or joint <= coverage + CLOSE
    shuffled = list(found)
    random.shuffle(shuffled)
    assert same(metrics, summhay_metrics(shuffled))
