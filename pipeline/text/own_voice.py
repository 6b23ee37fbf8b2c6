"""Whose voice a paragraph is in: the publication's, when it speaks of itself, of its author or to its readers."""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.article import Article
from pipeline.text.forms import speaks_to_reader
from pipeline.text.quotes import outside_quotes

_SELF: Final = re.compile(
    r"\b(?:this|our) (?:article|text|story|report|page|site|website|newsletter|column|publication|newspaper|newsroom"
    r"|coverage|journalism|journalists|reporters|reporting|podcast|bulletin|translation|series|event listings)\b"
    r"|\b(?:views|opinions) expressed\b|\bwe (?:aim|broadcast|correct|depend|publish|rely|welcome)\b",
    re.IGNORECASE,
)
_TRADE: Final = (
    r"(?:correspondent|reporter|editor|columnist|writer|journalist|photographer|freelancer?|contributor|critic|producer"
    r"|presenter|broadcaster|commentator)"
)
_BIOGRAPHY: Final = re.compile(
    rf"^\W*(?P<name>[A-Z][\w.'’-]+(?: (?:[a-z]{{2,3}} )?[A-Z][\w.'’-]+){{1,3}}),? (?:is|are|was|has been|works as)\b"
    rf"[^.!?]{{0,80}}\b{_TRADE}s?\b"
)
_AUTHOR_DOES: Final = re.compile(r"\W*(?:is|was|has|joined|[a-z]+s)\b")
_WE: Final = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_SHORTEST_NAME: Final = 4


def has_voice(text: str, article: Article) -> bool:
    """Whether the publisher speaks: to the reader, of itself, or of its author."""
    own = is_own_voice(text, article.publisher) or is_about(text, article.author)
    return own or speaks_to_reader(text) or _BIOGRAPHY.match(text) is not None


def is_about(text: str, author: str | None) -> bool:
    """Whether it is the biography of the article's author."""
    return any(
        text.casefold().startswith(name.casefold()) and _AUTHOR_DOES.match(text[len(name) :])
        for name in (author or "").split(", ")
        if name
    )


def is_own_voice(text: str, publisher: str | None) -> bool:
    """Whether the outlet speaks of itself or its article."""
    unquoted = outside_quotes(text)
    bare = re.sub(r"^the ", "", publisher or "", flags=re.IGNORECASE)
    short = bare.split()[-1] if bare else ""
    calls = [rf"(?<!\w){re.escape(bare)}(?!\w)", rf"\b[Tt]he {re.escape(short)}\b"]  # The Harbour Courier; the Courier
    named = len(short) >= _SHORTEST_NAME and any(re.search(call, unquoted) for call in calls)
    return bool(named or _SELF.search(unquoted))


def says_we(text: str) -> bool:
    """Whether it says "we" or "our"; a columnist does, too."""
    return _WE.search(text) is not None
