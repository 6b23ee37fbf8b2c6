"""How many independent reports stand behind a statement: seven articles from one wire report are one origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.evaluation.results import Metric, share


def independent_origins(articles: Sequence[str], copies: Sequence[frozenset[str]]) -> int:
    """The number of groups that ``articles`` fall into when the members of each set of ``copies`` are one report.

    Copying is transitive, through passages that are not among ``articles`` too (union-find, Tarjan 1975).

    >>> independent_origins(["a", "b", "c"], [frozenset({"a", "x"}), frozenset({"x", "b"})])
    2
    """
    parent: dict[str, str] = {}
    for group in copies:
        members = sorted(group)
        for member in members[1:]:
            parent[_root(member, parent)] = _root(members[0], parent)
    return len({_root(article, parent) for article in articles})


def origin_metrics(claimed_and_true: Iterable[tuple[int, int]]) -> dict[str, Metric]:
    """The share of statements that claim more independent origins than the labels leave them.

    One that claims none counts with these: a stored run must not do better by leaving its numbers out.

    Args:
        claimed_and_true: for each statement, the origins that the summary claims and those that there are.

    >>> origin_metrics([(3, 1), (2, 2)])["origins_overcounted"].value
    0.5
    """
    return {"origins_overcounted": share([not 0 < claimed <= true for claimed, true in claimed_and_true])}


def _root(name: str, parent: dict[str, str]) -> str:
    """The representative of a group; the path to it is halved on the way. A root has no other parent than itself."""
    while (above := parent.get(name, name)) != name:
        parent[name] = parent.get(above, above)
        name = parent[name]
    return name
