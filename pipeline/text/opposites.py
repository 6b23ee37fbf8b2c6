"""Opposites: general words of which one is not said for the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.words import Word, is_function_word, stem, words

_GROUPS: Final = """
    north northern northwards|south southern southwards|east eastern eastwards|west western westwards
    begin start|end finish
    rise climb soar surge|fall drop plunge plummet slump
    increase grow|decrease shrink dwindle
    win|lose
    up|down
    open|close shut
    accept approve|reject refuse
    right|left
    dawn sunrise|dusk sunset
    morning|afternoon|evening night
    noon|midnight
    first|last
    more|fewer less
    most|fewest least
    alive|dead
    survive|die kill
    guilty convict|innocent acquit clear exonerate
    praise welcome|criticise condemn denounce
    back endorse|oppose
    jail imprison|free release
    enter|leave
    arrive|depart
    buy|sell
    support|oppose resist
    strengthen|weaken
    widen|narrow
    raise|lower cut
    include|exclude
    legal lawful|illegal unlawful
    high higher highest|low lower lowest
    early earlier|late later
    inside|outside
    maximum|minimum
    possible|impossible
    likely|unlikely
    able|unable
    success succeed|failure fail
    male|female
    man|woman
    father|mother
    son|daughter
    brother|sister
    husband|wife
    victory|defeat
    better|worse
    best|worst
    majority|minority
    ally|enemy
    lift|impose
    upheld uphold|overturn
"""
_SIDES: Final = tuple(tuple(tuple(side.split()) for side in group.split("|")) for group in _GROUPS.strip().splitlines())
_PREPOSITIONS: Final = tuple(
    tuple(tuple(side.split()) for side in group.split("|"))
    for group in ("before|after", "for|against", "above|below", "over|under", "into|out", "towards toward|from")
)
"""Words of which only what follows tells whether two are said of one thing: "a day before X" is "X a day after"."""
_AS_WRITTEN: Final = frozenset(
    "left right lower higher highest lowest earlier later dead better worse best worst".split()
)
"""Forms that are other words when stemmed: "left" is not "leave" where it is a side."""
_NEAR: Final = 2
"""Content words on each side of a word in which it is seen what the word is said of."""
_PARTICLED: Final = frozenset(
    stem(verb)
    for verb in "end wind make set take give turn pick back call break sign line clean speed open build put come bring"
    " hold keep follow show look stand split sum tie own team melt calm".split()
)
"""Verbs with which "up" and "down" are no directions."""
_NEGATIONS: Final = frozenset("not no never nor neither without cannot hardly nobody none".split())
_NEGATION_REACH: Final = 3


class Clash(NamedTuple):
    """A word of the text, and the opposite that the evidence has in its place."""

    said: str
    evidence: str


class _Place(NamedTuple):
    """A word of some pair where it stands: which pair and side, and the content stems before and after it."""

    word: str
    group: int
    side: int
    before: frozenset[str]
    after: frozenset[str]
    negated: bool


def _forms(word: str) -> set[str]:
    """What a word is looked up by: closed-class words and sides as they are written, all others by their stem."""
    lowered = word.lower()
    if is_function_word(lowered):
        return {f"={lowered}"}
    return {f"={lowered}", stem(lowered)} if lowered in _AS_WRITTEN else {stem(lowered)}


def _listed() -> dict[str, list[tuple[int, int]]]:
    listed: dict[str, list[tuple[int, int]]] = {}
    for group, sides in enumerate(_SIDES + _PREPOSITIONS):
        for side, members in enumerate(sides):
            for word in members:
                # "left" is listed as a side only: as a verb it is found under "leave"
                key = f"={word}" if word in _AS_WRITTEN else min(_forms(word))
                listed.setdefault(key, []).append((group, side))
    return listed


_LISTED: Final = _listed()


def opposite_stems(stemmed: str) -> frozenset[str]:
    """The stems that are said for the contrary.

    >>> sorted(opposite_stems("close"))
    ['open']
    """
    return frozenset(
        stem(word)
        for group, side in _LISTED.get(stemmed, [])
        if group < len(_SIDES)
        for word in _SIDES[group][1 - side]
    )


def clashes(text: str, evidence: Sequence[str]) -> list[Clash]:
    """Words of ``text`` whose opposite stands in the evidence, said of the same, while they themselves do not.

    >>> clashes("Tarn lies 40 km south of Corrin.", ["Tarn lies 40 km north of Corrin."])
    [Clash(said='south', evidence='north')]
    """
    known = [place for passage in evidence for place in _places(passage)]
    there = {(place.group, place.side) for place in known}
    found = {}
    for place in _places(text):
        if (place.group, place.side) in there:
            continue
        other = next((k for k in known if _opposed(place, k)), None)
        if other:
            found[place.word] = Clash(place.word, other.word)
    return list(found.values())


def _opposed(place: _Place, other: _Place) -> bool:
    """The other side of the same pair, both denied or neither, and a neighbour on the same hand is shared.

    Of a word that is said the other way about ("were criticised by the families", "the families welcomed") each hand
    shares a neighbour with the other hand.
    """
    if place.group != other.group or place.side == other.side or place.negated != other.negated:
        return False
    after = bool(place.after & other.after)
    if after or place.group >= len(_SIDES):
        return after
    return bool(place.before & other.before) or bool(place.before & other.after and place.after & other.before)


@lru_cache(maxsize=8192)
def _places(text: str) -> tuple[_Place, ...]:
    found = words(text)
    telling = [index for index, word in enumerate(found) if not is_function_word(word.text)]
    places = []
    for index, word in enumerate(found):
        listed = {where for form in _forms(word.text) for where in _LISTED.get(form, [])}
        if not listed or (word.text in {"up", "down"} and index and stem(found[index - 1].text) in _PARTICLED):
            continue
        left, right = bisect_left(telling, index), bisect_right(telling, index)
        before = frozenset(stem(found[i].text) for i in telling[max(0, left - _NEAR) : left])
        after = frozenset(stem(found[i].text) for i in telling[right : right + _NEAR])
        negated = _is_negated(found[max(0, index - _NEGATION_REACH) : index])
        places += [_Place(word.text, group, side, before, after, negated) for group, side in sorted(listed)]
    return tuple(places)


def _is_negated(before: Sequence[Word]) -> bool:
    return any(w.text.lower() in _NEGATIONS or w.text.lower().endswith(("n't", "n’t")) for w in before)
