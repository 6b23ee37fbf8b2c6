"""From a synthesis and its articles to what the page shows; the template only lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile, Claim, Evidence
from pipeline.domain.clusters import ClaimCluster, Holder
from pipeline.domain.synthesis import Citation, Disagreement, Dropped, Source, Statement, Synthesis
from pipeline.domain.verdict import Verdict
from pipeline.errors import InputError
from pipeline.render import wording
from pipeline.render.passages import Passage, covered, paragraphs
from pipeline.render.report_views import (
    Bar,
    CiteView,
    DroppedView,
    PageView,
    ParagraphView,
    PositionView,
    SegmentView,
    SourceView,
    StatementView,
    TopicView,
    VerdictView,
)
from pipeline.render.visible import shown

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_STRIP: Final = 1000
"""Width of the coverage strip in its own units."""


class Numbering:
    """Numbers sources and passages in the order of the page, and vouches that each passage is there."""

    def __init__(self, sources: Sequence[Source], articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self._numbers = {source.article_id: number for number, source in enumerate(sources, 1)}
        self._names = {source.article_id: short_name(source, articles) for source in sources}
        self._keys: dict[tuple[str, int, int], str] = {}

    def cite(self, citations: Iterable[Citation]) -> tuple[CiteView, ...]:
        """The links of one text: each passage once, in the order given."""
        unique: dict[tuple[str, int, int], Citation] = {}
        for citation in citations:
            unique.setdefault(_place(citation.evidence), citation)
        chosen = list(unique.values())
        return tuple(self._view(citation, chosen) for citation in chosen)

    def named(self, holders: Sequence[Holder]) -> tuple[Holder, ...]:
        """The holders as a reader knows them: an article without a publisher by its number."""
        return tuple(
            h.model_copy(update={"name": f"source {self._numbers[h.name]}"}) if h.name in self._numbers else h
            for h in holders
        )

    def passages(self, article_id: str) -> list[Passage]:
        """The passages of one article that were cited so far."""
        return [Passage(key, *place[1:]) for place, key in self._keys.items() if place[0] == article_id]

    def _view(self, citation: Citation, together: Sequence[Citation]) -> CiteView:
        evidence = citation.evidence
        self._check(evidence)
        number = self._numbers[evidence.article_id]
        same = [_place(c.evidence) for c in together if c.evidence.article_id == evidence.article_id]
        letter = _letter(same.index(_place(evidence))) if len(same) > 1 else ""
        return CiteView(
            key=self._keys.setdefault(_place(evidence), f"c{len(self._keys) + 1}"),
            label=f"{number}{letter}",
            source=f"Source {number}, {self._names[evidence.article_id]}",
            quote=wording.clipped(evidence.quote),
            is_proposed=citation.cited == "proposed",
            is_attribution=citation.role == "attribution",
        )

    def _check(self, evidence: Evidence) -> None:
        article = self._articles.get(evidence.article_id) if evidence.article_id in self._numbers else None
        found = article.text[evidence.start : evidence.end] if article else ""
        if not found or found != evidence.quote:
            raise InputError(
                f"a citation of {evidence.article_id!r}, characters {evidence.start} to {evidence.end}, "
                "does not match the article it names",
                hint="The summary and the articles are not of one run; run `pipeline run` again.",
            )


def _place(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.article_id, evidence.start, evidence.end


def _letter(index: int) -> str:
    return _ALPHABET[index] if index < len(_ALPHABET) else f".{index + 1}"


def short_name(source: Source, articles: Mapping[str, Article]) -> str:
    """What to call a source in a few words."""
    article = articles.get(source.article_id)
    beginning = wording.first_words(article.text, 5) if article else ""
    return source.publisher or source.title or beginning or source.path


def build_page(synthesis: Synthesis, files: Sequence[ArticleFile]) -> PageView:
    """Everything the page shows.

    Raises:
        InputError: a citation does not stand where it says.
    """
    articles = {file.article.id: file.article for file in files}
    claims = {claim.id: claim for file in files for claim in file.summary.claims}
    numbering = Numbering(synthesis.sources, articles)
    shared = wording.common_origins(synthesis.sources, claims.values())
    return PageView(
        title=synthesis.title,
        statements=tuple(_statement(s, numbering) for s in synthesis.statements),
        disagreements=tuple(_disagreement(d, numbering) for d in synthesis.disagreements),
        omissions=tuple(_omission(cluster, claims, numbering) for cluster in synthesis.omissions),
        dropped=tuple(_dropped(d, numbering) for d in synthesis.dropped),
        # Last: by now every passage has its number.
        sources=tuple(
            _source(number, source, articles, numbering)._replace(shared=shared.get(source.article_id))
            for number, source in enumerate(synthesis.sources, 1)
        ),
        engine=synthesis.engine,
        model=synthesis.model,
    )


def _statement(statement: Statement, numbering: Numbering) -> StatementView:
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
    )


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


def _dropped(dropped: Dropped, numbering: Numbering) -> DroppedView:
    return DroppedView(
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
    failed = len(verdict.failures())
    passed = wording.count(len(checks) - failed, "check") + " passed"
    return VerdictView(
        status=verdict.status,
        sign=sign,
        word=word,
        summary=f"{failed} of {wording.count(len(checks), 'check')} failed" if failed else passed,
        checks=checks,
        idle=tuple(wording.guard_name(g.name).lower() for g in guards if g not in checks),
        advice=advice,
        basis=f"support score {verdict.score:.2f} of 1 ({verdict.method})",
    )


def _source(number: int, source: Source, articles: Mapping[str, Article], numbering: Numbering) -> SourceView:
    article = articles.get(source.article_id)
    text = article.text if article else ""
    passages = numbering.passages(source.article_id)
    cited = wording.count(len(passages), "passage") + " cited"
    views = _paragraphs(text, passages)
    return SourceView(
        number=number,
        name=short_name(source, articles),
        title=source.title or wording.first_words(text) or source.path,
        has_title=source.title is not None,
        publisher=source.publisher,
        published=source.published,
        day=wording.day(source.published),
        link=wording.link(source.url),
        path=source.path,
        sha256=source.sha256,
        language=wording.language(article.language) if article else None,
        paragraphs=views,
        bars=_bars(text, passages),
        coverage=f"{cited}, {covered(text, passages):.0%} of the text",
        shared=None,
        removed=article.removed if article else (),
    )


def _paragraphs(text: str, passages: Sequence[Passage]) -> tuple[ParagraphView, ...]:
    return tuple(
        ParagraphView(
            tuple(SegmentView(shown(text, s.start, s.end), " ".join(s.cites), s.anchors) for s in paragraph.segments),
            paragraph.tight,
        )
        for paragraph in (paragraphs(text, passages) if text else ())
    )


def _bars(text: str, passages: Sequence[Passage]) -> tuple[Bar, ...]:
    """The cited segments, to scale; each at least two units wide, or it could not be seen."""
    scale = _STRIP / max(len(text), 1)
    segments = [s for paragraph in paragraphs(text, passages) for s in paragraph.segments if s.cites]
    return tuple(
        Bar(round(s.start * scale), max(2, round(s.end * scale) - round(s.start * scale)), " ".join(s.cites))
        for s in segments
    )
