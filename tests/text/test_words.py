"""Words, their stems, and what is looked for before a text is read."""

from __future__ import annotations

import pytest

from pipeline.text.words import content_stems, has_past_or_auxiliary, is_function_word, lowered, stem


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("a.m", "am"), ("co-operate", "cooper"), ("9.30", "930"), ("U.S", "us-"), ("US", "us-"), ("us", "us"),
     ("O’Neil", "o'neil")],
)  # fmt: skip
def test_marks_inside_a_word(word: str, stemmed: str) -> None:
    """Dots, hyphens and the kind of apostrophe do not count."""
    assert stem(word) == stemmed


def test_capitals_that_are_countries_and_bodies() -> None:
    """As in "IT" and "WHO", which are no pronouns."""
    assert not any(map(is_function_word, ("US", "IT", "WHO", "boat")))
    assert all(map(is_function_word, ("us", "it", "It", "who", "Who", "The")))


@pytest.mark.parametrize(
    ("text", "has"),
    [("A boat sank.", True), ("A boat may go.", True), ("Boats sailed.", True), ("A red bed.", False),
     ("A boat by the gate.", False)],
)  # fmt: skip
def test_past_or_auxiliary(text: str, has: bool) -> None:
    """Three letters are too few for a past tense."""
    assert has_past_or_auxiliary(text) is has


def test_odd_letters_are_lowered_as_patterns_read_them() -> None:
    """The long s, the dotless i, the dotted I and the sign of the kelvin."""
    assert lowered("ſIK \u212a İ ı") == "sik k i i"
    assert lowered("Boat") == "boat"


def test_other_languages_have_their_own_stems() -> None:
    """German function words go, and its endings."""
    text = "Der Hafen von Tarn wurde gestern wegen des schweren Sturms geschlossen, sagte die Polizei."
    assert content_stems(text)[:2] == ["haf", "tarn"] and "sturm" in content_stems(text)
    assert "der" not in content_stems(text)
