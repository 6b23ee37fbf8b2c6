"""From the claim ids of a draft to the passages behind them. The same for both engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.domain.base import Model
from pipeline.domain.claims import Claim, Evidence
from pipeline.domain.synthesis import Citation
from pipeline.engines.protocol import Brief, StatementDraft
from pipeline.guards.content import content_score
from pipeline.guards.judge import failures, is_supported
from pipeline.guards.passage import passage_of
from pipeline.text.similarity import coverage

_BEARS_ALL: Final = 0.8
"""Share of a statement's words that a further passage must hold to be cited for it too."""


class CitedDraft(Model):
    """A draft with its citations; ``draft`` is kept for repair."""

    draft: StatementDraft
    citations: tuple[Citation, ...]
    cluster_ids: tuple[str, ...]


def cite(draft: StatementDraft, brief: Brief) -> CitedDraft:
    """The draft with a citation for every claim it names, and for others of its topic that say all of it too.

    Claim ids that do not exist are left out; a draft without any other ends up without citations.
    """
    named = [brief.claims[claim_id] for claim_id in dict.fromkeys(draft.claim_ids) if claim_id in brief.claims]
    named = _needed(draft.text, named, brief)
    wanted = {claim.id for claim in named}
    topics = [
        cluster
        for cluster in brief.clusters
        if cluster.relation in {"single", "agree"}
        and not all(wanted.isdisjoint(position.claim_ids) for position in cluster.positions)
    ]
    fellows = (brief.claims[i] for cluster in topics for i in cluster.claim_ids())
    also = [claim for claim in fellows if claim not in named and _bears_all(draft.text, claim, brief)]
    return CitedDraft(
        draft=draft,
        citations=tuple(_citations([*named, *also])),
        cluster_ids=tuple(cluster.id for cluster in topics),
    )


def _needed(text: str, named: Sequence[Claim], brief: Brief) -> list[Claim]:
    """The claims that the text rests on: one goes if the others bear out as much and it bears nothing out alone.

    A model that is shown a group of claims cites them all; a reader who follows each citation must find the text.
    """
    kept = list(named)
    for claim in sorted(named, key=lambda c: coverage(text, [e.quote for e in c.evidence])):
        others = [c for c in kept if c is not claim]
        if not others or _bears_all(text, claim, brief):
            continue
        if _bear_as_much([e for c in others for e in c.evidence], [e for c in kept for e in c.evidence], text, brief):
            kept = others
    return kept


def _bear_as_much(fewer: Sequence[Evidence], more: Sequence[Evidence], text: str, brief: Brief) -> bool:
    """Whether the fewer passages hold no smaller share of the words, and no more guards fail."""
    if _found(text, fewer, brief) < _found(text, more, brief):
        return False
    failed, failed_before = (sum(1 for _ in failures(text, passages, brief.articles)) for passages in (fewer, more))
    return failed <= failed_before


def _bears_all(text: str, claim: Claim, brief: Brief) -> bool:
    found = _found(text, claim.evidence, brief)
    return found >= _BEARS_ALL and is_supported(text, claim.evidence, brief.articles)


def _found(text: str, evidence: Sequence[Evidence], brief: Brief) -> float:
    return round(content_score(text, [passage_of(brief.articles[e.article_id], e) for e in evidence]), 4)


def _citations(claims: Sequence[Claim]) -> Iterable[Citation]:
    """One citation per passage, even where two claims rest on the same one."""
    by_place: dict[tuple[str, int, int], tuple[Claim, Evidence]] = {}
    for claim in claims:
        for evidence in claim.evidence:
            by_place.setdefault((evidence.article_id, evidence.start, evidence.end), (claim, evidence))
    return (Citation(claim_id=claim.id, evidence=evidence) for claim, evidence in by_place.values())
