"""Where a quoted run of words stands in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.domain.article import Article, Span
from pipeline.domain.claims import Evidence
from pipeline.text.languages.scripts import has_unspaced
from pipeline.text.quotes import fold

_TOKEN: Final = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*")
_GOES_ON: Final = re.compile(r"[^\W_]|(?<=\d)[.,]\d")
"""The rest of a word or number: 1,200 is no "1"."""
_CONTEXT: Final = 32
"""Code points of prefix and suffix, enough to find a quote again in a text that has changed around it."""


def find_words(words: str, text: str, within: Span) -> Span | None:
    """The first place inside ``within`` where the same words follow each other, whatever marks stand between them.

    Every word and every number must be there, in order; the kind of quotation marks, other punctuation, white space
    and the case of letters do not count: models and editors change those, and no meaning hangs on them.

    >>> t = 'He said: “No  talks were held.”'
    >>> find_words('"no talks were held"', t, Span(start=0, end=len(t))).of(t)
    'No  talks were held'
    """
    return _at_the_start(words, text, within) or next(_occurrences(words, text, within), None)


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


def longest_run(words: str, text: str, within: Span, least: int) -> Span | None:
    """The longest run of at least ``least`` of the words that stands in ``within``, as `find_words` finds it.

    >>> t = "The ferry ran aground off Tarn on Monday."
    >>> longest_run("A big ferry ran aground off Tarn", t, Span(start=0, end=len(t)), 4).of(t)
    'ferry ran aground off Tarn'
    """
    tokens = _TOKEN.findall(fold(words))
    for length in range(len(tokens), least - 1, -1):
        for start in range(len(tokens) - length + 1):
            found = find_words(" ".join(tokens[start : start + length]), text, within)
            if found:
                return found
    return None


def count_tokens(words: str) -> int:
    """How many words and numbers there are."""
    return len(_TOKEN.findall(fold(words)))


def _at_the_start(words: str, text: str, within: Span) -> Span | None:
    """Where they stand if the text begins with them, mark for mark, as when a sentence is looked up where it stands.

    No pattern has to be made for that, and none could match before.
    """
    if not text.startswith(words, within.start, within.end):
        return None
    letters = [index for index, char in enumerate(words) if char.isalnum()]
    after = within.start + len(words)
    if not letters or (words[-1].isalnum() and _GOES_ON.match(text, after, within.end)):
        return None
    return Span(start=within.start + letters[0], end=within.start + letters[-1] + 1)


def _occurrences(words: str, text: str, within: Span) -> Iterator[Span]:
    """Places where the same words follow each other; what stands between them is punctuation or white space."""
    tokens = _TOKEN.findall(fold(words))
    if not tokens:
        return
    before = "" if has_unspaced(tokens[0][0]) else r"(?<![^\W_])(?<!\d[.,](?=\d))"
    behind = "" if has_unspaced(tokens[-1][-1]) else rf"(?!{_GOES_ON.pattern})"
    pattern = re.compile(before + r"[\W_]+".join(re.escape(token) for token in tokens) + behind, re.IGNORECASE)
    for match in pattern.finditer(fold(within.of(text))):
        yield Span(start=within.start + match.start(), end=within.start + match.end())
