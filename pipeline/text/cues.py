"""Which of many patterns may fit a text at all: read off the patterns themselves, by words that they cannot do without.

A pattern that ignores case and may begin anywhere is tried at every letter. Whether the text has one of the words that
every match must hold is known a hundred times sooner, for all patterns together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Any, Final, NamedTuple

from pipeline.text.languages.english import FUNCTION_WORDS
from pipeline.text.words import lowered

# How a pattern is put together is said by the module that `re` compiles with. Its name is not public, but its form has
# been the same since Python 2; where it changes, a pattern has no cues, and is looked for everywhere as before.
_parser: Final[Any] = getattr(re, "_parser", None)

_MOST: Final = 300
"""Strings that a part of a pattern may stand for, to be written out."""
_SHORTEST: Final = 3
"""Letters of a cue that may stand inside a word."""
_BRACKETS: Final = frozenset("<>[]{}#|")
_ODD: Final = re.compile("[\u1c80-\u1c88]")
"""Letters of old manuscripts, which Python takes for today's where case is ignored. Whoever uses them is heard out."""
_DOUBTFUL: Final = re.compile("[\u0370-\u03ff\u1e61\ua64b]")
"""Letters in two small forms that Python takes for one where case is ignored."""
_APART: Final = "\0"
"""In a written-out string: the edge of a word, or any character that is of none."""
_WORDS: Final = re.compile(r"\w+")
_PLAIN: Final = re.compile(r"[^\W_]", re.ASCII)


class Cues(NamedTuple):
    """Every match holds one of the ``words``, or one of the ``parts``, which may stand inside a word."""

    words: frozenset[str]
    parts: frozenset[str]

    def weakest(self) -> int:
        """The length of the shortest; a function word tells nothing, and a part less than a word."""
        whole = (1 if word in FUNCTION_WORDS else len(word) + 2 for word in self.words)
        return min((*whole, *map(len, self.parts)), default=0)


class Sieve:
    """Patterns, of which those are told that may fit a text."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._count = len(patterns)
        self._always: set[int] = set()
        self._by_word: dict[str, list[int]] = {}
        self._by_part: dict[str, list[int]] = {}
        for number, pattern in enumerate(patterns):
            alternatives = cues_of(pattern)
            if alternatives is None:
                self._always.add(number)
            for cues in alternatives or ():
                for word in cues.words:
                    self._by_word.setdefault(word, []).append(number)
                for part in cues.parts:
                    self._by_part.setdefault(part, []).append(number)

    def may_fit(self, text: str) -> list[int]:
        """The numbers of the patterns that may fit the text, in their order."""
        if not text.isascii() and _ODD.search(text):
            return list(range(self._count))
        small = lowered(text)
        found = set(self._always)
        for word in self._by_word.keys() & _WORDS.findall(small):
            found.update(self._by_word[word])
        for part, numbers in self._by_part.items():
            if part in small:
                found.update(numbers)
        return sorted(found)


def cues_of(pattern: re.Pattern[str]) -> list[Cues] | None:
    r"""What one of the pattern's alternatives at least needs, for each; None where that is not known of one.

    >>> [sorted(cues.words | cues.parts) for cues in cues_of(re.compile(r"\b(?:old|new) boats?\b|\bsh?ip\w+"))]
    [['boat', 'boats'], ['ship', 'sip']]
    """
    if _parser is None:
        return None
    parsed = _told(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    found = [_best(items, (False, False)) for items in _alternatives(parsed)]
    return [cues for cues in found if cues is not None] if None not in found else None


Item = tuple[str, Any]
Items = tuple[Item, ...]
"""A sequence, as `re` has read it: of each item the kind, and what it is about."""
Edges = tuple[bool, bool]
"""Whether what stands before and behind is known to be of no word, or of another."""


def _told(parsed: Any) -> Items:
    """In tuples, so that what was found out about a part is remembered: rules share many."""
    return tuple((str(kind), _about(about)) for kind, about in parsed)


def _about(about: Any) -> Any:
    if isinstance(about, _parser.SubPattern):
        return _told(about)
    if isinstance(about, (list, tuple)):
        return tuple(map(_about, about))
    return about if type(about) is int else str(about)  # what `re` has named is a number, too


def _alternatives(items: Items) -> list[Items]:
    """A pattern's alternatives; what `re` has drawn out before them is of each."""
    if items and items[-1][0] == "BRANCH":
        return [(*items[:-1], *branch) for branch in items[-1][1][1]]
    return [items]


@lru_cache(maxsize=4096)
def _best(items: Items, edges: Edges) -> Cues | None:
    """The surest cues that a sequence has: of each part of it that can be written out, and of the parts of others."""
    found: list[Cues] = []
    position = 0
    while position < len(items):
        strings, end = _written_out(items, position)
        around = (_apart_before(items, position, edges[0]), _apart_behind(items, end, edges[1]))
        if end > position:
            found += _cues(strings, around)
            position = end
        else:
            around = (around[0], _apart_behind(items, position + 1, edges[1]))
            found += filter(None, [_of_item(items[position], around)])
            position += 1
    return max(found, key=Cues.weakest, default=None)


def _of_item(item: Item, edges: Edges) -> Cues | None:
    """What an item needs that cannot be written out."""
    kind, about = item
    if kind == "SUBPATTERN":
        return _best(about[-1], edges)
    if kind == "ATOMIC_GROUP":
        return _best(about, edges)
    if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and about[0]:
        return _best(about[2], edges if about[1] == 1 else (False, False))
    if kind == "BRANCH":
        each = [_best(branch, edges) for branch in about[1]]
        sure = [cues for cues in each if cues is not None]
        return _joined(sure) if len(sure) == len(each) else None
    return None


