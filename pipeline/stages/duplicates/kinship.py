"""What two articles are to each other: copies, versions of one article, or neither."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

from pipeline.domain.article import Article
from pipeline.stages.duplicates.moments import is_older, without_number
from pipeline.text.copying import runs, shared_with, tokens_of
from pipeline.text.wire import agency_key

Kinship = Literal["text", "nearly", "earlier", "undecided"]

_NEARLY: Final = 0.9
"""Share of the longer article's words that stand in the sentences of the shorter one, from which they are copies."""
_RUN: Final = 5
_OF_ONE_PLACE: Final = 0.3
"""Share of the older version's own words, in runs of five, that are left in the newer one: under one address …"""
_OF_ONE_TITLE: Final = 0.5
"""… under one title and no two publishers …"""
_OF_ONE_PUBLISHER: Final = 0.6
"""… and under another title of one publisher: in the stories and clusters, reports of one desk on two days share less
than .3, as desks repeat a paragraph of background."""
_TITLE_WORDS: Final = 3
"""A shorter title ("Letters", "Live updates") is that of many articles."""
_ARTICLES: Final = frozenset({"a", "an", "the"})
_FIGURE: Final = re.compile(r"[-−+]?[$€£¥]?\d[\d.,:]*\s?[%°]?")
_TRACKING: Final = re.compile(r"^(?:utm_.*|fbclid|gclid|mc_[ce]id|ref|source|cmp|smid|ocid|at_.*)$", re.IGNORECASE)
_HOST: Final = re.compile(r"^(?:www|m|amp|mobile)\.")

Said = tuple[tuple[str, ...], tuple[str, ...]]


def kinship(one: Article, other: Article) -> Kinship | None:
    """What ``one`` is to ``other``; None if it has to stay whatever else is known.

    ``text``: the same text. ``nearly``: each sentence of ``one`` stands in ``other``. ``earlier``: an older version.
    ``undecided``: a version, and nothing says which is newer.
    """
    place = _same_place(one, other)
    several_titles = _titles_differ(one, other) and not place
    if one.text.split() == other.text.split() and not (several_titles and not _one_desk(one, other)):
        return "text"
    found = _version(one, other, place=place)
    if found == "earlier" or several_titles:
        return found
    return "nearly" if _all_said(one, other) else found


def _version(one: Article, other: Article, *, place: bool) -> Kinship | None:
    if not place and not _one_desk(one, other):
        return None
    older = is_older(one, other)
    if older is False:
        return None
    tokens, others = tokens_of(one.text), tokens_of(other.text)
    share = shared_with(tokens, frozenset(runs(tokens, _RUN)) & frozenset(runs(others, _RUN)), _RUN).share
    if share < (_OF_ONE_PLACE if place else _OF_ONE_TITLE if _same_title(one, other) else _OF_ONE_PUBLISHER):
        return None
    return "earlier" if older else "undecided"


def _one_desk(one: Article, other: Article) -> bool:
    """Of one publisher, or of one title where at most one publisher is known."""
    publishers = {agency_key(article.publisher) for article in (one, other) if article.publisher}
    both = bool(one.publisher and other.publisher)
    return len(publishers) == 1 if both else _same_title(one, other)


def _same_place(one: Article, other: Article) -> bool:
    return one.url is not None and other.url is not None and canonical(one.url) == canonical(other.url) != ""


def canonical(url: str) -> str:
    """An address without what leads to the same page: scheme, "www.", tracking, fragment. A front page has none.

    >>> canonical("https://www.tarn.example/news/ferry/?utm_source=x#top") == canonical("http://tarn.example/news/ferry")
    True
    """
    try:
        parts = urlsplit(url.strip())
        query = sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0]))
    except ValueError:  # hostile brackets in the host, or a thousand fields
        return ""
    path = re.sub(r"(?:/amp|/index\.\w+)?/*$", "", parts.path)
    return f"{_HOST.sub('', parts.netloc.lower())}{path}?{query}" if path or query else ""


def _titles_differ(one: Article, other: Article) -> bool:
    return bool(one.title and other.title) and _title(one) != _title(other)


def _same_title(one: Article, other: Article) -> bool:
    return _title(one) == _title(other) and len(_title(one)) >= _TITLE_WORDS


def _title(article: Article) -> list[str]:
    return [token.word for token in tokens_of(without_number(article.title or ""))]


def _all_said(one: Article, other: Article) -> bool:
    """Whether every sentence of the one stands in the other, and is nearly all of it."""
    said, others = (Counter(map(what_is_said, article.sentence_texts())) for article in (one, other))
    if said - others:
        return False
    words = sum(len(tokens) * count for (tokens, _), count in said.items())
    return words >= _NEARLY * sum(len(tokens) * count for (tokens, _), count in others.items())


def what_is_said(sentence: str) -> Said:
    """A sentence less its spelling, marks, capitals and articles; the figures stay as they are written.

    >>> what_is_said("The centre paid 3.5 million.") == what_is_said("Center paid 3.5 million")
    True
    >>> what_is_said("It paid 3.5 million.") == what_is_said("It paid 35 million.")
    False
    """
    figures = (match.group().strip().rstrip(".,:") for match in _FIGURE.finditer(sentence))
    return tuple(token.word for token in tokens_of(sentence) if token.word not in _ARTICLES), tuple(figures)
