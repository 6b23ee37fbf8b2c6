"""Shares of statements by verdict."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.verdict import Status
from pipeline.evaluation.metrics.support import support_metrics
from pipeline.evaluation.results import UNDEFINED
from tests.evaluation.metrics.checks import all_hold, same, values

statuses = st.lists(st.sampled_from(get_args(Status)), max_size=12)


def test_each_verdict_by_hand() -> None:
    """One of each of the five verdicts: one supported, one in part, two not borne out, one contradicted."""
    found = values(support_metrics(["supported", "partial", "unsupported", "uncited", "contradicted"]))
    assert found == {"statement_precision": 0.2, "partial": 0.2, "unsupported": 0.4, "contradicted": 0.2}


def test_no_statements_is_undefined() -> None:
    """An empty summary is not a perfectly supported one."""
    assert all(metric == UNDEFINED for metric in support_metrics([]).values())


@given(statuses, st.randoms(use_true_random=False))
def test_shares_sum_to_one_in_any_order(found: list[Status], random: Random) -> None:
    """Every statement falls into exactly one of the four."""
    metrics = support_metrics(found)
    assert all_hold(metrics)
    if found:
        assert sum(metric.value or 0 for metric in metrics.values()) == pytest.approx(1)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert same(metrics, support_metrics(shuffled))
