"""Redundancy and length."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.surface import surface_metrics
from pipeline.evaluation.results import UNDEFINED
from tests.evaluation.metrics.checks import holds
from tests.strategies import any_text


def test_redundancy_by_hand() -> None:
    """First 0; "Ships met in storms" has 2 of 3 content words from it; the copy has all: (0 + 2/3 + 1) / 3 = 5/9."""
    found = surface_metrics(["Ships met.", "Ships met in storms.", "The ships met."])
    assert found["redundancy"].value == pytest.approx(5 / 9)
    assert (found["words"].value, found["words"].n) == (9, 3)


def test_two_halves_are_no_repetition_of_one() -> None:
    """The greatest share counts, not the union: one half from each of two earlier statements is ½."""
    found = surface_metrics(["Ships met.", "Storms came.", "Ships storms."])
    assert found["redundancy"].value == pytest.approx(0.5 / 3)


def test_nothing_written() -> None:
    """No statement: redundancy is undefined, and there are no words."""
    found = surface_metrics([])
    assert found["redundancy"] == UNDEFINED
    assert found["words"].value == 0


def test_a_statement_without_content_words_repeats_nothing() -> None:
    """A second "It was." repeats no content, not all of it."""
    assert surface_metrics(["It was.", "It was."])["redundancy"].value == 0


@given(st.lists(any_text, max_size=5))
def test_redundancy_is_a_share(texts: list[str]) -> None:
    """Whatever is written."""
    assert holds(surface_metrics(texts)["redundancy"])
