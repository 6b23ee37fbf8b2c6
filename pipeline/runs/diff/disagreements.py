"""Disagreements that appeared, went or changed, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, NamedTuple

from pipeline.domain.clusters import Holder
from pipeline.domain.comparison import DisagreementChange, DisagreementKind, PositionChange
from pipeline.domain.synthesis import Disagreement, DisagreementPosition
from pipeline.runs.diff.likeness import Cited, likeness, weights
from pipeline.runs.diff.pairing import pairs, reading_order
from pipeline.runs.diff.side import Side, citation_changes, word_runs
from pipeline.runs.diff.sources import changes

_SAME_HOLDER: Final = 0.1
"""Less than any likeness of words: who holds it decides between positions only where words and passages do not."""


class _Compared(NamedTuple):
    """A disagreement or a position as it is compared; ``holders`` are told apart by kind and name."""

    cited: Cited
    holders: Mapping[tuple[str, str], Holder]


def compare_disagreements(left: Side, right: Side) -> tuple[DisagreementChange, ...]:
    """Every disagreement of both runs once, in the order of the second."""
    before, after = left.synthesis.disagreements, right.synthesis.disagreements
    old, new = [_whole(left, item) for item in before], [_whole(right, item) for item in after]
    score = partial(likeness, weighed=weights([*old, *new]))
    order = reading_order(pairs(old, new, score), len(before), len(after))
    return tuple(
        _change(left, None if i is None else before[i], right, None if j is None else after[j]) for i, j in order
    )


def _whole(side: Side, disagreement: Disagreement) -> Cited:
    """All that its positions say, with all they cite; the topic is made of their words."""
    citations = [citation for position in disagreement.positions for citation in position.citations]
    return side.cited("\n".join(position.text for position in disagreement.positions), citations)


def _change(left: Side, before: Disagreement | None, right: Side, after: Disagreement | None) -> DisagreementChange:
    old, new = before.positions if before else (), after.positions if after else ()
    lefts, rights = [_position(left, p) for p in old], [_position(right, p) for p in new]
    weighed = weights([position.cited for position in (*lefts, *rights)])
    found = pairs(lefts, rights, partial(_likeness, weighed=weighed))
    positions = tuple(
        _position_change(left, None if i is None else old[i], right, None if j is None else new[j])
        for i, j in reading_order(found, len(old), len(new))
    )
    if before is None or after is None:
        kind: DisagreementKind = "resolved" if before else "appeared"
        return DisagreementChange(kind=kind, before=before, after=after, positions=positions)
    details = changes(_facts(before), _facts(after))
    same = not details and all(position.is_same() for position in positions)
    return DisagreementChange(
        kind="same" if same else "changed", before=before, after=after, positions=positions, details=details
    )


def _facts(disagreement: Disagreement) -> dict[str, str]:
    return {"topic": disagreement.topic, "relation": disagreement.relation}


def _position(side: Side, position: DisagreementPosition) -> _Compared:
    return _Compared(side.cited(position.text, position.citations), _holders(side, position))


def _holders(side: Side, position: DisagreementPosition) -> dict[tuple[str, str], Holder]:
    """The holders; one that is an article without a publisher goes by the name that both runs know it by."""
    return {(h.kind, side.articles.names.get(h.name, f"?{h.name}")): h for h in position.holders}


def _likeness(one: _Compared, other: _Compared, weighed: Mapping[str, float]) -> float | None:
    found = likeness(one.cited, other.cited, weighed)
    if found is None and one.holders.keys() & other.holders.keys():
        return _SAME_HOLDER
    return found


def _position_change(
    left: Side, before: DisagreementPosition | None, right: Side, after: DisagreementPosition | None
) -> PositionChange:
    if before is None or after is None:
        return PositionChange(kind="removed" if before else "added", before=before, after=after)
    citations = citation_changes(left, before.citations, right, after.citations)
    old, new = _holders(left, before), _holders(right, after)
    return PositionChange(
        kind="same" if before.text == after.text else "reworded",
        before=before,
        after=after,
        words=word_runs(before.text, after.text),
        citations_gained=citations.gained,
        citations_lost=citations.lost,
        holders_gained=tuple(holder for key, holder in new.items() if key not in old),
        holders_lost=tuple(holder for key, holder in old.items() if key not in new),
    )
