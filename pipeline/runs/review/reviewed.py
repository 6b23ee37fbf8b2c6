"""What comes out of a review: the summary as the reviewers left it, and who decided what, and when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Attribution
from pipeline.domain.review import State
from pipeline.domain.synthesis import Citation, Disagreement, Source, Statement, Synthesis
from pipeline.domain.verdict import Verdict
from pipeline.guards.judge import judge
from pipeline.render.markdown import SOURCES_HEADING, escape, is_label, render_markdown
from pipeline.runs.folder import RunFolder
from pipeline.runs.job import to_json
from pipeline.runs.review.standing import Comment, ItemStanding, MissingFact, Standing
from pipeline.stages.verify import title
from pipeline.text.attribution import attributions

REVIEWED_JSON: Final = "summary.reviewed.json"
REVIEWED_MD: Final = "summary.reviewed.md"
_A_LINE: Final = 8
"""Numbers in one part of a label: `is_label` takes twelve words."""


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


class ReviewedDisagreement(_Decided):
    """A disagreement that was not rejected."""

    disagreement: Disagreement


class Added(Model):
    """A fact that a reviewer missed, in the reviewer's words or in those that were marked; else as a statement."""

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


class Reviewed(Model):
    """What ``summary.reviewed.json`` holds. ``summary`` is the digest of the ``Synthesis`` that was reviewed."""

    schema_version: int = SCHEMA_VERSION
    title: str
    statements: tuple[ReviewedStatement, ...]
    disagreements: tuple[ReviewedDisagreement, ...]
    added: tuple[Added, ...]
    rejected: tuple[TakenOut, ...]
    reviewers: tuple[str, ...]
    counts: dict[State, int]
    sources: tuple[Source, ...]
    engine: str
    model: str | None
    summary: str


def reviewed_files(run: RunFolder, standing: Standing) -> dict[str, str]:
    """The two files by name. The same decisions give the same files, to the byte."""
    reviewed = review_of(run, standing)
    return {REVIEWED_JSON: to_json(reviewed), REVIEWED_MD: _markdown(run, standing, reviewed)}


