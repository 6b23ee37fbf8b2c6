"""Names: which files of a folder or an archive are articles, and the ids that articles get from them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from pipeline.stages.ingest.sniffing import SUFFIXES

_NOT_ARTICLES: Final = re.compile(
    r"^(?:readme|license|licence|manifest|sources|sha256sums|index)\b(?!.*\.(?:html?|xhtml)$)", re.IGNORECASE
)
"""An index.html is a page like another one: browsers save articles under that name."""
_LONGEST_ID: Final = 48
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,39}")


def is_article_name(name: str) -> bool:
    """Whether a file of a folder or an archive is read, by its name.

    >>> is_article_name("page.html"), is_article_name("sub/README.md"), is_article_name("__MACOSX/._a.txt")
    (True, False, False)
    """
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not hidden and not _NOT_ARTICLES.match(path.name)


def slug(stem: str) -> str:
    """An id of ASCII letters, digits, hyphens and underscores.

    >>> slug("Böse Datei!")
    'bose-datei'
    """
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")[:_LONGEST_ID] or "article"


def member_name(stem: str, own: str | None, number: int) -> str:
    """The name of an entry of a file: with the id that it has itself, if any, else with its place (from 1).

    An entry's own id stays when others come before it in the next download of a feed; a long one is shortened to a
    digest.

    >>> member_name("wire", "a-17", 3), member_name("wire", None, 3)
    ('wire-a-17', 'wire-3')
    >>> member_name("wire", "https://courier.example/ferry", 3)
    'wire-1ee7a6b4'
    """
    if not own:
        return f"{stem}-{number}"
    short = own if _PLAIN_ID.fullmatch(own) else hashlib.sha256(own.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{stem}-{short}"
