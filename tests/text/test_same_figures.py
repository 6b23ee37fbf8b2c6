"""Figures that are the same, told less exactly, or rivals."""

from __future__ import annotations

import pytest

from pipeline.text.figures import Figure, figures
from pipeline.text.same_figures import agreement, comparable, counted_otherwise, is_rival, said_elsewhere, same_thing


def _figure(text: str) -> Figure:
    return figures(text)[0]


@pytest.mark.parametrize(
    ("wanted", "told", "how"),
    [
        ("10 boats sank", "10 boats sank", "same"),
        ("10 boats sank", "11 boats sank", "other"),
        ("the 3rd boat", "3 boats", "other"),
        # how exactly
        ("about 10 boats sank", "10 boats sank", "same"),
        ("under 10 boats sank", "at most 10 boats sank", "same"),
        ("over 10 boats sank", "at least 10 boats sank", "same"),
        ("nearly 10 boats sank", "10 boats sank", "same"),
        ("10 boats sank", "just over 10 boats sank", "same"),
        ("nearly 10 boats sank", "just over 10 boats sank", "other"),
        ("up to 10 boats sank", "over 10 boats sank", "other"),
        ("fewer than 10 boats sank", "10 boats sank", "other"),
        ("10 boats sank", "fewer than 10 boats sank", "other"),
        ("at least 10 boats sank", "10 boats sank", "looser"),
        ("10 boats sank", "up to 10 boats sank", "looser"),
        # measures
        ("two hours", "120 minutes", "same"),
        ("two hours", "two minutes", "other"),
        ("2 years", "24 months", "same"),
        ("2 km", "2,000 metres", "same"),
        ("2 km", "2 kg", "other"),
        ("12 km of road", "12 boats", "other"),
        ("12 boats", "12 km of road", "other"),
        ("10%", "10 boats", "other"),
        ("10%", "10", "same"),
        # what is counted
        ("12 sailors left", "12 left", "same"),
        ("12 people", "12 sailors", "same"),
        ("12 sailors", "12 people", "same"),
        ("12 sailors", "12 bakeries", "looser"),
        ("12 tickets", "12 boats of the ticket office", "same"),
        ("Flight 370", "370 boats", "same"),
        # days and times
        ("at 7 pm", "at 19:00", "same"),
        ("at 7 pm", "at 8 pm", "other"),
        ("on 3 May 2021", "on 3 May", "same"),
        ("on 3 May", "on 4 May", "other"),
        ("on Monday", "in 2021", "other"),
        ("on 3 May", "3 boats", "other"),
    ],
)
def test_agreement(wanted: str, told: str, how: str) -> None:
    """By value, exactness and unit; whatever else is said."""
    assert agreement(_figure(wanted), _figure(told)) == how


@pytest.mark.parametrize(
    ("wanted", "told", "how"),
    [
        ("12 were built of 9 km of road", "12 were drowned", "same"),
        ("They lost 12 km of shore", "12 drowned", "looser"),
        ("They lost 2,000 km of shore", "2,000 drowned", "same"),  # nobody else has that many
        ("They lost 12 km of shore", "12 of that shore was lost", "same"),
    ],
)
def test_a_measure_that_is_left_out(wanted: str, told: str, how: str) -> None:
    """It is the same of the same, or where the number is large."""
    assert agreement(_figure(wanted), _figure(told)) == how


@pytest.mark.parametrize(
    ("wanted", "told", "rival"),
    [
        ("10 boats", "11 boats", True),
        ("10 boats", "10 boats", False),
        ("10 boats", "about 10 boats", False),
        ("10 boats", "the 11th boat", False),
        ("370 boats", "Flight 371", False),  # a name
        ("on 3 May", "on 4 May", True),
        ("on Monday", "in 2021", False),  # both may be so
        ("at 7 pm", "at 8 pm", True),
        ("at 7 pm", "8 boats", False),
        ("at 7 pm", "on 4 May", False),
    ],
)
def test_rivals(wanted: str, told: str, rival: bool) -> None:
    """Of the same sort, and not the same."""
    assert is_rival(_figure(wanted), _figure(told)) is rival


@pytest.mark.parametrize(
    ("wanted", "rival", "can", "same"),
    [
        ("10 boats sank", "11 boats were built", True, True),
        ("10 boats sank", "11 ferries sank", True, True),
        ("10 boats sank", "11 shops opened", True, False),
        ("10 km of road", "10 hours of work", False, True),  # the same number in another unit
        ("10 km of road", "11 hours of work", False, False),
        ("10 km of road", "11 boats", False, False),
        ("10 metres of road", "11 km of road", True, True),
        ("ten times", "11 boats", False, False),
        ("10 others sank", "11 boats sank", False, False),
        ("at 7 pm", "at 8 pm", True, True),
    ],
)
def test_of_one_thing(wanted: str, rival: str, can: bool, same: bool) -> None:
    """Whether two figures can be of one thing, and whether they are."""
    assert comparable(_figure(wanted), _figure(rival)) is can
    assert same_thing(_figure(wanted), _figure(rival)) is same


def test_counted_otherwise() -> None:
    """Three people and two nuns: three is not how many nuns there are."""
    wanted, there = _figure("3 nuns drowned"), figures("3 sailors drowned; 2 nuns drowned")
    assert counted_otherwise(wanted, there[:1], there[1:]) == there[1]
    assert counted_otherwise(wanted, there[:1], figures("2 boats sank")) is None
    assert counted_otherwise(wanted, figures("3 nuns left"), there[1:]) is None
    assert counted_otherwise(wanted, figures("3 left"), there[1:]) is None
    people = _figure("3 people drowned")
    assert counted_otherwise(people, figures("3 sailors drowned"), figures("2 people left")) is None
    assert counted_otherwise(people, figures("3 boats sank"), figures("2 people left")) is not None


def test_said_elsewhere() -> None:
    """The same number of something else, and another of the same."""
    wanted = _figure("3 boats sank")
    same, rivals = figures("3 shops opened"), figures("2 boats sank")
    assert said_elsewhere(wanted, same, rivals) == rivals[0]
    assert said_elsewhere(wanted, figures("3 boats sank"), rivals) is None
    assert said_elsewhere(wanted, same, figures("2 lorries came")) is None
    assert said_elsewhere(wanted, figures("3."), rivals) is None  # of nothing in particular
    assert said_elsewhere(wanted, same, figures("2 km of boats sank")) is None
