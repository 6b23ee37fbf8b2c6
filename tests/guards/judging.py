"""What the tests of the guards share: an article of one block, and the verdict on a statement that cites it."""

from __future__ import annotations

from pipeline.domain.article import Article, Span
from pipeline.domain.verdict import Guard, Verdict
from pipeline.guards.judge import judge
from pipeline.text.sentences import split_sentences
from pipeline.text.spans import find_words, make_evidence


def article(text: str, *, published: str | None = None, publisher: str | None = None) -> Article:
    """An article of one block."""
    return Article(
        id="a", path="a.txt", title=None, publisher=publisher, published=published, url=None, language=None, text=text,
        sentences=tuple(split_sentences(text, [Span(start=0, end=len(text))])), sha256="0", removed=(),
    )  # fmt: skip


def verdict(statement: str, source: str, cited: str | None = None, *, published: str | None = None) -> Verdict:
    """The verdict on a statement that cites ``cited`` (or all) of a source."""
    whole = article(source, published=published)
    everything = Span(start=0, end=len(source))
    span = find_words(cited, source, everything) if cited else everything
    assert span is not None
    return judge(statement, [make_evidence(whole, span)], {"a": whole})


def guard(name: str, result: Verdict) -> Guard:
    """One guard's result."""
    return next(g for g in result.guards if g.name == name)
