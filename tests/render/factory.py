"""Small domain objects for the tests of rendering: only what a test says differs from the plainest case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile, ArticleSummary, Claim, Evidence, Usage
from pipeline.domain.clusters import ClaimCluster, Holder, Position
from pipeline.domain.synthesis import (
    Citation,
    Disagreement,
    DisagreementPosition,
    Dropped,
    Source,
    Statement,
    Synthesis,
)
from pipeline.domain.verdict import Guard, Status, Verdict


def make_article(article_id: str, text: str, **fields: Any) -> Article:
    """An article about which nothing is known but its text."""
    known: dict[str, Any] = {
        "path": f"articles/{article_id}.txt",
        "title": None,
        "publisher": None,
        "published": None,
        "url": None,
        "language": None,
        "sentences": (),
        "sha256": "0" * 64,
        "removed": (),
    }
    return Article(id=article_id, text=text, **(known | fields))


def make_file(article: Article, claims: Sequence[Claim] = ()) -> ArticleFile:
    """The article as it is stored, with these claims."""
    summary = ArticleSummary(
        article_id=article.id, headline=article.title, claims=tuple(claims), rejected=(), usage=Usage()
    )
    return ArticleFile(article=article, summary=summary)


def evidence(article: Article, start: int, end: int) -> Evidence:
    """The passage ``[start, end)`` of an article."""
    return Evidence(
        article_id=article.id,
        start=start,
        end=end,
        quote=article.text[start:end],
        prefix=article.text[max(0, start - 8) : start],
        suffix=article.text[end : end + 8],
    )


def cite(article: Article, quote: str, **fields: Any) -> Citation:
    """A citation of the first place where the article says ``quote``."""
    start = article.text.index(quote)
    return Citation(claim_id=None, evidence=evidence(article, start, start + len(quote)), **fields)


def make_verdict(status: Status = "supported", *guards: Guard) -> Verdict:
    """A verdict."""
    return Verdict(status=status, guards=guards, method="words", score=1.0)


def make_statement(text: str, citations: Sequence[Citation], **fields: Any) -> Statement:
    """A supported statement in nobody's name."""
    known: dict[str, Any] = {
        "id": "s1",
        "cluster_ids": (),
        "attribution": (),
        "verdict": make_verdict(),
        "origins": 1,
    }
    return Statement(text=text, citations=tuple(citations), **(known | fields))


def make_disagreement(topic: str, *sides: tuple[str, str, Citation], **fields: Any) -> Disagreement:
    """A contradiction; each side is a holder, what they say, and a citation."""
    positions = tuple(
        DisagreementPosition(holders=(Holder(name=name, kind="speaker"),), text=text, citations=(citation,))
        for name, text, citation in sides
    )
    return Disagreement(**({"id": "d1", "topic": topic, "relation": "contradiction", "positions": positions} | fields))


def make_dropped(text: str, reason: str, *citations: Citation) -> Dropped:
    """A statement without support."""
    return Dropped(text=text, citations=citations, verdict=make_verdict("unsupported"), reason=reason)


def make_claim(claim_id: str, text: str, *passages: Evidence) -> Claim:
    """A claim in the article's own voice."""
    return Claim(
        id=claim_id,
        text=text,
        kind="event",
        attribution=(),
        polarity="affirmed",
        modality="done",
        event_date=None,
        evidence=passages,
        origin_id="origin",
    )


def make_cluster(cluster_id: str, question: str, *claims: Claim, **fields: Any) -> ClaimCluster:
    """Claims that agree."""
    position = Position(
        text=claims[0].text, holders=(), claim_ids=tuple(claim.id for claim in claims), origins=len(claims)
    )
    articles = tuple(dict.fromkeys(claim.evidence[0].article_id for claim in claims))
    known: dict[str, Any] = {"relation": "agree", "origins": len(articles), "articles": articles}
    return ClaimCluster(id=cluster_id, question=question, positions=(position,), **(known | fields))


def make_source(article: Article) -> Source:
    """The article as the source list shows it."""
    return Source(
        article_id=article.id,
        **article.model_dump(include={"title", "publisher", "published", "url", "path", "sha256"}),
    )


def make_synthesis(articles: Sequence[Article], statements: Sequence[Statement] = (), **fields: Any) -> Synthesis:
    """A summary of these articles."""
    known: dict[str, Any] = {
        "title": "A title",
        "disagreements": (),
        "omissions": (),
        "dropped": (),
        "clusters": (),
        "engine": "extractive",
        "model": None,
    }
    sources = tuple(make_source(article) for article in articles)
    return Synthesis(statements=tuple(statements), sources=sources, **(known | fields))
