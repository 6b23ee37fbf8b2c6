"""What a reviewer meant by what was typed, and what nothing bears out of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import InputError
from pipeline.render.visible import plain
from pipeline.runs.folder import RunFolder
from pipeline.runs.review.edits import meant_by, verify_typed
from pipeline.runs.review.items import Items
from tests.runs.review.decisions import Reviewer

HIDDEN = "The ferry\u2028Mari\u200bgold ran aground\u202e off Tarn on Monday with 40 people on board."


def _hiding(run: RunFolder) -> tuple[Items, str]:
    """The run with a statement in which something cannot be seen."""
    one = next(one for one in run.synthesis.statements if "40 people" in one.text)
    others = [s for s in run.synthesis.statements if s is not one]
    changed = (one.model_copy(update={"text": HIDDEN.replace("\u2028", " ")}), *others)
    return Items(run._replace(synthesis=run.synthesis.model_copy(update={"statements": changed}))), one.id


def test_symbols_of_what_is_hidden_are_not_typed(run: RunFolder) -> None:
    """The page shows a symbol in its place; the edit has neither the symbol nor the character."""
    items, name = _hiding(run)
    statement = items.statements[name]
    shown = plain(statement.text)
    assert "\u2426" in shown
    made = Reviewer(items).decide("edit", "statement", name, text=shown.replace("40", "41"))
    assert made.text == "The ferry Marigold ran aground off Tarn on Monday with 41 people on board."
    with pytest.raises(InputError, match="as it was"):
        Reviewer(items).decide("edit", "statement", name, text=shown)


def test_places_are_of_what_was_typed(run: RunFolder) -> None:
    """The words that nothing bears out are underlined where they stand in the field, symbols and all."""
    items, name = _hiding(run)
    statement = items.statements[name]
    typed = plain(statement.text).replace("40", "41")
    evidence = [citation.evidence for citation in statement.citations]
    found = verify_typed(typed, statement.text, evidence, run.articles())
    assert [typed[start:end] for start, end in found.unsupported] == ["41"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_only_symbols_go(typed: str, original: str) -> None:
    """Whatever the texts are: each character that is kept stands where it says; nothing else goes."""
    meant = meant_by(typed, original)
    assert len(meant.text) == len(meant.places)
    assert all(char in {typed[place], " "} for char, place in zip(meant.text, meant.places, strict=True))
    gone: Any = {typed[place] for place in set(range(len(typed))) - set(meant.places)}
    assert gone <= set(plain(original)) - set(original)


def test_a_symbol_of_the_source_stays() -> None:
    """A statement about the symbol itself, and one in which nothing is hidden."""
    assert meant_by("a \u2426 b", "a \u2426\u200b b").text == "a \u2426 b"
    assert meant_by("a \u2426 b", "a b").text == "a \u2426 b"
    assert meant_by("a\u2426b", "a\u2028b").text == "a b"
