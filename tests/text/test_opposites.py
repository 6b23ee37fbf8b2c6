"""Words whose opposite stands in the passage."""

from __future__ import annotations

import pytest

from pipeline.text.opposites import clashes, opposite_stems


@pytest.mark.parametrize(
    ("text", "passage", "said"),
    [
        ("Prices went up in Tarn.", "Prices went down in Tarn.", ["up"]),
        ("Prices went down in Tarn.", "Prices went up in Tarn.", ["down"]),
        ("The talks broke up in Tarn.", "The talks broke down in Tarn.", []),  # no direction
        ("The talks went up in Tarn.", "The talks broke down in Tarn.", []),
        ("up in Tarn they talked.", "down in Tarn they talked.", ["up"]),
        ("The mayor was criticised by the families.", "The families welcomed the mayor.", ["criticised"]),
        ("The mayor praised the crew.", "Sailors condemned the mayor.", []),  # of something else
        ("The mayor praised the crew.", "The crew of Tarn condemned boats.", []),
        ("It opened early; the mill closed late.", "It opened early; the mill opened late.", ["closed"]),
        ("It sailed north of Tarn and prices fell there.", "It sailed north of Tarn and prices rose there.", ["fell"]),
        ("Prices fell a day before the vote.", "Prices fell a day after the vote.", ["before"]),
        ("Prices fell before the vote.", "Prices fell after the strike.", []),  # another day, and what follows counts
        ("He left the port.", "He entered the port.", ["left"]),
        ("The left bank lay under water.", "The right bank lay under water.", ["left"]),
    ],
)
def test_clashes(text: str, passage: str, said: list[str]) -> None:
    """Said of the same, as a neighbour on the same hand shows."""
    found = [clash.said for clash in clashes(text, [passage])]
    assert found == said


@pytest.mark.parametrize("denied", ["was not", "was never", "wasn't", "wasn’t", "was NOT", "WASN'T"])
def test_a_denied_word_is_no_opposite(denied: str) -> None:
    """What is not open is shut."""
    assert clashes(f"The road {denied} open in Tarn.", ["The road was shut in Tarn."]) == []
    assert clashes(f"The road {denied} open in Tarn.", ["The road was not shut in Tarn."]) != []
    assert clashes("The road was open in Tarn.", ["The road was shut in Tarn."]) != []


def test_stems_of_opposites() -> None:
    """All that stand on the other side."""
    assert opposite_stems("begin") == {"end", "finish"}
    assert opposite_stems("leav") == {"enter"} and opposite_stems("boat") == frozenset()
    assert opposite_stems("=left") == {"right"}
