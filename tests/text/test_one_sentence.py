"""What is taken for one sentence at a glance is one to the segmenter, too."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings, strategies as st
from syntok._segmentation_states import State

from pipeline.text.sentences import _ONE_SENTENCE, _syntok_starts

WORDS = (
    "The ship sank on Monday U.S Mr No A I XII Feb etc don't O’Neil E-mail 12 3,5 2023 1000 é ß 日本 \u00a0 _ x.".split(
        " "
    )
)
MARKS = "“ ” ' ’ \" « » : , - – — … ) ] * / % $ \u200b y? .) ?! ! ... . ; ( [ 。".split(" ")
PARTS = st.sampled_from([*WORDS, *MARKS])
GAPS = st.sampled_from([" ", " ", " ", "", "  "])
TEXTS = st.lists(st.tuples(PARTS, GAPS), min_size=1, max_size=12).map(
    lambda parts: "".join(p + gap for p, gap in parts)
)


@settings(max_examples=3000)
@given(TEXTS, st.sampled_from(["", ".", "!", "?!", "...", ".”", "?'", ". ", "\u3000"]))
def test_one_sentence_begins_where_the_segmenter_says(text: str, end: str) -> None:
    """Drawn from words, abbreviations, numbers and marks that it has rules about."""
    if _ONE_SENTENCE.fullmatch(text + end):
        assert _syntok_starts(text + end) == [0]


@settings(max_examples=1000)
@given(st.text(max_size=30))
def test_whatever_the_letters(text: str) -> None:
    """Of any script."""
    flat = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Zl", "Zp"})
    if _ONE_SENTENCE.fullmatch(flat):
        assert _syntok_starts(flat) == [0]


def test_every_mark_of_the_segmenter_is_looked_for() -> None:
    """Should it learn another one, this says so."""
    for mark in {*State.terminals, *State.opening_brackets}:
        assert not _ONE_SENTENCE.fullmatch(f"One {mark} Two."), mark
