"""Who says so: names beside what they are, whichever comes first, and the roles they go by."""

from __future__ import annotations

import pytest

from pipeline.text.attribution import attributions


@pytest.mark.parametrize(
    "text",
    [
        "Marta Kolsen, the union's president, said it sank.",
        "The union's president, Marta Kolsen, said it sank.",
        "On Monday, Marta Kolsen, the mayor, said it sank.",
        "The mayor, Marta Kolsen said it sank.",
        "The mayor — Marta Kolsen — said it sank.",
        "According to the union's president, Marta Kolsen, it sank.",
        "It sank, according to the union's president, Marta Kolsen.",
        "According to Marta Kolsen, Oskar Penhalt left.",
        "According to Marta Kolsen, Oskar Penhalt, the captain, left.",
        "“It sank,” said Marta Kolsen, Oskar Penhalt, the captain, having left.",
        "“It sank,” said the union's president, Marta Kolsen.",
        "“It sank,” said Marta Kolsen, Oskar Penhalt having left.",
        "Marta Kolsen: It sank in the night.",
        "Marta Kolsen, who leads the council, was angry, saying it sank.",
        "And Marta Kolsen said it sank.",
    ],
)
def test_the_name_is_the_speaker(text: str) -> None:
    """Not what stands beside it: an office, a day, or somebody who only left."""
    assert [(who.name, who.role) for who in attributions(text)] == [("Marta Kolsen", "speaker")]


@pytest.mark.parametrize("text", ["The minister, a lawyer, said it sank.", ", the mayor, said it sank."])
def test_what_is_no_name_is_none(text: str) -> None:
    """Two common nouns, neither of them an office that speaks for itself."""
    assert attributions(text) == ()


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("In Tarn, police said it sank.", "police", "official"),
        ("A police officer said it sank.", "A police officer", "official"),
        ("Police officer Ada Penn said it sank.", "Police officer Ada Penn", "speaker"),
        ("The daily Tarn Post reported it.", "The daily Tarn Post", "outlet"),
        ("The ferry sank, - the coastguard - said.", "the coastguard", "official"),
    ],
)
def test_an_office_is_official_and_a_person_speaks(text: str, name: str, role: str) -> None:
    """A full name behind the office makes it a person."""
    assert [(who.name, who.role) for who in attributions(text)] == [(name, role)]
