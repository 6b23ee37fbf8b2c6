"""Recall of facts."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.recall import vital_recall, weighted_recall
from pipeline.evaluation.results import UNDEFINED, FactCoverage
from tests.evaluation.metrics.checks import CLOSE, fact, holds, many_facts


def test_weighted_recall_by_hand() -> None:
    """Vital weighs 1 and okay ½; told in part is half: (1·1 + 1·½ + ½·1 + ½·0) / (1 + 1 + ½ + ½) = 2/3."""
    facts = [fact("vital", "full"), fact("vital", "part"), fact("okay", "full"), fact("okay", "none")]
    assert weighted_recall(facts).value == pytest.approx(2 / 3)
    assert weighted_recall(facts).n == 4


def test_a_flag_takes_all_credit() -> None:
    """A fact told with a wrong number or as somebody else's word gains nothing: (0 + 0 + ½) / 2½ = 0.2."""
    facts = [fact("vital", "full", "wrong_number"), fact("vital", "part", "misattributed"), fact("okay", "full")]
    assert weighted_recall(facts).value == pytest.approx(0.2)


def test_unmeasured_facts_widen_the_bounds() -> None:
    """One vital fact told, one unmeasured okay fact: 1 of what was measured; 1 / 1½ at worst, 1 at best."""
    found = weighted_recall([fact("vital", "full"), fact("okay", "unmeasured")])
    assert (found.value, found.low, found.high, found.unmeasured) == (1.0, 1 / 1.5, 1.0, 1)


def test_vital_recall_counts_only_what_can_be_relied_on() -> None:
    """Of four vital facts one is told in full without a flag; okay facts do not count."""
    vital = [fact("vital", "full"), fact("vital", "part"), fact("vital", "none"), fact("vital", "full", "contradicted")]
    assert vital_recall([*vital, fact("okay", "full")]).value == 0.25
    assert vital_recall([*vital, fact("okay", "full")]).n == 4


def test_no_facts_is_undefined() -> None:
    """Nothing to tell is neither 0 nor 1; so is a story without a vital fact."""
    assert weighted_recall([]) == vital_recall([]) == UNDEFINED
    assert vital_recall([fact("okay", "full")]) == UNDEFINED


@given(many_facts)
def test_recall_is_a_share(facts: list[FactCoverage]) -> None:
    """The bounds hold whatever the facts."""
    assert holds(weighted_recall(facts))
    assert holds(vital_recall(facts))


@given(
    st.permutations([fact("vital", "full"), fact("okay", "part"), fact("vital", "unmeasured"), fact("okay", "none")])
)
def test_order_does_not_matter(facts: list[FactCoverage]) -> None:
    """Facts are a set: (1 + ¼) / 2 in every order."""
    assert weighted_recall(facts).value == pytest.approx(0.625)


@given(many_facts)
def test_vital_recall_of_vital_facts_is_never_above_the_weighted(facts: list[FactCoverage]) -> None:
    """Part credit can only add: over vital facts alone, strict recall is at most the weighted one."""
    vital = [one for one in facts if one.importance == "vital"]
    strict, weighted = vital_recall(vital).value, weighted_recall(vital).value
    assert strict is None or weighted is None or strict <= weighted + CLOSE
