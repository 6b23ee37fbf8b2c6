"""What a guard sees of a citation."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Outcome
from pipeline.text.attribution import attributions, opening_person, speaks_as_pronoun
from pipeline.text.quotes import quoted_share
from pipeline.text.sentences import join_quotations

_SENTENCES_BACK: Final = 3
"""Sentences before a passage in which whoever "she said" means may be named."""
ALL_QUOTED: Final = 0.9
"""Share of a passage inside quotation marks from which nothing else is said."""
_QUOTED: Final = 0.3
"""Share of it from which somebody must be speaking."""
_DEFINITE: Final = re.compile(
    r"[“\"‘']?The (?:company|firm|operator|owner|airline|bank|group|club|team|party|union|federation|ministry|agency"
    r"|council|hospital|university|school|charity|regulator|government|court|church)\b"
)
"""Somebody whom one of the sentences before has named, not always the last."""
_PRONOUN: Final = re.compile(r"[“\"‘']?(?:he|she|they|his|her|their|its)\b", re.IGNORECASE)


class Passage(NamedTuple):
    """Cited words with their surroundings.

    ``context`` is the run of whole sentences around them (a quotation with its speaker is one), ``before`` the
    sentence that precedes it: pronouns and "the official" refer there. Where a pronoun speaks, or nobody does, it goes
    back to the sentence that names somebody.
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
    return _passage(_Key(article), evidence.start, evidence.end)


def enclosing_units(article: Article, span: Span) -> Span:
    """The smallest run of whole units that holds ``span``; itself if it touches none."""
    units = _units(_Key(article))
    touched = units.spans[bisect_right(units.ends, span.start) : bisect_left(units.starts, span.end)]
    if not touched:
        return span
    if len(touched) == 1 and touched[0].start <= span.start and span.end <= touched[0].end:
        return touched[0]
    return Span(start=min(span.start, touched[0].start), end=max(span.end, touched[-1].end))


def passage_at(article: Article, span: Span) -> Passage:
    """The passage around a span of the article."""
    return _passage(_Key(article), span.start, span.end)


@lru_cache(maxsize=1024)
def _passage(key: _Key, start: int, end: int) -> Passage:
    """Remembered: of a few hundred passages of a story each is asked about by several statements."""
    article, span = key.article, Span(start=start, end=end)
    context = enclosing_units(article, span)
    told = context.of(article.text)
    return Passage(span.of(article.text), told, _before(told, sentences_before(article, context.start)), article)


def sentences_before(article: Article, start: int) -> list[str]:
    """The few units that end before ``start``, in order: those in which whoever "she said" means may be named."""
    units = _units(_Key(article))
    earlier = bisect_right(units.ends, start)
    return [unit.of(article.text) for unit in units.spans[max(0, earlier - _SENTENCES_BACK) : earlier]]


def _before(context: str, sentences: Sequence[str]) -> str:
    """The last of the sentences, and as many before it as it takes to name whoever the context speaks of."""
    if _DEFINITE.match(context):
        return " ".join(sentences)
    nearest = len(sentences) - 1
    unheard = quoted_share(context) >= _QUOTED and not attributions(context)
    if unheard or speaks_as_pronoun(context) or _PRONOUN.match(context):
        named = (i for i in range(nearest, -1, -1) if attributions(sentences[i]) or opening_person(sentences[i]))
        nearest = next(named, nearest)
    return " ".join(sentences[max(0, nearest) :])


def contexts(passages: Sequence[Passage]) -> list[str]:
    """The passages' contexts, each once, in order."""
    return list(dict.fromkeys(passage.context for passage in passages))


def is_own_words(text: str, passages: Sequence[Passage]) -> bool:
    """Whether each passage is the text and nothing else: a sentence of an article that cites itself.

    What a guard finds in such a text it finds in the passages, too; so most need not compare the two.
    """
    return bool(passages) and all(passage.context == text for passage in passages)


def verdict_of(name: str, problems: Sequence[str], *, applicable: bool, passed: str) -> Guard:
    """A guard's result: failed with the problems joined, passed, or not applicable."""
    outcome: Outcome = "fail" if problems else "pass" if applicable else "not_applicable"
    detail = "; ".join(problems) if problems else passed if applicable else ""
    return Guard(name=name, outcome=outcome, detail=detail)
