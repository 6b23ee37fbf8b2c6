"""What one article says: claims, each with the exact passage it rests on."""

from __future__ import annotations

from collections.abc import Iterable
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


def independent_origins(claims: Iterable[Claim]) -> int:
    """How many independent reports the claims come from: their origins, but never more than their articles.

    One article that carries a wire report beside its own is still one that a reader can hold against another.
    """
    told = list(claims)
    articles = {evidence.article_id for claim in told for evidence in claim.evidence}
    return min(len({claim.origin_id for claim in told}), len(articles))


class RejectedClaim(Model):
    """A claim that could not be grounded, and why."""

    text: str
    quote: str
    reason: str


class Usage(Model):
    """What model replies took.

    ``calls`` were made now and ``cached`` replies came from the store; the tokens are those of both, and the
    ``cached_`` ones the part that was paid for earlier.
    """

    calls: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_prompt_tokens: int = 0
    cached_completion_tokens: int = 0

    def plus(self, other: Usage) -> Usage:
        """The sum of both."""
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in Usage.model_fields})

    def minus(self, earlier: Usage) -> Usage:
        """What came since ``earlier``."""
        return Usage(**{name: getattr(self, name) - getattr(earlier, name) for name in Usage.model_fields})

    def from_store(self) -> Usage:
        """The same replies, taken from the store."""
        return Usage(
            cached=self.calls + self.cached,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            cached_prompt_tokens=self.prompt_tokens,
            cached_completion_tokens=self.completion_tokens,
        )

    def in_all(self) -> Usage:
        """Without regard to when it was paid for: the same for a run that was resumed and one that was not."""
        return Usage(
            calls=self.calls + self.cached,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
        )

    def paid_tokens(self) -> tuple[int, int]:
        """Prompt and completion tokens of the calls made now."""
        return self.prompt_tokens - self.cached_prompt_tokens, self.completion_tokens - self.cached_completion_tokens


class ArticleSummary(Model):
    """An article, summarised. ``headline`` is the article's own, or None."""

    article_id: str
    headline: str | None
    claims: tuple[Claim, ...]
    rejected: tuple[RejectedClaim, ...]
    usage: Usage
    contested: int = Field(
        default=0, ge=0, description="so many of the claims, the last ones, are there since other articles differ"
    )

    def own_claims(self) -> tuple[Claim, ...]:
        """The claims that the article was summarised in, whatever other articles say."""
        return self.claims[: len(self.claims) - self.contested]


class ArticleFile(Model):
    """What ``articles/<id>.json`` holds."""

    schema_version: int = SCHEMA_VERSION
    article: Article
    summary: ArticleSummary