def _joined(found: Iterable[Cues]) -> Cues:
    told = list(found)
    return Cues(
        frozenset(word for cues in told for word in cues.words), frozenset(part for cues in told for part in cues.parts)
    )


def _cues(strings: frozenset[str], edges: Edges) -> list[Cues]:
    """The best cue of each string; none where one of them has none."""
    words: set[str] = set()
    parts: set[str] = set()
    for string in strings:
        told = _APART * edges[0] + string + _APART * edges[1]
        pieces = [match for match in _WORDS.finditer(told) if _PLAIN.search(match[0])]
        whole = [m[0] for m in pieces if _ends_apart(told[: m.start()]) and _starts_apart(told[m.end() :])]
        inside = [chunk for chunk in told.split(_APART) if _tells(chunk)]
        if whole and (not inside or max(map(len, whole)) >= _SHORTEST):
            words.add(max(whole, key=lambda word: (word not in FUNCTION_WORDS, len(word))))
        elif inside:
            parts.add(max(inside, key=len))
        else:
            return []
    return [Cues(frozenset(words), frozenset(parts))] if strings else []


def _tells(chunk: str) -> bool:
    """Whether a part is seldom there by chance: a few letters, fewer where each is a word, or a bracket of machines."""
    return len(chunk) >= _SHORTEST or (len(chunk) > 1 and not chunk.isascii()) or not _BRACKETS.isdisjoint(chunk)


def _ends_apart(before: str) -> bool:
    return bool(before) and not _WORDS.match(before[-1])


def _starts_apart(behind: str) -> bool:
    return bool(behind) and not _WORDS.match(behind[0])


def _apart_before(items: Items, position: int, edge: bool) -> bool:  # noqa: FBT001  of the whole
    if position == 0:
        return edge
    strings = _strings(items[position - 1])
    if strings is None:
        return False
    return all(_ends_apart(s) for s in strings if s) and ("" not in strings or _apart_before(items, position - 1, edge))


def _apart_behind(items: Items, position: int, edge: bool) -> bool:  # noqa: FBT001  of the whole
    if position == len(items):
        return edge
    strings = _strings(items[position])
    if strings is None:
        kind, about = items[position]
        if kind not in {"SUBPATTERN", "MAX_REPEAT", "MIN_REPEAT"}:
            return False
        may_lack = kind != "SUBPATTERN" and not about[0]
        opens = _apart_behind(about[-1], 0, edge=False)
        return opens and (not may_lack or _apart_behind(items, position + 1, edge))
    return all(_starts_apart(s) for s in strings if s) and (
        "" not in strings or _apart_behind(items, position + 1, edge)
    )


def _written_out(items: Items, start: int) -> tuple[frozenset[str], int]:
    """All strings that the items from a place on stand for, as far as they can be written out; and how far that is."""
    strings, end = frozenset({""}), start
    while end < len(items):
        more = _strings(items[end])
        if more is None or len(strings) * len(more) > _MOST:
            break
        strings, end = frozenset(map("".join, product(strings, more))), end + 1
    return strings, end


@lru_cache(maxsize=4096)
def _strings(item: Item) -> frozenset[str] | None:
    """All strings that an item stands for, in small letters; None where they are too many, or not known."""
    kind, about = item
    if kind == "LITERAL":
        return _letter(about)
    if kind in {"ASSERT", "ASSERT_NOT"} or about == "AT_NON_BOUNDARY":
        return frozenset({""})
    if kind == "AT" or about in {"CATEGORY_SPACE", "CATEGORY_NOT_WORD"}:
        return frozenset({_APART})
    if kind == "BRANCH":
        each = [_sequence(branch) for branch in about[1]]
        return None if None in each else _few(frozenset().union(*filter(None, each)))
    if kind == "SUBPATTERN":
        return _sequence(about[-1])
    parts = {"IN": _one_of, "MAX_REPEAT": _repeated, "MIN_REPEAT": _repeated}
    return parts[kind](about) if kind in parts else None


def _sequence(items: Items) -> frozenset[str] | None:
    strings, end = _written_out(items, 0)
    return strings if end == len(items) else None


def _repeated(about: tuple[int, int, Items]) -> frozenset[str] | None:
    least, most, items = about
    strings = _sequence(items)
    if strings == frozenset({_APART}):  # however often
        return frozenset({_APART}) if least else frozenset({_APART, ""})
    if strings is None or most != 1:
        return None
    return strings if least else strings | {""}


def _one_of(members: Sequence[Item]) -> frozenset[str] | None:
    """Of a class of characters; whatever is of no word is one."""
    found: set[str] = set()
    for kind, about in members:
        strings = _strings((kind, about)) if kind in {"LITERAL", "CATEGORY"} else None
        if strings is None:
            return None
        found |= {s if _WORDS.match(s) else _APART for s in strings}
    return frozenset(found)


@cache
def _letter(code: int) -> frozenset[str] | None:
    """A letter as `lowered` writes it; None where more than its capital may stand for it."""
    letter = chr(code)
    small = letter.lower()
    if _DOUBTFUL.match(letter):
        return None
    if letter.isascii() or (len(small) == 1 and len(small.upper()) == 1 and small.upper().lower() == small):
        return frozenset({small})
    return None


def _few(strings: frozenset[str]) -> frozenset[str] | None:
    return strings if len(strings) <= _MOST else None
