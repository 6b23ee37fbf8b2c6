"""Where quotations stand."""

from __future__ import annotations

import pytest

from pipeline.text.quotes import quoted_runs, quoted_share, single_quoted_runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("He “said “no talks” here", ["no talks"]),  # the first was never closed
        ("“unclosed\nthey said “fine” then", ["unclosed", "fine"]),
        ("He “said «no «big» talks» here.", ["no «big» talks"]),  # what closes is what was opened last
        ('He “said „so“ here, "he" did.', ["so", "he"]),
        ("«a «b» c» d", ["a «b» c"]),
        ("»Nein«, sagte er.", ["Nein"]),
        ('a 5" nail, "yes"', ["yes"]),  # inches
        ('He said."No" was all.', []),
        ('They said "I', ["I"]),
        ('They left "', []),
        ('"', []),
    ],
)
def test_double(text: str, runs: list[str]) -> None:
    """By the kind of mark that opened them, and never across a line."""
    assert [run.of(text) for run in quoted_runs(text)] == runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("‘so’", ["so"]),
        ("‚so‘ it is", ["so"]),
        ("the dogs’ ‘food’", ["food"]),
        ("it’s ‘a’ boat", ["a"]),
        ("they said ‘open", []),
        ("'a' 'b'", ["a", "b"]),
        ("‘one ‘two’", ["two"]),
        ("a ‘b ’ c’", ["b ’ c"]),
    ],
)
def test_single(text: str, runs: list[str]) -> None:
    """An apostrophe neither opens nor closes."""
    assert [run.of(text) for run in single_quoted_runs(text)] == runs


def test_share() -> None:
    """Of all that is written, without the white space around it."""
    assert quoted_share(" abcd “efgh” ") == 4 / 11
    assert quoted_share(" ") == 0
