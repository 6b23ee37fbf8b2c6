"""A story from a few texts: articles, their sentences as claims, a brief, and an engine that does as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim, Usage
from pipeline.domain.verdict import Verdict
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.protocol import Brief, EngineName, StatementDraft, SummaryDraft, SynthesisDraft
from pipeline.stages.ground import ground
from pipeline.stages.reconcile import reconcile, trace_origins
from tests.guards.judging import article


class Story(NamedTuple):
    """What stands before a synthesis."""

    articles: dict[str, Article]
    claims: dict[str, Claim]
    brief: Brief


def story(*texts: str, words: int = 300) -> Story:
    """Articles a0, a1 … with each sentence a claim."""
    articles = {
        f"a{n}": article(text).model_copy(update={"id": f"a{n}", "path": f"a{n}.txt"}) for n, text in enumerate(texts)
    }
    claims: list[Claim] = []
    for one in articles.values():
        drafted = asyncio.run(ExtractiveEngine().summarize(one))
        claims += ground(one, drafted.claims)[0]
    traced = {claim.id: claim for claim in trace_origins(claims, articles)}
    clusters = reconcile(list(traced.values()), articles)
    return Story(articles, traced, Brief(articles=articles, claims=traced, clusters=clusters, words=words))


def claim_with(made: Story, words: str) -> Claim:
    """The claim that holds the words."""
    return next(claim for claim in made.claims.values() if words in claim.text)


class ToldEngine:
    """Repairs with the sentences it was given, in turn; counts how often it was asked."""

    def __init__(self, *repairs: str) -> None:
        self.repairs = list(repairs)
        self.asked: list[Verdict] = []

    @property
    def name(self) -> EngineName:
        """As a model's."""
        return "openai"

    @property
    def model(self) -> str | None:
        """None."""
        return None

    @property
    def used(self) -> Usage:
        """Nothing."""
        return Usage()

    async def synthesize_again(self, brief: Brief) -> SynthesisDraft | None:
        """No other way."""
        del brief
        return None

    async def summarize(self, article: Article) -> SummaryDraft:
        """Nothing."""
        del article
        return SummaryDraft(claims=())

    async def synthesize(self, brief: Brief) -> SynthesisDraft:
        """Nothing."""
        del brief
        return SynthesisDraft(statements=())

    async def repair(self, draft: StatementDraft, verdict: Verdict, brief: Brief) -> SynthesisDraft:
        """The next sentence, with the draft's claims."""
        del brief
        self.asked.append(verdict)
        text = [self.repairs.pop(0)] if self.repairs else []
        return SynthesisDraft(statements=tuple(StatementDraft(text=t, claim_ids=draft.claim_ids) for t in text))


def drafts(made: Story, *told: tuple[str, Sequence[str]]) -> list[StatementDraft]:
    """Statements, each with words of the claims that it cites."""
    return [StatementDraft(text=text, claim_ids=tuple(claim_with(made, w).id for w in cited)) for text, cited in told]
