"""Numbers, days and times that are rare, or are written as few do."""

from __future__ import annotations

import pytest

from pipeline.text.header import read_header
from pipeline.text.languages.calendar import days
from pipeline.text.languages.known import KNOWN
from pipeline.text.languages.numerals import numbers
from pipeline.text.quantities import quantities
from pipeline.text.stamps import latest_moment
from pipeline.text.worked_out import is_worked_out


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("es", "mil millones de euros", 1e9),
        ("es", "tres mil millones de euros", 3e9),
        ("es", "dos mil trescientos millones de euros", 2.3e9),
        ("es", "3 mil millones de euros", 3e9),
        ("es", "3,5 mil millones de euros", 3.5e9),
        ("es", "dos millones trescientos mil euros", 2.3e6),
        ("fr", "mille milliards d'euros", 1e12),
        ("fr", "deux millions trois cent mille euros", 2.3e6),
        ("de", "zweihunderttausend Euro", 2e5),
        ("ar", "مليون دولار", 1e6),
    ],
)
def test_a_thousand_millions(code: str, text: str, value: float) -> None:
    """A greater scale multiplies all that stands before it, a smaller one only what stands since the last."""
    assert [number.value for number in numbers(text, KNOWN[code])] == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("three thousand million dollars", 3e9),
        ("five million two hundred thousand people", 5.2e6),
        ("two thousand and five people", 2005),
        ("a dozen people", 12),
    ],
)
def test_a_thousand_millions_in_english(text: str, value: float) -> None:
    """As in Britain before the billion was the American one."""
    assert [number.value for number in quantities(text)] == [value]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "millones de personas"),
        ("ru", "миллионов человек"),
        ("de", "Millionen Menschen"),
        ("de", "dreihundertfoo"),
    ],
)
def test_a_scale_alone_or_half_a_number_is_none(code: str, text: str) -> None:
    """No number is in "millions of people", nor in a word that only begins like one."""
    assert numbers(text, KNOWN[code]) == ()


def test_a_sign_may_stand_before_the_number() -> None:
    """In any language."""
    assert [(n.value, n.unit) for n in numbers("Das kostet $ 40 oder €40.", KNOWN["de"])] == [(40, "$"), (40, "€")]


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("de", "am 32. März", [(3, None)]),
        ("de", "am 40.03.2022", []),
        ("de", "am 12.13.2022", []),
        ("zh", "三月十二日", [(3, 12)]),
        ("zh", "十二月二十日", [(12, 20)]),
        ("zh", "十月十日", [(10, 10)]),
        ("zh", "3月40日", []),
    ],
)
def test_days_that_are_none(code: str, text: str, found: list[tuple[int | None, int | None]]) -> None:
    """No month has forty days, and no year thirteen months; Chinese numbers may have a ten in them."""
    assert [(day.month, day.day) for day in days(text, KNOWN[code])] == found


def test_a_stamp_with_a_day_that_does_not_exist_is_none() -> None:
    """The others on the page count."""
    assert latest_moment(["Updated 31 February 2024, 9.40 am"]) is None
    assert latest_moment(["Updated 31 February 2024", "Published 4 May 2024"]) == "2024-05-04"


def test_front_matter_may_say_nothing() -> None:
    """An empty title and a day that is none are as if they were not there."""
    header = read_header("---\ntitle: ' '\npublished: soon\nsource: The Bugle\nauthor: [a]\n---\nIt sank.\n")
    assert (header.title, header.published, header.publisher, header.author) == (None, None, "The Bugle", None)


@pytest.mark.parametrize(
    ("text", "follows"), [("In all, about 20 were hurt.", True), ("In all, about 25 were hurt.", False)]
)
def test_a_sum_told_roughly(text: str, follows: bool) -> None:
    """Rounded it may be, to fewer digits; far off it may not."""
    wanted = quantities(text)[0]
    assert is_worked_out(text, wanted, [wanted], ["Twelve passengers and nine sailors were hurt."]) is follows
