"""Which language a text is in: by its script, and where several share one, by the commonest words.

Function words are a third to a half of running text, so that a paragraph is enough and a headline is not. Where the
words do not tell, the answer is None, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from pipeline.text.languages.english import FUNCTION_WORDS
from pipeline.text.languages.known import ENGLISH, KNOWN, base
from pipeline.text.languages.scripts import script_of
from pipeline.text.languages.told import FUNCTION_WORDS as TOLD

_SCRIPT_LANGUAGES: Final[Mapping[str, str]] = {
    "Han": "zh", "Kana": "ja", "Hangul": "ko", "Greek": "el", "Hebrew": "he", "Thai": "th", "Georgian": "ka",
    "Armenian": "hy", "Bengali": "bn", "Tamil": "ta", "Telugu": "te",
}  # fmt: skip
"""Scripts that news is written in in one language."""
_SCRIPTS_OF: Final[Mapping[str, frozenset[str]]] = {
    "zh": frozenset({"Han"}), "ja": frozenset({"Kana", "Han"}), "ko": frozenset({"Hangul", "Han"}),
    "ru": frozenset({"Cyrillic"}), "uk": frozenset({"Cyrillic"}), "bg": frozenset({"Cyrillic"}),
    "be": frozenset({"Cyrillic"}), "mk": frozenset({"Cyrillic"}), "sr": frozenset({"Cyrillic", "Latin"}),
    "kk": frozenset({"Cyrillic", "Latin"}), "ar": frozenset({"Arabic"}), "fa": frozenset({"Arabic"}),
    "ur": frozenset({"Arabic"}), "ps": frozenset({"Arabic"}), "hi": frozenset({"Devanagari"}),
    "mr": frozenset({"Devanagari"}), "ne": frozenset({"Devanagari"}), "el": frozenset({"Greek"}),
    "he": frozenset({"Hebrew"}), "th": frozenset({"Thai"}), "ka": frozenset({"Georgian"}),
    "hy": frozenset({"Armenian"}), "bn": frozenset({"Bengali"}), "ta": frozenset({"Tamil"}),
    "te": frozenset({"Telugu"}),
}  # fmt: skip
"""Scripts that a language may be in; of those that are not listed, Latin."""
_UNKNOWN_SCRIPT: Final = frozenset({"mn", "tg", "ky", "uz", "az", "ku", "sd", "ug", "yi", "am", "my", "km", "lo"})
"""Languages in scripts, or in several, that are not told here: what is declared is believed."""
_NO_LANGUAGE: Final = frozenset({"und", "mul", "zxx", "mis", "xx"})

_LATIN: Final[Mapping[str, frozenset[str]]] = {
    ENGLISH: FUNCTION_WORDS | frozenset("not no said says the".split()),
    **{
        code: language.function_words | language.negators
        for code, language in KNOWN.items()
        if code in {"de", "fr", "es"}
    },
    **TOLD,
}
_ENGLISH_ALONE: Final = _LATIN[ENGLISH].difference(*(known for code, known in _LATIN.items() if code != ENGLISH))
_HOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    word: tuple(code for code, known in _LATIN.items() if word in known) for word in frozenset().union(*_LATIN.values())
}
"""The languages that have a word among their function words."""
_CYRILLIC_LETTERS: Final[Mapping[str, str]] = {
    "uk": "іїєґ", "be": "ў", "sr": "љњђћџј", "mk": "ѓќѕј", "kk": "әғқңөұүһ",
}  # fmt: skip
"""Letters that Russian does not have."""
_ARABIC_LETTERS: Final[Mapping[str, str]] = {"ur": "ٹڈڑےںہ", "fa": "پچژگکی"}
_WORD: Final = re.compile(r"\b[^\W\d_]+\b")
_READ: Final = 20_000
"""Characters of an article that are looked at."""

_FEWEST: Final = 3
"""Different function words that a language must have in the text."""
_SHARE: Final = 0.2
"""Share of the words that must be its function words."""
_MARGIN: Final = 2.0
"""How many times as many of the words that two languages do not share must be its own."""
_RIVALS: Final = 3
"""Languages that come next, which it must be told from."""
_OTHER_LETTERS: Final = 0.01
_FEWEST_LETTERS: Final = 3
"""Letters that another language must have: one may stand in a name."""


def detect(text: str) -> str | None:
    """The code of the language that a text is in, or None where that is not certain.

    >>> detect("The ship ran aground off the coast, and all of the crew were saved by a second boat.")
    'en'
    >>> detect("Das Schiff lief vor der Küste auf Grund, und alle an Bord wurden von einem anderen Schiff gerettet.")
    'de'
    >>> detect("Тонет корабль"), detect("外交部长在新德里会晤"), detect("Ferry aground") is None
    ('ru', 'zh', True)
    """
    read = text[:_READ]
    script = script_of(read)
    if script == "Latin":
        return _by_words(read)
    if script == "Cyrillic":
        return _by_letters(read, _CYRILLIC_LETTERS) or _russian_or_bulgarian(read)
    if script == "Arabic":
        return _by_letters(read, _ARABIC_LETTERS) or "ar"
    return _SCRIPT_LANGUAGES.get(script or "")


def likelier(text: str, first: str, second: str) -> str:
    """Which of two languages in Latin letters a text is rather in, however short it is; the first where nothing tells.

    >>> likelier("El barco no iba sobrecargado", "es", "ca"), likelier("Twelve people died on 3 March.", "de", "en")
    ('es', 'en')
    """
    found = [word.lower() for word in _WORD.findall(text)]
    one, other = (_LATIN.get(code, frozenset()) for code in (first, second))
    return (
        second
        if sum(w in other and w not in one for w in found) > sum(w in one and w not in other for w in found)
        else first
    )


@lru_cache(maxsize=8192)
def written_in(text: str) -> str | None:
    """`detect`, remembered: every rule asks this of the same few passages."""
    return detect(text)


def agrees(tag: str, text: str) -> bool:
    """Whether a text can be in the language that is declared for it, by its script.

    >>> agrees("en-GB", "Ferry aground"), agrees("en", "Паром сел на мель"), agrees("und", "Ferry aground")
    (True, False, False)
    """
    code = base(tag)
    if code in _NO_LANGUAGE:
        return False
    script = script_of(text[:_READ])
    return code in _UNKNOWN_SCRIPT or script is None or script in _SCRIPTS_OF.get(code, frozenset({"Latin"}))


def _by_words(text: str) -> str | None:
    """The language with most of the text's words among its function words, if what it shares with no other shows it."""
    found = [word.lower() for word in _WORD.findall(text)]
    english = [word for word in found if word in _ENGLISH_ALONE]
    if len(set(english)) >= _FEWEST and len(english) >= _SHARE * len(found):
        return ENGLISH  # most texts are; the others need not be counted
    counts = dict.fromkeys(_LATIN, 0)
    for word in found:
        for code in _HOLDERS.get(word, ()):
            counts[code] += 1
    if max(counts.values()) < _SHARE * len(found):
        return None
    first, *others = sorted(counts, key=lambda code: (-counts[code], code not in KNOWN, code))
    different = len(set(found) & _LATIN[first])
    if different < _FEWEST:
        return None
    if {first, others[0]} == _NORDIC:
        return _danish_or_norwegian(found)
    return first if all(_is_clear(found, first, other) for other in others[:_RIVALS]) else None


