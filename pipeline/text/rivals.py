"""Words of one field of which one is not told by another: "arrested" is not "charged", "asked" is not "refused"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.text.closeness import closeness
from pipeline.text.terms import form_of, terms

_RIVALS: Final = tuple(
    tuple(frozenset(map(form_of, side.split())) for side in line.split("|"))
    for line in """
    kill die|injure wound|rescue save survive|miss
    arrest detain|charge indict|convict|acquit clear|release free
    suspend pause freeze|withdraw quit leave|cancel scrap abandon|resume restore|extend renew
    praise welcome|criticise condemn denounce
    hire appoint|sack fire dismiss|resign
    ask request|offer|order|refuse
    propose|approve pass|reject block
    confirm|deny
    warn|promise pledge
    minister|president|king|mayor|governor
    gain|lose
    import|export
    friend|enemy
    borrow|lend
    teach|learn
    attack|defend
    add|remove
    create|destroy
    sink|float
    land|crash
    delay postpone|cancel
    draw tie|win|lose
    ban prohibit|allow permit
    husband|wife|brother|sister|father|mother|son|daughter
    monday|tuesday|wednesday|thursday|friday|saturday|sunday
    spring|summer|autumn|winter
    plane|train|bus|ship
    raise lift|lower cut reduce
    win|nominate shortlist
    safe|dangerous unsafe hazardous
    """.strip().splitlines()
)
"""Words of one field, of which one is not told by another."""
_BREAK: Final = re.compile(
    r"[,;:()–—](?!\d)|\b(?:and|but|while|after|before|when|because|although|though|if|as|who|which|that|where)\b",
    re.IGNORECASE,
)
_DENIED: Final = frozenset({form_of("deny")})
_DENIAL: Final = re.compile(r"\b(?:no|not|never|nor|without)\b|n['’]t\b", re.IGNORECASE)
"""Who denies may be told to confirm something beside it."""


class Rival(NamedTuple):
    """A word of the text, and the one of its field that the other text has in its place; both as stems."""

    said: str
    told: str


def rivals(said: str, told: str) -> Iterator[Rival]:
    """Words of ``said`` for which ``told`` has another of their field, in a clause about the same.

    >>> [tuple(r) for r in rivals("The mayor was charged.", "The mayor was arrested.")]
    [('charg', 'arrest')]
    """
    wanted, found = terms(said), terms(told)
    own, there = {term.stem for term in wanted}, {term.stem for term in found}
    ends = [m.start() for m in _BREAK.finditer(told)]
    clauses: dict[int, set[str]] = {}
    for term in found:
        clauses.setdefault(bisect_left(ends, term.start), set()).add(term.stem)
    near = {stem for clause in clauses.values() for stem in clause if _is_of_the_same(clause - {stem}, own)}
    for word in dict.fromkeys(term.stem for term in wanted):
        if any(closeness(word, other) for other in there):
            continue
        for sides in _RIVALS:
            mine = [side for side in sides if word in side]
            others = {other for side in sides if side not in mine for other in side & near} if mine else set()
            has_both = any(one in side for side in sides if side & others for one in own)
            others = {other for other in others if not any(closeness(other, one) for one in own)}
            if others and not has_both and not (word in _DENIED and _DENIAL.search(told)):
                yield Rival(word, min(others))


def _is_of_the_same(clause: set[str], wanted: set[str]) -> bool:
    return any(closeness(one, other) for one in clause for other in wanted)
