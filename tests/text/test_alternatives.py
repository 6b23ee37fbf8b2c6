"""Acts of which somebody did the one or the other."""

from __future__ import annotations

import pytest

from pipeline.text.alternatives import acts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("They suspended the treaty.", [(0, 0, "suspended")]),
        ("They withdrew from it.", [(0, 1, "withdrew")]),
        ("They quit the treaty.", [(0, 1, "quit")]),
        ("The suspension stands.", [(0, 0, "suspension")]),
        ("It was the decision to postpone it.", [(1, 0, "postpone")]),
        ("They adjourned the talks, then scrapped them.", [(1, 0, "adjourned"), (1, 1, "scrapped")]),
    ],
)
def test_deeds_are_told_by_their_kind_and_side(text: str, told: list[tuple[int, int, str]]) -> None:
    """Pasts of every kind, nouns for a deed, and what was decided."""
    assert [(act.row, act.side, act.word.text) for act in acts(text)] == told


@pytest.mark.parametrize(
    "text",
    ["The exit was blocked.", "They pause often.", "Suspended players left.", "She urged them to withdraw."],
)
def test_what_was_not_done_is_none(text: str) -> None:
    """A noun of another sense, a habit, a word that opens the sentence, and what somebody is only to do."""
    assert acts(text) == []
