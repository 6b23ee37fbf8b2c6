"""What the summaries leave out: clusters that no statement covers, and drafts that were dropped."""

from __future__ import annotations

from functools import partial
from typing import Final

from pipeline.domain.clusters import ClaimCluster
from pipeline.domain.comparison import DroppedChange, OmissionChange, OmissionKind
from pipeline.render import wording
from pipeline.runs.diff.likeness import likeness, shared, weights
from pipeline.runs.diff.pairing import pairs, reading_order
from pipeline.runs.diff.side import Side
from pipeline.runs.diff.sources import Passage

_COVERED: Final = 0.5
"""Share of the shorter passage that both must have: a statement that cites half of it tells of it."""


def compare_omissions(left: Side, right: Side) -> tuple[OmissionChange, ...]:
    """Every omitted cluster of both runs once; one that the other run's statements cite is told there."""
    before, after = left.synthesis.omissions, right.synthesis.omissions
    old = [left.passages(cluster.claim_ids()) for cluster in before]
    new = [right.passages(cluster.claim_ids()) for cluster in after]
    changes = []
    for i, j in reading_order(pairs(old, new, _same_cluster), len(before), len(after)):
        omitted = None if i is None else before[i], None if j is None else after[j]
        if i is not None and j is None:
            changes.append(_change(omitted, left, right, old[i]))
        elif j is not None and i is None:
            changes.append(_change(omitted, right, left, new[j]))
        else:
            changes.append(_change(omitted, right, left, None))
    return tuple(changes)


def _same_cluster(one: frozenset[Passage], other: frozenset[Passage]) -> float | None:
    common = shared(one, other)
    return common if common >= _COVERED else None


def _change(
    omitted: tuple[ClaimCluster | None, ClaimCluster | None],
    having: Side,
    other: Side,
    passages: frozenset[Passage] | None,
) -> OmissionChange:
    """The change; ``passages`` are those of a cluster that only the side ``having`` omits."""
    before, after = omitted
    told_by = () if passages is None else _told_by(other, passages)
    kind: OmissionKind = "same"
    if after is None:
        kind = "told" if told_by else "gone"
    elif before is None:
        kind = "untold" if told_by else "appeared"
    cluster = after or before
    assert cluster is not None  # noqa: S101 - a change has at least one side
    return OmissionChange(kind=kind, before=before, after=after, quote=_quote(cluster, having), told_by=told_by)


def _told_by(side: Side, passages: frozenset[Passage]) -> tuple[str, ...]:
    """The statements that cite at least half of one of the passages."""
    return tuple(
        statement.id
        for statement in side.synthesis.statements
        if any(
            shared([side.articles.passage(citation.evidence)], [passage]) >= _COVERED
            for citation in statement.citations
            for passage in passages
        )
    )


def _quote(cluster: ClaimCluster, side: Side) -> str:
    """A passage of its first position, in a source's own words; its question where the claims are not at hand."""
    known = [claim_id for claim_id in cluster.positions[0].claim_ids if claim_id in side.claims]
    if not known:
        return cluster.question
    return wording.shortest_quote(cluster.positions[0].model_copy(update={"claim_ids": tuple(known)}), side.claims)


def compare_dropped(left: Side, right: Side) -> tuple[DroppedChange, ...]:
    """Every dropped draft of both runs once."""
    before, after = left.synthesis.dropped, right.synthesis.dropped
    old = [left.cited(item.text, item.citations) for item in before]
    new = [right.cited(item.text, item.citations) for item in after]
    found = pairs(old, new, partial(likeness, weighed=weights([*old, *new])))
    return tuple(
        DroppedChange(
            kind="same" if i is not None and j is not None else "gone" if j is None else "appeared",
            before=None if i is None else before[i],
            after=None if j is None else after[j],
        )
        for i, j in reading_order(found, len(before), len(after))
    )
