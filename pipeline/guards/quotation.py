"""Words in quotation marks stand in the cited article, word for word."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.article import Span
from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, is_own_words, verdict_of
from pipeline.text.quotes import quoted_runs, single_quoted_runs
from pipeline.text.spans import find_words


def quotation_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Look every quoted run up in the cited articles."""
    runs = [run.of(text) for run in quoted_runs(text) + single_quoted_runs(text)]
    looked_up = [] if is_own_words(text, passages) else runs
    problems = [
        f"“{run.strip()}” is not a quotation from the cited article" for run in looked_up if not _stands(run, passages)
    ]
    return verdict_of("quotation", problems, applicable=bool(runs), passed="quotations are word for word")


def _stands(run: str, passages: Sequence[Passage]) -> bool:
    """Anywhere in the article: a quotation is often given again without its sentence."""
    if not any(c.isalnum() for c in run):
        return True
    if any(find_words(run, p.context, Span(start=0, end=len(p.context))) for p in passages):
        return True  # nearly always: no need to read the whole article
    texts = {p.article.text for p in passages}
    return any(find_words(run, text, Span(start=0, end=len(text))) for text in texts)
