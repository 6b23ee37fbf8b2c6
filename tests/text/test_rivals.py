"""Words of one field of which one is not told by another."""

from __future__ import annotations

import pytest

from pipeline.text.rivals import rivals


@pytest.mark.parametrize(
    ("said", "told", "found"),
    [
        ("The mayor was charged.", "The mayor was arrested.", [("charg", "arrest")]),
        ("The mayor was charged.", "The mayor was not arrested.", [("charg", "arrest")]),
        ("The mayor was charged.", "The mayor left, and sailors were arrested.", []),  # in another clause
        ("The mayor was charged.", "Sailors were arrested, and the mayor left.", []),
        ("The mayor denied it.", "The mayor confirmed it.", [("deni", "confirm")]),
        ("The mayor denied it.", "The mayor confirmed it, but said that he did not pay.", []),
        ("The mayor confirmed it.", "The mayor denied it, and never paid.", [("confirm", "deni")]),
        ("Penn was arrested and charged.", "Penn was arrested.", []),  # the text has both
        ("The sailors won, they never drew.", "The sailors drew.", []),
        ("The mayor of Tarn sang.", "The mayor of Tarn was arrested.", []),  # of no field
    ],
)
def test_rivals(said: str, told: str, found: list[tuple[str, str]]) -> None:
    """In a clause about the same, and where the text does not have both."""
    assert [tuple(rival) for rival in rivals(said, told)] == found
