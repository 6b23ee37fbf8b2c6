"""The articles of a run as files again, so that a story can be made of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import yaml

from pipeline.domain.article import Article
from pipeline.stages.ingest import SOURCES_FILE, TEXT, is_article
from pipeline.text.cutting import raw_text

_PLAIN_FORMATS: Final = frozenset({"text", "markdown"})
"""Formats whose file is its text; of the others, the cleaned text is written as a text file."""
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
_PLAIN_PART: Final = re.compile(r"\w[\w .,()+-]*")
_SAID_BY_SOURCES: Final = ("id", "title", "publisher", "published", "url", "language")


def article_files(articles: Sequence[Article]) -> tuple[dict[str, str], dict[str, bytes]]:
    """The name of each article's file by its id, and the files by name, with what is known of them in ``sources.yaml``.

    A text file is the very one that the run read, where its encoding is a common one; else it has the same sentences.
    """
    names: dict[str, str] = {}
    for article in articles:
        names[article.id] = _name(article, set(names.values()))
    files = {names[article.id]: raw_bytes(article) for article in articles}
    known = {names[a.id]: {key: value for key in _SAID_BY_SOURCES if (value := getattr(a, key))} for a in articles}
    files[SOURCES_FILE] = yaml.safe_dump(known, allow_unicode=True, sort_keys=False).encode("utf-8")
    return names, files


def raw_bytes(article: Article) -> bytes:
    """The file that an article was read from: its text with what was taken out put back.

    Of a format whose file is more than text, its cleaned text: read as a text file, that leaves the same sentences.
    """
    if article.format not in _PLAIN_FORMATS:
        return article.text.encode("utf-8", errors="replace")
    text = raw_text(article)
    for encoding in _ENCODINGS:
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if hashlib.sha256(data).hexdigest() == article.sha256:
            return data
    return text.encode("utf-8", errors="replace")


def _name(article: Article, taken: set[str]) -> str:
    """Its path in the run, if that is one inside a folder that would be read there; else one of its id."""
    path = PurePosixPath(article.path)
    same = article.format in _PLAIN_FORMATS and path.suffix.lower() in TEXT
    plain = same and all(_PLAIN_PART.fullmatch(part) for part in path.parts) and not path.is_absolute()
    if plain and is_article(Path(path.name)) and str(path) not in taken:
        return str(path)
    suffix = path.suffix.lower() if same else ".txt"
    return f"article-{article.id}{suffix}"
