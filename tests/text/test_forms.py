"""What the form of one paragraph tells."""

from __future__ import annotations

import pytest

from pipeline.text.forms import Role, corrects, describes_a_picture, formal_role, speaks_to_reader


@pytest.mark.parametrize(
    ("paragraph", "role"),
    [
        ("Reporting by Ada Penn", "credit"),
        ("All rights reserved by the Tarn Post.", "notice"),
        ("The desk can be reached at news@tarn.example.", "notice"),
        ("Contact for all who have seen it and want to tell the desk of it: news@tarn.example", "notice"),
        ("The ministry put the whole text of the treaty on its site, https://tarn.example, on Monday night.", None),
        ("Updated 2 hours ago", "notice"),
        ("Published a year late, the report was read by all.", None),
        ("2 March 2023, 14:05 GMT", "notice"),
        ("Monday, 2 March 2023, 10:15 Updated 11:30", "notice"),
        ("On 2 March 2023 at 10:15 the ferry sank off Tarn pier.", None),
        ("Pictured: a fire engine in the yard", "caption"),
        ("The fire was put out (Tarn/Corrin).", "caption"),
        ("The crowd watched the fire, from left, the mayor said.", None),
        ("Correction: the bridge was built in 1901.", "correction"),
        ("Tarn has a bridge.", None),
    ],
)
def test_a_paragraph_has_the_form_of_what_it_is(paragraph: str, role: Role | None) -> None:
    """A sentence is prose even with an address, a time or a word of captions in it."""
    assert formal_role(paragraph) == role


def test_a_correction_says_something() -> None:
    """Six words of it."""
    assert corrects("Correction: the bridge was built in 1901.")
    assert not corrects("Correction: the bridge is old now.")


@pytest.mark.parametrize(
    ("paragraph", "describes"),
    [
        ("A fire engine leaves the yard at dawn.", True),
        ("Fire engines leave yard at dawn today.", True),
        ("A fire engine leaves the yard.", False),
        ("A fire engine leaves the yard at dawn", False),
        ("A fire engine left the yard at dawn on Monday.", False),
        ("Engine leaves: smoke rises over the yard at dawn.", False),
        ("A fire engine leaves the yard at dawn!.", False),
        ("A fire engine leaves the yard at dawn. Smoke rises over it.", False),
    ],
)
def test_a_picture_is_described_in_one_short_sentence(paragraph: str, describes: bool) -> None:
    """Of seven words or more, in the plain present."""
    assert describes_a_picture(paragraph) is describes


@pytest.mark.parametrize(
    ("paragraph", "speaks"),
    [
        ("Your vote counts.", True),
        ("“Your vote counts,” the mayor said.", False),
        ("Click here.", False),
        ("Click here", True),
        ("Click here for our newsletter.", True),
        ("Read more. Follow the team.", True),
        ("The mayor spoke.", False),
    ],
)
def test_a_reader_is_spoken_to(paragraph: str, speaks: bool) -> None:
    """By "your", by two imperatives, or by one that is left open or says "our"."""
    assert speaks_to_reader(paragraph) is speaks
