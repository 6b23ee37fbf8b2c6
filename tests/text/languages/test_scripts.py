"""Which script a text is in."""

from __future__ import annotations

import pytest

from pipeline.text.languages.scripts import length_in_words, script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Hello", "Latin"),
        ("Tête-à-tête à São Paulo", "Latin"),
        ("—“…”", None),
        ("1.5", None),
        ("“1.5” — ２", None),
        ("他在东京的新闻里说", "Han"),
        ("他在東京说了很多很多的话也听了很多很多人の话", "Han"),  # one kana, in a name
        ("東京タワーは高い", "Kana"),
        ("タワー", "Kana"),
        ("東京ABCDEは高い", "Kana"),  # a character of these is about half a word
        ("東京 ferry from Tarn", "Latin"),
        ("Abc д", "Latin"),
        ("Москва и Tokyo", "Cyrillic"),
        ("Θάλασσα", "Greek"),
    ],
)
def test_scripts(text: str, script: str | None) -> None:
    """That of most of its letters."""
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("text", "words"),
    [("It rained all day.", 4), ("", 0), ("外交部", 2), ("外", 1), ("外交 Tarn 部长 — 2", 4)],
)
def test_lengths(text: str, words: int) -> None:
    """Two characters of a script without spaces make a word."""
    assert length_in_words(text) == words
