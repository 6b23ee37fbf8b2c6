"""Words of other languages: which carry meaning, and the form that those of one family share."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import snowballstemmer

from pipeline.text.languages.language import Language
from pipeline.text.languages.scripts import UNSPACED, has_unspaced

_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ELISION: Final = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_RUN: Final = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_ARABIC_MARKS: Final = re.compile("[\u064b-\u0652\u0670\u0640]")
_FEWEST_LETTERS: Final = 3


def pieces(word: str, start: int) -> list[tuple[str, int]]:
    """A run of letters, cut where a script without spaces stands in it: that as pairs of neighbours, which overlap.

    >>> pieces("在新德里G20", 0)
    [('在新', 0), ('新德', 1), ('德里', 2), ('G20', 4)]
    """
    if not has_unspaced(word):
        return [(word, start)]
    found: list[tuple[str, int]] = []
    for match in _RUN.finditer(word):
        run, at = match.group(), start + match.start()
        if has_unspaced(run[0]) and len(run) > 1:
            found += [(run[i : i + 2], at + i) for i in range(len(run) - 1)]
        else:
            found.append((run, at))
    return found


def stems(text: str, language: Language) -> list[str]:
    """The stems of the content words of a text, in order, with repetitions.

    >>> from pipeline.text.languages.known import KNOWN
    >>> stems("Die Schiffe liefen aus.", KNOWN["de"]), stems("L'équipage a été sauvé", KNOWN["fr"])
    (['schiff', 'lief'], ['équipag', 'sauv'])
    """
    found = [piece for match in _WORD.finditer(text) for piece, _ in pieces(_bare(match.group()), 0)]
    return [stem_in(word, language) for word in found if is_content(word, language)]


def is_content(word: str, language: Language) -> bool:
    """Whether the word is none of the language's function words; of a pair of characters, neither is one."""
    lowered = word.lower()
    if lowered in language.function_words or lowered in language.negators:
        return False
    return language.spaced or not any(c in language.function_words or c in language.negators for c in lowered)


@lru_cache(maxsize=65_536)
def stem_in(word: str, language: Language) -> str:
    """The stem of a word; without a stemmer the word itself, small, without accents that vary in writing.

    >>> from pipeline.text.languages.known import KNOWN
    >>> stem_in("пассажиров", KNOWN["ru"]) == stem_in("пассажиры", KNOWN["ru"])
    True
    """
    plain = _ARABIC_MARKS.sub("", unicodedata.normalize("NFC", word.lower())).replace("ё", "е")
    if language.stemmer is None or not plain.isalpha():
        return plain
    stemmed = str(_stemmer(language.stemmer).stemWord(plain))
    return stemmed if len(stemmed) >= _FEWEST_LETTERS or len(plain) < _FEWEST_LETTERS else plain


@lru_cache(maxsize=16)
def _stemmer(name: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(name)


def _bare(word: str) -> str:
    """Without a French or Italian article that is written with it."""
    return _ELISION.sub("", word)
