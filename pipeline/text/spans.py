"""Where a quoted run of words stands in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Evidence
from pipeline.text.quotes import fold

_CONTEXT = 32
"""Code points of prefix and suffix, enough to find a quote again in a text that has changed around it."""


def find_words(words: str, text: str, within: Span) -> Span | None:
    """The first place inside ``within`` where ``words`` stand, exact but for quotation marks, dashes, white space
    and the case of letters; marks and dots around the words do not count.

    >>> t = 'He said: “No  talks were held.”'
    >>> find_words('"no talks were held"', t, Span(start=0, end=len(t))).of(t)
    'No  talks were held'
    """  # noqa: D205  the first sentence needs its second line
    return next(_occurrences(words, text, within), None)


def count_words(words: str, text: str) -> int:
    """How often the words stand in the text."""
    return sum(1 for _ in _occurrences(words, text, Span(start=0, end=len(text))))


def make_evidence(article: Article, span: Span) -> Evidence:
    """The evidence for a span of an article, with its selectors."""
    return Evidence(
        article_id=article.id,
        start=span.start,
        end=span.end,
        quote=span.of(article.text),
        prefix=article.text[max(0, span.start - _CONTEXT) : span.start],
        suffix=article.text[span.end : span.end + _CONTEXT],
    )


def enclosing(spans: Sequence[Span], span: Span) -> Span:
    """The smallest run of whole ``spans`` (sentences, units) that holds ``span``; itself if none does."""
    touched = [s for s in spans if s.overlaps(span)]
    if not touched:
        return span
    return Span(start=min(span.start, touched[0].start), end=max(span.end, touched[-1].end))


def _occurrences(words: str, text: str, within: Span) -> Iterator[Span]:
    wanted = fold(words).strip(" \"'.,;:!?-…()[]").split()
    if not wanted:
        return
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(re.escape(word) for word in wanted) + r"(?!\w)", re.IGNORECASE)
    for match in pattern.finditer(fold(within.of(text))):
        yield Span(start=within.start + match.start(), end=within.start + match.end())
