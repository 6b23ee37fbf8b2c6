"""Shares of a whole that a text names in words."""

from __future__ import annotations

import pytest

from pipeline.text.quantifiers import quantifiers


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("Two thirds of the shops are shut.", [("most", "Two thirds")]),
        ("Two quarters of the field lay under water.", [("half", "Two quarters")]),
        ("A third of the shops are shut.", [("few", "A third")]),
        ("Half of the shops are shut.", [("half", "Half")]),
        ("Not one of the boats came back.", [("none", "Not one")]),
        ("Seven of the twelve jurors wept.", [("part", "Seven of the twelve")]),
        ("All but six of the 12 drivers went home.", [("most", "All but six")]),  # and no part besides
        ("Three quarters of the villagers left, most of the farmers stayed.",
         [("most", "most"), ("most", "Three quarters")]),
        ("Most of the shops opened; seven of the twelve bakeries did not.",
         [("most", "Most"), ("part", "seven of the twelve")]),
        ("In all, 12 boats sank.", []),
        ("The storm sank 12 boats in all, officials said.", []),
        ("Neighbours took in all the families.", [("all", "all")]),
    ],
)  # fmt: skip
def test_shares(text: str, shares: list[tuple[str, str]]) -> None:
    """Which share it is, and in which words; no words are read twice."""
    assert [(found.share, found.shown) for found in quantifiers(text)] == shares


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("Half, officials said, lay in the north.", {"offici", "say"}),
        ("All of the ships, the owners said, were safe.", {"ship"}),
        ("Most of the boats came; the crews were safe.", {"boat", "come"}),
        ("Seven of the twelve jurors wept. Nobody spoke.", {"juror", "weep"}),
        ("All of the old wooden fishing boats sank.", {"old", "wooden", "fish"}),
        ("Both of the 12 carriages burned.", {"carriag", "burn"}),
    ],
)
def test_what_it_is_said_of(text: str, of: set[str]) -> None:
    """The next three content words of the clause, without figures."""
    assert quantifiers(text)[0].of == of
