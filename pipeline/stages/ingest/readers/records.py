"""JSON and JSONL: articles as objects, whatever their fields are called. The mapping is in docs/decisions/019.

Names are compared without case, hyphens and underscores; of several fields the first in the list is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Caps, check_entries
from pipeline.stages.ingest.fields import address, iso_date, language, name as name_of, one_line
from pipeline.stages.ingest.fragment import html_text, is_html
from pipeline.stages.ingest.names import member_name
from pipeline.stages.ingest.raw import Raw, Refused
from pipeline.text.decoding import decode

TEXT: Final = "text articleBody body fullText content contentText contentHtml bodyHtml bodyText mainText maintext story"
TITLE: Final = "title headline heading name"
PUBLISHER: Final = "publisher siteName outlet publication source sourceName provider newspaper"
PUBLISHED: Final = (
    "published datePublished publishedAt publishedDate publishDate publicationDate pubDate date timestamp"
)
URL: Final = "url canonicalUrl canonical link webUrl articleUrl"
LANGUAGE: Final = "language lang inLanguage"
AUTHOR: Final = "author authors byline creator"
CORRECTION: Final = "correction corrections"
ID: Final = "id guid uuid articleId"
LISTS: Final = "articles items entries documents docs results news data hits response graph"

_DEEPEST: Final = 3


def read_json(data: bytes, name: str, caps: Caps) -> list[Raw | Refused]:
    """One object, a list of them, or an object that holds such a list. An object without a text is no article.

    Raises:
        InputError: no JSON.
    """
    loaded = _loads(decode(data))
    if isinstance(loaded, dict) and (alone := _article(loaded)):
        return [alone._replace(member=None, data=None)]
    objects = list(_objects(loaded))
    check_entries(len(objects), caps)
    return _named(objects, name)


def read_json_lines(data: bytes, name: str, caps: Caps) -> list[Raw | Refused]:
    """An object a line; a malformed line, or one without a text, is refused alone.

    Raises:
        InputError: the encoding cannot be told.
    """
    stem = PurePosixPath(name).stem
    read: list[tuple[int, Raw | Refused]] = []
    lines = decode(data).split("\n")
    check_entries(sum(not line.isspace() for line in lines if line), caps)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            read.append((number, _line(line, member_name(stem, None, number))))
    return _told_apart(stem, read)


def _line(line: str, member: str) -> Raw | Refused:
    try:
        loaded = _loads(line)
    except InputError as error:
        return Refused(member, error.message)
    article = _article(loaded) if isinstance(loaded, dict) else None
    if article is None:
        return Refused(member, "The line holds no object with a text. The fields that are read are in the README.")
    return article._replace(data=line.strip().encode("utf-8", "surrogatepass"), format="jsonl")


def _loads(text: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deep"
        raise InputError(f"This is no JSON ({where}).", hint="Is the file cut off?") from error


def _objects(loaded: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(loaded, list):
        for item in loaded:
            if isinstance(item, dict):
                yield from [item] if _article(item) else _objects(item, depth + 1)
    elif isinstance(loaded, dict) and depth < _DEEPEST:
        plain = _plain_keys(loaded)
        for key in LISTS.lower().split():
            yield from _objects(plain.get(key), depth + 1)


def _named(objects: list[dict[str, Any]], name: str) -> list[Raw | Refused]:
    stem = PurePosixPath(name).stem
    articles = [article for item in objects if (article := _article(item))]
    return _told_apart(stem, list(enumerate(articles, start=1)))


def _told_apart(stem: str, read: list[tuple[int, Raw | Refused]]) -> list[Raw | Refused]:
    """Each with its name; two that claim one id get their places in it."""
    told: list[Raw | Refused] = []
    seen: set[str] = set()
    for number, one in read:
        if isinstance(one, Raw):
            name = member_name(stem, one.member, number)
            name = f"{name}-{number}" if name in seen else name
            seen.add(name)
            told.append(one._replace(member=name))
        else:
            told.append(one)
    return told


def _article(item: dict[str, Any]) -> Raw | None:
    """The article that an object is, or None; ``member`` is its own id, ``data`` its canonical JSON."""
    plain = _plain_keys(item)
    text = next((found for key in TEXT.lower().split() if (found := _text(plain.get(key)))), None)
    if text is None:
        return None
    canonical = json.dumps(item, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Raw(
        text,
        "json",
        title=_first(plain, TITLE, one_line),
        publisher=_first(plain, PUBLISHER, name_of),
        published=_first(plain, PUBLISHED, iso_date),
        url=_first(plain, URL, address),
        language=_first(plain, LANGUAGE, language),
        author=_first(plain, AUTHOR, name_of),
        correction=_first(plain, CORRECTION, _correction),
        member=_first(plain, ID, one_line),
        data=canonical.encode("utf-8", "surrogatepass"),
    )


def _plain_keys(item: dict[str, Any]) -> dict[str, Any]:
    """Keys in small letters without marks; of two that become one, the first."""
    plain: dict[str, Any] = {}
    for key, value in item.items():
        plain.setdefault("".join(c for c in key.lower() if c.isalnum()), value)
    return plain


def _first(plain: dict[str, Any], keys: str, read: Any) -> str | None:
    return next((found for key in keys.lower().split() if (found := read(plain.get(key)))), None)


def _correction(value: object) -> str | None:
    if isinstance(value, dict):
        return one_line(value.get("text") or value.get("description"))
    if isinstance(value, list):
        return next((found for item in value if (found := _correction(item))), None)
    return one_line(value)


def _text(value: object) -> str | None:
    """A text, or a list of paragraphs; as HTML, if it has such tags."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        value = "\n\n".join(value)
    if isinstance(value, dict):
        value = value.get("text") or value.get("html") or value.get("value") or value.get("rendered")
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate ("\ud800") is no character
    return (html_text(text) if is_html(text) else text).strip() or None
