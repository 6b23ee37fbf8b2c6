"""Numbers: what is one, what it counts, and how exactly it is meant."""

from __future__ import annotations

import pytest

from pipeline.text.quantities import Quantity, in_base_unit, is_measure, quantities, rate_after


def _first(text: str) -> Quantity:
    return quantities(text)[0]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("It came two and a half hours later.", 2.5, "hour"),
        ("It cost three and a half million euros.", 3.5e6, "€"),
        ("It carries two and a half thousand lorries.", 2500, "lorri"),
        ("Rents rose by two and a half per cent.", 2.5, "%"),
        ("Rents rose by two and a half percent.", 2.5, "%"),
        ("They lost 12 sheep.", 12, "sheep"),
        ("It took 12 lorry drivers.", 12, "driver"),
        ("Three seed shops burned.", 3, "shop"),
        ("Two weed sellers left.", 2, "seller"),
        ("They named one breed.", 1, "breed"),
        ("Six injured sailors were flown out.", 6, "sailor"),
        ("Seven Women was shown.", 7, "woman"),
        ("Three men left.", 3, "man"),
        ("It fell to 62 last year.", 62, None),
        ("Of them (12) nine left.", 12, None),
        ("It hurt many (all 12) boats of the port.", 12, None),
        ("They came with 12, boats were few.", 12, None),
        ("They counted two thousand and five boats.", 2005, "boat"),
        ("They counted two thousand boats.", 2000, "boat"),
        ("They spent three million two hundred thousand euros.", 3.2e6, "€"),
        ("They came with 12; boats were few.", 12, None),
        ("They came with 12: boats were few.", 12, None),
    ],
)
def test_what_is_counted(text: str, value: float, unit: str | None) -> None:
    """The first plural behind a number, or the first word that can be a noun."""
    assert (_first(text).value, _first(text).unit) == (value, unit)


@pytest.mark.parametrize("word", "of another who that".split())
def test_one_is_no_number_before(word: str) -> None:
    """As in "one who left"."""
    assert quantities(f"They knew one {word} them left.") == []


@pytest.mark.parametrize("word", "no the any every this that only".split())
def test_one_is_no_number_after(word: str) -> None:
    """As in "this one"."""
    assert quantities(f"They wanted {word} one for the port.") == []


@pytest.mark.parametrize("text", ["The judges ruled by seven to one that it sank.", "It won by 148 votes to one."])
def test_one_is_a_number_in_a_vote(text: str) -> None:
    """Whatever stands behind it."""
    assert quantities(text)[1].value == 1


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It was more than the sum it first offered.", []),
        ("The boats that had first sailed came back.", []),
        ("It was the first boat.", [1]),
        ("They say it tenth.", [10]),
    ],
)
def test_first_may_tell_when(text: str, values: list[float]) -> None:
    """Behind a pronoun, "first" counts nothing."""
    assert [q.value for q in quantities(text)] == values


def test_a_range_goes_up() -> None:
    """In a range both count the same; in a score each stands for itself."""
    assert [q.unit for q in quantities("They saw between 10 and 12 boats.")] == ["boat", "boat"]
    assert [q.unit for q in quantities("They saw 12 to 12 boats.")] == ["boat", "boat"]
    assert [q.unit for q in quantities("They won by 5 to 3 goals.")] == [None, "goal"]


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("12 or so", "about"),
        ("12 or more", "at_least"),
        ("12 or less", "at_most"),
        ("12 or fewer", "at_most"),
        ("no fewer than 12 boats", "at_least"),
        ("fewer than 12 boats", "under"),
        ("no more than 12 boats", "at_most"),
        ("more than 12 boats", "over"),
        ("going up to 12 boats", "exact"),
        ("up to 12 boats", "at_most"),
        ("above the 12 that it may carry", "exact"),
    ],
)
def test_how_exactly(text: str, comparator: str) -> None:
    """By the words before a number, or behind it."""
    assert _first(f"They saw {text}.").comparator == comparator


def test_measures_of_one_kind_compare() -> None:
    """To the millimetre, and no further; a count has no base."""
    assert in_base_unit(_first("1.2 kg")) == in_base_unit(_first("1,200 grams")) == (1200, "g")
    assert in_base_unit(_first("1.2 kg")) != in_base_unit(_first("1,200.4 grams"))
    assert in_base_unit(_first("12 boats")) is None and in_base_unit(_first("12")) is None
    assert is_measure("km") and is_measure("%") and not is_measure("boat") and not is_measure(None)


def test_rates() -> None:
    """The time by which something is meant stands behind it."""
    text = "It makes 12 tonnes of flour per Week."
    assert rate_after(text, _first(text)) == "week"
    assert rate_after("It made 12 tonnes, and one day it stopped.", _first("It made 12 tonnes")) is None
