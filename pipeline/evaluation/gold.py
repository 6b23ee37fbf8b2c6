"""A gold summary: written by hand, as an excellent editor would. The harness is tested by corrupting it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from pipeline.domain.article import Article, Span
from pipeline.domain.base import Model
from pipeline.domain.claims import Evidence
from pipeline.domain.clusters import Holder
from pipeline.domain.synthesis import Citation, Disagreement, DisagreementPosition, Source, Statement, Synthesis
from pipeline.errors import InputError
from pipeline.evaluation.story import Annotator, By, LabelledDisagreement, Labels, Slug, Support, load_labels
from pipeline.guards.judge import judge
from pipeline.text.attribution import attributions
from pipeline.text.spans import make_evidence

GOLD: Final = "gold.yaml"


class GoldStatement(Model):
    """One sentence; ``facts`` are the ids of those that it tells in full, by hand."""

    id: Slug
    text: str = Field(min_length=1)
    citations: tuple[Support, ...] = Field(min_length=1)
    facts: tuple[Slug, ...]


class GoldPosition(Model):
    """One side as the summary puts it; ``id`` is the labelled position's."""

    id: Slug
    text: str = Field(min_length=1)
    citations: tuple[Support, ...] = Field(min_length=1)


class GoldDisagreement(Model):
    """A disagreement that the summary shows; ``id`` is the labelled one's."""

    id: Slug
    positions: tuple[GoldPosition, ...] = Field(min_length=2)


class Gold(Model):
    """What ``gold.yaml`` holds."""

    schema_version: Literal[1]
    story: Slug
    annotators: Mapping[str, Annotator] = Field(min_length=1)
    by: By
    statements: tuple[GoldStatement, ...] = Field(min_length=1)
    disagreements: tuple[GoldDisagreement, ...] = ()

    def text(self) -> str:
        """The statements in order: the reference of ROUGE."""
        return " ".join(statement.text for statement in self.statements)


def load_gold(labels_file: Path) -> Gold | None:
    """The gold summary beside a label file; None where there is none.

    Raises:
        InputError: it is there and not of its form.
    """
    path = labels_file.with_name(GOLD)
    return load_labels(path, Gold) if path.is_file() else None


def gold_problems(gold: Gold, labels: Labels, articles: Sequence[Article]) -> list[str]:
    """What is wrong with it: another story's, ids that are repeated or unknown, misquoted passages."""
    return [*_mistaken(gold, labels), *_unknown(gold, labels), *_misquoted(gold, articles)]


def _mistaken(gold: Gold, labels: Labels) -> Iterator[str]:
    if gold.story != labels.id:
        yield f"it is of “{gold.story}”, not of “{labels.id}”"
    yield from (f"“{name}” is not among the annotators" for name in gold.by if name not in gold.annotators)
    counts = Counter([s.id for s in gold.statements] + [d.id for d in gold.disagreements])
    yield from (f"{name}: the id is used {count} times" for name, count in counts.items() if count > 1)


def _unknown(gold: Gold, labels: Labels) -> Iterator[str]:
    facts = {fact.id for fact in labels.facts}
    positions = {d.id: {position.id for position in d.positions} for d in labels.disagreements}
    for statement in gold.statements:
        yield from (f"{statement.id}: there is no fact {name}" for name in statement.facts if name not in facts)
    for shown in gold.disagreements:
        known = positions.get(shown.id)
        if known is None:
            yield f"there is no disagreement {shown.id}"
        else:
            yield from (f"{shown.id}: it has no position {p.id}" for p in shown.positions if p.id not in known)


def _misquoted(gold: Gold, articles: Sequence[Article]) -> Iterator[str]:
    by_path = {article.path: article for article in articles}
    cited = [(s.id, s.citations) for s in gold.statements]
    cited += [(p.id, p.citations) for d in gold.disagreements for p in d.positions]
    for name, supports in cited:
        for support in supports:
            article = by_path.get(support.article)
            if article is None or _span(support, article) is None:
                yield f"{name}: not in the text of {support.article}: “{support.quote}”"


def _span(support: Support, article: Article) -> Span | None:
    quote = unicodedata.normalize("NFC", support.quote)
    start = article.text.find(quote)
    return None if start < 0 else Span(start=start, end=start + len(quote))


def gold_synthesis(gold: Gold, labels: Labels, articles: Sequence[Article]) -> Synthesis:
    """The gold summary as a run's result, judged by the guards like any other.

    Raises:
        InputError: it does not fit its labels or its articles.
    """
    found = gold_problems(gold, labels, articles)
    if found:
        raise InputError(f"The gold summary of {gold.story} is wrong: {'; '.join(found)}.", hint="Mend gold.yaml.")
    by_path = {article.path: article for article in articles}
    by_id = {article.id: article for article in articles}
    labelled = {disagreement.id: disagreement for disagreement in labels.disagreements}
    statements = (_statement(one, by_path, by_id) for one in gold.statements)
    return Synthesis(
        title=labels.title,
        statements=tuple(statements),
        disagreements=tuple(_disagreement(one, labelled[one.id], by_path) for one in gold.disagreements),
        omissions=(),
        dropped=(),
        clusters=(),
        sources=tuple(Source.of(article) for article in articles),
        engine="gold",
        model=None,
    )


def _citations(supports: Sequence[Support], by_path: Mapping[str, Article]) -> tuple[Citation, ...]:
    return tuple(Citation(claim_id=None, evidence=_evidence(support, by_path)) for support in supports)


def _evidence(support: Support, by_path: Mapping[str, Article]) -> Evidence:
    article = by_path[support.article]
    span = _span(support, article)
    if span is None:
        raise InputError(f"not in the text of {support.article}: “{support.quote}”")
    return make_evidence(article, span)


def _statement(one: GoldStatement, by_path: Mapping[str, Article], by_id: Mapping[str, Article]) -> Statement:
    citations = _citations(one.citations, by_path)
    return Statement(
        id=one.id,
        text=one.text,
        citations=citations,
        cluster_ids=(),
        attribution=attributions(one.text),
        verdict=judge(one.text, [citation.evidence for citation in citations], by_id),
        origins=len({citation.evidence.article_id for citation in citations}),
    )


def _disagreement(
    one: GoldDisagreement, labelled: LabelledDisagreement, by_path: Mapping[str, Article]
) -> Disagreement:
    holders = {position.id: position.holders for position in labelled.positions}
    return Disagreement(
        id=one.id,
        topic=labelled.question,
        relation="contradiction",
        positions=tuple(
            DisagreementPosition(
                holders=tuple(Holder(name=holder.name, kind="speaker") for holder in holders[position.id]),
                text=position.text,
                citations=_citations(position.citations, by_path),
            )
            for position in one.positions
        ),
    )
