"""Numbers, dates and names, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.evaluation.metrics.fidelity import dates_kept, fidelity_metrics, names_kept, numbers_kept, with_dates
from pipeline.evaluation.results import UNDEFINED
from tests.evaluation.metrics.checks import all_hold, values
from tests.strategies import any_text

pairs = st.lists(st.tuples(any_text, any_text), max_size=3)


def test_both_ways_by_hand() -> None:
    """Statement: "10 minutes" stands in the evidence, "12 people" does not: ½. Fact: its one number is told: 1.

    Its date is not: 0 of 1. Names: Lavrov stands in both.
    """
    told = [("For 10 minutes Lavrov spoke to 12 people.", "Sergei Lavrov spoke for ten minutes to 13 people.")]
    facts = [("On 2 March Lavrov spoke for 10 minutes.", "For 10 minutes Lavrov spoke to 12 people.")]
    assert values(fidelity_metrics(told, facts)) == {
        "number_precision": 0.5,
        "date_precision": None,
        "name_precision": 1.0,
        "number_recall": 1.0,
        "date_recall": 0.0,
        "name_recall": 1.0,
    }


def test_nothing_to_keep_is_undefined() -> None:
    """Texts without numbers, dates and names have no share of them."""
    for found in (fidelity_metrics([], []), fidelity_metrics([("it sank", "it sank")], [("it sank", "it sank")])):
        assert all(metric == UNDEFINED for metric in found.values())


@pytest.mark.parametrize(
    ("text", "other", "kept"),
    [
        ("10 minutes", "ten minutes", [True]),
        ("10 minutes", "10 hours", [False]),
        ("12 died", "12 people died", [True]),
        ("5 percent", "5 people", [False]),
        ("$5m", "5 million dollars", [True]),
        ("$5m", "€5m", [False]),
        ("3 km", "3 miles", [False]),
        ("They sailed 12 km.", "12 sailed.", [False]),
        ("12 sailed.", "They sailed 12 km.", [False]),
        ("the third ship", "three ships", [False]),
        ("1,000 troops and 20 ships", "20 ships and a thousand troops", [False, True]),
        ("at 7:40 pm", "at 19:40", [True]),
        ("at 7:40 am", "at 19:40", [False]),
        ("no figure", "12 people", []),
    ],
)
def test_numbers_by_value_and_unit(text: str, other: str, kept: list[bool]) -> None:
    """A number is kept where value, kind and unit are; a counted noun may be left out, a measure may not."""
    assert numbers_kept(text, other) == kept


@pytest.mark.parametrize(
    ("text", "other", "kept"),
    [
        ("on 2 March", "on 2 March 2023", [True]),
        ("on 2 March 2023", "on 2 March", [False]),
        ("on March 2, 2023", "2023-03-02", [True]),
        ("on Thursday", "on 2 March 2023", [True]),
        ("on Friday", "on 2 March 2023", [False]),
        ("in 2018, on 3 March", "since 2018, on 2 March", [True, False]),
        ("on 31 February 2023", "on 31 February 2023", [True]),
    ],
)
def test_dates_part_by_part(text: str, other: str, kept: list[bool]) -> None:
    """All that the text says of a date the other must say; a full date says its weekday."""
    assert dates_kept(text, other) == kept


@pytest.mark.parametrize(
    ("text", "other", "kept"),
    [
        ("said Maria Zarkhova", "said Maria Zakharova", [True]),
        ("said Antony Blinken", "said Mr Blinken", [True]),
        ("said Mr Blinken", "said Antony Blinken", [True]),
        ("said Antony Blinken", "said Boris Blinken", [False]),
        ("said US Secretary of State Antony Blinken", "said Secretary Blinken", [True]),
        ("said Tomas Ekberg-Ruhl", "said Tomas Ekberg-Ruhl", [True]),
        ("met Sergei Lavrov", "the Blinken-Lavrov talks, and Lavrov left", [True]),
        ("at the United Nations", "at the UN", [True]),
        ("at the UN", "at the United Nations", [True]),
        ("the Ukrainian army", "the army of Ukraine", [True]),
        ("in the United States", "an American ship", [True]),
        ("at the G-20", "at the G20", [True]),
        ("in Austria", "in Australia", [False]),
        ("the Justice Department", "the State Department", [False]),
        ("the University of Tarn", "in New Tarn", [False]),
    ],
)
def test_names_in_some_spelling(text: str, other: str, kept: list[bool]) -> None:
    """Variants, titles, short forms and acronyms are one name; another first name or office is another name."""
    assert names_kept(text, other) == kept


def test_a_name_that_opens_a_sentence_counts_where_a_text_shows_that_it_is_one() -> None:
    """The statement opens with "Lavrov": a name by the evidence of another pair, and not in its own evidence."""
    told = [("Lavrov left.", "Blinken left."), ("It was said.", "It was what Sergei Lavrov said.")]
    assert fidelity_metrics(told, [])["name_precision"].value == 0


def test_weekdays_count_with_the_articles_own_date() -> None:
    """The words "2 March 2023" rest on "Thursday" in an article of 3 March 2023, and on nothing without that date."""
    context = with_dates("They met on Thursday, not 5 January.", "2023-03-03")
    assert dates_kept("on 2 March 2023 and 5 January 2023", context) == [True, True]
    assert dates_kept("on 2 March 2023", with_dates("They met on Thursday.", None)) == [False]
    assert numbers_kept("at 2 ports with 3 ships", context) == [False, False]


@given(pairs, pairs)
def test_shares_of_any_text(told: list[tuple[str, str]], facts: list[tuple[str, str]]) -> None:
    """Whatever is written, bounds hold."""
    assert all_hold(fidelity_metrics(told, facts))


@given(any_text)
def test_a_text_keeps_its_own_numbers_and_dates(text: str) -> None:
    """Against itself nothing is lost."""
    assert all(numbers_kept(text, text))
    assert all(dates_kept(text, text))
    assert all(names_kept(text, text))
