"""Disagreements, falsehoods, origins and retention: shares of labelled things."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.disagreements import disagreement_metrics
from pipeline.evaluation.metrics.falsehoods import falsehood_metrics
from pipeline.evaluation.metrics.origins import independent_origins, origin_metrics
from pipeline.evaluation.metrics.retention import ORDER, retention_metrics
from pipeline.evaluation.results import UNDEFINED, DisagreementCoverage, FactCoverage, FalsehoodFound
from tests.evaluation.metrics.checks import CLOSE, all_hold, fact, many_facts, same, values

names = st.text("abcdef", min_size=1, max_size=1)
groups = st.lists(st.frozensets(names, min_size=1, max_size=3), max_size=4)


def disagreement(stated: int, positions: int = 2) -> DisagreementCoverage:
    """One with so many of its positions stated."""
    collapsed = 0 < stated < positions
    return DisagreementCoverage(id="d", positions_stated=stated, positions=positions, collapsed=collapsed)


def test_disagreements_by_hand() -> None:
    """Of four, two are covered; of the two that are mentioned besides one, 1 of 2 tells one side; no trap is sprung."""
    found = [disagreement(2), disagreement(1), disagreement(0), disagreement(2)]
    assert values(disagreement_metrics(found, [False])) == {
        "disagreement_coverage": 0.5,
        "collapsed_disagreements": 0.333333,
        "traps_sprung": 0.0,
    }


def test_nothing_labelled_is_undefined() -> None:
    """A story without disagreements, traps, falsehoods or statements has no share of them."""
    metrics = disagreement_metrics([], []) | falsehood_metrics([]) | origin_metrics([]) | retention_metrics([])
    assert all(metric == UNDEFINED for metric in metrics.values())


def test_falsehoods_by_hand() -> None:
    """One of two falsehoods is stated."""
    found = [FalsehoodFound(id="a", stated_in="s1"), FalsehoodFound(id="b", stated_in=None)]
    assert falsehood_metrics(found)["falsehoods_stated"].value == 0.5


@pytest.mark.parametrize(
    ("articles", "copies", "origins"),
    [
        ([], [], 0),
        (["a", "b", "c"], [], 3),
        (["a", "a"], [], 1),
        (["a", "b", "c"], [{"a", "b"}], 2),
        (["a", "b", "c"], [{"a", "b"}, {"b", "c"}], 1),
        (["a", "b"], [{"a", "x"}, {"x", "b"}], 1),
        (["a", "b"], [{"x", "y"}], 2),
        (["a", "b", "c", "d"], [{"a", "b"}, {"c", "d"}], 2),
    ],
)
def test_copies_are_one_origin(articles: list[str], copies: list[set[str]], origins: int) -> None:
    """Copying is transitive, also through a passage that is not cited; a passage cited twice is one."""
    assert independent_origins(articles, [frozenset(group) for group in copies]) == origins


@given(st.lists(names, max_size=6), groups, st.randoms(use_true_random=False))
def test_origins_are_at_most_the_articles(articles: list[str], copies: list[frozenset[str]], random: Random) -> None:
    """At least one where there is an article, never more than articles; orders do not matter; copies only join."""
    count = independent_origins(articles, copies)
    assert min(1, len(articles)) <= count <= len(set(articles))
    assert count <= independent_origins(articles, copies[:-1])
    shuffled = random.sample(copies, len(copies))
    assert independent_origins(random.sample(articles, len(articles)), shuffled) == count


def test_overcounting_by_hand() -> None:
    """Three claimed where there is one is too many; as many or fewer is not: 1 of 3."""
    assert origin_metrics([(3, 1), (2, 2), (1, 2)])["origins_overcounted"].value == pytest.approx(1 / 3)


def test_claiming_no_origin_is_counted_against_a_statement() -> None:
    """Whoever leaves the number out, or gives one that cannot be, has not counted better: 3 of 4."""
    assert origin_metrics([(0, 2), (0, 0), (-1, 1), (1, 1)])["origins_overcounted"].value == 0.75


def test_retention_by_hand() -> None:
    """Four facts: one told, one told in part, one lost at ingest, one lost at synthesize: ¾ until it drops to ½."""
    facts = [
        fact("vital", "full"),
        fact("okay", "part", lost_at="verify"),
        fact("okay", "none", lost_at="ingest"),
        fact("vital", "none", lost_at="synthesize"),
    ]
    assert list(values(retention_metrics(facts)).values()) == [0.75, 0.75, 0.75, 0.5, 0.5]
    assert list(retention_metrics(facts)) == [f"retained_{stage}" for stage in ORDER]


def test_an_unmeasured_fact_is_neither_kept_nor_lost() -> None:
    """Its bounds are 0 and 1 at every stage."""
    for metric in retention_metrics([fact("vital", "unmeasured")]).values():
        assert (metric.value, metric.low, metric.high) == (None, 0.0, 1.0)


@given(many_facts, st.randoms(use_true_random=False))
def test_retention_never_grows(facts: list[FactCoverage], random: Random) -> None:
    """What is lost stays lost; bounds hold; the order of facts does not matter."""
    metrics = retention_metrics(facts)
    assert all_hold(metrics)
    shares = [metric.value for metric in metrics.values()]
    assert all(earlier is None or later is None or later <= earlier + CLOSE for earlier, later in pairwise(shares))
    assert same(metrics, retention_metrics(random.sample(facts, len(facts))))


@given(st.lists(st.builds(disagreement, st.integers(0, 3), st.integers(2, 4)), max_size=5), st.lists(st.booleans()))
def test_disagreement_shares(found: list[DisagreementCoverage], traps: list[bool]) -> None:
    """Bounds hold."""
    assert all_hold(disagreement_metrics(found, traps))
