"""Who does what to whom, where and whose: fictional sentences, exchanged and in other words."""

from __future__ import annotations

import pytest

from tests.guards.judging import guard, verdict

SWAPPED = [
    ("Penn accused Tarn Lines of haste.", "Tarn Lines accused Penn of haste.", "other way round"),
    ("The tug rammed the ferry.", "The ferry rammed the tug.", "other way round"),
    ("The ferry was rammed by the tug.", "The ferry rammed the tug.", "other way round"),
    ("Corrin was invaded by Varland.", "Corrin invaded Varland last year.", "other way round"),
    (
        "Corrin invaded Varland.",
        "The Varland minister met envoys after Varland's invasion of Corrin.",
        "other way round",
    ),
    ("The captain was told by Orla Penn to leave.", "The captain told Orla Penn to leave.", "other way round"),
    ("Corrin is ready to support Varland.", "Varland is ready to support Corrin.", "other way round"),
    ("The board of Corvel rejected Dray's bid.", "The board of Dray rejected Corvel's bid.", "where this text says"),
    (
        "Dray filed a suit against Corvel.",
        "The suit that Corvel had brought against Dray failed.",
        "where this text says",
    ),
    ("The union urged Dray to call off the sale.", "Dray urged the union to call off the sale.", "other way round"),
]
SAME = [
    ("The ferry was rammed by the tug.", "The tug rammed the ferry."),
    ("Orla Penn was asked by Marek Dorn to resign.", "Marek Dorn asked Orla Penn to resign."),
    ("Varland's invasion of Corrin began in May.", "Varland began its invasion of Corrin in May."),
    ("Penn met Dorn in Tarn.", "Dorn met Penn in Tarn."),
    ("The search will end at dusk.", "The coastguard will end the search at dusk."),
    ("Marek Dorn, head of Tarn Lines, blamed the crew.", "Tarn Lines head Marek Dorn blamed the crew."),
    ("The suit that Corvel had brought against Dray failed.", "Corvel's suit against Dray failed."),
    ("It rammed the tug.", "The ferry rammed the tug."),
    ("Shares in Dray fell by 18 per cent.", "Shares in Dray fell 18%."),
]


@pytest.mark.parametrize(("text", "source", "why"), SWAPPED)
def test_exchanged_parts_are_refused(text: str, source: str, why: str) -> None:
    """The explanation names who has the other's place."""
    found = guard("role", verdict(text, source))
    assert found.outcome == "fail", found
    assert why in found.detail


@pytest.mark.parametrize(("text", "source"), SAME)
def test_the_same_parts_in_other_words_pass(text: str, source: str) -> None:
    """Passive, noun or another order: who does it is the same."""
    assert guard("role", verdict(text, source)).outcome != "fail"
