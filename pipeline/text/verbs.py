"""Verbs: which are told as done, and which stand under a word that makes them possible, planned or urged."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.text.quotes import outside_quotes
from pipeline.text.words import is_function_word, stem, words

_FILL: Final = r"(?:[\w’'-]+\s+){0,6}?"
_GOVERNORS: Final = {
    "possible": r"may|might|could|(?:is|are|was|were)\s+(?:un)?likely\s+to|threaten(?:s|ed|ing)?\s+to",
    "planned": (
        r"will|would|shall|(?:is|are|was|were|be|been)\s+(?:expected|set|due|scheduled|about|going|planning|poised|"
        r"preparing|ready|prepared)\s+to|expect(?:s|ed)?\s+to|plan(?:s|ned|ning)?\s+to|intend(?:s|ed|ing)?\s+to"
        r"|hop(?:e|es|ed|ing)\s+to|want(?:s|ed)?\s+to|promis(?:e|es|ed|ing)\s+to|vow(?:s|ed|ing)?\s+to"
        r"|offer(?:s|ed|ing)?\s+to|propos(?:e|es|ed|ing)\s+to"
    ),
    "urged": (
        rf"should|must|ought\s+to|(?:urg(?:e|es|ed|ing)|ask(?:s|ed|ing)?|tell|told|order(?:s|ed)?|press(?:es|ed)?"
        rf"|call(?:s|ed|ing)?\s+(?:on|for|upon)|appeal(?:s|ed|ing)?\s+to|want(?:s|ed)?)\s+{_FILL}to"
    ),
    "alleged": (
        rf"allegedly|reportedly|alleged\s+to|believed\s+to|suspected\s+of|alleg(?:es|ed)\s+that\s+{_FILL}"
        rf"|accus(?:e|es|ed|ing)\s+{_FILL}of"
    ),
}
_GOVERNED: Final = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<{kind}>{cues})" for kind, cues in _GOVERNORS.items())
    + r")(?:\s+(?:not|also|soon|still|never|now|again|have|has|had|be|been|being|was|were|[a-z]+ly))*"
    + r"\s+(?P<verb>[a-z][a-z-]+)"
)
"""The cue in small letters: "May" is a month."""

_PERFECT: Final = re.compile(
    r"(?<!to )(?<!may )(?<!might )(?<!could )(?<!would )(?<!should )(?<!must )(?<!will )\b(?:has|have|had)\s+"
    r"(?:(?:also|now|already|since|just|now|even|then|both|been|[a-z]+ly)\s+)*(?P<verb>(?!been\b)[a-z]{3,})\b"
)
"""What has been done, whatever its form: "has shut"."""


class Governed(NamedTuple):
    """A verb under a cue: its stem, what the cue makes of it, and the cue with the verb as they stand."""

    stem: str
    kind: str
    text: str
    start: int


def governed(text: str) -> list[Governed]:
    """The verbs that a cue directly governs, outside quotations.

    >>> [(g.stem, g.kind) for g in governed("The captain may be arrested; Rome urged Oslo to pay.")]
    [('arrest', 'possible'), ('pay', 'urged')]
    """
    return [
        Governed(stem(m["verb"]), _kind(m), " ".join(m.group().split()), m.start("verb"))
        for m in _GOVERNED.finditer(outside_quotes(text))
    ]


def done_verbs(text: str) -> dict[str, str]:
    """Stems of verbs that the text tells as done, outside quotations and under no cue, with the words as they stand.

    >>> done_verbs("The captain has been arrested and may appeal.")
    {'arrest': 'arrested'}
    """
    under = {g.start for g in governed(text)}
    unquoted = outside_quotes(text)
    perfect = {match.start("verb") for match in _PERFECT.finditer(unquoted)}
    found = (w for w in words(unquoted) if w.start not in under and not is_function_word(w.text))
    return {stem(w.text): w.text for w in found if w.start in perfect or _is_done(w.text)}


def is_irregular_past(word: str) -> bool:
    """A form that its lemma does not begin: "spoke", "met"; not "speaks", and not "family" for its stem "famili".

    >>> [is_irregular_past(w) for w in ("spoke", "met", "speaks", "family")]
    [True, True, False, False]
    """
    lowered, lemma = word.lower(), stem(word)
    if lowered.endswith(("ing", "ings")):  # "rating" does not begin with "rate", either
        return False
    return word.isalpha() and not lowered.startswith(lemma.removesuffix("i"))


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind in _GOVERNORS if match[kind])


def _is_done(word: str) -> bool:
    if not word[0].islower():
        return False
    regular = word.endswith("ed") and stem(word) != word
    return regular or is_irregular_past(word)
