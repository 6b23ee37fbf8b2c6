"""How much two texts say the same."""

from __future__ import annotations

from math import isclose, sqrt

import pytest

from pipeline.text.similarity import bigrams, containment, content_coverage, cosine, coverage, shingles


def test_cosine() -> None:
    """Each stem counts by the square of its weight, on both sides."""
    weights = {"ferry": 3.0, "port": 2.0, "tarn": 5.0}
    assert isclose(cosine(["ferry", "port"], ["ferry", "tarn"], weights), 9 / sqrt((9 + 4) * (9 + 25)))
    assert isclose(cosine(["ferry", "port"], ["ferry", "boat"], {"ferry": 3.0}), 9 / 10)
    assert cosine(["ferry"], ["port"], weights) == 0
    assert cosine(["ferry"], ["ferry"], {"ferry": 0.0}) == 0


def test_coverage() -> None:
    """Of nothing, all is there."""
    assert coverage("The talks in Tarn failed", ["Talks failed.", "Oslo"]) == pytest.approx(2 / 3)
    assert coverage("The of", []) == 1 and content_coverage([], {"ferry"}) == 1


def test_shingles() -> None:
    """Runs of five words, or one of fewer."""
    assert shingles("One two three four five SIX") == {
        ("one", "two", "three", "four", "five"), ("two", "three", "four", "five", "six")
    }  # fmt: skip
    assert shingles("One two") == {("one", "two")} and shingles("…") == set()
    assert bigrams(["a", "b", "c"]) == {("a", "b"), ("b", "c")}


def test_containment() -> None:
    """Of the shorter text; nothing contains nothing."""
    long = "The ferry sank off the coast of Tarn."
    assert containment("Ferry sank off the coast", long) == containment(long, "Ferry sank off the coast") == 1
    assert containment("Ferry sank off the coast again", long) == 0.5
    assert containment("", long) == 0
