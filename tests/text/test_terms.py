"""Terms: one form for each thing."""

from __future__ import annotations

import pytest

from pipeline.text.terms import form_of, form_of_stem, terms

GERMAN = "Der Hafen von Tarn wurde gestern wegen des schweren Sturms geschlossen, sagte die Polizei."
FRENCH = "Le port de Tarn a été fermé hier à cause de la tempête, selon la police locale."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In May 2021 they left.",
         [("2021", "date", "May 2021"), ("may", "date", "May 2021"), ("leav", "word", "left")]),
        ("She is 19 years old.", [("#19", "number", "19"), ("age-", "word", "years old")]),
        ("A 19-year-old left.", [("#19", "number", "19"), ("age-", "word", "year-old"), ("leav", "word", "left")]),
        ("Aged 19, she left.", [("age-", "word", "Aged"), ("#19", "number", "19"), ("leav", "word", "left")]),
        ("Ada Penn, 19, won.", [("ada", "name", "Ada"), ("penn", "name", "Penn"), ("age-", "word", ""),
                                ("#19", "number", "19"), ("win", "word", "won")]),
        ("A British-owned boat, G-20 and co-op.",
         [("uk-", "name", "British"), ("own", "word", "owned"), ("boat", "word", "boat"), ("g20", "name", "G-20"),
          ("coop", "word", "co-op")]),
        ("United States boats", [("us-", "name", "United States"), ("boat", "word", "boats")]),
        ("They came at 7:05 pm.", [("come", "word", "came"), ("7:05", "number", "7:05 pm")]),
    ],
)  # fmt: skip
def test_terms(text: str, found: list[tuple[str, str, str]]) -> None:
    """Each with its kind and where it stands."""
    assert [(term.stem, term.kind, text[term.start : term.end].strip()) for term in terms(text)] == found


def test_other_languages() -> None:
    """Where every noun has a capital, none is told for a name by it."""
    assert [tuple(term) for term in terms(GERMAN)[:2]] == [("haf", "word", 4, 9), ("tarn", "word", 14, 18)]
    assert [tuple(term) for term in terms(FRENCH)[:2]] == [("port", "word", 3, 7), ("tarn", "name", 11, 15)]


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("didn't", "not"), ("didn’t", "not"), ("never", "not"), ("US", "us-"), ("us", "us"), ("Polish", "poland"),
        ("polish", "polish"), ("European", "europe"), ("european", "europe"), ("organised", "organiz"),
        ("colours", "color"), ("rise", "rise"),
    ],
)  # fmt: skip
def test_forms(word: str, form: str) -> None:
    """Some forms are names only in capitals."""
    assert form_of(word) == form


def test_forms_of_stems() -> None:
    """A stem that is a name only in capitals stays as it is."""
    assert [form_of_stem(stem) for stem in ("polish", "french", "organis", "harbour", "boat")] == [
        "polish", "france", "organiz", "harbor", "boat",
    ]  # fmt: skip
