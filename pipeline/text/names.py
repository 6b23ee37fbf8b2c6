"""Proper names: where they stand, and when two spellings are one name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Final

from pipeline.domain.base import Model
from pipeline.text.words import Word, is_function_word, words

_JOINS: Final = frozenset({"of", "de", "van", "von", "der", "den", "al", "bin", "el", "la", "le", "du", "da", "di"})
COUNTRY_START: Final = 4
"""Letters that a country and its people have in common at least."""
OF_COUNTRY: Final = frozenset("a e n s i o an ns ans ian ians ese ia y ern".split()) | {""}
"""How names of countries and of their people end: Russia, Russian; Ukraine, Ukrainian; China, Chinese; the West."""
_VARIANT_RATIO: Final = 0.8
_VARIANT_LENGTH: Final = 5
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:]\s+|[\n“\"‘(]\s*|^\W+)$")
_TOUCHING: Final = re.compile(r"(?:['’]s)?[ \u00a0]|\.\s")
"""Between two words of one name."""
_LOOK_BACK: Final = 40
"""Characters before a word in which a sentence's start shows."""
_HONORIFICS: Final = frozenset({"mr", "mrs", "ms", "dr"})
NOT_NAMES: Final = frozenset(
    """mr mrs ms dr january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday i""".split()
)

OPENS_ONLY: Final = frozenset("no not never neither nobody nothing none without".split())
"""Words that open a sentence right before a name: "No German has won"."""


class Name(Model):
    """A proper name as it stands: ``tokens`` are its capitalised words, lower-cased and without diacritics."""

    start: int
    end: int
    text: str
    tokens: tuple[str, ...]


@lru_cache(maxsize=8192)
def proper_names(text: str) -> tuple[Name, ...]:
    """Runs of capitalised words, joined over "of", "al", "van" and the like.

    A single capitalised word that opens a sentence or a quotation is no name unless it is written so elsewhere in
    the text, or is all capitals or digits.

    >>> [n.text for n in proper_names("However, Maria Zakharova met the Bank of Tarn.")]
    ['Maria Zakharova', 'Bank of Tarn']
    """
    found = words(text)
    inside = _written_inside(text, found)
    return tuple(name for run in _runs(text, found) if (name := _name(text, run, inside)) is not None)


def opening_words(text: str) -> tuple[Word, ...]:
    """Capitalised words that open a sentence and of which the text does not show whether they are names.

    >>> [w.text for w in opening_words("Lavrov left. They stayed.")]
    ['Lavrov']
    """
    found = words(text)
    inside = _written_inside(text, found)
    single = (run[0] for run in _runs(text, found) if len(run) == 1)
    return tuple(w for w in single if _name(text, [w], inside) is None and not is_function_word(w.text))


@lru_cache(maxsize=8192)
def name_tokens(text: str) -> frozenset[str]:
    """All tokens of all names of a text."""
    return frozenset(token for name in proper_names(text) for token in name.tokens)


@lru_cache(maxsize=65_536)
def fold_token(word: str) -> str:
    """Lower case, without diacritics, dots and hyphens: "G-20" and "g20", "U.S." and "US" are one.

    >>> fold_token("Orbán"), fold_token("U.S"), fold_token("G-20")
    ('orban', 'us', 'g20')
    """
    plain = word if word.isascii() else _without_marks(word)
    return plain.lower().replace(".", "").replace("-", "").replace("’", "'")


def _without_marks(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def is_spelling_variant(first: str, second: str) -> bool:
    """Two transliterations of one name, as far as letters can tell: same first letter, long, nearly the same letters.

    >>> is_spelling_variant("zakharova", "zarkhova"), is_spelling_variant("austria", "australia")
    (True, False)
    """
    if first == second:
        return True
    if min(len(first), len(second)) < _VARIANT_LENGTH or first[0] != second[0] or abs(len(first) - len(second)) > 1:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _VARIANT_RATIO


def initials(tokens: Iterable[str]) -> str:
    """The acronym that the tokens would make: ("state", "department") → "sd"."""
    return "".join(token[0] for token in tokens if token)


def _runs(text: str, found: Sequence[Word]) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for index, word in enumerate(found):
        previous = found[index - 1] if index else None
        goes_on = previous is not None and bool(runs) and runs[-1][-1] is previous
        follows = goes_on and _TOUCHING.fullmatch(text, previous.end, word.start) is not None  # type: ignore[union-attr]  # it goes on from a word before it
        if _is_capital(word.text):
            possessive = previous is not None and text[previous.end : word.start].startswith(("'", "’"))
            if follows and not possessive:
                runs[-1].append(word)
            else:
                runs.append([word])
        elif follows and word.text in _JOINS and index + 1 < len(found) and _is_capital(found[index + 1].text):
            runs[-1].append(word)
    return runs


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def _name(text: str, run: list[Word], inside: Collection[str]) -> Name | None:
    titled = False
    while run and (is_function_word(run[0].text) or fold_token(run[0].text) in NOT_NAMES | OPENS_ONLY):
        titled = fold_token(run[0].text) in _HONORIFICS
        run = run[1:]
    alone = len(run) == 1 and not titled and run[0].text not in inside
    if not run or (alone and _opens_sentence(text, run[0])):
        return None
    parts = (part for w in run if _is_capital(w.text) and not is_function_word(w.text) for part in _parts(w.text))
    tokens = tuple(fold_token(part) for part in parts)
    tokens = tuple(token for token in tokens if token not in NOT_NAMES)
    if not tokens:
        return None
    return Name(start=run[0].start, end=run[-1].end, text=text[run[0].start : run[-1].end], tokens=tokens)


def _parts(word: str) -> list[str]:
    """Split "Blinken-Lavrov", which names two; not "G-20" or "Tae-Ok"."""
    parts = word.split("-")
    return parts if all(len(p) > 3 and p[0].isupper() for p in parts) else [word]  # noqa: PLR2004  shorter parts are no names


def _opens_sentence(text: str, word: Word) -> bool:
    if any(c.isdigit() for c in word.text) or (word.text.replace(".", "").isupper() and len(word.text) > 1):
        return False
    return bool(_SENTENCE_START.search(text[max(0, word.start - _LOOK_BACK) : word.start]))


def _written_inside(text: str, found: Sequence[Word]) -> frozenset[str]:
    """The capitals, and first parts of hyphenated ones, that follow a small letter or a comma and white space."""
    inside: set[str] = set()
    for previous, word in pairwise(found):
        if not _is_capital(word.text):
            continue
        gap = text[previous.end : word.start]
        before = gap.rstrip()[-1:] or text[previous.end - 1]
        if gap[-1:].isspace() and (before == "," or "a" <= before <= "z"):
            inside |= {word.text, word.text.split("-")[0]}
    return frozenset(inside)
