"""Readers look for a cue before they look for a pattern: no cue may hide what the pattern would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.domain.article import Span
from pipeline.text import clock, dates, fractions, order, quantities, spans
from pipeline.text.spans import find_words
from pipeline.text.words import has_number_word, lowered
from tests.strategies import sentences

WORDS = st.text(st.sampled_from("abAB19 .,-“”'’_é\nſK"), max_size=30)


@settings(max_examples=300)
@given(st.data())
def test_every_number_has_a_word_or_a_digit(data: st.DataObject) -> None:
    """In whatever letters Python takes for the same."""
    shown = data.draw(st.from_regex(quantities._NUMBER))
    assert has_number_word(shown)


@pytest.mark.parametrize("pattern", [order._SECOND_FIRST, order._FIRST_SECOND])
@settings(max_examples=200)
@given(data=st.data())
def test_every_word_of_order_has_its_cue(pattern: re.Pattern[str], data: st.DataObject) -> None:
    """So no pair of clauses is passed over, nor counted too low."""
    shown = data.draw(st.from_regex(pattern))
    small = lowered(shown)
    assert any(cue in small for cue in order._CUES)
    assert len(order.sequences(shown)) <= order.most_sequences(shown)


@settings(max_examples=200)
@given(st.data())
def test_every_date_and_time_has_its_cue(data: st.DataObject) -> None:
    """Dates, times of day and parts of an hour."""
    pattern, cue = data.draw(st.sampled_from(dates._PATTERNS))
    if "(?<=" not in pattern.pattern:  # what stands before a match is not made by hypothesis
        assert cue.search(data.draw(st.from_regex(pattern)))
    assert clock._HOUR.search(data.draw(st.from_regex(clock._CLOCK)))
    part, _ = data.draw(st.sampled_from(fractions._OF_AN_HOUR))
    assert fractions._LONG_TIME.search(data.draw(st.from_regex(part)))
    assert has_number_word(data.draw(st.from_regex(fractions._OUT_OF)))


@given(sentences())
def test_orders_of_events_are_never_undercounted(text: str) -> None:
    """`most_sequences` is a bound."""
    assert len(order.sequences(text)) <= order.most_sequences(text)


@given(WORDS, WORDS, WORDS)
def test_words_at_the_start_are_found_as_the_pattern_finds_them(words: str, before: str, after: str) -> None:
    """Where a text begins with them no pattern is made; the place is the same."""
    for text in (words + after, before + words + after):
        for start in (0, len(before)):
            within = Span(start=min(start, len(text)), end=len(text))
            assert find_words(words, text, within) == next(spans._occurrences(words, text, within), None)
