"""How many of a whole: none, a few, half, most, all; each with what it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.text.fractions import fractions, in_minutes
from pipeline.text.quantities import quantities
from pipeline.text.remainders import parts_of_wholes
from pipeline.text.terms import form_of
from pipeline.text.words import is_function_word, words

Share = Literal["none", "few", "half", "most", "all", "part"]
"""A part is one in figures ("7 of the 12"): neither none nor all, and whether it is half is for the numbers to say."""

_FEW: Final = (
    r"(?:fewer|less) than half|under half|(?:a|the) minority|hardly any|scarcely any"
    r"|(?:(?:only |just )?a (?:few|handful)|(?<!a )(?<!the )few)(?! (?:days|weeks|months|years|minutes|hours|more)\b)"
)
_MOST: Final = (
    r"(?:more|over) than half|over half|(?:a|the) (?:vast |great |large |overwhelming )?majority|mostly"
    r"|for the most part"
    r"|most(?= of\b| [a-z]+s\b| (?:were|was|are|had|have)\b)|almost all|nearly all"
    r"|all but (?:one|two|three|four|five|six|a few|\d+)"
)
_HALVES: Final = (
    r"(?:one |a )?half(?= of\b| the\b| were\b| was\b| are\b| had\b|,)|the other half|equal (?:halves|parts)"
)
_NONE: Final = r"none(?= of\b| were\b| was\b| had\b|,)|not one(?= of\b)|neither(?= of\b)"
_ALL: Final = (
    r"(?!(?<=\bin )all[,.])all(?! (?:but|over|along|in all|day|night|year|the time|about|right|sides)\b)"
    r"(?= (?:of |the |its |their |his |her |these |those |\d|[a-z]+s\b|were\b|was\b|are\b|had\b|have\b)|,|\.)"
    r"|every(?! (?:day|week|month|year|hour|minute|time|other|few)\b)|everyone|everybody|entirely|wholly"
    r"|without exception|both(?! (?:sides|times)\b)"
)
_CUES: Final[tuple[tuple[Share, re.Pattern[str]], ...]] = (
    ("few", re.compile(rf"\b(?:{_FEW})\b(?!-)", re.IGNORECASE)),
    ("most", re.compile(rf"\b(?:{_MOST})\b(?!-)", re.IGNORECASE)),
    ("half", re.compile(rf"\b(?:{_HALVES})\b(?!-)", re.IGNORECASE)),
    ("none", re.compile(rf"\b(?:{_NONE})\b(?!-)", re.IGNORECASE)),
    ("all", re.compile(rf"\b(?:{_ALL})\b(?!-)", re.IGNORECASE)),
)
"""Shares in the order in which they are looked for: "all but two" is most, not all."""
_AFTER: Final = 3
"""Content words behind such a word, of which one is what it is said of."""
_HALF: Final = Fraction(1, 2)


class Quantifier(NamedTuple):
    """A share of a whole where it stands; ``of``: the forms of the next content words."""

    share: Share
    shown: str
    of: frozenset[str]


@lru_cache(maxsize=4096)
def quantifiers(text: str) -> tuple[Quantifier, ...]:
    """The shares that a text names in words.

    >>> [(q.share, sorted(q.of)) for q in quantifiers("Most of the families left; two thirds of the shops are shut.")]
    [('most', ['famili', 'leav']), ('most', ['shop', 'shut'])]
    """
    return tuple(_found(in_minutes(text)))


def _found(text: str) -> Iterator[Quantifier]:
    taken: set[int] = set()
    for share, pattern in _CUES:
        for match in pattern.finditer(text):
            if not taken.intersection(range(match.start(), match.end())):
                taken |= set(range(match.start(), match.end()))
                yield Quantifier(share, match.group(), _said_of(text, match.end()))
    for one, whole in parts_of_wholes(text, quantities(text)):
        if not taken.intersection(range(one.start, whole.end)):
            yield Quantifier("part", text[one.start : whole.end].strip(), _said_of(text, whole.end))
    for part in fractions(text):
        end = part.start + len(part.shown)
        if not taken.intersection(range(part.start, end)):
            yield Quantifier(_size(part.value), part.shown, _said_of(text, end))


def _size(value: Fraction) -> Share:
    return "most" if value > _HALF else "half" if value == _HALF else "few"


def _said_of(text: str, start: int) -> frozenset[str]:
    clause = re.split(r"[.;:]|, ", text[start:].lstrip(", "), maxsplit=1)[0]
    following = [form_of(word.text) for word in words(clause) if not is_function_word(word.text)]
    return frozenset([form for form in following if not form[0].isdigit()][:_AFTER])
