"""Figures with what each is said of."""

from __future__ import annotations

import pytest

from pipeline.text.figures import Figure, figures


def only(text: str) -> Figure:
    """The one figure of a text."""
    (found,) = figures(text)
    return found


def said_of(text: str) -> list[tuple[str, list[str]]]:
    """Each figure as it is shown, with the stems of what it is said of."""
    return [(one.shown, sorted(one.of)) for one in figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("About 40 pupils left, and 18 teachers stayed.", [("about 40", ["pupil"]), ("18", ["stay", "teacher"])]),
        (
            "Ships carried 40 sailors; lorries moved 18 soldiers.",
            [("40", ["carri", "sailor", "ship"]), ("18", ["lorri", "move", "soldier"])],
        ),
        ("In March the third ferry sank.", [("March", ["sink"]), ("third", [])]),
        ("The third ferry ran aground.", [("third", ["ferri"])]),
        ("18 stayed, and pupils left.", [("18", ["stay"])]),
        ("Penn gave 40 dollars.", [("40 dollars", ["dollar", "give", "penn"])]),
        ("On 4 May Penn resigned.", [("4 May", ["resign"])]),
        ("At 7:40 pm Penn resigned.", [("7:40 pm", ["penn", "resign"])]),
    ],
)
def test_a_figure_is_said_of_what_is_near_in_its_clause(text: str, expected: list[tuple[str, list[str]]]) -> None:
    """Not of what another figure of its sort is nearer to; what two have is of neither."""
    assert said_of(text) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("A 19-year-old man left.", "year"),
        ("The 3-month-old girl was found.", "month"),
        ("About 40 pupils left.", "pupil"),
        ("On 4 May it rained.", None),
    ],
)
def test_an_age_is_counted_in_years(text: str, unit: str | None) -> None:
    """Not in men; a date has no unit."""
    assert only(text).unit == unit


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Flight 370 landed.", True),
        ("They boarded Flight 370.", True),
        ("About 40 pupils left.", False),
        ("Almost 300 pupils left.", False),
        ("A 19-year-old man left.", False),
        ("In 12 cases it rained.", False),
        ("Police arrested 18.", False),
        ("Flight crews of three landed.", False),
    ],
)
def test_a_number_behind_a_capital_is_part_of_a_name(text: str, label: bool) -> None:
    """But not behind a word that only opens the sentence."""
    assert only(text).label is label


def test_nearly_and_known_are_seen() -> None:
    """What "almost", "over a" and "the two" say of a number."""
    assert only("Almost 300 pupils left.").nearly and only("It took over a third.").nearly
    assert only("Both sides lost the two ministers.").known and not only("Some lost two ministers.").known
