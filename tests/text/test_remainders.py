"""What is left of a number."""

from __future__ import annotations

import pytest

from pipeline.text.quantities import quantities
from pipeline.text.remainders import parts_of_wholes, remainders


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Police detained 16 people; all but two were released.", {14.0}),
        ("Of the three judges, all but 1 agreed.", {2.0}),
        ("Seven of the twelve jurors wept.", {5.0}),
        ("Seven out of the twelve jurors wept.", {5.0}),
        ("Seven women sat with twelve men.", set()),  # no part of them
        ("All but 16 of the 16 sailors left.", set()),  # nobody is left
        ("Of the 12 jurors, all but 0 wept.", set()),  # and here nobody is missing
        ("About seven of the twelve jurors wept.", set()),
        ("Fewer than seven of the twelve jurors wept.", set()),
        ("The 3rd of the twelve jurors wept.", set()),
        ("The third of the twelve jurors wept.", set()),
    ],
)
def test_what_is_left(text: str, left: set[float]) -> None:
    """Only of exact numbers, of which the one is told as a part of the other."""
    assert remainders(text) == left


def test_a_whole_is_no_part_of_itself() -> None:
    """Twelve of twelve are all; and what goes before must be the smaller."""
    for text in ("12 of the 12 jurors wept.", "Twelve of the seven jurors wept."):
        assert list(parts_of_wholes(text, quantities(text))) == []
