"""A summary in another language than its articles: what is told of it, and how it is marked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pipeline.domain.article import Article
from pipeline.domain.claims import Usage
from pipeline.domain.verdict import Verdict
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.protocol import Brief, EngineName, StatementDraft, SummaryDraft, SynthesisDraft
from pipeline.render.markdown import render_markdown
from pipeline.render.report import render_report
from pipeline.runs.runner import Story, run_story
from pipeline.stages.ingest import Given, SourceEntry, ingest_given
from tests.languages import known

TRUE = ("Twelve people died and 40 were injured off Tarnau.", "ums Leben gekommen, 40")
QUOTED = ("The ship “war nicht überladen”, a spokesman of the shipping company said.", "nicht überladen")
WRONG = ("Fifty people died off Tarnau, and 40 were injured.", "ums Leben gekommen, 40")
UNBOUND = ("It was a very sad day for all of the people of this old town.", "ums Leben gekommen, 40")


class Translating:
    """Reads as the extractive engine does, and tells what it was given, citing the claim that holds the words."""

    def __init__(self, told: Sequence[tuple[str, str]]) -> None:
        self._reader = ExtractiveEngine()
        self._told = told

    @property
    def name(self) -> EngineName:
        """As a model's."""
        return "openai"

    @property
    def model(self) -> str | None:
        """A name."""
        return "tiny"

    @property
    def used(self) -> Usage:
        """Nothing."""
        return Usage()

    async def summarize(self, article: Article) -> SummaryDraft:
        """Every sentence."""
        return await self._reader.summarize(article)

    async def synthesize(self, brief: Brief) -> SynthesisDraft:
        """What it was given."""
        ids = [next(c.id for c in brief.claims.values() if words in c.text) for _, words in self._told]
        return SynthesisDraft(
            statements=tuple(
                StatementDraft(text=text, claim_ids=(i,)) for (text, _), i in zip(self._told, ids, strict=True)
            )
        )

    async def synthesize_again(self, brief: Brief) -> SynthesisDraft | None:
        """No other way."""
        del brief
        return None

    async def repair(self, draft: StatementDraft, verdict: Verdict, brief: Brief) -> SynthesisDraft:
        """Nothing better."""
        del draft, verdict, brief
        return SynthesisDraft(statements=())


def told(*statements: tuple[str, str]) -> Story:
    """The story of the German articles as an engine tells it that was asked for English."""
    given = [Given(a.name, a.file, SourceEntry()) for a in known() if a.code == "de"]
    return asyncio.run(run_story(ingest_given(given), Translating(statements), words=200, language="en"))


def test_what_can_be_compared_and_agrees_is_told_and_marked() -> None:
    """In the summary, in Markdown and on the page; never as supported."""
    made = told(TRUE, QUOTED)
    assert made.synthesis is not None
    assert [(s.text, s.verdict.status) for s in made.synthesis.statements] == [
        (TRUE[0], "unverified"),
        (QUOTED[0], "unverified"),
    ]
    articles = [file.article for file in made.files]
    claims = [claim for file in made.files for claim in file.summary.claims]
    assert f"**not fully checked:** {TRUE[0]} [" in render_markdown(made.synthesis, articles, claims)
    page = render_report(made.synthesis, made.files)
    assert "Not fully checked" in page
    assert "Its words could not be compared with what it cites: read the passage" in page
    assert "not compared: the text is in English, what it cites is not" in page


def test_what_does_not_agree_or_cannot_be_compared_gives_way_to_the_sources_own_words() -> None:
    """A wrong figure, and a sentence in which there is nothing to compare: replaced by the cited German sentence."""
    for wrong, why in ((WRONG, "“Fifty” is not in the cited passage"), (UNBOUND, "nothing in it could be compared")):
        made = told(wrong)
        assert made.synthesis is not None
        (statement,) = made.synthesis.statements
        (dropped,) = made.synthesis.dropped
        assert wrong[1] in statement.text
        assert statement.verdict.status == "supported"
        assert dropped.text == wrong[0]
        assert why in dropped.reason
