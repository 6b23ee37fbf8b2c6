"""What an engine is given and what it returns: drafts, never offsets, never verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from pydantic import Field

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import Claim, Kind, Usage
from pipeline.domain.clusters import ClaimCluster
from pipeline.domain.verdict import Verdict

EngineName = Literal["openai", "extractive"]


class ClaimDraft(Model):
    """A claim as an engine proposes it: exact words, where they should stand, who says so, and the claim."""

    words: str
    sentences: tuple[int, ...] = Field(description="1-based numbers of the article's sentences")
    speaker: str | None
    text: str
    kind: Kind


class SummaryDraft(Model):
    """An engine's reading of one article."""

    claims: tuple[ClaimDraft, ...]
    usage: Usage = Usage()


class StatementDraft(Model):
    """A statement as an engine proposes it, citing claims by id."""

    text: str
    claim_ids: tuple[str, ...]


class SynthesisDraft(Model):
    """An engine's merged summary, in reading order. ``notes`` are remarks for the user (a call that failed)."""

    statements: tuple[StatementDraft, ...]
    notes: tuple[str, ...] = ()


class Brief(Model):
    """What a synthesis is written from.

    ``words`` bounds the statements' length in all; ``language`` is the tag that the user asked for, if any.
    """

    articles: Mapping[str, Article]
    claims: Mapping[str, Claim]
    clusters: tuple[ClaimCluster, ...]
    words: int
    language: str | None = None


class Engine(Protocol):
    """Writes drafts. ``name`` and ``model`` go into the run's record."""

    @property
    def name(self) -> EngineName: ...  # noqa: D102  the class says what it is

    @property
    def model(self) -> str | None: ...  # noqa: D102  the class says what it is

    @property
    def used(self) -> Usage:
        """What all calls so far took, those included that ended in an error."""
        ...

    async def summarize(self, article: Article) -> SummaryDraft:
        """The claims of one article."""
        ...

    async def synthesize(self, brief: Brief) -> SynthesisDraft:
        """The merged summary."""
        ...

    async def synthesize_again(self, brief: Brief) -> SynthesisDraft | None:
        """In another way, where too much of the first draft was not borne out; None where there is no other."""
        ...

    async def repair(self, draft: StatementDraft, verdict: Verdict, brief: Brief) -> SynthesisDraft:
        """One more try at a statement that failed; no statement where the engine has nothing better."""
        ...
