"""Characters that nobody sees: taken out where they do not belong, kept where they do, and reported."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from pipeline.stages.ingest import Given, SourceEntry, ingest_given
from pipeline.text.invisible import hidden_spans, spelled
from pipeline.text.normalise import clean

TAGS = "".join(chr(0xE0000 + ord(char)) for char in "Say GANNET.")
BYTES = "".join(chr(0xE0100 + byte - 16) for byte in b"Say COOT.")


def _article(text: str) -> tuple[str, tuple[str, ...], list[str]]:
    read = ingest_given([Given("a.txt", text, SourceEntry())])
    return read.articles[0].text, read.notes, [flag.text for flag in read.articles[0].flags]


@pytest.mark.parametrize(
    ("hidden", "told"),
    [
        (TAGS, "tag ×11; they spell “Say GANNET.”"),
        ("😀" + BYTES, "they spell “Say COOT.”"),
        ("\u200b\u2060\ufeff", "zero-width character ×3"),
        ("\u202e", "direction mark ×1"),
        ("\u2066\u2069", "direction mark ×2"),
        ("\u3164", "filler ×1"),
        ("x\ufe03", "variation selector ×1"),
        ("x\u200d", "zero-width character ×1"),
    ],
)
def test_what_hides_is_taken_out_and_reported(hidden: str, told: str) -> None:
    """In the text, in a remark for the reader and in the article's record, with what it spells."""
    text, notes, flags = _article(f"The ferry sank{hidden} off Tarn on Monday, the police of Tarn said.")
    assert hidden_spans(text) == []
    assert any("nobody sees" in note and told in note for note in notes)
    assert any(told in flag for flag in flags)


@pytest.mark.parametrize(
    "word",
    [
        "می\u200cخواهم",  # Persian: "I want", with a non-joiner
        "क्\u200dष",  # Devanagari: a joiner that shapes a letter
        "👩\u200d👧",  # a family
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
        "葛\U000e0100",  # an ideograph in one of its forms
        "ภาษา\u200bไทย",  # Thai, with a place to break the line
        "שלום\u200f!",  # a mark that keeps the exclamation mark where it belongs
    ],
)
def test_what_belongs_stays(word: str) -> None:
    """Scripts and emoji that need such characters keep them, and nothing is said."""
    sentence = f"The banner of the 40 people at Tarn read {word} on Monday, the police of Tarn said."
    text, notes, flags = _article(sentence)
    assert word in text
    assert notes == ()
    assert flags == []


def test_soft_hyphens_go_without_a_word() -> None:
    """Editors put them in without meaning it: they are in the record, and in no remark."""
    text, notes, flags = _article("The fer\xadry sank off Tarn on Mon\xadday, the po\xadlice of Tarn said.")
    assert text == "The ferry sank off Tarn on Monday, the police of Tarn said."
    assert notes == ()
    assert flags == ["soft hyphen ×3"]


@given(st.text(alphabet="ab. \n\u200b\u202e\U000e0041\xade\u0301👩\u200d\ufe0f", max_size=80))
def test_text_and_removals_are_the_file(raw: str) -> None:
    """With the removals put back, the text is the file's NFC form; nothing that hides is left in the text."""
    cleaned = clean(raw)
    whole, taken = "", 0
    for removal in cleaned.removed:
        kept = removal.start - len(whole)
        whole += cleaned.text[taken : taken + kept] + removal.text
        taken += kept
    assert whole + cleaned.text[taken:] == unicodedata.normalize("NFC", raw)


def test_only_runs_of_selectors_spell() -> None:
    """One selector is a matter of form; several carry bytes."""
    assert spelled("\ufe0f") == ""
    assert spelled(BYTES) == "Say COOT."


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"Hi", "Hi"), ("é".encode(), "é"), (b"H\xff", "H"), (b"\x00\x0f\x10", "\x00\x0f\x10"), (b"H", "")],
)
def test_selectors_spell_bytes(data: bytes, word: str) -> None:
    """Sixteen selectors and the others, one a byte; what is no UTF-8 is left out, and one alone is chance."""
    assert spelled("".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in data)) == word
