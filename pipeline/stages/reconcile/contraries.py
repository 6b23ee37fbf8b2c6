"""Contraries: what one article says and another denies, or says the opposite of, whoever is named in either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster
from pipeline.stages.reconcile.common import View, cluster, position, question, shortest
from pipeline.text.contraries import Contrary, contraries
from pipeline.text.names import name_tokens
from pipeline.text.words import words

_SHORT: Final = 16
"""Words of a clause that can stand as a question."""


class _Edge(NamedTuple):
    """Two claims, of two articles, that contradict each other."""

    first: Claim
    second: Claim
    found: Contrary


def contrary_differences(view: View, known: Sequence[ClaimCluster]) -> Iterator[ClaimCluster]:
    """A cluster of two sides for what articles contradict each other in.

    Args:
        view: the claims.
        known: disputes that were found by names or acts; what one of them has as a position already is no question of
            its own.
    """
    edges = [edge for edge in _edges(view) if not _is_known(edge, known)]
    for sides in _two_sided(edges):
        members = [claim for side in sides for claim in side]
        ids = {claim.id for claim in members}
        asked = _asked(next(edge for edge in edges if edge.first.id in ids), members)
        positions = [position(shortest(side).text, side, view.articles) for side in sides]
        told = any(all(claim.attribution for claim in side) for side in sides)
        yield cluster(asked, positions, "reported_position" if told else "contradiction", members)


def _edges(view: View) -> list[_Edge]:
    claims = list(view.claims)
    found = contraries([claim.text for claim in claims])
    edges = [_Edge(claims[one], claims[two], what) for one, two, what in found]
    return [e for e in edges if e.first.evidence[0].article_id != e.second.evidence[0].article_id]


def _is_known(edge: _Edge, known: Sequence[ClaimCluster]) -> bool:
    return any({edge.first.id, edge.second.id} & set(cluster.claim_ids()) for cluster in known)


def _two_sided(edges: Sequence[_Edge]) -> list[tuple[list[Claim], list[Claim]]]:
    """What hangs together by contradictions, in two sides; a pair that would set a side against itself is left out."""
    side: dict[str, tuple[int, int]] = {}
    groups: dict[int, tuple[list[Claim], list[Claim]]] = {}
    for edge in edges:
        ends = [side.get(claim.id) for claim in (edge.first, edge.second)]
        if ends == [None, None]:
            number = len(groups)
            groups[number] = ([edge.first], [edge.second])
            side[edge.first.id], side[edge.second.id] = (number, 0), (number, 1)
        elif None in ends:
            known = ends[0] or ends[1] or (0, 0)
            new = edge.second if ends[0] else edge.first
            groups[known[0]][1 - known[1]].append(new)
            side[new.id] = (known[0], 1 - known[1])
    return list(groups.values())


def _asked(edge: _Edge, members: Sequence[Claim]) -> str:
    """The clause that is said, where it is short ("Whether the bridge was safe"), else the words that differ."""
    clause = edge.found.affirmed.rstrip(" .")
    first = words(clause)[:1]
    if not first or len(words(clause)) > _SHORT or not any(clause in claim.text for claim in members):
        return question(f"Disputed: {edge.found.said} or {edge.found.other}", members)
    named = first[0].text[0].isupper() and bool(name_tokens(first[0].text) & name_tokens(clause))
    return f"Whether {clause if named else clause[0].lower() + clause[1:]}"
