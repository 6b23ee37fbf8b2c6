"""What a newer version of an article added, took out and put in other words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeline.domain.run import Change
from pipeline.text.copying import tokens_of

_REWORDED: Final = 0.5
"""Likeness of two sentences' words (`difflib`'s ratio) from which one is the other in other words."""
_MOST_COMPARED: Final = 200
"""Sentences of one side: two versions that differ in more have been written anew, and pairing would take minutes."""

_LONGEST: Final = 100
"""Words of a sentence that are compared: what is longer is none, and `difflib` takes the square."""


def changes(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    """What is new or reworded, in the order of the newer version; then what is gone. A moved sentence is no change.

    >>> [(c.before, c.after) for c in changes(["Nine died.", "It rained."], ["Ten died.", "A judge was named."])]
    [('Nine died.', 'Ten died.'), (None, 'A judge was named.'), ('It rained.', None)]
    """
    gone, new = _only(before, after), _only(after, before)
    partner = _partners(gone, new)
    taken = frozenset(partner.values())
    return (
        *(Change(before=gone[partner[n]] if n in partner else None, after=text) for n, text in enumerate(new)),
        *(Change(before=text, after=None) for n, text in enumerate(gone) if n not in taken),
    )


def _only(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """The sentences of the one that the other has not, white space aside."""
    there = Counter(" ".join(text.split()) for text in other)
    found = []
    for text in (" ".join(text.split()) for text in one):
        there[text] -= 1
        if there[text] < 0:
            found.append(text)
    return found


def _words(text: str) -> list[str]:
    return [token.word for token in tokens_of(text)[:_LONGEST]]


def _partners(gone: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """By index of a new sentence the one that it rewords, the likest first."""
    partner: dict[int, int] = {}
    for _, n, g in sorted(_alike(gone, new)):
        if n not in partner and g not in partner.values():
            partner[n] = g
    return partner


def _alike(gone: Sequence[str], new: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    for g, old in enumerate(gone[:_MOST_COMPARED]):
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(_words(old))
        for n, text in enumerate(new[:_MOST_COMPARED]):
            matcher.set_seq1(_words(text))
            if (
                matcher.real_quick_ratio() >= _REWORDED
                and matcher.quick_ratio() >= _REWORDED
                and (ratio := matcher.ratio()) >= _REWORDED
            ):
                yield -ratio, n, g
