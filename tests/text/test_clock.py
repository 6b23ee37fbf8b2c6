"""Times of day, in figures and in words."""

from __future__ import annotations

import pytest

from pipeline.text.clock import clock_times


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("at half past seven in the morning", (7, 30, "am")),
        ("at a quarter past ten at night", (10, 15, "pm")),
        ("at Twenty past Three", (3, 20, None)),
        ("at five past one this afternoon", (1, 5, "pm")),
        ("at twenty-five past eleven", (11, 25, None)),
        ("at 6 o'clock that Evening", (6, 0, "pm")),
        ("at 11 o'clock in the MORNING", (11, 0, "am")),
        ("at 10:15 this morning", (10, 15, "am")),
        ("at 9 P.M.", (9, 0, "pm")),
        ("at 24:00", (0, 0, "am")),
        ("at 13:05", (1, 5, "pm")),
        ("at 12:30", (0, 30, None)),
    ],
)
def test_times_in_words_and_figures(text: str, time: tuple[int, int, str | None]) -> None:
    """The half of the day is known where an hour past noon, or the part of the day, tells it."""
    (found,) = clock_times(text)
    assert (found.hour, found.minute, found.half) == time


def test_times_agree_across_words_and_figures() -> None:
    """What one of them leaves open the other may settle; what both say must be the same."""
    (words,), (evening,), (morning,) = map(clock_times, ("at half past seven", "at 19:30", "at 7:30 a.m."))
    assert words.agrees(evening) and words.agrees(morning) and not evening.agrees(morning)
