"""What a page says about its article: schema.org first, then OpenGraph, then meta tags, then what a reader sees.

Nothing is guessed: an address is no publisher, and the day a file was saved is no day of publication.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

from pipeline.stages.ingest.fields import address, iso_date, language, name, one_line
from pipeline.stages.ingest.readers.linked_data import Described, article_of, nodes

_META: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title", "parsely-title"),
    "publisher": ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "citation_publisher",
                  "application-name"),
    "published": ("article:published_time", "og:article:published_time", "og:published_time", "datepublished",
                  "publish-date", "publish_date", "publication_date", "pubdate", "date", "dc.date", "dc.date.issued",
                  "dcterms.issued", "dcterms.date", "parsely-pub-date", "sailthru.date", "citation_publication_date",
                  "citation_date"),
    "author": ("article:author", "og:article:author", "author", "dc.creator", "dcterms.creator", "parsely-author",
               "sailthru.author", "byl", "citation_author"),
    "url": ("og:url", "twitter:url"),
    "language": ("og:locale", "content-language", "dc.language", "language"),
}  # fmt: skip
_SEPARATOR: Final = re.compile(r"\s+[|–—·•:»-]\s+")
_STAMP: Final = re.compile(
    r"^\W*(?:first |originally )?(?:published|posted|date)\b(?:\s+(?:on|at))?\s*:?", re.IGNORECASE
)
_BYLINE: Final = re.compile(r"^by\s+", re.IGNORECASE)
_LONGEST_BYLINE: Final = 80


class PageMetadata(NamedTuple):
    """As `Raw` has it; ``body`` is the article as the publisher gave it to machines, ``free`` whether all may read."""

    title: str | None
    publisher: str | None
    published: str | None
    url: str | None
    language: str | None
    author: str | None
    correction: str | None
    body: str | None
    free: bool


def page_metadata(tree: Any) -> PageMetadata:
    """The metadata of a parsed page (an lxml element)."""
    meta = _meta(tree)
    found = nodes(_scripts(tree))
    canonical = _canonical(tree, meta)
    visible = _visible_title(tree)
    linked = article_of(found, canonical, visible or _text(tree, "//title")) or Described()
    publisher = linked.publisher or _from(meta, "publisher", name) or _named_twice(tree)
    return PageMetadata(
        title=_bare(linked.title or _from(meta, "title", one_line) or visible or _text(tree, "//title"), publisher),
        publisher=publisher,
        published=linked.published or _from(meta, "published", iso_date) or _visible_date(tree),
        url=canonical or linked.url,
        language=_first_language(tree) or linked.language or _from(meta, "language", language),
        author=linked.author or _from(meta, "author", name) or _visible_author(tree),
        correction=linked.correction,
        body=linked.body,
        free=linked.free,
    )


def _scripts(tree: Any) -> Iterator[Any]:
    for script in tree.xpath("//script[starts-with(@type, 'application/ld+json')]"):
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            yield json.loads(text.removeprefix("<![CDATA[").removesuffix("]]>"), strict=False)
        except (ValueError, RecursionError):
            continue  # a page with one broken script still has the others, and its tags


def _meta(tree: Any) -> dict[str, list[str]]:
    """Contents by name, property or itemprop, in small letters."""
    found: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        for key in ("property", "name", "itemprop", "http-equiv"):
            if element.get(key):
                found.setdefault(element.get(key).strip().lower(), []).append(element.get("content"))
    return found


def _from(meta: Mapping[str, list[str]], field: str, read: Any) -> str | None:
    for key in _META[field]:
        values = [one for value in meta.get(key, ()) if (one := read(value))]
        if values:
            return ", ".join(dict.fromkeys(values)) if field == "author" else values[0]
    return None


def _canonical(tree: Any, meta: Mapping[str, list[str]]) -> str | None:
    """The canonical link; a relative one only where the page names its base."""
    base = next((address(value) for value in tree.xpath("//base/@href")), None)
    links = tree.xpath("//link[translate(@rel, 'CANONICAL', 'canonical')='canonical']/@href")
    for value in links:
        found = address(_joined(base, value))
        if found:
            return found
    return _from(meta, "url", address)


def _joined(base: str | None, value: str) -> str:
    try:
        return urljoin(base, value) if base else value
    except ValueError:
        return value


def _text(tree: Any, path: str) -> str | None:
    for element in tree.xpath(path):
        found = one_line("".join(element.itertext()))
        if found:
            return found
    return None


def _visible_title(tree: Any) -> str | None:
    """The heading of the article, or the only first-level heading of the page."""
    inside = _text(tree, "(//article//h1 | //main//h1 | //*[@itemprop='headline'])[1]")
    return inside or (_text(tree, "//h1") if len(tree.xpath("//h1")) == 1 else None)


def _bare(title: str | None, publisher: str | None) -> str | None:
    """Without the publisher behind (or before) it: "Ferry aground | The Tarn Courier"."""
    parts = _SEPARATOR.split(title or "")
    if title and publisher and len(parts) > 1:
        if parts[-1].casefold() == publisher.casefold():
            return title[: title.rfind(parts[-1])].rstrip(" |–—·•:»-")
        if parts[0].casefold() == publisher.casefold():
            return title[len(parts[0]) :].lstrip(" |–—·•:»-")
    return title


def _named_twice(tree: Any) -> str | None:
    """The end of the window's title, if the page's own link home, its logo or its copyright line bears that name."""
    parts = _SEPARATOR.split(_text(tree, "//title") or "")
    if len(parts) < 2:  # noqa: PLR2004  a title without a name beside it
        return None
    home = [
        one_line("".join(e.itertext())) or "" for e in tree.xpath("//header//a[@href] | //a[@href='/' or @rel='home']")
    ]
    logos = [one_line(alt) or "" for alt in tree.xpath("//header//img/@alt | //a[@href='/']//img/@alt")]
    legal = [one_line(text) or "" for text in tree.xpath("//body//text()[contains(., '©')]")]
    rights = [re.sub(r"^.*©\s*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?\s*|[.,|].*$", "", text) for text in legal]
    shown = {text.casefold() for text in (*home, *logos, *rights) if text}
    return parts[-1] if parts[-1].casefold() in shown else None


def _visible_date(tree: Any) -> str | None:
    """The article's time element, or a short line "Published 14 May 2024"."""
    for value in tree.xpath("//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content"):
        if found := iso_date(value):
            return found
    times = tree.xpath("//article//time[not(ancestor::aside)] | //main//time | //time[@pubdate]")
    for element in times[:1]:
        if found := iso_date(element.get("datetime") or "".join(element.itertext())):
            return found
    for text in tree.xpath("//body//text()[string-length(normalize-space(.)) < 80]"):
        line = one_line(text) or ""
        if _STAMP.match(line) and (found := iso_date(line)):
            return found
    return None


def _visible_author(tree: Any) -> str | None:
    path = "//*[@rel='author' or @itemprop='author' or contains(concat(' ', @class, ' '), ' byline ')]"
    found = [one_line("".join(element.itertext())) for element in tree.xpath(path)[:3]]
    names = [_BYLINE.sub("", text) for text in found if text and len(text) <= _LONGEST_BYLINE]
    return names[0] if names else None


def _first_language(tree: Any) -> str | None:
    return next(
        (found for value in tree.xpath("/html/@lang | /html/@*[name()='xml:lang']") if (found := language(value))), None
    )
