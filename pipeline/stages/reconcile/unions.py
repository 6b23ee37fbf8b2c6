"""Groups from pairs (union-find, Tarjan 1975)."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def groups(
    members: Iterable[str], pairs: Iterable[tuple[str, str]], linked: Callable[[str, str], bool]
) -> list[list[str]]:
    """The members in groups: two of a pair that are ``linked``, and whatever hangs together by such pairs.

    A pair that is in one group already is not asked about.

    >>> groups("abcd", [("a", "c"), ("c", "d"), ("a", "b")], lambda one, two: two != "b")
    [['a', 'c', 'd'], ['b']]
    """
    parent = {member: member for member in members}

    def root(member: str) -> str:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for one, two in pairs:
        first, second = root(one), root(two)
        if first != second and linked(one, two):
            parent[first] = second
    found: dict[str, list[str]] = {}
    for member in parent:
        found.setdefault(root(member), []).append(member)
    return list(found.values())
