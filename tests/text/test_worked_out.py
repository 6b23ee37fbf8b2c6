"""Numbers that follow from others, and those that only look so."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, strategies as st

from pipeline.text.fractions import fractions
from pipeline.text.quantities import quantities
from pipeline.text.worked_out import (
    are_years_between,
    is_percentage_of_part,
    is_rest_of_all,
    is_rounded,
    is_share,
    is_worked_out,
)

BUDGET = "The rebuilding has cost £27m so far, compared with a budget of £19m."
VOTES = "Members voted by 148 to 141 on Wednesday."


def _follows(text: str, passage: str) -> bool:
    """The first number of the text that is none of the passage's."""
    told = {q.value for q in quantities(passage)}
    wanted = next(q for q in quantities(text) if q.value not in told)
    return is_worked_out(text, wanted, quantities(text), [passage])


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("It has cost £8m more than was planned.", BUDGET),
        ("They approved it by a margin of seven votes.", VOTES),
        ("Fifteen members rebelled, nine against it and six abstaining.", "Nine voted against and six abstained."),
        ("In all, 21 people were hurt.", "Twelve passengers and nine sailors were hurt."),
        ("Profit was €47m lower.", "Profit dropped from €231m to €184m."),
        ("It has cost nearly £8.5m more than was planned.", BUDGET),
        ("It has cost over £7.5m more than was planned.", BUDGET),
        ("It has cost at least £8m more than was planned.", BUDGET),
        ("It has cost about £8m more than was planned.", BUDGET.replace("£27m", "£27.2m")),
    ],
)
def test_follows(text: str, passage: str) -> None:
    """A distance told as one, and a sum whose parts are there."""
    assert _follows(text, passage)


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("It has cost £8m less than was planned.", BUDGET),  # the other way round
        ("It has cost £46m.", BUDGET),  # a sum that nobody speaks of
        ("They approved it by seven votes, and eight more were cast.", VOTES.replace("141", "140")),
        ("Five judges ruled, three to two.", "The three judges ruled by two votes to one."),
        ("Seven members were late.", VOTES),  # no distance
        ("It has cost €8m more than was planned.", BUDGET),  # another currency
        ("It has cost £8m more than was planned.", "One estimate was £27m. Another was £19m."),  # which is the plan?
        ("It has cost £8m less than was planned.", "One estimate was £19m. Another was £27m."),
        ("It has cost nearly £10m more than was planned.", BUDGET),  # not so near
        ("It has cost over £7m more than was planned.", BUDGET),
        ("It has cost about £9m more than was planned.", BUDGET),
        ("It has cost £8m more than was planned.", BUDGET.replace("£27m", "more than £27m")),  # nobody knows how much
    ],
)
def test_does_not_follow(text: str, passage: str) -> None:
    """Direction, unit and what is counted must be so."""
    assert not _follows(text, passage)


@given(st.integers(2, 1400), st.integers(2, 1400))
def test_more_is_never_less(one: int, other: int) -> None:
    """Of one passage "so many more" and "so many fewer" are never both borne out. Beyond, they may be years."""
    assume(one != other)
    passage = f"It sold {one} cars, compared with {other} cars in May."
    texts = [f"It sold {abs(one - other)} {way} cars than in May." for way in ("more", "fewer")]
    borne_out = [is_worked_out(t, quantities(t)[0], quantities(t), [passage]) for t in texts]
    assert borne_out == [one > other, one < other]


