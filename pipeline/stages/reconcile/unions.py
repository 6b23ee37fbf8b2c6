"""Groups from pairs (union-find, Tarjan 1975)."""

from __future__ import annotations

from collections.abc import Iterable


def groups(members: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The members in groups: two of a pair are in one, and so is whatever hangs together by pairs.

    >>> groups("abcd", [("a", "c"), ("c", "d")])
    [['a', 'c', 'd'], ['b']]
    """
    parent = {member: member for member in members}

    def root(member: str) -> str:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for one, two in pairs:
        parent[root(one)] = root(two)
    found: dict[str, list[str]] = {}
    for member in parent:
        found.setdefault(root(member), []).append(member)
    return list(found.values())
