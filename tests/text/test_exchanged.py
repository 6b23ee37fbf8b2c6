"""Two names in each other's places."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.text.exchanged import exchanged_names

TOLD = "Blinken told Lavrov that Washington would support Ukraine."


@pytest.mark.parametrize(
    "text",
    ["Lavrov told Blinken that Washington would support Ukraine.", "On Friday Lavrov told Blinken that it would."],
)
def test_found(text: str) -> None:
    """Beside the very words of the passage."""
    assert list(exchanged_names(text, [TOLD])) == [("Lavrov", "Blinken")]


@pytest.mark.parametrize(
    "text",
    [
        "Lavrov was told by Blinken that Washington would support Ukraine.",  # in other words
        "Blinken told Lavrov that Washington would support Ukraine.",
        "Lavrov met Blinken.",
        "Lavrov spoke.",
    ],
)
def test_not_found(text: str) -> None:
    """Where the words are others, this says nothing; nor of what is as it was."""
    assert list(exchanged_names(text, [TOLD])) == []


def test_a_passage_that_has_it_so_settles_it() -> None:
    """Of two passages one is enough."""
    text = "Lavrov told Blinken that Washington would support Ukraine."
    assert list(exchanged_names(text, [TOLD, text])) == []


NAMES = ("Ada Penn", "Boris Tarn", "Corrin", "Dunmere", "Elsa Vane")
VERBS = ("told", "met", "accused", "praised", "visited")


@given(st.permutations(NAMES), st.sampled_from(VERBS), st.sampled_from(VERBS))
def test_a_sentence_never_contradicts_itself(names: list[str], first: str, second: str) -> None:
    """A text that is its own passage has nobody in another's place; with two names exchanged it has."""
    text = f"On Monday {names[0]} {first} {names[1]} before {names[2]} {second} {names[3]} at noon."
    assert list(exchanged_names(text, [text])) == []
    swapped = f"On Monday {names[1]} {first} {names[0]} before {names[2]} {second} {names[3]} at noon."
    assert list(exchanged_names(swapped, [text])) == [(names[1], names[0])]
