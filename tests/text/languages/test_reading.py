"""In which language a text is read: one of those that are known, or none."""

from __future__ import annotations

from pipeline.text.languages.reading import foreign, may_be_english


def test_a_language_that_is_not_known_is_read_as_none() -> None:
    """It is not English either: no English rule is asked of it."""
    finnish = "Laiva ajoi karille, mutta kaikki, jotka olivat, ovat elossa."
    assert foreign(finnish) is None
    assert not may_be_english(finnish)
