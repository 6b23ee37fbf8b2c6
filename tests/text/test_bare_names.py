"""Names that open a sentence alone."""

from __future__ import annotations

import pytest

from pipeline.text.bare_names import bare_names


@pytest.mark.parametrize(
    "text",
    [
        "Smith was sentenced to 16 years.",
        "Vasquell ran aground off Tarn.",
        "Ukraine should release him.",
        "Brannock quietly sold the mill.",
        "It rained. Okander denied it.",
    ],
)
def test_a_bare_word_before_a_verb_is_a_name(text: str) -> None:
    """A common noun in the singular would have an article."""
    assert len(bare_names(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Rain had fallen for days.",
        "Inflation rose to 4%.",
        "Workers walked out.",
        "Gunmen entered the home.",
        "Monday was a holiday.",
        "Twelve were hurt.",
        "Nobody was hurt.",
        "Overnight had come.",
        "Passenger numbers rose.",  # a noun before a noun: the verb comes later
        "Later, police arrested a man.",
        "Smith, a sailor, was hurt.",  # an apposition; a name, but not by what stands right behind it
        "The Smith was closed.",
        "Pre-tax profits rose.",
        "Parliament dissolved itself.",
    ],
)
def test_a_common_word_that_needs_no_article_is_none(text: str) -> None:
    """Matter, doings, institutions, plurals, numbers, days, adverbs."""
    assert bare_names(text) == ()
