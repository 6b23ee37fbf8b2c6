"""What stands between the same neighbours: a word of the target may not be exchanged for another there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.evaluation.matching.naming import are_rivals
from pipeline.evaluation.matching.problem import MatchFlag, Problem
from pipeline.text.closeness import closeness
from pipeline.text.names import fold_token, name_tokens, opening_words, proper_names
from pipeline.text.terms import Term, terms
from pipeline.text.words import stem

_BREAK: Final = re.compile(
    r"[,;:()–—](?!\d)|\b(?:and|but|while|after|before|when|because|although|though|if|as|who|which|that|where)\b",
    re.IGNORECASE,
)
_TO_BE: Final = re.compile(r"\b(?:is|are|was|were|be|been|being)\b", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"\b(?:the|an?|both)\b", re.IGNORECASE)
_HARD: Final = re.compile(r"[;:()]|\b(?:and|but|while|after|before|when|because|although|though|if)\b", re.IGNORECASE)
"""Where a clause ends for certain; a comma may belong to an apposition."""
_THING: Final = re.compile(r"\b(?:an?|of)\s+$", re.IGNORECASE)
_LIGHT: Final = frozenset(
    map(
        stem,
        """say report add tell call take make get go come set put keep become remain appear seem start begin old new
    mr mrs ms dr already
    later earlier yesterday today tomorrow now also two one first last next own not believe describe name age-
    happen occur involve include continue reportedly allegedly recently previously currently""".split(),
    )
)
"""Words of which little hangs on which is taken."""


_LINK: Final = re.compile(
    r"\b(?:by|in|at|near|inside|outside|on|off|to|into|towards?|from|with|between|of|against|for|via|over|about)\b",
    re.IGNORECASE,
)
_ONE_LINK: Final = {
    form: forms.split()[0] for forms in ("in at near inside on off", "to into towards toward") for form in forms.split()
}
_OPPOSING: Final = "against"
"""The preposition that alone says who is on which side."""
_SAYING: Final = frozenset(
    map(stem, "say tell report add announce claim warn confirm argue insist note state write put mention".split())
)
Fit = Literal["tight", "edge", "loose"]
"""Both neighbours are there; the only one that the target has; one of two."""


class Item(NamedTuple):
    """A term, or the terms of one name, where they stand."""

    stems: tuple[str, ...]
    is_name: bool
    start: int
    end: int


class Slot(NamedTuple):
    """A wanted name between its neighbours, the preposition before it, and whether "to be" or a possession follows."""

    item: Item
    left: Item | None
    right: Item | None
    link: str | None
    passive: bool
    owns: bool


class Place(NamedTuple):
    """An item beside wanted neighbours, where in its clause the wanted one may stand as well, and how well it fits."""

    item: Item
    clause: tuple[int, int]
    fit: Fit | None


@lru_cache(maxsize=8192)
def items(text: str, known: frozenset[str] = frozenset()) -> tuple[Item, ...]:
    """The terms of a text, those of one name together; ``known`` are tokens that are names where they open a sentence.

    >>> [i.stems for i in items("The court in Brell held Ivo Sandor.")]
    [('court',), ('brell',), ('hold',), ('ivo', 'sandor')]
    """
    spans = [(name.start, name.end) for name in proper_names(text)]
    spans += [(word.start, word.end) for word in opening_words(text) if fold_token(word.text) in known]
    found: dict[tuple[int, int], list[Term]] = {}
    for term in terms(text):
        if term.start < term.end:
            span = next((s for s in spans if s[0] <= term.start < s[1]), (term.start, term.end))
            found.setdefault(span, []).append(term)
    return tuple(
        Item(tuple(t.stem for t in group), span in spans, group[0].start, group[-1].end)
        for span, group in found.items()
    )


def name_slot_problems(target: str, text: str) -> Iterator[Problem]:
    """Where the target has a name, the text has no other, though both be named.

    A name of the target in another one's place, or any in a place that both neighbours mark, says otherwise; one that
    only the end of the target marks falls short.
    """
    known = name_tokens(target) | name_tokens(text)
    wanted, told = items(target, known), items(text, known)
    for index, item in enumerate(wanted):
        if not item.is_name:
            continue
        left = wanted[index - 1] if index else None
        right = wanted[index + 1] if index + 1 < len(wanted) else None
        slot = Slot(item, left, right, _link(target, left, item), _is_passive(target, item, right), _owns(target, item))
        fitting = [place for place in _fitting(slot, told, text) if place.fit]
        if any(_is_there(item, place.clause, told) for place in fitting):
            continue
        others_are_named = all(
            any(_share(other, one) for one in told) for other in wanted if other.is_name and other is not item
        )
        named = any(other.is_name and _share(item, other) for other in told)
        for place in fitting:
            if not place.item.is_name or _is_acronym(target, item, text, place.item):
                continue
            own = any(other.is_name and _share(place.item, other) for other in wanted)
            if place.fit == "loose" and not (own and named):
                continue
            if not own and (_is_saying(right) or (place.fit == "edge" and named)):
                continue
            surely = own and named if place.fit != "tight" else own or others_are_named
            flag: MatchFlag | None = "contradicted" if surely else None
            shown = text[place.item.start : place.item.end]
            yield Problem(f"“{shown}” stands where “{target[item.start : item.end]}” is wanted", flag, "part")
            break


def _fitting(slot: Slot, told: Sequence[Item], text: str) -> Iterator[Place]:
    """The items of the text that stand beside a neighbour of the wanted one, joined to it in the same way."""
    for before, item, after in zip((None, *told), told, (*told[1:], None), strict=False):
        if _link(text, before, item) != slot.link or _is_passive(text, item, after) != slot.passive:
            continue
        start, end = _clause(text, item)
        left = before if slot.left and before and before.end > start and _share(slot.left, before) else None
        right = after if slot.right and after and after.start < end and _share(slot.right, after) else None
        if right and not left and _owns(text, item) != slot.owns:
            right = None
        if left or right:
            clause = (left.end if left else start, right.start if right else end)
            yield Place(item, clause, _fit(slot, left, item, right, text))
        elif slot.link == _OPPOSING:
            yield Place(item, (item.start, item.end), "loose")


def _fit(slot: Slot, left: Item | None, item: Item, right: Item | None, text: str) -> Fit | None:
    """How surely a place is the wanted one, by which neighbours it has; over a comma it is not."""
    if left and right:
        return "tight"
    between = text[left.end : item.start] if left else text[item.end : right.start] if right else ""
    if "," in between:
        return None
    if (left and slot.right is None) or (right and slot.left is None):
        return "edge"
    beside = left or right
    if beside is None or _LIGHT & set(beside.stems):
        return None
    if left:
        return "loose" if slot.link or text[left.start : left.end].endswith("ed") else None
    return None if slot.link or _is_saying(right) else "loose"


def _owns(text: str, item: Item) -> bool:
    return text[item.end : item.end + 2] in {"'s", "’s", "s'"}


def _is_saying(item: Item | None) -> bool:
    return item is not None and bool(_SAYING & set(item.stems))


def _link(text: str, before: Item | None, item: Item) -> str | None:
    """The preposition between an item and the one before it, those of one sense brought together."""
    found = _LINK.findall(text[before.end if before else 0 : item.start])
    return _ONE_LINK.get(found[-1].lower(), found[-1].lower()) if found else None


def _is_passive(text: str, item: Item, after: Item | None) -> bool:
    """Whether a form of "to be" stands behind a name."""
    return bool(_TO_BE.search(text[item.end : after.start])) if after else False


def _is_acronym(one: str, item: Item, other: str, told: Item) -> bool:
    """Whether one of two names is the first letters of the other."""
    short, long = sorted((one[item.start : item.end], other[told.start : told.end]), key=len)
    return short.replace(".", "") == "".join(c for c in long if c.isupper())


def _clause(text: str, item: Item) -> tuple[int, int]:
    """The clause around an item; an "and" right beside it joins names, not clauses."""
    breaks = [m for m in _HARD.finditer(text) if not _joins(text, m, item)]
    start = max((m.end() for m in breaks if m.end() <= item.start), default=0)
    return start, min((m.start() for m in breaks if m.start() >= item.end), default=len(text))


def _joins(text: str, found: re.Match[str], item: Item) -> bool:
    beside = text[found.end() : item.start] if found.end() <= item.start else text[item.end : found.start()]
    return found.group().lower() == "and" and not _ARTICLE.sub("", beside).strip()


def _is_there(item: Item, span: tuple[int, int], told: Sequence[Item]) -> bool:
    return any(
        _share(item, other) and not (other.is_name and are_rivals(item.stems, other.stems))
        for other in told
        if span[0] <= other.start < span[1]
    )


def _share(one: Item, other: Item) -> bool:
    return any(closeness(first, second) for first in one.stems for second in other.stems)


def slot_problems(target: str, text: str) -> Iterator[Problem]:
    """A thing that "a" or "of" introduces is not exchanged for another between the same neighbours.

    Of other words that proves nothing: a verb or an adjective may have any synonym.
    """
    wanted, told = terms(target), terms(text)
    there = {term.stem for term in told}
    own = {term.stem for term in wanted}
    breaks = [m.start() for m in _BREAK.finditer(text)]
    for left, term, right in zip(wanted, wanted[1:], wanted[2:], strict=False):
        if not _is_thing(target, term) or any(closeness(term.stem, o) for o in there):
            continue
        for before, other, after in zip(told, told[1:], told[2:], strict=False):
            fits = closeness(left.stem, before.stem) and closeness(right.stem, after.stem)
            apart = any(before.end <= place < after.start for place in breaks)
            if fits and not apart and _is_thing(text, other) and not any(closeness(other.stem, o) for o in own):
                shown = text[other.start : other.end]
                yield Problem(f"“{shown}” stands where “{target[term.start : term.end]}” is wanted")
                break


def _is_thing(text: str, term: Term) -> bool:
    return term.kind == "word" and term.stem not in _LIGHT and bool(_THING.search(text[: term.start]))
