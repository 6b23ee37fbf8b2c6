"""Names and values that take turns."""

from __future__ import annotations

import pytest

from pipeline.text.pairing import Value, crossed, places


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Tarn has 1,200 boats.", {Value("number", "1,200")}),
        ("Tarn came third.", {Value("ordinal", "3")}),
        ("Tarn left at 7:05 pm.", {Value("time", "7:05")}),
        ("Tarn voted on 3 May 2021.", {Value("year month day", "3 May 2021")}),
        ("Tarn voted on Monday.", {Value("weekday", "Monday")}),
        ("Tarn has 12 boats, and Corrin 12.", set()),  # which of them?
    ],
)
def test_values(text: str, values: set[Value]) -> None:
    """A value's kind and how it is shown; what stands there twice tells nothing."""
    assert places(text)[1].keys() == values


@pytest.mark.parametrize(
    ("text", "passage", "pairs"),
    [
        ("Tarn left at 7:05 pm, Corrin at 8:15 pm.", "Corrin left at 7:05 pm, Tarn at 8:15 pm.",
         [(("tarn", "7:05"), ("corrin", "8:15"))]),
        ("Tarn left at 7:05 pm, Corrin at 8:15 pm.", "At 7:05 pm Tarn left, at 8:15 pm Corrin.", []),
        ("Tarn voted on Monday, Corrin on Friday.", "Corrin voted on Monday, Tarn on Friday.",
         [(("tarn", "Monday"), ("corrin", "Friday"))]),
        ("Tarn came third, Corrin fifth.", "Corrin came third, Tarn fifth.", [(("tarn", "3"), ("corrin", "5"))]),
        ("Tarn came third with 5 boats.", "Tarn had 5 boats and came third.", []),  # one name
        ("Tarn has 12 boats, Corrin 9.", "Tarn and Corrin have 12 and 9.", []),  # they take no turns
        ("Tarn has 12 boats, Corrin came third.", "Corrin has 12 boats, Tarn came third.", []),  # of two kinds
    ],
)  # fmt: skip
def test_crossed(text: str, passage: str, pairs: list[object]) -> None:
    """Partners that have changed, of one kind, where names and values take turns in both."""
    assert crossed(text, passage) == pairs
