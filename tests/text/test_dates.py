"""Dates as a text writes them."""

from __future__ import annotations

import pytest

from pipeline.text.dates import calendar_mentions, parse_date


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("on 3 Jan. 2021", (2021, 1, 3)),
        ("on 5 sept 2021", (2021, 9, 5)),
        ("Sept. 4, 2021", (2021, 9, 4)),
        ("Sep 9", (None, 9, 9)),
        ("on 1 June 2023", (2023, 6, 1)),
        ("on 31 Oct 2023", (2023, 10, 31)),
        ("32 March 2023", (2023, 3, None)),
        ("0 March 2023", (2023, 3, None)),
        ("2023-13-02", (2023, None, None)),
        ("2023-00-02", (2023, None, None)),
    ],
)
def test_months_and_days_that_there_are(text: str, parts: tuple[int | None, ...]) -> None:
    """Short names of months are read; of a day or a month that no calendar has the rest is kept."""
    (found,) = calendar_mentions(text)
    assert (found.year, found.month, found.day) == parts


@pytest.mark.parametrize("text", ["12 mayors", "9 decades", "3 marchers", "5 sepoys", "2 junctions"])
def test_words_that_begin_like_a_month_are_none(text: str) -> None:
    """A number before such a word counts it."""
    assert calendar_mentions(text) == []


@pytest.mark.parametrize(
    ("text", "date"),
    [("1000-01-01", "1000-01-01"), ("0999-12-31", None), ("2999-12-31", "2999-12-31"), ("3000-01-01", None)],
)
def test_years_that_news_is_dated_in(text: str, date: str | None) -> None:
    """From 1000 to 2999; anything else is a misprint."""
    assert parse_date(text) == date
