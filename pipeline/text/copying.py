"""Shared wording: which words of one passage stand in another in the same runs, whatever the house style.

Shingles (Broder 1997) find the runs; what counts is the share of words that lie in one, so that a word changed by a
sub-editor costs that word's surroundings and not a fifth of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from pipeline.text.names import fold_token
from pipeline.text.words import words

_SPELLINGS: Final = (
    (re.compile(r"(?<=\w{3})([iy])s(?=e|a|i)"), r"\1z"),  # organise, analysing
    (re.compile(r"(?<=\w{2})our"), "or"),
    (re.compile(r"(?<=\w{3})tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=\w{2})ll(?=e|i)"), "l"),  # travelled
    (re.compile(r"(?<=\w{3})nce(?=s?$)"), "nse"),
    (re.compile(r"(?<=\w{3})(?:mme|gue)(?=s?$)"), "m"),
    (re.compile(r"ae|oe"), "e"),
)
"""British and American endings brought together. Both sides are folded, so that "hour" may become "hor"."""
_NUMBERS: Final = dict(
    zip("one two three four five six seven eight nine ten eleven twelve".split(), map(str, range(1, 13)), strict=True)
)
_STYLE: Final = frozenset("mr mrs ms dr per cent percent pc".split())
"""Words that a house style adds or writes as a sign."""


_COMMONPLACE: Final = 64
"""Of the texts that hold a run, if there are more, only neighbours meet: comparing all would take the square, and a
report that a hundred outlets carry hangs together by neighbours, too."""

Run = tuple[str, ...]


class Token(NamedTuple):
    """A word, folded. ``plain`` if it opens in lower case: names and titles are the same in every report."""

    word: str
    plain: bool


def _fold(word: str) -> str:
    folded = _NUMBERS.get(word.lower(), fold_token(word))
    for pattern, ending in _SPELLINGS:
        folded = pattern.sub(ending, folded)
    return folded


@lru_cache(maxsize=8192)
def tokens_of(text: str) -> tuple[Token, ...]:
    """The words without regard to case, spelling and house style; a hyphenated word is two.

    >>> [t.word for t in tokens_of("Mr. Oë organised two full-fledged centres")]
    ['e', 'organized', '2', 'full', 'fledged', 'centers']
    """
    found = []
    for word in words(text):
        for part in word.text.split("-"):
            token = _token(part)
            if token is not None:
                found.append(token)
    return tuple(found)


@lru_cache(maxsize=65_536)
def _token(part: str) -> Token | None:
    """The token that a word, or a part of a hyphenated one, is; None for what only house style puts there."""
    folded = _fold(part)
    return Token(folded, not part[0].isupper()) if folded and folded not in _STYLE else None


def runs(tokens: Sequence[Token], size: int) -> list[Run]:
    """All runs of ``size`` words, in order; none if there are fewer words."""
    folded = [token.word for token in tokens]
    return list(zip(*(folded[i:] for i in range(size)), strict=False))


def _held(count: int, found: Sequence[Run], common: Collection[Run], size: int) -> list[bool]:
    held = [False] * count
    whole = [True] * size
    for start, run in enumerate(found):
        if run in common:
            held[start : start + size] = whole
    return held


def meetings(found: Mapping[str, Sequence[Run]]) -> dict[tuple[str, str], frozenset[Run]]:
    """The runs that two texts have in common, by pairs of keys in alphabetical order; pairs without any are left out.

    >>> meetings({"b": [("x",), ("y",)], "a": [("y",)], "c": []})
    {('a', 'b'): frozenset({('y',)})}
    """
    common: dict[tuple[str, str], set[Run]] = {}
    for pair, run in _meetings(found):
        common.setdefault(pair, set()).add(run)
    return {pair: frozenset(several) for pair, several in common.items()}


def pairs_that_meet(found: Mapping[str, Sequence[Run]]) -> Collection[tuple[str, str]]:
    """The pairs of `meetings`, where nobody asks which runs they share.

    >>> list(pairs_that_meet({"b": [("x",), ("y",)], "a": [("y",)], "c": []}))
    [('a', 'b')]
    """
    return dict.fromkeys(pair for pair, _ in _meetings(found)).keys()


def _meetings(found: Mapping[str, Sequence[Run]]) -> Iterator[tuple[tuple[str, str], Run]]:
    first: dict[Run, str] = {}  # most runs stand in one text alone, and need no list
    holders: dict[Run, list[str]] = {}
    for key in sorted(found):
        for run in found[key]:
            before = first.setdefault(run, key)
            if before != key:
                others = holders.setdefault(run, [before])
                if others[-1] != key:
                    others.append(key)
    for run, keys in holders.items():
        for pair in combinations(keys, 2) if len(keys) <= _COMMONPLACE else pairwise(keys):
            yield pair, run


class Shared(NamedTuple):
    """What two passages have in common: plain words in shared runs, and as a share of the shorter one's plain words."""

    words: int
    share: float


def shared_wording(first: str, second: str, size: int) -> Shared:
    """The wording that two passages share in runs of ``size`` words.

    >>> shared_wording("The bank said it would organise two sales in May.", "It would organize 2 sales in May.", 5)
    Shared(words=5, share=1.0)
    """
    one, two = tokens_of(first), tokens_of(second)
    common = _runs_of(first, size) & _runs_of(second, size)
    if not common:
        return Shared(0, 0.0)
    both = (_shared(one, runs_of(first, size), common, size), _shared(two, runs_of(second, size), common, size))
    return min(both, key=lambda shared: (-shared.share, shared.words))


@lru_cache(maxsize=4096)
def runs_of(text: str, size: int) -> tuple[Run, ...]:
    """The `runs` of a text, remembered: each passage is held against many."""
    return tuple(runs(tokens_of(text), size))


@lru_cache(maxsize=4096)
def _runs_of(text: str, size: int) -> frozenset[Run]:
    return frozenset(runs_of(text, size))


def shared_with(tokens: Sequence[Token], common: Collection[Run], size: int) -> Shared:
    """How much of a text lies in the runs of ``size`` words that it has in ``common`` with another."""
    return _shared(tokens, runs(tokens, size), common, size)


def _shared(tokens: Sequence[Token], found: Sequence[Run], common: Collection[Run], size: int) -> Shared:
    held = _held(len(tokens), found, common, size)
    count = sum(token.plain for token, is_held in zip(tokens, held, strict=True) if is_held)
    plain = sum(token.plain for token in tokens)
    return Shared(count, count / plain if plain else 0.0)


def longest_shared(first: str, second: str) -> int:
    """Length in words of the longest run that both passages have.

    >>> longest_shared("we could not reconcile it", "They could not reconcile views")
    3
    """
    one, two = ([t.word for t in tokens_of(text)] for text in (first, second))
    best, row = 0, [0] * (len(two) + 1)
    for word in one:
        row = [0, *(row[i] + 1 if word == other else 0 for i, other in enumerate(two))]
        best = max(best, *row)
    return best