@given(st.sampled_from(["nearly", "more than", "less than", "about", "at least", ""]), st.integers(1, 1100), st.data())
def test_what_is_rounded_is_true(how: str, value: int, data: st.DataObject) -> None:
    """Whatever passes as rounded holds of the number, and is near it."""
    shown = data.draw(st.integers(max(1, value - value // 4), value + value // 4 + 1))
    wanted = quantities(f"It sold {how} {shown} cars.")[0]
    if is_rounded(wanted, quantities(f"It sold {value} cars.")[0]):
        assert {"nearly": value < shown, "less than": value < shown, "more than": value > shown}.get(how, True)
        assert how != "at least" or value >= shown
        assert abs(value - shown) <= 0.1 * max(value, shown)
        assert how


@pytest.mark.parametrize(
    ("told", "known", "follows"),
    [
        ("nearly 20", "19", True),
        ("nearly 20", "about 19", True),
        ("nearly 20", "over 19", False),  # it may be 30
        ("nearly 20", "17", False),
        ("nearly 20", "20", False),
        ("no more than 20", "20", True),
        ("no more than 20", "17", False),
        ("over 20", "21", True),
        ("over 20", "20", False),
        ("over 20", "23", False),
        ("at least 20", "20", True),
        ("at least 20", "23", False),
        ("about 3,000", "2,980", True),
        ("about 3,100", "2,980", True),
        ("about 2,980", "3,000", False),  # no rounder
        ("about 3,200", "2,980", False),
        ("20", "19", False),
        ("about 3,000", "the 2,980th of its", False),
    ],
)
def test_rounded(told: str, known: str, follows: bool) -> None:
    """Each way to name a number that is near."""
    wanted, there = quantities(f"It sold {told} cars.")[0], quantities(f"It sold {known} cars.")[0]
    assert is_rounded(wanted, there) is follows


@pytest.mark.parametrize(
    ("text", "passage", "follows"),
    [
        ("About a third of them left.", "Of them 36% left.", True),
        ("About a third of them left.", "Of them 40% left.", False),
        ("Under a third of them left.", "Of them 31% left.", True),
        ("Under a third of them left.", "Of them 20% left.", False),
        ("More than a third of them left.", "Of them 45% left.", True),
        ("More than a third of them left.", "Of them 60% left.", False),
        ("Half of them left.", "In May 20% left, and in June 40%.", False),  # no share of a share
        ("A third of them left.", "The 1st left on the 3rd bus.", False),
        ("More than a third of the samples failed.", "It said that 23 of 61 samples failed.", True),
        ("More than half of the samples failed.", "It said that 23 of 61 samples failed.", False),
        ("Roughly two fifths of the crop is sold there.", "They sell about 40% of their crop there.", True),
        ("Two fifths of the crop is sold there.", "They sell 44% of their crop there.", False),
        ("Nearly a quarter of them left.", "Of them 24% left.", True),
        ("Nearly a quarter of them left.", "Of them 26% left.", False),
    ],
)
def test_shares(text: str, passage: str, follows: bool) -> None:
    """A part in words against a percentage or two numbers."""
    assert is_share(fractions(text)[0], text, quantities(passage)) is follows


def test_percentages_of_parts_and_of_the_rest() -> None:
    """The other way round, and what is left of a hundred."""
    fifth = "Sales were up by almost a fifth."
    assert is_percentage_of_part(quantities("Sales rose by nearly 20%.")[0], [fifth])
    assert not is_percentage_of_part(quantities("Sales rose by 20%.")[0], [fifth])
    text = "The state covers the remaining 40%."
    assert is_rest_of_all(text, quantities(text)[0], ["The bank lends 60% of it, the state the rest."])
    assert not is_rest_of_all(text, quantities(text)[0], ["The bank lends 70% of it, the state the rest."])
    assert not is_rest_of_all("The state covers 40%.", quantities(text)[0], ["The bank lends 60%, the state the rest."])


def test_years_between() -> None:
    """The time from one year to another, where it is told as such."""
    evidence = ["An agreement signed in 2009 expired in 2023."]
    text = "It lapsed 14 years after it was signed."
    assert are_years_between(text, quantities(text)[0], evidence)
    assert not are_years_between("It ran for 14 years.", quantities("It ran for 14 years.")[0], evidence)
    other = "It lapsed 15 years after it was signed."
    assert not are_years_between(other, quantities(other)[0], evidence)
