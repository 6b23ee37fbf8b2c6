"""Negation and modality: what a text denies, and whether it says that something was done, planned or asked for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipeline.domain.base import Model
from pipeline.domain.claims import Modality
from pipeline.text.languages.reading import may_be_english
from pipeline.text.words import content_stems

_CUES: Final = re.compile(
    r"\b(?:no(?!\s+(?:doubt|matter|(?:more|less|fewer|later|earlier)\s+than)\b|\.\s?\d)"
    r"|not(?!\s+(?:only|(?:more|less|fewer|later|earlier)\s+than)\b)|never|neither|nor|without(?!\s+(?:an?\s+|any\s+)?doubt\b)|none|nobody"
    r"|nothing(?!\s+(?:other|more|less|but|short)\b)|cannot"
    r"|(?:is|are|was|were|do|does|did|has|have|had|would|could|should|ca|wo)n['’]t"
    r"|den(?:y|ies|ied|ying)|dismiss(?:es|ed|ing)?(?!\s+(?:\d|(?:two|three|four|five|six|seven|eight|nine|ten|\w+teen)\s+(?:days|weeks|months|years)|(?:some|about|nearly|around|almost|more|hundreds|thousands|dozens|all|its|their|his|her|the|two|three"
    r"|four|five|six|ten)\s+(?:[\w,.]+\s+){0,2}?(?:workers|staff|employees|people|teachers|officers|minister|chief|coach)))|reject(?:s|ed|ing)?|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)(?=\s+(?:to|an?|the|any|[\w.]+['’]s|by\s+(?!about|some|nearly|a|more)[A-Za-z]\w*)\b)"
    r"|fail(?:s|ed|ing)?\s+to|unable\s+to|rul(?:e|es|ed|ing)\s+out|disput(?:e|es|ed|ing)|turn(?:s|ed|ing)?\s+down"
    r"|throw(?:s|ing)?\s+out|threw\s+out|thrown\s+out(?!\s+(?:of|for)\b)|rebuff(?:s|ed|ing)?|sa(?:y|ys|id)\s+no(?!\s+\w))\b",
    re.IGNORECASE,
)
_CLAUSE_END: Final = re.compile(
    r"[,.;:!?—–()“”\"]|\b(?:but|while|whereas|although|though|because|however|which|who|until|unless|after|before"
    r"|and that|as|if|when|since|said|says)\b",
    re.IGNORECASE,
)
_SCOPE: Final = 6
"""Content words a negation reaches at most."""
_SCOPE_CHARACTERS: Final = 400
_SCOPE_START: Final = re.compile(r"[\s“\"‘']*(?:(?:the|an?|any)\s+)?[“\"‘']*", re.IGNORECASE)

_QUOTES: Final = frozenset('“”"')

_MODALITIES: Final[tuple[tuple[Modality, re.Pattern[str]], ...]] = (
    ("urged", re.compile(
        r"\b(?:urg(?:e|es|ed|ing)|call(?:s|ed|ing)? (?:on|for|upon)|asked? (?:\w+ ){1,4}to|appeal(?:s|ed)? (?:to|for)"
        r"|demand(?:s|ed)?|should|must|ought to)\b", re.IGNORECASE)),
    ("planned", re.compile(
        r"\b(?:will|plan(?:s|ned)? to|intend(?:s|ed)? to|set to|due to (?:be|start|begin|meet|open)|expected to"
        r"|going to|would be|scheduled (?:to|for))\b", re.IGNORECASE)),
    ("alleged", re.compile(
        r"\b(?:alleg\w+|reportedly|suspect(?:ed|s)|accus(?:e|es|ed|ing)|believed to|purported\w*)\b", re.IGNORECASE)),
    ("agreed", re.compile(r"\bagree(?:s|d)?\b(?! with)", re.IGNORECASE)),
)  # fmt: skip


_NOMINAL_CUES: Final = frozenset(
    "no without none dismiss dismisses dismissed dismissing deny denies denied denying".split()
)
_OR: Final = re.compile(r"\b(?:or|and|nor)\b", re.IGNORECASE)
_POSTMODIFIER: Final = re.compile(
    r"\b(?:of|on|in|at|with|between|to|for|from|by|that|was|were|is|are|has|had)\b", re.IGNORECASE
)


class Negation(Model):
    """A negation and what it reaches.

    ``scope`` are the content stems it denies; ``heads`` those of them that name the thing denied: where a
    noun is denied (``nominal``: "no talks or full meeting") the nouns that end each alternative, else the whole scope.
    """

    start: int
    end: int
    cue: str
    scope: tuple[str, ...]
    heads: tuple[str, ...]
    nominal: bool


@lru_cache(maxsize=8192)
def negations(text: str) -> tuple[Negation, ...]:
    """The negations of an English text with their scopes; none of a text in another language.

    >>> [n.scope for n in negations("She said there were no talks or full meeting, but a contact.")]
    [('talk', 'full', 'meet')]
    """
    found = []
    for match in _CUES.finditer(text) if may_be_english(text) else ():
        closes = text[match.end() : match.end() + 1] in _QUOTES  # "they pay nothing" ends there
        offset = match.end() if closes else _SCOPE_START.match(text, match.end()).end()  # type: ignore[union-attr]  # it matches the empty text, too
        rest = text[offset : offset + _SCOPE_CHARACTERS]
        stop = _CLAUSE_END.search(rest)
        reach = rest[: stop.start()] if stop else rest
        scope = tuple(content_stems(reach)[:_SCOPE])
        nominal = match.group().lower() in _NOMINAL_CUES and not reach.lower().startswith("that ")
        found.append(
            Negation(
                start=match.start(),
                end=offset + len(reach),
                cue=match.group(),
                scope=scope,
                heads=_heads(reach) if nominal else scope,
                nominal=nominal,
            )
        )
    return tuple(found)


def _heads(reach: str) -> tuple[str, ...]:
    alternatives = (content_stems(_POSTMODIFIER.split(part)[0]) for part in _OR.split(reach))
    return tuple(stems[-1] for stems in alternatives if stems)


def affirmed_stems(text: str) -> set[str]:
    """Content stems that stand outside every negation."""
    spans = [(n.start, n.end) for n in negations(text)]
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return set(content_stems("".join(characters)))


def denied_stems(text: str) -> set[str]:
    """Content stems that stand inside a negation."""
    return {stem for negation in negations(text) for stem in negation.scope}


def modality(text: str, *, attributed: bool) -> Modality:
    """The strongest sign of modality in the text; "stated" where somebody says it, else "done".

    >>> modality("He urged Russia to withdraw.", attributed=False)
    'urged'
    """
    for name, pattern in _MODALITIES:
        if pattern.search(text):
            return name
    return "stated" if attributed else "done"
