"""What comes out of a review: the summary as the reviewers left it, and who decided what, and when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Attribution
from pipeline.domain.clusters import Holder
from pipeline.domain.review import ABOUT_A_PASSAGE, NOT_FALSE, AboutKind, Action, Decision, State
from pipeline.domain.synthesis import Citation, Disagreement, Source, Statement, Synthesis
from pipeline.domain.verdict import Verdict
from pipeline.guards.judge import judge
from pipeline.render.wording import shortest_claim, shortest_quote
from pipeline.runs.folder import RunFolder
from pipeline.runs.job import to_json
from pipeline.runs.review.standing import Comment, ItemStanding, MissingFact, Standing
from pipeline.stages.title import title
from pipeline.text.attribution import attributions

REVIEWED_JSON: Final = "summary.reviewed.json"


class _Decided(Model):
    """How something stands, by whom and since when; None where nobody has decided."""

    state: State
    by: str | None
    at: str | None
    vital: bool
    comments: tuple[Comment, ...]


class ReviewedStatement(_Decided):
    """A statement as it stands. ``original`` is its text before it was edited.

    ``own_words``: the text is the reviewer's, and the citations do not bear it out; ``verdict`` says why not.
    """

    id: str
    text: str
    original: str | None
    own_words: bool
    citations: tuple[Citation, ...]
    attribution: tuple[Attribution, ...]
    verdict: Verdict
    origins: int


class RejectedSide(Model):
    """A side, by its place, that says word for word what was rejected, and why that was."""

    position: int
    reason: str


class ReviewedDisagreement(_Decided):
    """A disagreement that was not rejected. ``rejected`` are those of its sides that were rejected as statements."""

    disagreement: Disagreement
    rejected: tuple[RejectedSide, ...]


class Added(Model):
    """What a reviewer put in, by its ``kind``, with a verdict of its own.

    A missing fact (passage) is in the reviewer's words or in those that were marked; a draft that the run had dropped,
    as it was; what was left out (omission), in a source's own words.
    """

    kind: AboutKind
    text: str
    own_words: bool
    citations: tuple[Citation, ...]
    verdict: Verdict
    by: str
    at: str
    decision_id: str


class TakenOut(Model):
    """What was rejected, and why."""

    kind: str
    id: str
    text: str
    reason: str
    by: str
    at: str


class Told(Model):
    """One decision that nobody took back.

    ``about`` is the text of what it was about; ``text`` that of an edit, a comment or a missing fact.
    """

    decision_id: str
    by: str
    at: str
    action: Action
    kind: AboutKind
    about: str
    text: str | None
    reason: str | None


class Reviewed(Model):
    """What ``summary.reviewed.json`` holds. ``summary`` is the digest of the ``Synthesis`` that was reviewed.

    ``decided`` are all decisions about this run in their order; ``outdated`` and ``unmatched`` those about what it says
    in other words, or not at all: nothing came of them here.
    """

    schema_version: int = SCHEMA_VERSION
    title: str
    statements: tuple[ReviewedStatement, ...]
    disagreements: tuple[ReviewedDisagreement, ...]
    added: tuple[Added, ...]
    rejected: tuple[TakenOut, ...]
    decided: tuple[Told, ...]
    outdated: tuple[Told, ...]
    unmatched: tuple[Told, ...]
    reviewers: tuple[str, ...]
    counts: dict[State, int]
    sources: tuple[Source, ...]
    engine: str
    model: str | None
    summary: str


def review_of(run: RunFolder, standing: Standing) -> Reviewed:
    """Rejected statements go, edited ones have their new text, judged afresh against what they cite."""
    synthesis = run.synthesis
    found = [(statement, standing.of("statement", statement.id)) for statement in synthesis.statements]
    statements = tuple(_statement(one, how, run) for one, how in found if how.state != "rejected")
    sides = [(one, standing.of("disagreement", one.id)) for one in synthesis.disagreements]
    gone = tuple(_taken_out(run, standing))
    return Reviewed(
        title=_title(run, statements),
        statements=statements,
        disagreements=tuple(
            ReviewedDisagreement(disagreement=one, rejected=tuple(_rejected(one, gone)), **_decided(how))
            for one, how in sides
            if how.state != "rejected"
        ),
        added=(*(_missed(missing, run) for missing in standing.missing), *_taken_in(run, standing)),
        rejected=gone,
        decided=tuple(map(_told, standing.decided)),
        outdated=tuple(map(_told, standing.outdated)),
        unmatched=tuple(map(_told, standing.unmatched)),
        reviewers=tuple(sorted({decision.by for decision in standing.decided})),
        counts=standing.counts,
        sources=synthesis.sources,
        engine=synthesis.engine,
        model=synthesis.model,
        summary=f"sha256:{hashlib.sha256(to_json(synthesis).encode()).hexdigest()}",
    )


def _decided(how: ItemStanding) -> dict[str, object]:
    return {name: getattr(how, name) for name in _Decided.model_fields}


def _statement(statement: Statement, how: ItemStanding, run: RunFolder) -> ReviewedStatement:
    edited = how.text if how.state == "edited" else None
    text, verdict, who = statement.text, statement.verdict, statement.attribution
    if edited is not None:
        text, who = edited, attributions(edited)
        verdict = judge(edited, [citation.evidence for citation in statement.citations], run.articles())
    return ReviewedStatement(
        id=statement.id,
        text=text,
        original=None if edited is None else statement.text,
        own_words=edited is not None and verdict.status != "supported",
        citations=statement.citations,
        attribution=who,
        verdict=verdict,
        origins=statement.origins,
        **_decided(how),
    )


def _missed(missing: MissingFact, run: RunFolder) -> Added:
    text = missing.text or " … ".join(" ".join(one.quote.split()) for one in missing.evidence)
    verdict = judge(text, missing.evidence, run.articles())
    return Added(
        kind=ABOUT_A_PASSAGE,
        text=text,
        own_words=missing.text is not None and verdict.status != "supported",
        citations=tuple(Citation(claim_id=None, evidence=one) for one in missing.evidence),
        verdict=verdict,
        by=missing.by,
        at=missing.at,
        decision_id=missing.decision_id,
    )


def _taken_in(run: RunFolder, standing: Standing) -> Iterator[Added]:
    """Drafts that the run had dropped and omissions, as far as a reviewer accepted them."""
    claims = {claim.id: claim for file in run.files for claim in file.summary.claims}
    for number, draft in enumerate(run.synthesis.dropped, start=1):
        how = standing.of("dropped", f"x{number}")
        if how.state == "accepted":
            yield _accepted(how, draft.text, draft.citations, run)
    for cluster in run.synthesis.omissions:
        how = standing.of("omission", cluster.id)
        if how.state == "accepted":
            shortest = shortest_claim(cluster.positions[0], claims)
            cited = tuple(Citation(claim_id=shortest.id, evidence=one) for one in shortest.evidence)
            yield _accepted(how, shortest_quote(cluster.positions[0], claims), cited, run)


def _accepted(how: ItemStanding, text: str, citations: tuple[Citation, ...], run: RunFolder) -> Added:
    return Added(
        kind=how.kind,
        text=text,
        own_words=False,
        citations=citations,
        verdict=judge(text, [citation.evidence for citation in citations], run.articles()),
        by=how.by or "",
        at=how.at or "",
        decision_id=how.decision_id or "",
    )


def _told(decision: Decision) -> Told:
    names = ("by", "at", "action", "text", "reason")
    about = decision.about
    fields = {name: getattr(decision, name) for name in names}
    return Told(decision_id=decision.id, kind=about.kind, about=about.text, **fields)


def _rejected(disagreement: Disagreement, gone: Sequence[TakenOut]) -> Iterator[RejectedSide]:
    """A statement that was rejected as false must not be told by a side as if nobody had said anything."""
    false = [one for one in gone if one.kind == "statement" and one.reason.lower() not in NOT_FALSE]
    for place, position in enumerate(disagreement.positions):
        same = next((one for one in false if _plainly(one.text) in _plainly(position.text)), None)
        if same is not None:
            yield RejectedSide(position=place, reason=same.reason)


def _plainly(text: str) -> str:
    return " ".join(text.casefold().split())


def _taken_out(run: RunFolder, standing: Standing) -> Iterator[TakenOut]:
    synthesis = run.synthesis
    texts = {("statement", one.id): one.text for one in synthesis.statements}
    texts |= {("disagreement", one.id): one.topic for one in synthesis.disagreements}
    texts |= {("omission", one.id): one.positions[0].text for one in synthesis.omissions}
    for item in standing.items:
        if item.state == "rejected" and (item.kind, item.id) in texts:
            yield TakenOut(
                kind=item.kind,
                id=item.id,
                text=texts[item.kind, item.id],
                reason=item.reason or "",
                by=item.by or "",
                at=item.at or "",
            )


def _title(run: RunFolder, statements: Sequence[ReviewedStatement]) -> str:
    """The run's, unless it was taken from a statement that is not there any more."""
    kept = {statement.text for statement in statements}
    gone = {statement.text for statement in run.synthesis.statements} - kept
    old, articles = run.synthesis.title, list(run.articles().values())
    if old in {article.title for article in articles} or not any(old in text for text in gone):
        return old
    return title(articles, _as_statements(statements), run.synthesis.disagreements)


