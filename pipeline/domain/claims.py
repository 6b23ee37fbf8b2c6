"""What one article says: claims, each with the exact passage it rests on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.domain.article import Article
from pipeline.domain.base import SCHEMA_VERSION, Model

Kind = Literal["event", "statement", "figure", "background"]
Polarity = Literal["affirmed", "denied"]
Modality = Literal["done", "planned", "alleged", "urged", "agreed", "stated"]


class Evidence(Model):
    """A passage: W3C TextPosition and TextQuote selectors. ``article.text[start:end] == quote``, always."""

    article_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    prefix: str
    suffix: str


class Attribution(Model):
    """One who says so: ``name`` as the article puts it, ``role`` outlet, agency, official or speaker."""

    name: str
    role: Literal["outlet", "agency", "official", "speaker"]


class Claim(Model):
    """One thing an article says. ``attribution`` runs from the outermost relay to the speaker."""

    id: str
    text: str
    kind: Kind
    attribution: tuple[Attribution, ...]
    polarity: Polarity
    modality: Modality
    event_date: str | None
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    origin_id: str


class RejectedClaim(Model):
    """A claim that could not be grounded, and why."""

    text: str
    quote: str
    reason: str


class Usage(Model):
    """What model calls took. ``cached`` counts replies that came from the store."""

    calls: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def plus(self, other: Usage) -> Usage:
        """The sum of both."""
        return Usage(
            calls=self.calls + other.calls,
            cached=self.cached + other.cached,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class ArticleSummary(Model):
    """An article, summarised. ``headline`` is the article's own, or None."""

    article_id: str
    headline: str | None
    claims: tuple[Claim, ...]
    rejected: tuple[RejectedClaim, ...]
    usage: Usage


class ArticleFile(Model):
    """What ``articles/<id>.json`` holds."""

    schema_version: int = SCHEMA_VERSION
    article: Article
    summary: ArticleSummary
