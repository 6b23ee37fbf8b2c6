"""Which of the given articles a citation means, and which of its passages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.domain.article import Article, Span
from pipeline.render.markdown import shown_path
from pipeline.runs.source_index import Unit
from pipeline.text.polarity import negations
from pipeline.text.words import content_stems

_MOST_PASSAGES: Final = 3
_WORTH_ADDING: Final = 2
"""Content words that a further passage of the same article must add; one word alone is found anywhere."""
_SHORTEST_STEM: Final = 3


def key_of(article: Article) -> str:
    """The key for a source that is not named by one in the text, but by a link or a description; never a number."""
    return f"source.{article.id}"


def resolve_keys(sources: Mapping[str, str], articles: Sequence[Article]) -> dict[str, Article]:
    """What each key means: first what the document's own list says; numbers, without a list, the files in order."""
    by_key = {name: article for article in articles for name in (PurePosixPath(article.path).stem, article.id)}
    if any(key.isdigit() for key in sources):
        by_key = {key: article for key, article in by_key.items() if not key.isdigit()}
    else:
        by_key |= {str(number): article for number, article in enumerate(articles, start=1)}
    for key, description in sources.items():
        article = described(description, articles)
        if article is not None:
            by_key[key] = article
        else:
            by_key.pop(key, None)
    return by_key | {key_of(article): article for article in articles}


def described(description: str, articles: Sequence[Article]) -> Article | None:
    """The article whose file the description names, else whose address, else title or stem; the longest name wins.

    Several articles may have one title, as copies of one report do. Names count only as whole words, a stem only
    if it has three characters and is no number: "a" and "2019" stand in any entry.
    """
    found = [
        (rank, at, len(name), -index)
        for index, article in enumerate(articles)
        for rank, name in _names(article)
        if (at := _last_place(name, description, rank)) is not None
    ]
    return articles[-max(found)[3]] if found else None


def linked(target: str, articles: Sequence[Article]) -> Article | None:
    """The article that a link leads to: by its address, else by its path, else by its file's name if one alone has it.

    A name inside the address of some other page means nothing.
    """
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme in {"http", "https"}:
        address = _bare(target)
        return next((article for article in articles if article.url and _bare(article.url) == address), None)
    path = PurePosixPath(unquote(parts.path))
    if parts.scheme not in {"", "file"} or not path.name:
        return None
    same = [article for article in articles if str(path).endswith(f"/{article.path}") or str(path) == article.path]
    same = same or [article for article in articles if PurePosixPath(article.path).name == path.name]
    return same[0] if len(same) == 1 else None


def _bare(address: str) -> str:
    """An address without its fragment and last slash."""
    return address.partition("#")[0].rstrip("/").lower()


_OURS, _FILE, _ADDRESS, _TITLE = 3, 2, 1, 0
_SEPARATOR: Final = " — "


def _names(article: Article) -> list[tuple[int, str]]:
    path = PurePosixPath(article.path)
    names = [(_OURS, shown_path(article.path)), (_OURS, f"`{shown_path(article.path)}`")]
    names += [
        (_FILE, article.path),
        (_FILE, path.name),
        (_FILE, shown_path(article.path)),
        (_FILE, key_of(article)),
        (_ADDRESS, article.url or ""),
        (_TITLE, article.title or ""),
    ]
    if len(path.stem) >= _SHORTEST_STEM and not path.stem.isdigit():
        names.append((_TITLE, path.stem))
    return [(rank, name) for rank, name in names if name.strip()]


def _last_place(name: str, description: str, rank: int) -> int | None:
    """Where the name ends last; of an entry of our own making, only for the whole part between two dashes.

    A title or a quote can hold anything, another file's name too, but the path stands after it. A source list has been
    read as Markdown by then, a footnote has not: there the path still stands between backticks.
    """
    if rank == _OURS:
        entry = f"{description}{_SEPARATOR}"
        at = entry.rfind(f"{_SEPARATOR}{name}{_SEPARATOR}")
        return at + len(_SEPARATOR) + len(name) if at >= 0 else None
    whole = rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)"
    return 0 if re.search(whole, description, re.IGNORECASE) else None


def passages_for(text: str, units: Sequence[Unit], article: Article, first: Span | None = None) -> list[Span]:
    """Up to three passages of one article that together hold the content words of ``text``, the best first.

    Each further one must add two words, and deny nothing unless the text or the first does: a passage that is fetched
    for a few words must not speak against the text. Of equal ones the shortest is best, then the first.

    Args:
        text: a sentence.
        units: those of the article.
        article: where to look.
        first: the passage to begin with, if that is settled.
    """
    missing = set(content_stems(text))
    may_deny = bool(negations(text))
    left = list(units)
    chosen: list[Span] = []
    while left and len(chosen) < _MOST_PASSAGES:
        unit = max(left, key=lambda u: (u.span == first, len(u.stems & missing), -len(u.stems), -u.span.start))
        if unit.span != first and len(unit.stems & missing) < (_WORTH_ADDING if chosen else 1):
            break
        if not chosen and not may_deny and not negations(unit.span.of(article.text)):
            left = [u for u in left if not (u.stems & missing) or not negations(u.span.of(article.text))]
        chosen.append(unit.span)
        missing -= unit.stems
        left.remove(unit)
    return chosen
