"""Summarize: one article's claims as an engine drafts them. Grounding comes after."""

from __future__ import annotations

from pipeline.domain.article import Article
from pipeline.engines.protocol import Engine, SummaryDraft


async def summarize(engine: Engine, article: Article) -> SummaryDraft:
    """The engine's draft, without claims that say nothing."""
    draft = await engine.summarize(article)
    kept = tuple(claim for claim in draft.claims if claim.text.strip() and claim.words.strip())
    return draft.model_copy(update={"claims": kept})
