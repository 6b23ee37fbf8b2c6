"""Pieces, stems and sentence ends of other languages."""

from __future__ import annotations

import pytest

from pipeline.text.languages.known import KNOWN
from pipeline.text.languages.segmentation import sentence_starts
from pipeline.text.languages.stems import is_content, pieces, stem_in


def test_pieces() -> None:
    """Each pair of neighbours, and what is written with spaces whole, in whatever order."""
    assert pieces("G20在新德里", 7) == [("G20", 7), ("在新", 10), ("新德", 11), ("德里", 12)]
    assert pieces("外交G20会谈", 0) == [("外交", 0), ("G20", 2), ("会谈", 5)]
    assert pieces("在", 3) == [("在", 3)] and pieces("Boot", 3) == [("Boot", 3)]


@pytest.mark.parametrize(("word", "content"), [("会谈", True), ("的会", False), ("不会", False), ("外交", True)])
def test_pairs_with_a_function_word_are_no_content(word: str, content: bool) -> None:
    """Neither character of a pair is one, nor a denial."""
    assert is_content(word, KNOWN["zh"]) is content


def test_letters_that_vary_in_writing() -> None:
    """Russian papers write "е" for "ё"."""
    assert stem_in("Самолёт", KNOWN["ru"]) == stem_in("самолет", KNOWN["ru"])
    assert stem_in("ЁЛКА", KNOWN["ru"]) == stem_in("елка", KNOWN["ru"])


@pytest.mark.parametrize(
    ("code", "text", "second"),
    [
        ("de", "Er kam mit U.A. Klein. Er blieb.", "Er blieb."),
        ("de", "Es war ein Nord-Süd-Prof. Klein blieb.", None),
        ("de", "Es war Nord-Süd. Klein blieb.", "Klein blieb."),
        ("de", ". Er kam.", "Er kam."),
        ("zh", "他说：“没有会谈”，然后离开。他走了。", "他走了。"),
        ("zh", "他来了！他走了。", "他走了。"),
    ],
)
def test_the_second_sentence(code: str, text: str, second: str | None) -> None:
    """Behind a mark that belongs to no abbreviation."""
    starts = sentence_starts(text, KNOWN[code])
    assert (text[starts[1] :].strip() if len(starts) > 1 else None) == second
