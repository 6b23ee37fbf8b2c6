"""Days as other languages name them."""

from __future__ import annotations

import pytest

from pipeline.text.languages.calendar import days
from pipeline.text.languages.known import KNOWN
from pipeline.text.languages.language import alternatives


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("十二月二十五日", [(None, 12, 25)]),
        ("二〇二二年三月十日", [(2022, 3, 10)]),
        ("三月三十一日", [(None, 3, 31)]),
        ("三月三十二日", []),  # no such day
        ("十三月一日", []),
    ],
)
def test_characters(text: str, found: list[tuple[int | None, int, int]]) -> None:
    """Tens and ones, as far as there is such a day."""
    assert [(day.year, day.month, day.day) for day in days(text, KNOWN["zh"])] == found


def test_a_word_is_looked_for_before_its_beginning() -> None:
    """The first of the alternatives that fits is taken."""
    assert alternatives({"mil": 1e3, "millones": 1e6, "a.m": 0}) == r"millones|a\.m|mil"
