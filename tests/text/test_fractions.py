"""Parts of a whole, in words and in figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.text.fractions import fractions, in_minutes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("half of them", Fraction(1, 2)),
        ("a half of it", Fraction(1, 2)),
        ("An eighth of it", Fraction(1, 8)),
        ("Two fifths of the crew", Fraction(2, 5)),
        ("THREE QUARTERS of the rest", Fraction(3, 4)),
    ],
)
def test_parts_in_words(text: str, value: Fraction) -> None:
    """Whatever the case; "half" needs no number before it."""
    (found,) = fractions(text)
    assert found.value == value


def test_a_rank_is_no_part() -> None:
    """Nothing before it says how many thirds."""
    assert fractions("She came third, the third of the crew.") == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("two in three voters", "two thirds voters"),
        ("Two In Three voters", "two thirds voters"),
        ("2 in 3 voters", "two thirds voters"),
        ("4 out of 5 doctors", "four fifths doctors"),
        ("three out of every ten", "three tenths"),
        ("one in five voters", "a fifth voters"),
        ("2/3 of the crew", "two thirds of the crew"),
        ("1/4 of it", "a quarter of it"),
    ],
)
def test_so_many_in_so_many_is_a_part(text: str, part: str) -> None:
    """In words, in figures and with a stroke."""
    assert in_minutes(text) == part


@pytest.mark.parametrize(
    "text",
    ["three in three", "five in four", "seven in ten", "nine out of ten", "one in seven", "one in two people", "6/8"],
)
def test_what_has_no_word_for_it_stays(text: str) -> None:
    """The whole and more than it, and parts for which there is no word."""
    assert in_minutes(text) == text
