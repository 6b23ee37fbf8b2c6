"""Writing systems: which one a text is in, and where characters stand that words are not parted between."""

from __future__ import annotations

import re
from typing import Final

UNSPACED: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f\u3005\u3007"
"""Han and kana, as ranges of a regular expression's class: words are not parted by spaces."""

_SCRIPTS: Final = {
    "Latin": "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
    "Cyrillic": "\u0400-\u052f",
    "Arabic": "\u0620-\u064a\u0660-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
    "Kana": "\u3041-\u30ff",
    "Hangul": "\uac00-\ud7af\u1100-\u11ff",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Hebrew": "\u05d0-\u05ea",
    "Devanagari": "\u0900-\u097f",
    "Bengali": "\u0980-\u09ff",
    "Tamil": "\u0b80-\u0bff",
    "Telugu": "\u0c00-\u0c7f",
    "Thai": "\u0e00-\u0e7f",
    "Georgian": "\u10a0-\u10ff",
    "Armenian": "\u0530-\u058f",
}
_PATTERNS: Final = {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS.items()}
_NOT_LATIN: Final = re.compile(r"[\u0370-\U0003134f]")
_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
_WEIGHT: Final = {"Han": 2.0, "Kana": 2.0}
"""A character of these is about half a word."""
_DASHES_AND_QUOTES: Final = re.compile(r"[\u2000-\u2bff\u3000-\u303f\uff00-\uffef]")


def has_unspaced(text: str) -> bool:
    """Whether some of the text is Han or kana.

    >>> has_unspaced("在3月3日"), has_unspaced("on 3 March")
    (True, False)
    """
    return not text.isascii() and _UNSPACED.search(text) is not None


def script_of(text: str) -> str | None:
    """The script that most of the text is in; None for a text without a letter.

    >>> script_of("Lula in São Paulo"), script_of("В Москве (AFP)"), script_of("外交部G20"), script_of("1.5")
    ('Latin', 'Cyrillic', 'Han', None)
    """
    if text.isascii() or not _NOT_LATIN.search(_DASHES_AND_QUOTES.sub("", text)):
        return "Latin" if any(c.isalpha() for c in text) else None
    counts = {name: len(pattern.findall(text)) * _WEIGHT.get(name, 1.0) for name, pattern in _PATTERNS.items()}
    most = max(counts, key=lambda name: counts[name])
    if most in {"Han", "Kana"} or (counts["Han"] and counts["Kana"] and counts["Han"] + counts["Kana"] > counts[most]):
        return "Kana" if counts["Kana"] > _SOME_KANA * (counts["Kana"] + counts["Han"]) else "Han"
    return most if counts[most] else None


_SOME_KANA: Final = 0.05
"""Japanese has more kana than this; Chinese has one in a name at times."""


def length_in_words(text: str) -> int:
    """How long a text is, in words; two characters of a script without spaces count as one word.

    >>> length_in_words("It rained all day."), length_in_words("外交部长会谈十分钟。")
    (4, 4)
    """
    spaced = len(text.split())
    if not has_unspaced(text):
        return spaced
    runs = len(_UNSPACED.findall(text))
    others = len(_UNSPACED.sub(" ", text).split())
    alone = sum(1 for part in _UNSPACED.sub(" ", text).split() if not any(c.isalnum() for c in part))
    return max(1, round(runs / 2) + others - alone)
