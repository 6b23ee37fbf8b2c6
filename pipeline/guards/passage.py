"""What a guard sees of a citation."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Outcome
from pipeline.text.sentences import join_quotations


class Passage(NamedTuple):
    """Cited words with their surroundings.

    ``context`` is the run of whole sentences around them (a quotation with its speaker is one), ``before`` the
    sentence that precedes it: pronouns and "the official" refer there.
    """

    quote: str
    context: str
    before: str
    article: Article


class _Key:
    """An article as a key that costs nothing: pydantic would hash every sentence of it, each time."""

    def __init__(self, article: Article) -> None:
        self.article = article

    def __hash__(self) -> int:
        return hash(self.article.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (self.article is other.article or self.article == other.article)


class _Units(NamedTuple):
    """An article's units, with their starts and ends to look places up by."""

    spans: tuple[Span, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def units_of(article: Article) -> tuple[Span, ...]:
    """The article's sentences, quotations joined with their speakers."""
    return _units(_Key(article)).spans


@lru_cache(maxsize=512)
def _units(key: _Key) -> _Units:
    spans = tuple(join_quotations(key.article.text, key.article.sentences))
    return _Units(spans, tuple(s.start for s in spans), tuple(s.end for s in spans))


def passage_of(article: Article, evidence: Evidence) -> Passage:
    """The passage an evidence points at."""
    return passage_at(article, Span(start=evidence.start, end=evidence.end))


def enclosing_units(article: Article, span: Span) -> Span:
    """The smallest run of whole units that holds ``span``; itself if it touches none."""
    units = _units(_Key(article))
    touched = units.spans[bisect_right(units.ends, span.start) : bisect_left(units.starts, span.end)]
    if not touched:
        return span
    return Span(start=min(span.start, touched[0].start), end=max(span.end, touched[-1].end))


def passage_at(article: Article, span: Span) -> Passage:
    """The passage around a span of the article."""
    units = _units(_Key(article))
    context = enclosing_units(article, span)
    earlier = bisect_right(units.ends, context.start)
    return Passage(
        quote=span.of(article.text),
        context=context.of(article.text),
        before=units.spans[earlier - 1].of(article.text) if earlier else "",
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
