"""The embedded engine: verbatim, deterministic, within the budget."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import given, settings, strategies as st

from pipeline.engines.extractive import ExtractiveEngine
from pipeline.stages.ingest import ingest
from tests.stages.story import story
from tests.strategies import articles


def test_every_sentence_of_an_article_is_a_claim(seeds: Path) -> None:
    """Nothing is lost before the choice: all sentences are in the drafts, with their numbers."""
    for article in ingest([str(seeds)]).articles:
        drafts = asyncio.run(ExtractiveEngine().summarize(article)).claims
        assert {n for draft in drafts for n in draft.sentences} == set(range(1, len(article.sentences) + 1))
        assert all(draft.words in article.text for draft in drafts)


@given(st.lists(articles(), min_size=1, max_size=3), st.integers(20, 200))
@settings(max_examples=30)
def test_the_choice_keeps_to_the_budget(texts: list[str], words: int) -> None:
    """At most the words asked for, or the one shortest sentence; claims that exist; the same every time."""
    made = story(*texts, words=words)
    if made.brief.claims:
        first = asyncio.run(ExtractiveEngine().synthesize(made.brief))
        told = sum(len(s.text.split()) for s in first.statements)
        assert told <= words or len(first.statements) == 1
        assert {i for s in first.statements for i in s.claim_ids} <= made.claims.keys()
        assert first == asyncio.run(ExtractiveEngine().synthesize(made.brief))


def test_half_sentences_and_openers_are_not_told() -> None:
    """A connector to what stood before is taken off; a question is not told where there is anything else."""
    made = story(
        "However, the ferry of Tarn ran aground with 40 people on board on Monday. Why did the ferry of Tarn "
        "run aground?",
        "The ferry of Tarn ran aground with 40 people on board, and divers of Pell Quay came on Monday.",
    )
    texts = [s.text for s in asyncio.run(ExtractiveEngine().synthesize(made.brief)).statements]
    assert not any(text.startswith("However") or text.endswith("?") for text in texts)
