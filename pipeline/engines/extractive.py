"""The embedded engine: sentences of the articles, whole or with an aside taken out, chosen by what several say.

No key, no network, no download.
"""

from __future__ import annotations

from collections.abc import Collection

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Usage
from pipeline.domain.verdict import Verdict
from pipeline.engines.protocol import (
    Brief,
    ClaimDraft,
    EngineName,
    StatementDraft,
    SummaryDraft,
    SynthesisDraft,
)
from pipeline.engines.telling import told_shortly
from pipeline.guards.passage import units_of
from pipeline.text.attribution import is_attributed
from pipeline.text.languages.known import base, language_name, read_as
from pipeline.text.markup import MARKDOWN_SUFFIXES, without_markdown
from pipeline.text.quantities import quantities


class ExtractiveEngine:
    """Drafts that are sentences of the articles. Deterministic."""

    @property
    def name(self) -> EngineName:
        """The engine's name in records."""
        return "extractive"

    @property
    def model(self) -> str | None:
        """No model."""
        return None

    @property
    def used(self) -> Usage:
        """No calls."""
        return Usage()

    async def summarize(self, article: Article) -> SummaryDraft:
        """Every sentence, or quotation with its speaker, as a claim."""
        return SummaryDraft(claims=sentence_drafts(article))

    async def synthesize(self, brief: Brief) -> SynthesisDraft:
        """The sentences that cover most of what the articles share, within the budget, in reading order."""
        told = in_language_asked(brief)
        return SynthesisDraft(statements=tuple(told_shortly(told)), notes=_remarks(brief, told))

    async def synthesize_again(self, brief: Brief) -> SynthesisDraft | None:
        """There is one way only."""
        del brief
        return None

    async def repair(self, draft: StatementDraft, verdict: Verdict, brief: Brief) -> SynthesisDraft:
        """Nothing: where a shortened sentence fails, the whole one is tried anyway."""
        del draft, verdict, brief
        return SynthesisDraft(statements=())


def in_language_asked(brief: Brief) -> Brief:
    """The brief with the claims of articles in the language that was asked for; all of them where none is in it."""
    if brief.language is None:
        return brief
    asked = base(brief.language)
    own = {i: c for i, c in brief.claims.items() if asked == read_as(brief.articles[c.evidence[0].article_id].language)}
    return brief.model_copy(update={"claims": own}) if own else brief


def _remarks(brief: Brief, told: Brief) -> tuple[str, ...]:
    """What becomes of articles in several languages: this engine's sentences are the sources' own."""
    languages = sorted({read_as(article.language) for article in brief.articles.values()})
    names = sorted(map(language_name, languages))
    if brief.language is None:
        mixed = f"The articles are in {' and '.join(names)}: the extractive engine tells each in its own language."
        return (f"{mixed} --language CODE tells only those in one.",) if len(languages) > 1 else ()
    asked = language_name(brief.language)
    if base(brief.language) not in languages:
        return (f"No article is in {asked}, and the extractive engine does not translate: sentences stay as they are.",)
    left = sum(read_as(article.language) != base(brief.language) for article in brief.articles.values())
    told_by = f"{left} article{'' if left == 1 else 's'} in other languages"
    return (f"{told_by} are not told: the extractive engine does not translate.",) if told is not brief and left else ()


def sentence_drafts(article: Article, told: Collection[tuple[str, str]] = ()) -> tuple[ClaimDraft, ...]:
    """Every sentence of the article, or quotation with its speaker, as a claim in its own words.

    Args:
        article: the article.
        told: texts of claims (on one line) with the words of the article they stand for; for those there is no draft.
    """
    marked = article.path.lower().endswith(MARKDOWN_SUFFIXES)
    drafts = []
    for unit in units_of(article):
        words = unit.of(article.text)
        text = without_markdown(words) if marked else words
        if len(words) > 1 and (" ".join(text.split()), words) not in told:
            drafts.append(_draft(article, unit, words, text))
    return tuple(drafts)


def _draft(article: Article, unit: Span, words: str, text: str) -> ClaimDraft:
    numbers = tuple(n for n, s in enumerate(article.sentences, start=1) if s.overlaps(unit))
    said = is_attributed(text)
    kind = "statement" if said else "figure" if any(q.unit for q in quantities(text)) else "event"
    return ClaimDraft(words=words, sentences=numbers, speaker=None, text=text, kind=kind)
