"""What lies behind the summary: each article's claims, the reports that articles share, and the days they tell of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.domain.claims import ArticleFile, Claim, independent_origins
from pipeline.domain.clusters import ClaimCluster
from pipeline.domain.synthesis import Citation, Statement
from pipeline.render import wording
from pipeline.render.numbering import Numbering
from pipeline.render.report_views import (
    ClaimsView,
    ClaimView,
    DayView,
    HappeningView,
    OriginView,
    PositionView,
    RejectedView,
    SharedView,
)

_PLAIN: Final = frozenset({"done", "stated"})
"""Modalities that need no word."""


def claims_views(
    statements: Sequence[Statement], files: Sequence[ArticleFile], numbering: Numbering
) -> tuple[ClaimsView, ...]:
    """The claims of each article, with the statements that cite them, and what was rejected."""
    told: dict[str, list[int]] = {}
    for number, statement in enumerate(statements, 1):
        for claim_id in dict.fromkeys(c.claim_id for c in statement.citations if c.claim_id):
            told.setdefault(claim_id, []).append(number)
    return tuple(_of_article(file, told, numbering) for file in files)


def _of_article(file: ArticleFile, told: Mapping[str, Sequence[int]], numbering: Numbering) -> ClaimsView:
    views = tuple(_claim(claim, told.get(claim.id, ()), numbering) for claim in _by_place(file.summary.claims))
    rejected = tuple(RejectedView(r.text, r.quote, r.reason) for r in file.summary.rejected)
    cited = sum(bool(view.told) for view in views)
    remark = f"{wording.count(len(views), 'claim')}, {cited} in the summary"
    return ClaimsView(
        number=numbering.number(file.article.id),
        name=numbering.name(file.article.id),
        remark=f"{remark}, {len(rejected)} rejected" if rejected else remark,
        claims=views,
        rejected=rejected,
    )


def _by_place(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (claim.evidence[0].start, claim.evidence[0].end, claim.id))


def _claim(claim: Claim, told: Sequence[int], numbering: Numbering) -> ClaimView:
    speaker, relays = wording.speakers(claim.attribution)
    words = [claim.kind, "" if claim.modality in _PLAIN else claim.modality]
    words.append("denied" if claim.polarity == "denied" else "")
    return ClaimView(
        id=claim.id,
        text=claim.text,
        cites=numbering.cite(_citations([claim])),
        nature=", ".join(filter(None, words)),
        speaker=speaker,
        relays=relays,
        told=tuple(told),
    )


def _citations(claims: Iterable[Claim]) -> list[Citation]:
    return [Citation(claim_id=claim.id, evidence=evidence) for claim in claims for evidence in claim.evidence]


# --- origins


def _common_reports(claims: Iterable[Claim]) -> list[list[Claim]]:
    """The claims of one origin that stand in two or more articles, each group by article and place."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.origin_id, []).append(claim)
    return [group for group in groups.values() if len(_articles_of(group)) > 1]


def _articles_of(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(evidence.article_id for claim in claims for evidence in claim.evidence))


def shared_keys(claims: Iterable[Claim], numbering: Numbering) -> frozenset[str]:
    """The keys of the passages that another article carries, too."""
    shared = (claim for group in _common_reports(claims) for claim in group)
    return numbering.keys_of(evidence for claim in shared for evidence in claim.evidence)


def origin_views(claims: Iterable[Claim], numbering: Numbering) -> tuple[OriginView, ...]:
    """The reports that articles have in common, by the articles that carry them."""
    by_articles: dict[tuple[int, ...], list[list[Claim]]] = {}
    for group in _common_reports(claims):
        numbers = tuple(sorted(numbering.number(article) for article in _articles_of(group)))
        by_articles.setdefault(numbers, []).append(group)
    return tuple(
        OriginView(
            id=f"origin-{'-'.join(map(str, numbers))}",
            title=f"Sources {wording.listed([str(number) for number in numbers])}",
            remark=f"{wording.count(len(groups), 'report')} in common, counted once",
            shared=tuple(_shared(group, numbering) for group in groups),
        )
        for numbers, groups in sorted(by_articles.items())
    )


def _shared(group: Sequence[Claim], numbering: Numbering) -> SharedView:
    """Each article's own passages of one report."""
    passages = []
    for article in _articles_of(group):
        own = [c for c in _citations(_by_place(group)) if c.evidence.article_id == article]
        text = " … ".join(" ".join(c.evidence.quote.split()) for c in own)
        passages.append(PositionView(holders=(), text=text, cites=numbering.cite(own)))
    return SharedView(tuple(passages))


# --- timeline


def timeline(
    clusters: Sequence[ClaimCluster], claims: Mapping[str, Claim], numbering: Numbering
) -> tuple[DayView, ...]:
    """The dated claims by day; what several articles tell of one day is one entry, in the shortest one's words."""
    days: dict[str, list[list[Claim]]] = {}
    told: set[str] = set()
    for cluster in clusters:  # a claim that is also a side of a difference is told where it comes first
        dated: dict[str, list[Claim]] = {}
        for claim in (claims[id_] for id_ in cluster.claim_ids() if id_ in claims and id_ not in told):
            if claim.event_date:
                dated.setdefault(claim.event_date, []).append(claim)
        told |= {claim.id for group in dated.values() for claim in group}
        for day, group in dated.items():
            days.setdefault(day, []).append(group)
    return tuple(
        DayView(day, wording.day(day) or day, tuple(_happening(group, numbering) for group in _widest_first(groups)))
        for day, groups in sorted(days.items())
    )


def _widest_first(groups: Sequence[Sequence[Claim]]) -> list[Sequence[Claim]]:
    """What the most origins tell comes first; otherwise in the order of the clusters."""
    return sorted(groups, key=lambda group: -independent_origins(group))


def _happening(group: Sequence[Claim], numbering: Numbering) -> HappeningView:
    shortest = min(group, key=lambda claim: (len(claim.text), claim.id))
    reach = wording.reach(len(_articles_of(group)), independent_origins(group))
    return HappeningView(" ".join(shortest.text.split()), numbering.cite(_citations(group)), reach)
