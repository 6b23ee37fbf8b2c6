"""Verbs that are told as done, and those under a cue."""

from __future__ import annotations

import pytest

from pipeline.text.verbs import done_verbs, governed, is_irregular_past


@pytest.mark.parametrize(
    ("word", "irregular"),
    [
        ("spoke", True),
        ("brought", True),
        ("sung", True),
        ("paid", True),
        ("bring", False),
        ("rating", False),
        ("savings", False),
        ("dying", False),
        ("dies", False),
        ("died", False),
        ("countries", False),
        ("carried", False),
        ("taxi", False),
        ("g-20", False),
    ],
)
def test_irregular_pasts(word: str, irregular: bool) -> None:
    """Forms that do not begin as their lemma does; those in -ing are none."""
    assert is_irregular_past(word) is irregular


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("The mayor Left and Closed it.", {}),  # names, for all that is known
        ("They have shut it.", {"shut": "shut"}),
        ("They have now quietly shut it.", {"shut": "shut"}),
        ("They would have shut it.", {}),
        ("“He closed it,” she wept.", {"weep": "wept"}),
        ("He may have closed it.", {}),
        ("They need the red bed.", {}),
    ],
)
def test_done(text: str, verbs: dict[str, str]) -> None:
    """Outside quotations, in small letters, under no cue."""
    assert done_verbs(text) == verbs


def test_governed() -> None:
    """The verb, the kind of its cue, and both as they stand."""
    text = "Oslo  will not  pay; Penn is alleged to have paid."
    assert [(g.stem, g.kind, g.text, text[g.start :][:4]) for g in governed(text)] == [
        ("pay", "planned", "will not pay", "pay;"),
        ("pay", "alleged", "alleged to have paid", "paid"),
    ]
