"""The slots of a sentence: which verb, noun or preposition each name and noun stands with, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.text.phrases import Phrase, Unit, phrases

Role = Literal["does", "undergoes", "owns", "of", "place", "with", "modifies", "titled"]

_RELATIVES: Final = frozenset({"who", "which", "that"})
_MOST: Final = 40
"""Phrases that are looked back over."""


_PRONOUN: Final = Unit(frozenset(), frozenset(), name=False, text="")
"""Somebody whom a pronoun names."""


class Slot(NamedTuple):
    """``head`` stands in ``role`` with ``filler``.

    ``also`` are the units beside it that may be meant as well ("Ada Penn, head of Tarn Lines"); ``known`` is False
    where a pronoun or nothing readable fills the slot. ``certain``: the nearest reading, not only a possible one.
    """

    role: str
    head: str
    filler: Unit | None
    also: tuple[Unit, ...]
    known: bool
    certain: bool


@lru_cache(maxsize=8192)
def slots(text: str) -> tuple[Slot, ...]:
    """All slots of a text.

    >>> [(s.role, s.head, s.filler.text) for s in slots("Oslo sued Bergen.") if s.filler]
    [('does', 'su', 'Oslo'), ('undergoes', 'su', 'Bergen')]
    """
    found = phrases(text)
    return (*_of_verbs(found), *_of_prepositions(found), *_inside(found))


def _of_verbs(found: Sequence[Phrase]) -> Iterator[Slot]:
    for index, phrase in enumerate(found):
        if phrase.kind != "verb" or phrase.stem == "be":
            continue
        subject, between = _subject(found, index)
        yield _slot("undergoes" if phrase.passive else "does", phrase.stem, subject, between)
        following = found[index + 1 : index + 2]
        if phrase.passive:
            agent = _agent(found, index)
            if agent is not None:
                yield _slot("does", phrase.stem, found[agent], _joined(found, agent))
        elif following and following[0].kind == "noun" and not _opens_clause(found, index + 1):
            yield _slot("undergoes", phrase.stem, following[0], _joined(found, index + 1))


def _opens_clause(found: Sequence[Phrase], place: int) -> bool:
    """Whether the noun does the next verb: "said the ferry sank"."""
    after = found[place + 1] if place + 1 < len(found) else None
    return after is not None and after.kind == "verb" and not (after.infinitive or after.passive)


def _slot(role: Role, head: str, noun: Phrase | None, also: Sequence[Unit], *, certain: bool = True) -> Slot:
    filler = noun.units[-1] if noun and noun.units else None
    known = filler is not None and _PRONOUN not in also
    beside = (*noun.units[:-1], *also) if noun else tuple(also)
    return Slot(role, head, filler, tuple(beside), known, certain)


def _subject(  # noqa: C901, PLR0911  one way back for each form of the sentence
    found: Sequence[Phrase], index: int
) -> tuple[Phrase | None, tuple[Unit, ...]]:
    """The noun phrase that does it, and the units between it and the verb."""
    place = index - 1
    if found[index].infinitive:
        governing = _verb_before(found, index)
        if governing is not None and (found[governing].passive or found[governing].stem == "be"):
            return _subject(found, governing)
    for _ in range(_MOST):
        if place < 0:
            return None, ()
        phrase = found[place]
        if phrase.kind == "clause" and phrase.word in _RELATIVES:
            place -= 1
            if place >= 0 and found[place].kind == "comma":
                place -= 1
            continue
        if phrase.kind == "and" and place and found[place - 1].kind != "comma":
            earlier = _verb_before(found, place)
            return _subject(found, earlier) if earlier is not None else (None, ())
        if phrase.kind == "verb":
            return (None, ()) if phrase.passive else _subject(found, place)
        if phrase.kind == "comma":
            return _before_apposition(found, place, index)
        if phrase.kind == "noun":
            first = _chain_start(found, place)
            also = tuple(unit for phrase in found[first + 1 : index] for unit in phrase.units)
            return found[first], also + _joined_before(found, first) + _said_to_be(found, first)
        return None, ()
    return None, ()


def _verb_before(found: Sequence[Phrase], place: int) -> int | None:
    """The verb of the same clause before a conjunction."""
    for index in range(place - 1, -1, -1):
        if found[index].kind in {"break", "clause"}:
            return None
        if found[index].kind == "verb":
            return index
    return None


def _chain_start(found: Sequence[Phrase], place: int) -> int:
    """The first noun of "the owner of the ferry in the port"."""
    while place >= 2 and found[place - 1].kind == "preposition" and found[place - 2].kind == "noun":  # noqa: PLR2004  a pair
        if place >= 3 and found[place - 3].kind == "preposition" and not _has_noun(found, place - 4):  # noqa: PLR2004  two pairs
            break  # "In a letter to Penn Tarn said": no noun leads the chain
        place -= 2
    return place


def _has_noun(found: Sequence[Phrase], place: int) -> bool:
    return place >= 0 and found[place].kind in {"noun", "verb"}


def _before_apposition(found: Sequence[Phrase], comma: int, verb: int) -> tuple[Phrase | None, tuple[Unit, ...]]:
    """In "X, head of Y, said" the subject stands before the first comma."""
    for place in range(comma - 1, 0, -1):
        if found[place].kind == "break":
            break
        if found[place].kind == "comma" and found[place - 1].kind == "noun":
            first = _chain_start(found, place - 1)
            return found[first], tuple(unit for phrase in found[first + 1 : verb] for unit in phrase.units)
    return None, ()


def _said_to_be(found: Sequence[Phrase], place: int) -> tuple[Unit, ...]:
    """In "Penn is a sailor who left" the sailor is Penn."""
    if place and found[place - 1].kind == "verb" and found[place - 1].stem == "be":
        subject, _ = _subject(found, place - 1)
        return subject.units if subject else ()
    return ()


def _joined_before(found: Sequence[Phrase], place: int) -> tuple[Unit, ...]:
    """The other half of "A and B" before the verb."""
    if place >= 2 and found[place - 1].kind == "and" and found[place - 2].kind == "noun":  # noqa: PLR2004  a pair
        other = found[place - 2]
        return (*other.units, *([_PRONOUN] if other.pronoun else []), *_joined_before(found, place - 2))
    if place >= 2 and found[place - 1].kind == "comma" and found[place - 2].kind == "noun":  # noqa: PLR2004  a pair
        return found[place - 2].units
    return ()


def _joined(found: Sequence[Phrase], place: int) -> tuple[Unit, ...]:
    """What goes on from a noun: "and B", ", head of B", "of B", until the next verb or clause."""
    units: list[Unit] = []
    for phrase in found[place + 1 :]:
        if phrase.kind in {"verb", "clause", "break"} or phrase.word in {"to", "in", "at", "by", "from", "against"}:
            break
        units += phrase.units
    return tuple(units)


def _agent(found: Sequence[Phrase], verb: int) -> int | None:
    for index in range(verb + 1, len(found) - 1):
        if found[index].kind in {"verb", "clause", "break"}:
            return None
        if found[index].word == "by" and found[index + 1].kind == "noun":
            return index + 1
    return None


_KINDS: Final[dict[str, Role]] = {
    "of": "of", "in": "place", "at": "place", "near": "place", "off": "place", "on": "place", "from": "with",
    "to": "with", "with": "with", "against": "with", "over": "with", "for": "with", "between": "with", "into": "place",
    "by": "with", "about": "with", "towards": "place", "toward": "place", "outside": "place", "aboard": "place",
    "onto": "place", "around": "place",
}  # fmt: skip


def _of_prepositions(found: Sequence[Phrase]) -> Iterator[Slot]:
    """The noun after a preposition, with the noun or verb before it; the verb further back is possible, too."""
    for index, phrase in enumerate(found[:-1]):
        if phrase.kind != "preposition" or found[index + 1].kind != "noun" or phrase.word not in _KINDS:
            continue
        noun, also = found[index + 1], _joined(found, index + 1)
        role = f"{phrase.word}"
        near = found[index - 1] if index else None
        if near and near.kind == "noun" and near.units:
            yield _prepositional(role, min(near.units[-1].stems), noun, also, certain=True)
        verb = _verb_before(found, index)
        if verb is not None and found[verb].stem != "be":
            yield _prepositional(role, found[verb].stem, noun, also, certain=verb == index - 1)


def _prepositional(role: str, head: str, noun: Phrase, also: Sequence[Unit], *, certain: bool) -> Slot:
    return _slot("with", head, noun, also, certain=certain)._replace(role=role)


def _inside(found: Sequence[Phrase]) -> Iterator[Slot]:
    """Owners, names before a noun ("the Tarn ferry"), and nouns before a name ("minister Penn")."""
    for index, phrase in enumerate(found):
        if phrase.kind != "noun" or not phrase.units:
            continue
        head = phrase.units[-1]
        if phrase.owner:
            yield Slot("owns", min(head.stems), phrase.owner[-1], phrase.owner[:-1], known=True, certain=True)
        others = phrase.units[:-1]
        titles = [unit for unit in others if not unit.name]
        if head.name and titles:
            before = (unit for unit in others[: others.index(titles[-1])] if unit.name)
            yield from (Slot("modifies", min(titles[-1].stems), unit, (), known=True, certain=True) for unit in before)
        if not head.name:
            yield from (
                Slot("modifies", min(head.stems), unit, (), known=True, certain=True) for unit in others if unit.name
            )
        elif others and not others[-1].name:
            yield Slot("titled", min(others[-1].stems), head, _joined(found, index), known=True, certain=True)
