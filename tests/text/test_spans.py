"""Where a run of words stands."""

from __future__ import annotations

import pytest

from pipeline.domain.article import Span
from pipeline.text.spans import count_tokens, count_words, find_words, longest_run, make_evidence
from tests.guards.judging import article

TEXT = (
    "No. The ferry ran aground off Tarn on Monday, and 1,200 people left. No ferries ran, it was said on Tuesday. "
    "It cost 2. 5 sank."
)


def _within(text: str) -> Span:
    return Span(start=0, end=len(text))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the ferry ran", "The ferry ran"),
        ("No", "No"),
        ("No.", "No"),
        ("No. The ferry", "No. The ferry"),
        ("ran it", "ran, it"),
        ("ferr", None),
        ("No. The ferr", None),  # not inside a word, at the start, either
        ("200 people", None),
        ("1,200 people", "1,200 people"),
        ("and 1", None),
        ("200", None),
        ("It cost 2", "It cost 2"),
        (".", None),
        ("", None),
    ],
)
def test_words_are_found(words: str, found: str | None) -> None:
    """Whole words, whatever marks stand between them."""
    span = find_words(words, TEXT, _within(TEXT))
    assert (span.of(TEXT) if span else None) == found


def test_a_number_at_the_start_is_whole() -> None:
    """1,200 is no "1"."""
    text = "1,200 people left on day 2, 3 of them at 7.40"
    assert find_words("1", text, _within(text)) is None
    assert find_words("7", text, _within(text)) is None and find_words("40", text, _within(text)) is None
    assert find_words("day 2", text, _within(text)) is not None and find_words("3", text, _within(text)) is not None


def test_scripts_without_spaces() -> None:
    """There a word ends anywhere."""
    text = "渡船在港口沉没了。"
    found = find_words("港口沉没", text, _within(text))
    assert found is not None and found.of(text) == "港口沉没"
    assert find_words("沉没a", "沉没ab", _within("沉没ab")) is None


def test_selectors() -> None:
    """What stands before and behind, as far as the text goes."""
    whole = article(TEXT)
    first = make_evidence(whole, Span(start=4, end=13))
    assert (first.prefix, first.quote, first.suffix) == ("No. ", "The ferry", " ran aground off Tarn on Monday,")
    last = make_evidence(whole, Span(start=len(TEXT) - 5, end=len(TEXT)))
    assert (last.prefix, last.quote, last.suffix) == (TEXT[-37:-5], "sank.", "")


def test_runs_and_counts() -> None:
    """The longest, of at least so many words; and how often words stand there."""
    found = longest_run("A big ferry ran aground off Oslo", TEXT, _within(TEXT), 4)
    assert found is not None and found.of(TEXT) == "ferry ran aground off"
    assert longest_run("A big ferry ran aground off Oslo", TEXT, _within(TEXT), 5) is None
    assert count_words("ran", TEXT) == 2 and count_words("no", TEXT) == 2 and count_words("boat", TEXT) == 0
    assert count_tokens("1,200 people’s boats") == 4
