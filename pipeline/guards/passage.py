"""What a guard sees of a citation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Outcome
from pipeline.text.sentences import join_quotations
from pipeline.text.spans import enclosing


class Passage(NamedTuple):
    """Cited words with their surroundings.

    ``context`` is the run of whole sentences around them (a quotation with its speaker is one), ``before`` the
    sentence that precedes it: pronouns and "the official" refer there.
    """

    quote: str
    context: str
    before: str
    article: Article


@lru_cache(maxsize=512)
def units_of(article: Article) -> tuple[Span, ...]:
    """The article's sentences, quotations joined with their speakers."""
    return tuple(join_quotations(article.text, article.sentences))


def passage_of(article: Article, evidence: Evidence) -> Passage:
    """The passage an evidence points at."""
    units = units_of(article)
    context = enclosing(units, Span(start=evidence.start, end=evidence.end))
    earlier = [unit for unit in units if unit.end <= context.start]
    return Passage(
        quote=evidence.quote,
        context=context.of(article.text),
        before=earlier[-1].of(article.text) if earlier else "",
        article=article,
    )


def contexts(passages: Sequence[Passage]) -> list[str]:
    """The passages' contexts, each once, in order."""
    return list(dict.fromkeys(passage.context for passage in passages))


def verdict_of(name: str, problems: Sequence[str], *, applicable: bool, passed: str) -> Guard:
    """A guard's result: failed with the problems joined, passed, or not applicable."""
    outcome: Outcome = "fail" if problems else "pass" if applicable else "not_applicable"
    detail = "; ".join(problems) if problems else passed if applicable else ""
    return Guard(name=name, outcome=outcome, detail=detail)
