"""Agglomerative clustering with average linkage (Sokal and Michener 1958), over the pairs that have anything in common.

The mean over all pairs decides, so that two events are not joined by the one article that tells of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush


def average_link(count: int, likeness: Mapping[tuple[int, int], float], threshold: float) -> list[list[int]]:
    """Items 0 to ``count`` - 1 in groups; the nearest two groups are joined while their mean likeness is ``threshold``.

    A pair that is not in ``likeness`` has none. Of equal pairs the one with the smallest items goes first.

    >>> average_link(4, {(0, 1): 0.9, (1, 2): 0.5, (0, 2): 0.1}, 0.4)
    [[0, 1], [2], [3]]
    """
    members = {item: [item] for item in range(count)}
    sums: dict[int, dict[int, float]] = {item: {} for item in members}
    for (one, two), value in likeness.items():
        sums[one][two] = sums[two][one] = value
    waiting = [(-value, one, two, 2) for (one, two), value in likeness.items() if value >= threshold]
    heapify(waiting)
    while waiting:
        _, one, two, size = heappop(waiting)
        if one not in members or two not in members or len(members[one]) + len(members[two]) != size:
            continue  # one of the two has been joined since; how they stand now waits elsewhere
        members[one] += members.pop(two)
        _join(sums, one, two)
        for other, value in sums[one].items():
            mean = value / (len(members[one]) * len(members[other]))
            if mean >= threshold:
                pair = (min(one, other), max(one, other))
                heappush(waiting, (-mean, *pair, len(members[one]) + len(members[other])))
    return list(members.values())


def _join(sums: dict[int, dict[int, float]], one: int, two: int) -> None:
    """The second group's likenesses, added to the first's."""
    for other, value in sums.pop(two).items():
        del sums[other][two]
        if other != one:
            sums[one][other] = sums[other][one] = sums[one].get(other, 0.0) + value
