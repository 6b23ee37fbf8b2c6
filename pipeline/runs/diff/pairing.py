"""Who is whose partner, and who changed places.

Partners are found greedily: the best pair first, then the best of those left. So no two texts that would both be
better off together are kept apart (the matching is stable), which is what a reader expects of a comparison; an
assignment with the greatest sum may tear a good pair apart to make two middling ones.

Nothing here knows which run came first: the same pairs are found from either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

_Item = TypeVar("_Item")


class Pair(NamedTuple):
    """Numbers of two partners, of the first list and of the second."""

    before: int
    after: int


def pairs(
    before: Sequence[_Item], after: Sequence[_Item], score: Callable[[_Item, _Item], float | None]
) -> tuple[Pair, ...]:
    """Partners in the order of ``before``; ``score`` is None where two cannot be partners. Each has one at most.

    Among equals, those nearest in place go first. Two candidates that are equal in this order too are (i, j) and
    (j, i), which never compete: so the result does not depend on the direction.

    >>> pairs(["a", "b"], ["b", "a"], lambda x, y: 1.0 if x == y else None)
    (Pair(before=0, after=1), Pair(before=1, after=0))
    """
    candidates = [
        (-found, abs(i - j), min(i, j), Pair(i, j))
        for i, left in enumerate(before)
        for j, right in enumerate(after)
        if (found := score(left, right)) is not None
    ]
    taken: list[Pair] = []
    lefts: set[int] = set()
    rights: set[int] = set()
    for *_, pair in sorted(candidates):
        if pair.before not in lefts and pair.after not in rights:
            taken.append(pair)
            lefts.add(pair.before)
            rights.add(pair.after)
    return tuple(sorted(taken))


def moved(found: Iterable[Pair]) -> frozenset[Pair]:
    """The pairs that changed places with others: without them the rest stand in one order on both sides.

    Those that cross most others are taken out first, equals together: a text that went from the end to the front is
    the one that moved, not all it passed; of two that changed places with each other, both did.

    >>> sorted(moved([Pair(0, 1), Pair(1, 2), Pair(2, 3), Pair(3, 0)]))
    [Pair(before=3, after=0)]
    """
    left = set(found)
    out: set[Pair] = set()
    while True:
        crossings = {pair: sum(_cross(pair, other) for other in left) for pair in left}
        most = max(crossings.values(), default=0)
        if most == 0:
            return frozenset(out)
        worst = {pair for pair, count in crossings.items() if count == most}
        out |= worst
        left -= worst


def _cross(one: Pair, other: Pair) -> bool:
    return (one.before - other.before) * (one.after - other.after) < 0


def reading_order(found: Sequence[Pair], before: int, after: int) -> list[tuple[int | None, int | None]]:
    """Every number of both lists once, in the order of the second; what has no partner there follows its neighbour.

    >>> reading_order([Pair(0, 0)], 2, 2)
    [(0, 0), (1, None), (None, 1)]
    """
    partner = {pair.after: pair.before for pair in found}
    places: list[tuple[tuple[int, int, int], tuple[int | None, int | None]]]
    places = [((j, 0, 0), (partner.get(j), j)) for j in range(after)]
    forward = {pair.before: pair.after for pair in found}
    anchor = -1
    for i in range(before):
        if i in forward:
            anchor = forward[i]
        else:
            places.append(((anchor, 1, i), (i, None)))
    return [numbers for _, numbers in sorted(places, key=lambda place: place[0])]
