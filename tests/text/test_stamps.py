"""The day that a page prints above its article: taken where it is certain, and nowhere else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from pipeline.text.normalise import clean
from pipeline.text.stamps import latest_moment, printed_day

PUBLISHED = [
    "Monday 12 March 2029, 18:40",
    "Published: 12 March 2029 14:05 GMT",
    "Published 12 March 2029, Updated 14 March 2029",
    "Published 12 March 2029 | Last updated: 14 March 2029 13:10",
    "Updated 14 March 2029 · First published on Mon 12 March 2029 06.00 EDT",
    "Monday, 12 March 2029, updated 11:20",
    "Posted: March 12, 2029 / 05:00 AM CDT",
    "Published March 12, 2029 at 9:41 a.m. EDT",
    "12 March 2029, 11:20 · 3 min read · Gift this article",
    "**The Tarn Citizen** | Comment | Monday 12 March 2029",
    "Published: 2029-03-12T10:00:00Z",
    "Published 12.03.2029, 10:05",
]
UNCERTAIN = [
    "Updated 14 March 2029",
    "Last updated: 14.03.2029",
    "The talks ended on 12 March 2029",
    "By Jo Bo, 12 March 2029",
    "Published 12 March 2029, Published 14 March 2029",
    "Storm hits the coast of Tarn hard | 12 March 2029",
    "31 February 2029, 10:00",
    "Published March 2029",
    "03/12/2029, 18:40",
    "Published on Monday at 10:05",
    "",
]


@pytest.mark.parametrize("line", PUBLISHED)
def test_a_stamp_gives_the_day_of_publication(line: str) -> None:
    """With or without a label, in the spellings of news pages; a later update is not it."""
    assert printed_day([line]) == "2029-03-12"


@pytest.mark.parametrize("line", UNCERTAIN)
def test_in_doubt_there_is_no_day(line: str) -> None:
    """Updates, prose, bylines, teasers, days that cannot be or that two countries read differently."""
    assert printed_day([line]) is None


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Updated 4 May 2024, 12.30 am", "2024-05-04T00:30"),
        ("Updated 4 May 2024, 12:30 p.m.", "2024-05-04T12:30"),
        ("Updated 4 May 2024, 9:30 p.m.", "2024-05-04T21:30"),
        ("Updated 4 May 2024, 09:30", "2024-05-04T09:30"),
        ("7:05 pm, 4 May 2024", "2024-05-04T19:05"),
        ("7:05 pm | 4 May 2024 | Updated 5 May 2024", "2024-05-05"),  # of which of the two is the time?
        ("Published: 2029-03-12T10:00:00Z", "2029-03-12T10:00"),
        ("May 2024 10:05", None),
    ],
)
def test_the_latest_moment(line: str, moment: str | None) -> None:
    """With its time, by the clock of twenty-four hours."""
    assert latest_moment([line]) == moment


def test_a_label_counts_more_than_the_day_of_the_page() -> None:
    """Above the title stands what day it is; two days that nothing tells apart are none."""
    page = ["Thursday 7 November 2030", "Ferry runs aground off Tarn", "12 March 2029"]
    assert printed_day(page, title=1) == "2029-03-12"
    assert printed_day(page) is None
    assert printed_day([*page, "Published 13 March 2029"]) == "2029-03-13"


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(["{}", "Published: {} 10:00"])
)
def test_every_day_is_read_as_it_is_written(day: date, form: str) -> None:
    """Day and month are never exchanged."""
    for written in (f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}", day.isoformat()):
        assert printed_day([form.format(written)]) == day.isoformat()


@given(st.text(max_size=150))
def test_any_line_may_stand_there(line: str) -> None:
    """Whatever the line, the answer is a day or none."""
    found = printed_day([line])
    assert found is None or date.fromisoformat(found).isoformat() == found


BODY = "The ferry Anna of Tarn Lines ran aground off the port of Tarn on Monday, and four people died, police said."
MORE = "Divers of the navy recovered two of the dead from the wreck of the ferry Anna on the next day, police said."


def test_a_stamp_stands_near_the_head() -> None:
    """Above the text or behind its standfirst; below, it is of something else, and within a sentence it is prose."""
    stamp = "12 March 2029, 18:40"
    assert clean(f"{stamp}\n{BODY}\n{MORE}").header.published == "2029-03-12"
    assert clean(f"{BODY}\n{stamp}\n{MORE}").header.published == "2029-03-12"
    assert clean(f"{BODY}\n{MORE}\nPublished: {stamp}").header.published is None
    assert clean(f"{BODY} It left on 12 March 2029.\n{MORE}").header.published is None


def test_the_header_counts_more() -> None:
    """What a file says of itself in a labelled line is not looked for again."""
    assert clean(f"Date: 11 March 2029\n12 March 2029, 18:40\n{BODY}").header.published == "2029-03-11"
