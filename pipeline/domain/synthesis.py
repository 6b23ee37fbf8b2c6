"""The merged, cited summary: what ``summary.json`` holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.domain.article import Article
from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Attribution, Evidence
from pipeline.domain.clusters import ClaimCluster, Holder, Relation
from pipeline.domain.verdict import Verdict


class Citation(Model):
    """A passage that a text rests on. ``claim_id`` is None where there are no claims (`pipeline check`)."""

    claim_id: str | None
    evidence: Evidence
    role: Literal["content", "attribution"] = "content"
    cited: Literal["given", "proposed"] = "given"


class Statement(Model):
    """One statement of the summary, verified against the passages it cites."""

    id: str
    text: str
    citations: tuple[Citation, ...] = Field(min_length=1)
    cluster_ids: tuple[str, ...]
    attribution: tuple[Attribution, ...]
    verdict: Verdict
    origins: int


class DisagreementPosition(Model):
    """One side, with who holds it and the passages that show it."""

    holders: tuple[Holder, ...]
    text: str
    citations: tuple[Citation, ...] = Field(min_length=1)


class Disagreement(Model):
    """Where sources differ; at least two positions, each verified."""

    id: str
    topic: str
    relation: Relation
    positions: tuple[DisagreementPosition, ...] = Field(min_length=2)


class Dropped(Model):
    """A statement that did not pass, and why."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict
    reason: str


class Source(Model):
    """An article as the summary's source list shows it."""

    article_id: str
    title: str | None
    publisher: str | None
    published: str | None
    url: str | None
    path: str
    sha256: str

    @classmethod
    def of(cls, article: Article) -> Source:
        """The article's entry."""
        fields = ("title", "publisher", "published", "url", "path", "sha256")
        return cls(article_id=article.id, **{name: getattr(article, name) for name in fields})


class Synthesis(Model):
    """The whole result. ``omissions`` are the clusters of two or more origins that no statement covers."""

    schema_version: int = SCHEMA_VERSION
    title: str
    statements: tuple[Statement, ...]
    disagreements: tuple[Disagreement, ...]
    omissions: tuple[ClaimCluster, ...]
    dropped: tuple[Dropped, ...]
    clusters: tuple[ClaimCluster, ...]
    sources: tuple[Source, ...]
    engine: str
    model: str | None
