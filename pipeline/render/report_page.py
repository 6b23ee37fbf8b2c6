"""From a synthesis and its articles to what the page shows; the template only lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.domain.claims import ArticleFile, Claim
from pipeline.domain.clusters import ClaimCluster
from pipeline.domain.run import RunManifest
from pipeline.domain.synthesis import Citation, Disagreement, Dropped, Statement, Synthesis
from pipeline.domain.verdict import Guard, Verdict
from pipeline.render import wording
from pipeline.render.numbering import Numbering, place_of
from pipeline.render.report_claims import claims_views, origin_views, shared_keys, timeline
from pipeline.render.report_run import run_view
from pipeline.render.report_sources import Marks, also_views, source_view
from pipeline.render.report_views import (
    DroppedView,
    PageView,
    PositionView,
    Remark,
    StatementView,
    TopicView,
    VerdictView,
)

_WEAK: Final = 0.5
"""A support score below which a statement that passed its checks deserves a second look all the same."""


def build_page(synthesis: Synthesis, files: Sequence[ArticleFile], manifest: RunManifest | None = None) -> PageView:
    """Everything the page shows.

    Raises:
        InputError: a citation does not stand where it says.
    """
    files = _in_order(files, synthesis)
    articles = {file.article.id: file.article for file in files}
    claims = {claim.id: claim for file in files for claim in file.summary.claims}
    numbering = Numbering(synthesis.sources, articles)
    statements = tuple(_statement(s, synthesis.disagreements, numbering) for s in synthesis.statements)
    disagreements = tuple(_disagreement(d, numbering) for d in synthesis.disagreements)
    rests_on = numbering.keys()  # what follows is shown, but the summary does not rest on it
    omissions = tuple(_omission(cluster, claims, numbering) for cluster in synthesis.omissions)
    dropped = tuple(_dropped(f"x{n}", d, numbering) for n, d in enumerate(synthesis.dropped, 1))
    by_article = claims_views(synthesis.statements, files, numbering)
    origins = origin_views(claims.values(), numbering)
    days = timeline(synthesis.clusters, claims, numbering)
    # Last: by now every passage has its key.
    marks = Marks(numbering, rests_on, shared_keys(claims.values(), numbering))
    shared = wording.common_origins(synthesis.sources, claims.values())
    return PageView(
        title=synthesis.title,
        statements=statements,
        disagreements=disagreements,
        omissions=omissions,
        dropped=dropped,
        claims=by_article,
        origins=origins,
        days=days,
        run=run_view(manifest) if manifest else None,
        sources=tuple(
            source_view(number, source, articles, marks)._replace(
                shared=shared.get(source.article_id),
                also=also_views(source.path, manifest.duplicates if manifest else ()),
            )
            for number, source in enumerate(synthesis.sources, 1)
        ),
        engine=synthesis.engine,
        model=synthesis.model,
    )


def _in_order(files: Sequence[ArticleFile], synthesis: Synthesis) -> list[ArticleFile]:
    """The files in the order of the sources, so that the page does not depend on the order they were given in."""
    by_id = {file.article.id: file for file in files}
    return [by_id[source.article_id] for source in synthesis.sources if source.article_id in by_id]


def _statement(statement: Statement, differences: Sequence[Disagreement], numbering: Numbering) -> StatementView:
    cited = {citation.evidence.article_id for citation in statement.citations}
    speaker, relays = wording.speakers(statement.attribution)
    return StatementView(
        id=statement.id,
        text=statement.text,
        cites=numbering.cite(statement.citations),
        speaker=speaker,
        relays=relays,
        reach=wording.reach(len(cited), statement.origins),
        verdict=_verdict(statement.verdict),
        remarks=tuple(_remarks(statement, differences)),
    )


def _remarks(statement: Statement, differences: Sequence[Disagreement]) -> Iterable[Remark]:
    """What in a statement deserves a second look."""
    if statement.verdict.status == "unverified":
        yield Remark("Its words could not be compared with what it cites: read the passage", None)
    if statement.verdict.status == "supported" and statement.verdict.score < _WEAK:
        yield Remark(f"Worded far from what it cites (support score {statement.verdict.score:.2f})", None)
    places = {place_of(c.evidence) for c in statement.citations}
    for difference in differences:
        told = [bool(places & {place_of(c.evidence) for c in p.citations}) for p in difference.positions]
        if any(told):
            yield Remark(f"{_differs(difference, newest=told[-1])}: {difference.topic}", f"difference-{difference.id}")


def _differs(difference: Disagreement, *, newest: bool) -> str:
    """How the sources differ on what a statement tells; of a figure that rose, whether it is the newest one."""
    if difference.relation != "superseded":
        return "Sources differ"
    return "Earlier reports had another figure" if newest else "A later report has another figure"


def _disagreement(disagreement: Disagreement, numbering: Numbering) -> TopicView:
    return TopicView(
        id=disagreement.id,
        topic=disagreement.topic,
        remark=wording.RELATION[disagreement.relation],
        positions=tuple(
            PositionView(numbering.named(p.holders), p.text, numbering.cite(p.citations))
            for p in disagreement.positions
        ),
    )


def _omission(cluster: ClaimCluster, claims: Mapping[str, Claim], numbering: Numbering) -> TopicView:
    return TopicView(
        id=cluster.id,
        topic=cluster.question,
        remark=wording.reach(len(cluster.articles), cluster.origins),
        positions=tuple(
            PositionView(
                numbering.named(p.holders),
                wording.shortest_quote(p, claims),
                numbering.cite(_evidence_of(p.claim_ids, claims)),
            )
            for p in cluster.positions
        ),
    )


def _evidence_of(claim_ids: Iterable[str], claims: Mapping[str, Claim]) -> list[Citation]:
    found = [claims[id_] for id_ in claim_ids if id_ in claims]
    return [Citation(claim_id=claim.id, evidence=evidence) for claim in found for evidence in claim.evidence]


def _dropped(dropped_id: str, dropped: Dropped, numbering: Numbering) -> DroppedView:
    return DroppedView(
        id=dropped_id,
        text=dropped.text,
        cites=numbering.cite(dropped.citations),
        reason=dropped.reason,
        verdict=_verdict(dropped.verdict),
    )


def _verdict(verdict: Verdict) -> VerdictView:
    sign, word = wording.STATUS[verdict.status]
    advice = verdict.advice()
    guards = tuple(guard for guard in verdict.guards if guard not in advice)
    checks = tuple(guard for guard in guards if guard.outcome != "not_applicable")
    unchecked = verdict.unchecked()
    failed = len(verdict.failures())
    passed = wording.count(len(checks) - failed, "check") + " passed"
    return VerdictView(
        status=verdict.status,
        sign=sign,
        word=word,
        summary=f"{failed} of {wording.count(len(checks), 'check')} failed" if failed else passed,
        checks=checks,
        idle=tuple(wording.guard_name(g.name).lower() for g in guards if g not in checks and g not in unchecked),
        unchecked=_by_reason(unchecked),
        advice=advice,
        basis=_basis(verdict),
    )


def _by_reason(unchecked: Sequence[Guard]) -> tuple[tuple[str, str], ...]:
    """The guards that could not look, by why."""
    reasons = dict.fromkeys(guard.detail for guard in unchecked)
    named = {why: [wording.guard_name(g.name).lower() for g in unchecked if g.detail == why] for why in reasons}
    return tuple((", ".join(names), why) for why, names in named.items())


def _basis(verdict: Verdict) -> str:
    """What stands behind the score, which outside English is no more than a share of words."""
    if not verdict.unchecked():
        return f"support score {verdict.score:.2f} of 1 ({verdict.method})"
    scored = "no score" if verdict.status == "unverified" else f"share of words found {verdict.score:.2f}"
    return f"{scored} ({verdict.method})"
