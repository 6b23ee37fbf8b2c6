"""RSS 0.9 to 2.0, RDF and Atom, as files: each entry that carries a text is an article."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final
from xml.etree.ElementTree import Element, tostring

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Caps, check_entries
from pipeline.stages.ingest.fields import address, iso_date, language, name as name_of, one_line
from pipeline.stages.ingest.fragment import html_text, is_html
from pipeline.stages.ingest.names import member_name
from pipeline.stages.ingest.raw import Raw, Refused
from pipeline.stages.ingest.xml import local, parse_xml

_ENTRIES: Final = {"item", "entry"}
_FEEDS: Final = {"rss", "rdf", "feed"}
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENT: Final = ("encoded", "content", "description", "summary")
"""The whole text first. Many feeds have but a description, and some put all of the article into it."""


def read_feed(data: bytes, name: str, caps: Caps) -> list[Raw | Refused]:
    """The entries in the order of the file; one without a text is refused alone.

    The feed's own title names the publisher, unless the entry names its source.

    Raises:
        InputError: malformed XML, or XML that is no feed.
    """
    root = parse_xml(data)
    if local(root) not in _FEEDS:
        raise InputError(f"The XML is no feed: its root is “{local(root)[:40]}”.", hint="Save the article as text.")
    channel = next((child for child in root if local(child) == "channel"), root)
    entries = [element for element in root.iter() if local(element) in _ENTRIES]
    check_entries(len(entries), caps)
    stem = PurePosixPath(name).stem
    read: list[Raw | Refused] = []
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        member = member_name(stem, one_line(_said(entry, "guid", "id", "link")), number)
        member = f"{member}-{number}" if member in seen else member
        seen.add(member)
        read.append(_entry(entry, channel, root)._replace(member=member))
    return read


def _entry(entry: Element, channel: Element, root: Element) -> Raw | Refused:
    text = next((found for key in _CONTENT for child in entry if local(child) == key and (found := _text(child))), "")
    if not text:
        return Refused("", "The entry carries no text, only a link; nothing is fetched.")
    own_source = next((child for child in entry if local(child) == "source"), None)
    return Raw(
        text,
        "feed",
        title=one_line(_said(entry, "title")),
        publisher=one_line(_said(entry, "publisher")) or _source(own_source) or one_line(_said(channel, "title")),
        published=iso_date(_said(entry, "pubdate", "published", "date", "issued")),
        url=_link(entry),
        language=language(
            _said(entry, "language") or entry.get(_LANG) or root.get(_LANG) or _said(channel, "language")
        ),
        author=_author(entry),
        data=tostring(entry, encoding="utf-8"),
    )


def _said(element: Element, *names: str) -> str:
    """The text of the first child of one of these names that has one."""
    for name in names:
        for child in element:
            if local(child) == name and (text := "".join(child.itertext()).strip()):
                return text
    return ""


def _source(element: Element | None) -> str | None:
    """RSS names the source in the element itself, Atom in its title."""
    if element is None:
        return None
    return one_line(_said(element, "title") if len(element) else element.text)


def _author(entry: Element) -> str | None:
    names = [_said(child, "name") or (child.text or "") for child in entry if local(child) in {"creator", "author"}]
    return name_of([found.partition("(")[2].rstrip(") ") if "@" in found else found for found in names])


def _link(entry: Element) -> str | None:
    for child in entry:
        if local(child) == "link" and child.get("rel", "alternate") == "alternate":
            found = address(child.get("href") or child.text or "")
            if found:
                return found
    return None


def _text(element: Element) -> str:
    """What an element holds: escaped HTML, plain text, or (Atom, XHTML) elements."""
    held = "".join([element.text or "", *(tostring(child, encoding="unicode") for child in element)])
    if len(element):
        held = held.replace("<ns0:", "<").replace("</ns0:", "</").replace("<html:", "<").replace("</html:", "</")
    return html_text(held) if len(element) or is_html(held) or "</" in held else held.strip()
