"""The publication's own voice."""

from __future__ import annotations

import pytest

from pipeline.text.own_voice import has_voice, is_about, is_own_voice, says_we
from tests.guards.judging import article


@pytest.mark.parametrize(
    ("text", "author", "about"),
    [
        ("Ada Penn is a writer in Tarn.", "Ada Penn", True),
        ("ADA PENN covers the port.", "Ada Penn", True),
        ("Bo Oss joined us.", "Ada Penn, Bo Oss", True),
        ("The writer is Ada Penn.", "Ada Penn", False),
        ("Ada Penn, the mayor, sang.", "Ada Penn", False),
        ("XXXX is a writer.", None, False),
        ("is a writer.", "", False),
    ],
)
def test_about_the_author(text: str, author: str | None, about: bool) -> None:
    """It begins with a name of the byline, and tells what that person does."""
    assert is_about(text, author) is about


@pytest.mark.parametrize(
    ("text", "publisher", "own"),
    [
        ("The Harbour Courier asked for comment.", "The Harbour Courier", True),
        ("The Harbour Courier asked for comment.", "the Harbour Courier", True),
        ("The Courier asked for comment.", "The Harbour Courier", True),
        ("the Courier asked for comment.", "THE Harbour Courier", True),
        ("A courier asked for comment.", "The Harbour Courier", False),
        ("He said “the Courier asked”.", "The Harbour Courier", False),
        ("The Sun rose.", "The Tarn Sun", False),  # too short to be sure
        ("The port was shut.", None, False),
        ("This article was corrected.", None, True),
    ],
)
def test_of_itself(text: str, publisher: str | None, own: bool) -> None:
    """By its name, or by what only a publication says."""
    assert is_own_voice(text, publisher) is own


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Ada Penn is a reporter in Tarn.", True),
        ("Bo Oss has been our port correspondent.", True),
        ("Ada Penn covers the port.", True),
        ("Bo Oss covers the port.", False),
        ("The port was shut.", False),
    ],
)
def test_any_of_them(text: str, voice: bool) -> None:
    """Of itself, of the author, or as biographies begin."""
    one = article("The port was shut.").model_copy(update={"author": "Ada Penn"})
    assert has_voice(text, one) is voice


def test_we() -> None:
    """Whoever that is."""
    assert says_we("Our port.") and says_we("It let us in.") and not says_we("The bus left.")
