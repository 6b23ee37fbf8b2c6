"""What stands before the body: front matter, labelled lines, a leading date, a dateline."""

from __future__ import annotations

import re
from typing import Final

import yaml

from pipeline.domain.base import Model
from pipeline.text.dates import parse_date
from pipeline.text.words import lowered

_LABELS: Final = {
    "title": "title", "headline": "title",
    "date": "published", "published": "published", "publication date": "published", "publish date": "published",
    "source": "publisher", "publisher": "publisher", "outlet": "publisher", "publication": "publisher",
    "url": "url", "link": "url", "canonical": "url",
    "language": "language", "lang": "language",
    "author": "author", "authors": "author", "byline": "author",
}  # fmt: skip
_LABELLED: Final = re.compile(
    rf"^\s*\**(?P<label>{'|'.join(sorted(_LABELS, key=len, reverse=True))})\**\s*:\s*\**(?P<value>\S.*)$",
    re.IGNORECASE,
)
_LEADING_DATE: Final = re.compile(
    r"^\s*(?:(?:date|published|updated)\s*)?(?::\s*)?(?P<date>\d{4}-\d{2}-\d{2})(?:T[\d:.+Z-]+)?\b\s*[:|–—-]?\s*",
    re.IGNORECASE,
)
_PLACE: Final = r"[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}"
_DATELINE: Final = re.compile(
    rf"""^\s*{_PLACE}(?:,\s(?:{_PLACE}|[A-Z][a-z]+\.?\s\d{{1,2}}(?:,\s\d{{4}})?)){{0,2}}
    (?:\s\([\w ./&-]{{2,30}}\)\s*(?:[–—-]|:)\s+      # NEW DELHI, March 2 (Agency) -
     |\s(?:[–—]|--|-)\s+                              # PARIS —
     |:\s+)                                           # New Delhi:
    """,
    re.VERBOSE,
)
_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


class Header(Model):
    """Metadata found before the body; ``end`` is where the header ends."""

    end: int
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None


def read_header(text: str) -> Header:
    r"""Front matter or labelled lines, then a leading date; metadata not given stays None.

    A labelled line counts only while nothing but labelled lines and blank lines came before it. "date" needs a
    full date; the line is left alone otherwise.

    >>> h = read_header("Title: Storm\nDate: 2 March 2023\n\nIt rained.")
    >>> h.title, h.published, h.end
    ('Storm', '2023-03-02', 33)
    """
    fields: dict[str, str] = {}
    end = 0
    front = _FRONT_MATTER.match(text)
    if front:
        fields, end = _front_matter(front["yaml"]), front.end()
    for line in text[end:].splitlines(keepends=True):
        if line.strip():
            labelled = _labelled(line)
            if labelled is None:
                break
            fields.setdefault(*labelled)
        end += len(line)
    leading = _LEADING_DATE.match(text[end:])
    if leading and parse_date(leading["date"]):
        fields.setdefault("published", leading["date"])
        end += leading.end()
    return Header(end=end if fields else 0, **{key: fields.get(key) for key in _FIELDS})


_FIELDS: Final = ("title", "publisher", "published", "url", "language", "author")


def dateline_end(paragraph: str) -> int:
    """Where the dateline of a paragraph ends; 0 if there is none.

    >>> p = "NEW DELHI, March 2 (Agency) - Ministers of twenty states met on Thursday."
    >>> p[dateline_end(p):]
    'Ministers of twenty states met on Thursday.'
    """
    match = _DATELINE.match(paragraph)
    if not match:
        return 0
    rest = paragraph[match.end() :]
    starts_anew = rest[:1].isupper() or rest[:1] in "“\"'‘"
    return match.end() if starts_anew and len(rest.split()) > len(match.group().split()) else 0


def _labelled(line: str) -> tuple[str, str] | None:
    match = _LABELLED.match(line.strip())
    if not match:
        return None
    key, value = _LABELS[lowered(match["label"])], match["value"]
    if key == "published":
        value = parse_date(value) or ""
    return (key, value) if value else None


def _front_matter(source: str) -> dict[str, str]:
    try:
        loaded = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):  # 2023-02-31 is a ValueError; so are numbers too long
        return {}
    if not isinstance(loaded, dict):
        return {}
    fields: dict[str, str] = {}
    for label, value in loaded.items():
        key = _LABELS.get(str(label).lower())
        if key and value is not None and not isinstance(value, dict | list):
            text = parse_date(str(value)) if key == "published" else str(value).strip()
            if text:
                fields.setdefault(key, text)
    return fields