def review_of(run: RunFolder, standing: Standing) -> Reviewed:
    """Rejected statements go, edited ones have their new text, judged afresh against what they cite."""
    synthesis = run.synthesis
    found = [(statement, standing.of("statement", statement.id)) for statement in synthesis.statements]
    statements = tuple(_statement(one, how, run) for one, how in found if how.state != "rejected")
    sides = [(one, standing.of("disagreement", one.id)) for one in synthesis.disagreements]
    who = {item.by for item in standing.items if item.by} | {missing.by for missing in standing.missing}
    who |= {comment.by for item in standing.items for comment in item.comments}
    return Reviewed(
        title=_title(run, statements),
        statements=statements,
        disagreements=tuple(
            ReviewedDisagreement(disagreement=one, **_decided(how)) for one, how in sides if how.state != "rejected"
        ),
        added=tuple(_added(missing, run) for missing in standing.missing),
        rejected=tuple(_taken_out(run, standing)),
        reviewers=tuple(sorted(who)),
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


def _added(missing: MissingFact, run: RunFolder) -> Added:
    text = missing.text or " … ".join(" ".join(one.quote.split()) for one in missing.evidence)
    verdict = judge(text, missing.evidence, run.articles())
    return Added(
        text=text,
        own_words=missing.text is not None and verdict.status != "supported",
        citations=tuple(Citation(claim_id=None, evidence=one) for one in missing.evidence),
        verdict=verdict,
        by=missing.by,
        at=missing.at,
        decision_id=missing.decision_id,
    )


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
    old = run.synthesis.title
    return title(list(run.articles().values()), _as_statements(statements)) if old in gone else old


def _as_statements(statements: Sequence[ReviewedStatement]) -> list[Statement]:
    names = Statement.model_fields
    return [
        Statement(cluster_ids=(), **{name: getattr(one, name) for name in names if name != "cluster_ids"})
        for one in statements
    ]


# --- Markdown


class _Line(NamedTuple):
    """What happened to some statements: who did it, on which day, and the statements' names."""

    what: str
    who: str
    day: str


def _markdown(run: RunFolder, standing: Standing, reviewed: Reviewed) -> str:
    """As ``summary.md``, with a label on whatever is a reviewer's; `pipeline check` reads it like that one.

    `render_markdown` gives a block to the title, then one to each statement, and ends with the sources.
    """
    rendered = render_markdown(
        _as_synthesis(run.synthesis, standing, reviewed),
        list(run.articles().values()),
        [claim for file in run.files for claim in file.summary.claims],
    )
    blocks = rendered.rstrip("\n").split("\n\n")
    for number, statement in enumerate(reviewed.statements, start=1):
        blocks[number] = _labelled(_edited(statement), blocks[number])
    sources = len(blocks) - 1 - blocks[::-1].index(f"## {SOURCES_HEADING}")
    numbers = {source.article_id: number for number, source in enumerate(run.synthesis.sources, start=1)}
    added = ["\n".join(_addition(one, numbers) for one in reviewed.added)] if reviewed.added else []
    blocks[sources:sources] = ["## Added in review", *added] if added else []
    log = "\n".join(_log(reviewed, standing))
    return "\n\n".join([*blocks, *(["## Review", log] if log else [])]) + "\n"


def _as_synthesis(synthesis: Synthesis, standing: Standing, reviewed: Reviewed) -> Synthesis:
    told = [one for one in synthesis.omissions if standing.of("omission", one.id).state != "rejected"]
    return synthesis.model_copy(
        update={
            "title": reviewed.title,
            "statements": tuple(_as_statements(reviewed.statements)),
            "disagreements": tuple(one.disagreement for one in reviewed.disagreements),
            "omissions": tuple(told),
        }
    )


def _edited(statement: ReviewedStatement) -> str:
    if statement.state != "edited":
        return ""
    what = "In the reviewer's own words, not borne out" if statement.own_words else "Edited"
    return f"{what}; {_who(statement.by)}"


def _labelled(label: str, block: str) -> str:
    """The block behind a label; one that has a label already gets both in one, as a block has one at most."""
    if not label:
        return block
    return f"**{label}; {block[2:]}" if block.startswith("**") else f"**{label}:** {block}"


def _addition(added: Added, numbers: Mapping[str, int]) -> str:
    marks = "".join(f"[{n}]" for n in sorted({numbers[c.evidence.article_id] for c in added.citations}))
    what = "In the reviewer's own words, not borne out" if added.own_words else "Added"
    return f"- **{what}; {_who(added.by)}:** {escape(added.text)} {marks}"


def _who(name: str | None) -> str:
    """The name as a part of a label, if it can be one; the JSON has it as it is."""
    shown = escape((name or "").replace(";", ","))
    return shown if is_label(f"{shown}:") else "a reviewer"


def _log(reviewed: Reviewed, standing: Standing) -> Iterator[str]:
    """Who did what to which statements, and when, all in labels: they are no sentences of the summary."""
    done: dict[_Line, list[str]] = {}
    for number, one in enumerate(reviewed.statements, start=1):
        what = "Not decided on" if one.state == "open" else one.state.capitalize()
        done.setdefault(_Line(what, one.by or "", (one.at or "")[:10]), []).append(str(number))
    for gone in reviewed.rejected:
        if gone.kind == "statement":
            done.setdefault(_Line("Rejected", gone.by, gone.at[:10]), []).append(gone.id)
    if all(item.state == "open" for item in standing.items):
        return
    for (what, who, day), names in done.items():
        parts = [", ".join(names[start : start + _A_LINE]) for start in range(0, len(names), _A_LINE)]
        head = what if not who else f"{what} on {day} by {_who(who)}"
        yield f"- **{'; '.join([head, *parts])}:**"
