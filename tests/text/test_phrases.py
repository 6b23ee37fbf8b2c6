"""Phrases: nouns with their owners, verbs, and what stands between them."""

from __future__ import annotations

import pytest

from pipeline.text.phrases import Phrase, phrases


def _shown(text: str, phrase: Phrase) -> str:
    marks = {"passive": phrase.passive, "to": phrase.infinitive, "pronoun": phrase.pronoun}
    told = " ".join([phrase.kind, *(mark for mark, given in marks.items() if given)])
    return f"{told}: {text[phrase.start : phrase.end]}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Penn and Oss came but not Lund.", ["noun: Penn", "and: and", "noun: Oss", "verb: came", "and: but",
                                             "noun: Lund"]),
        ("Penn or Oss sang.", ["noun: Penn", "and: or", "noun: Oss", "verb: sang"]),
        ("Sailors nor Oss sang.", ["noun: Sailors", "and: nor", "noun: Oss", "verb: sang"]),
        ("Penn wanted to pay about 12 sailors.", ["noun: Penn", "verb: wanted", "verb to: to pay", "noun: 12 sailors"]),
        ("Penn spoke about sailors.", ["noun: Penn", "verb: spoke", "preposition: about", "noun: sailors"]),
        ("Penn spoke to sailors.", ["noun: Penn", "verb: spoke", "preposition: to", "noun: sailors"]),
        ("Penn wanted to pass sailors.", ["noun: Penn", "verb: wanted", "verb to: to pass", "noun: sailors"]),
        ("Penn wrote to the sailors.", ["noun: Penn", "verb: wrote", "preposition: to", "noun: the sailors"]),
        ("It was hit by Tarn on Monday.",
         ["noun pronoun: It", "verb passive: was hit", "preposition: by", "noun: Tarn"]),
        ("The boats seized by Tarn sank.",
         ["noun: The boats", "verb passive: seized", "preposition: by", "noun: Tarn", "verb: sank"]),
        ("Prices dropped by 12 per cent.", ["noun: Prices", "verb: dropped", "preposition: by", "noun: 12 per cent"]),
        ("The boat was being towed.", ["noun: The boat", "verb passive: was being towed"]),
        ("The boat is sinking.", ["noun: The boat", "verb: is sinking"]),
        ("The well-used boat sank.", ["noun: The well-used boat", "verb: sank"]),
        ("The seized boat sank in leased ports.",
         ["noun: The seized boat", "verb: sank", "preposition: in", "noun: leased ports"]),
        ("Tarn’s old boat sank.", ["noun: Tarn’s old boat", "verb: sank"]),
        ("Penn sang; Oss, sailing, left.",
         ["noun: Penn", "verb: sang", "break: ", "noun: Oss", "comma: ", "verb: sailing", "comma: ", "verb: left"]),
    ],
)  # fmt: skip
def test_phrases(text: str, found: list[str]) -> None:
    """In order, with what marks them; dates are left out."""
    assert [_shown(text, phrase) for phrase in phrases(text)] == found


def test_units_and_owners() -> None:
    """The last unit is the head; the owner stands apart."""
    (noun, _) = phrases("Ada Penn’s old boat sank.")
    assert [unit.text for unit in noun.units] == ["old", "boat"] and noun.word == "boat"
    assert [(unit.text, unit.name, unit.tokens) for unit in noun.owner] == [
        ("Ada Penn", True, frozenset({"ada", "penn"}))
    ]