def _as_statements(statements: Sequence[ReviewedStatement]) -> list[Statement]:
    names = Statement.model_fields
    return [
        Statement(cluster_ids=(), **{name: getattr(one, name) for name in names if name != "cluster_ids"})
        for one in statements
    ]


def as_synthesis(run: RunFolder, standing: Standing, reviewed: Reviewed) -> Synthesis:
    """The reviewed summary as one that can be rendered, without what reviewers added.

    Who holds a side that was rejected as a statement is told together with that.
    """
    open_ = [one for one in run.synthesis.omissions if standing.of("omission", one.id).state == "open"]
    return run.synthesis.model_copy(
        update={
            "title": reviewed.title,
            "statements": tuple(_as_statements(reviewed.statements)),
            "disagreements": tuple(_marked(one) for one in reviewed.disagreements),
            "omissions": tuple(open_),
        }
    )


def _marked(one: ReviewedDisagreement) -> Disagreement:
    positions = list(one.disagreement.positions)
    for side in one.rejected:
        position = positions[side.position]
        note = Holder(name=f"rejected in review, {side.reason.replace(';', ',')}", kind="speaker")
        positions[side.position] = position.model_copy(update={"holders": (*position.holders, note)})
    return one.disagreement.model_copy(update={"positions": tuple(positions)})
