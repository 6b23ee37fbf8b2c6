"""Letters that patterns take for others when they ignore case ("ſ" for "s", the sign of the kelvin for "k")."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions, parse_date
from pipeline.text.fractions import fractions, in_minutes
from pipeline.text.header import read_header
from pipeline.text.languages.calendar import days
from pipeline.text.languages.known import KNOWN
from pipeline.text.quantities import quantities
from tests.guards.judging import verdict
from tests.text.test_text_properties import READERS

ODD = str.maketrans("siSIk", "ſıſİ\u212a")
FIGURES = [
    "The second of six ferries sank last month, six days ago, on Saturday, 6 August 2023.",
    "Two sixths of the crew, six in sixteen, a fifth of sixty-six sailors and a third of the 6 km.",
    "It began at half past six in the evening and went on until six o'clock on Sunday, a dozen hours later.",
    "US$6 million, 6th, six thousand million kilograms, since last spring, this month and next year.",
]


@pytest.mark.parametrize("text", FIGURES)
@given(data=st.data())
def test_no_reader_stumbles_over_them(text: str, data: st.DataObject) -> None:
    """Whichever letters are odd ones: an article with "Thurſday" in it ended in a traceback once."""
    odd = "".join(c.translate(ODD) if data.draw(st.booleans()) else c for c in text)
    for read in READERS.values():
        read(odd)
    for statement, source in ((text, odd), (odd, text)):
        verdict(statement, source, published="2023-08-07")


def test_they_are_read_as_the_letters_that_they_stand_for() -> None:
    """Numbers, parts, days, times and labels, as if they were written plainly."""
    said = "The ſecond of ſıx million ſailorſ"
    assert [q.value for q in quantities(said)] == [q.value for q in quantities("The second of six million sailors")]
    assert [str(part.value) for part in fractions("two ſixthſ of the crew")] == ["1/3"]
    assert in_minutes("one in ſıx") == in_minutes("one in six") == "a sixth"
    assert [m.weekday for m in calendar_mentions("on Thurſday")] == [3]
    assert parse_date("2 Auguſt 2023") == "2023-08-02"
    assert [(t.hour, t.minute) for t in clock_times("half paſt ſix")] == [(6, 30)]
    assert read_header("Publıſhed: 2 March 2023\n\nIt sank.").published == "2023-03-02"


def test_in_other_languages_they_name_no_day() -> None:
    """There they are no letters of today; the words around them are read all the same."""
    assert [day.weekday for day in days("am Donnerſtag und am Freitag", KNOWN["de"])] == [4]
