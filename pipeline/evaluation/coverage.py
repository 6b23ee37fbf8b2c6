"""Which labelled facts a summary tells, whether cited rightly, and where the others were lost. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from pipeline.domain.base import Model
from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import Failure
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.evaluation.story import Fact, Support

Level = Literal["full", "part", "none", "unmeasured"]
Stage = Literal["ingest", "summarize", "reconcile", "synthesize", "verify"]
Flag = Literal["contradicted", "misattributed", "wrong_number"]

_ORDER: Final[tuple[Stage, ...]] = ("ingest", "summarize", "reconcile", "synthesize", "verify")


class FactCoverage(Model):
    """How a summary treats one fact.

    ``statement_id`` is the text that tells it: ``s3``, or ``d1.2`` for the second position of disagreement
    d1. ``misattributed``: it is told, but cited only to articles that do not say it. ``lost_at``: the stage after
    which none of its passages is left, None for a fact that is told.
    """

    id: str
    importance: Literal["vital", "okay"]
    level: Level
    statement_id: str | None
    lost_at: Stage | None
    flags: tuple[Flag, ...]

    def counts(self) -> bool:
        """Told, and cited to an article that says it: what a reader can rely on."""
        return self.level == "full" and not self.flags


class Told(NamedTuple):
    """A text that the reader of a summary gets, with the files it is cited to."""

    id: str
    text: str
    articles: frozenset[str]


class Outcome(NamedTuple):
    """What a run left behind, as far as coverage asks."""

    synthesis: Synthesis | None
    files: Sequence[ArticleFile]
    failures: Sequence[Failure]


def texts_of(synthesis: Synthesis) -> list[Told]:
    """Statements, then the positions of disagreements, each with the files of its citations."""
    paths = {source.article_id: source.path for source in synthesis.sources}

    def told(name: str, text: str, citations: Iterable[Citation]) -> Told:
        return Told(name, text, frozenset(paths[c.evidence.article_id] for c in citations))

    statements = [told(s.id, s.text, s.citations) for s in synthesis.statements]
    positions = [
        told(f"{d.id}.{number}", p.text, p.citations)
        for d in synthesis.disagreements
        for number, p in enumerate(d.positions, start=1)
    ]
    return [*statements, *positions]


def coverage(facts: Sequence[Fact], outcome: Outcome) -> tuple[FactCoverage, ...]:
    """Every fact, in the order of the labels."""
    texts = texts_of(outcome.synthesis) if outcome.synthesis else []
    return tuple(_cover(fact, texts, outcome) for fact in facts)


def _cover(fact: Fact, texts: Sequence[Told], outcome: Outcome) -> FactCoverage:
    """Of the texts that tell the fact, the first that is cited to an article that says it; else the first."""
    telling = [told for told in texts if fact.told_by(told.text)]
    right = {support.article for support in fact.support}
    best = next((told for told in telling if told.articles & right), telling[0] if telling else None)
    return FactCoverage(
        id=fact.id,
        importance=fact.importance,
        level="full" if best else "none",
        statement_id=best.id if best else None,
        lost_at=None if best else lost_at(fact, outcome),
        flags=("misattributed",) if best and not best.articles & right else (),
    )


def lost_at(fact: Fact, outcome: Outcome) -> Stage:
    """The stage that lost the last of the fact's passages. The labels tell where to look: in the quotes."""
    furthest = max((_last_seen(support, outcome) for support in fact.support), key=_ORDER.index)
    dropped = outcome.synthesis.dropped if outcome.synthesis else ()
    return "verify" if furthest == "synthesize" and any(fact.told_by(d.text) for d in dropped) else furthest


def _last_seen(support: Support, outcome: Outcome) -> Stage:
    """Where the trail of one passage ends; ``synthesize`` where a claim still rests on it.

    A cluster keeps every claim, so nothing is lost in reconcile.
    """
    file = next((f for f in outcome.files if f.article.path == support.article), None)
    if file is None:
        failed = {failure.stage for failure in outcome.failures if failure.path == support.article}
        return "summarize" if "summarize" in failed else "ingest"
    quote = unicodedata.normalize("NFC", support.quote)
    start = file.article.text.find(quote)
    if start < 0:
        return "ingest"
    end = start + len(quote)
    evidence = (e for claim in file.summary.claims for e in claim.evidence)
    return "synthesize" if any(e.start < end and start < e.end for e in evidence) else "summarize"
