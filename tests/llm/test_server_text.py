"""Server text is made fit to show."""

from __future__ import annotations

import unicodedata

from hypothesis import given, strategies as st

from pipeline.llm.server_text import LIMIT, capped, printable, safe, without

KEYS = st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60)


@given(st.text(), KEYS, st.text())
def test_no_key_of_some_length_survives(before: str, key: str, after: str) -> None:
    """Whatever surrounds a key, it is not in what is shown, unless the mark in its place contains it."""
    shown = capped(safe(before + key + after, frozenset({key})))
    assert key not in shown or key in "[key]"


@given(st.text())
def test_printable_text_is_one_harmless_line(text: str) -> None:
    """No control, format or surrogate character, and no line break, is left."""
    assert {unicodedata.category(char) for char in printable(text)}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@given(st.text(max_size=2000))
def test_capped_text_is_short(text: str) -> None:
    """Text is at most as long as the limit, and unchanged if it fits."""
    shown = capped(text)
    assert len(shown) <= LIMIT
    assert shown == text or len(text) > LIMIT


def test_short_keys_do_not_eat_words() -> None:
    """A key like "x", as local servers take, is found as a word and not inside words."""
    assert without("x is no example", frozenset("x")) == "[key] is no example"


def test_what_looks_like_a_key_is_taken_out() -> None:
    """Other keys than ours, as a gateway may echo them, are taken out too."""
    assert safe("key sk-other-0123456789 or Bearer abc.def", frozenset()) == "key [key] or [key]"