def _is_clear(found: Collection[str], first: str, other: str) -> bool:
    """Whether words that only one of two languages has are the first one's by far."""
    one, two = _LATIN[first], _LATIN[other]
    own = sum(word in one and word not in two for word in found)
    others = sum(word in two and word not in one for word in found)
    tie = own == others and first in KNOWN and other in TOLD  # a short text that could be Catalan is Spanish
    return tie or (own >= _MARGIN * others and own > others)


_NORDIC: Final = frozenset({"da", "no"})


def _danish_or_norwegian(found: Collection[str]) -> str | None:
    """The two share most of their words: told by a few that they do not."""
    danish = sum(word in {"af", "efter", "blev", "mod", "ud", "havde", "sig"} for word in found)
    norwegian = sum(word in {"av", "etter", "ble", "mot", "ut", "hadde", "seg"} for word in found)
    return None if danish == norwegian else "da" if danish > norwegian else "no"


def _by_letters(text: str, letters: Mapping[str, str]) -> str | None:
    """The language of which most letters stand in the text that the script's commonest language does not have."""
    lowered = text.lower()
    size = max(1, sum(c.isalpha() for c in lowered))
    counts = {code: sum(lowered.count(letter) for letter in own) for code, own in letters.items()}
    most = max(counts, key=lambda code: counts[code])
    return most if counts[most] >= _FEWEST_LETTERS and counts[most] > _OTHER_LETTERS * size else None


def _russian_or_bulgarian(text: str) -> str | None:
    """Bulgarian has no "ы" and no "э", and its "ъ" is a vowel."""
    lowered = text.lower()
    hard, russian = lowered.count("ъ"), lowered.count("ы") + lowered.count("э")
    return "bg" if hard >= _FEWEST_LETTERS and hard > russian else "ru"
