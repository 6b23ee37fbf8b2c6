"""How near two words are, by lists and by their letters."""

from __future__ import annotations

import pytest

from pipeline.text.closeness import closeness, is_one_name
from pipeline.text.terms import form_of

PEOPLE, KIN = 0.95, 0.8


@pytest.mark.parametrize(
    ("first", "second", "near"),
    [
        ("Chad", "Chadian", PEOPLE),
        ("Oman", "Omani", PEOPLE),
        ("Paris", "French", PEOPLE),
        ("Kyiv", "Ukrainian", PEOPLE),
        ("Moscow", "Kremlin", PEOPLE),
        ("Moscow", "Kyiv", 0.0),
        ("Moscow", "Ukraine", 0.0),
        ("Paris", "Poland", 0.0),
        ("London", "Lonsdale", 0.0),
        ("vote", "ballot", KIN),
        ("seize", "seizure", KIN),
        ("close", "closure", KIN),
        ("divide", "division", KIN),
        ("abstain", "abstention", KIN),
        ("destroy", "destruction", KIN),
        ("strengthen", "strength", KIN),
        ("Zelensky", "Zelenskyy", KIN),
        ("Dmitri", "Dimitri", KIN),
        ("Dmitri", "Dimitrii", 0.0),
        ("mill", "million", 0.0),
        ("explain", "explosion", 0.0),
        ("grey", "gray", 0.0),
        ("strike", "stride", 0.0),
        ("#10", "#11", 0.0),
    ],
)
def test_words_of_one_kind_are_near(first: str, second: str, near: float) -> None:
    """Whichever comes first: governments, synonyms, a verb and its noun, two spellings."""
    one, two = form_of(first), form_of(second)
    assert closeness(one, two) == closeness(two, one) == near


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("alex", "alexander", True),
        ("jon", "jonathan", False),
        ("volodymyr", "volodimir", True),
        ("natalia", "nathalie", True),
        ("yevgeny", "evgeny", False),
        ("margaret", "margot", False),
    ],
)
def test_short_forms_and_transcriptions_are_one_name(one: str, other: str, same: bool) -> None:
    """Whichever comes first; three letters are too few, and six."""
    assert is_one_name(one, other) is is_one_name(other, one) is same
