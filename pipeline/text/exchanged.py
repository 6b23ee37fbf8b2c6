"""Two names of a text that stand in each other's places: beside the very words beside which a passage has the other.

Wording alone is compared, so this says nothing of what is put in other words, active or passive; where the words are
the passage's own it needs no reading of who does what: "Norrey tore across Storm Ragna" for "Ragna tore across Norrey".
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from pipeline.text.names import Name, fold_token, opening_words, proper_names
from pipeline.text.synonyms import is_listed
from pipeline.text.terms import form_of
from pipeline.text.words import stem, words

_ENOUGH: Final = 2
"""Pairs of neighbours more that the passages must have with the two names exchanged."""

Pair = tuple[str, str]


def exchanged_names(
    text: str, passages: Sequence[str], either_way: Container[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """The pairs of names that the passages have the other way round.

    ``either_way``: stems of words that say the same of both names, of which it is no matter who stands where ("met").

    >>> list(exchanged_names("Norrey was hit: Norrey tore across Ragna.", ["Ragna tore across Norrey on Sunday."]))
    [('Norrey', 'Ragna')]
    """
    names = [*_openings(text, passages), *proper_names(text)]
    if len(names) < 2:  # noqa: PLR2004  it takes two
        return
    told = _Told(frozenset().union(*(_neighbours(passage) for passage in passages)), either_way)
    placed = [(name, *_beside(text, name)) for name in names]
    for (one, *ones), (other, *others) in combinations(placed, 2):
        if set(one.tokens) & set(other.tokens):
            continue
        as_it_stands = told.beside(one, *ones) + told.beside(other, *others)
        exchanged = told.beside(other, *ones), told.beside(one, *others)
        if all(exchanged) and sum(exchanged) >= as_it_stands + _ENOUGH:
            yield one.text, other.text


class _Told(NamedTuple):
    """The words that stand side by side in the passages."""

    pairs: frozenset[Pair]
    either_way: Container[str]

    def beside(self, name: Name, before: str, behind: str) -> int:
        """How many of the two words stand beside the name there."""
        return sum(map(self._has, ((before, name.tokens[0]), (name.tokens[-1], behind))))

    def _has(self, pair: Pair) -> bool:
        return pair in self.pairs and not any(stem(word) in self.either_way for word in pair)


def _openings(text: str, passages: Sequence[str]) -> Iterator[Name]:
    """The words that open a sentence of the text, and are names in a passage."""
    told = {name.tokens[-1] for passage in passages for name in proper_names(passage)}
    told |= {fold_token(word.text) for passage in passages for word in opening_words(passage)}
    for word in opening_words(text):
        if fold_token(word.text) in told and not is_listed(form_of(word.text)):
            yield Name(text=word.text, start=word.start, end=word.end, tokens=(fold_token(word.text),))


def _beside(text: str, place: Name) -> tuple[str, str]:
    """The words before and behind a name; empty at the ends of a sentence, which are beside nothing."""
    found = words(text)
    before = next((w for w in reversed(found) if w.end <= place.start), None)
    behind = next((w for w in found if w.start >= place.end), None)
    return (
        fold_token(before.text) if before and _touch(text[before.end : place.start]) else "",
        fold_token(behind.text) if behind and _touch(text[place.end : behind.start]) else "",
    )


def _touch(between: str) -> bool:
    """Nothing stands between two words but a space, a quotation mark or the end of a possessive."""
    return not set(between) & set(".,;:!?()—–")


@lru_cache(maxsize=1024)
def _neighbours(text: str) -> frozenset[Pair]:
    found = words(text)
    return frozenset(
        (fold_token(one.text), fold_token(other.text))
        for one, other in pairwise(found)
        if _touch(text[one.end : other.start])
    )
