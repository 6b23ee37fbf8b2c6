"""Alternatives: acts of which somebody did the one or the other. Who suspended a membership has not given it up."""

from __future__ import annotations

from typing import Final, NamedTuple

from pipeline.text.verbs import governed, is_irregular_past
from pipeline.text.words import Word, stem, words

_ACTS: Final = """
    suspend freeze pause|withdraw quit exit abandon renounce terminate
    postpone delay adjourn defer|cancel scrap abandon
"""
_DEED_NOUNS: Final = frozenset(
    "withdrawal suspension termination renunciation abandonment postponement cancellation adjournment deferral".split()
)
_SIDES: Final = tuple(
    tuple(frozenset(stem(word) for word in side.split()) for side in row.split("|"))
    for row in _ACTS.strip().splitlines()
)
"""A row for each kind of act, its alternatives as stems. General words: rows are added for acts, not for stories."""


class Act(NamedTuple):
    """An act that a text tells of: the row and the side of it in the list, and the word."""

    row: int
    side: int
    word: Word


def acts(text: str) -> list[Act]:
    """The acts that the text tells as done or decided, not those that somebody is only to do.

    >>> [a.word.text for a in acts("She urged them to withdraw; they suspended the treaty.")]
    ['suspended']
    """
    asked = {verb.start for verb in governed(text)}
    return [
        Act(row, side, word)
        for word in words(text)
        if word.start not in asked and _tells_a_deed(text, word)
        for row, sides in enumerate(_SIDES)
        for side, stems in enumerate(sides)
        if stem(word.text) in stems
    ]


def _tells_a_deed(text: str, word: Word) -> bool:
    """A past form, a noun for the deed, or the verb behind "to" ("the decision to"): not "a pause", not "the exit"."""
    form = word.text
    if not form[0].islower():
        return False
    past = form.endswith("ed") or is_irregular_past(form) or form == "quit"
    return past or form in _DEED_NOUNS or text[: word.start].endswith(" to ")
