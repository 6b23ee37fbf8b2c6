"""Houses that speak: a company of which the passage says "the company", and one for which its people speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.guards.passage import Passage
from pipeline.text.attribution import attributions, unnamed_speaker
from pipeline.text.names import Name, proper_names
from pipeline.text.sentences import units_of_text

_HOUSE: Final = re.compile(
    r"[Tt]he\s+(?:[a-z-]+\s+){0,2}(?:company|firm|group|union|ministry|agency|council|club|party|government|charity"
    r"|authority|regulator|bank|airline|operator|association|federation|court|owner|retailer|manufacturer|maker"
    r"|supplier|organi[sz]ation|platform|publisher|university|hospital|school|museum|brand|chain|carrier|utility)"
)
_OF_THE_HOUSE: Final = re.compile(r"(?:[Ii]ts|[Tt]heir)\s")
"""Somebody who speaks for the house of which the sentence before tells: "its head of policy, Ada Penn"."""


def is_house_of_speaker(name: str, passages: Sequence[Passage]) -> bool:
    """Whether the passages let the house of this name speak without naming it there.

    So it is where "the company" speaks, or "its head of policy", and the sentence before is about that house.
    """
    tokens = {token for shown in proper_names(f"so {name}") for token in shown.tokens}
    return bool(tokens) and any(tokens <= set(house.tokens) for p in passages for house in _speaking(p))


def _speaking(passage: Passage) -> Iterator[Name]:
    """The houses that are meant where one speaks: the names that open the sentences before, the nearest first."""
    text = f"{passage.before} {passage.context}"
    sentences = [unit.of(text) for unit in units_of_text(text)]
    for at, sentence in enumerate(sentences):
        found = [who.name for who in attributions(sentence)]
        unnamed = unnamed_speaker(sentence)
        found += [unnamed.name] if unnamed else []
        if any(_HOUSE.fullmatch(who) or _OF_THE_HOUSE.match(who) for who in found) or _speaks_of_house(sentence):
            yield from _houses_before(sentences[:at])


def _speaks_of_house(sentence: str) -> bool:
    """Said by "its head of policy, Ada Penn", of whom the speaker's name alone is read."""
    return re.search(r"(?:said|says|added)\s+(?:its|their)\s|\b[Ii]ts\s[^,;.]{3,60},\s[A-Z]", sentence) is not None


def _houses_before(sentences: Sequence[str]) -> Iterator[Name]:
    """The first name of the nearest sentence before that has any."""
    for sentence in reversed(sentences):
        names = proper_names(sentence)
        if names:
            yield names[0]
            return
