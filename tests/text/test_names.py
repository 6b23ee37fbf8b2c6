"""Where proper names stand."""

from __future__ import annotations

import pytest

from pipeline.text.names import fold_token, initials, is_spelling_variant, opening_words, proper_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("He saw the Bank of", [("Bank", ("bank",))]),
        ("They met Penn van Oss.", [("Penn van Oss", ("penn", "oss"))]),
        ("They met Penn  Oss.", [("Penn", ("penn",)), ("Oss", ("oss",))]),
        ("They hail the Blinken-Lavrov deal.", [("Blinken-Lavrov", ("blinken", "lavrov"))]),
        ("They met Tae-Ok Kim.", [("Tae-Ok Kim", ("taeok", "kim"))]),
        ("They met Oslo-based sailors.", [("Oslo-based", ("oslobased",))]),
        ("Zarn left. We saw Zarn.", [("Zarn", ("zarn",)), ("Zarn", ("zarn",))]),
        ("Zarn left. To us, Zarn is lost.", [("Zarn", ("zarn",)), ("Zarn", ("zarn",))]),
        ("Jack left the jazz Jack loved.", [("Jack", ("jack",)), ("Jack", ("jack",))]),
        ("Zarn left.", []),
        ("They left. Zarn stayed.", []),
        ("NATO left.", [("NATO", ("nato",))]),
        ("G20 left.", [("G20", ("g20",))]),
        ("X left.", []),
        ("Mr Penn left.", [("Penn", ("penn",))]),
        ("No Dane won.", [("Dane", ("dane",))]),
    ],
)
def test_names(text: str, names: list[tuple[str, tuple[str, ...]]]) -> None:
    """Runs of capitals; the word that opens a sentence only where it is written so elsewhere, too."""
    assert [(name.text, name.tokens) for name in proper_names(text)] == names


def test_opening_words() -> None:
    """Of which the text does not show it."""
    assert [word.text for word in opening_words("Zarn left. The boat sank. Tarn sank in Tarn.")] == ["Zarn"]


def test_tokens() -> None:
    """One spelling for each; and what acronyms are made of."""
    assert fold_token("O’Neil") == "o'neil"
    assert initials(["state", "", "department"]) == "sd"
    assert is_spelling_variant("katrin", "kathrin")
    assert not is_spelling_variant("petrov", "retrov") and not is_spelling_variant("penn", "pens")
