"""HTML pages: the body by trafilatura (the extra ``html``), the metadata by what the page says of itself."""

from __future__ import annotations

import codecs
import logging
import re
from typing import Any, Final, NamedTuple

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Caps
from pipeline.stages.ingest.extras import missing
from pipeline.stages.ingest.fragment import html_text
from pipeline.stages.ingest.raw import Raw
from pipeline.stages.ingest.readers.page_layout import put_right
from pipeline.stages.ingest.readers.page_metadata import PageMetadata, page_metadata
from pipeline.text.decoding import decode

_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.-]+)", re.IGNORECASE
)
_LOOKED_AT: Final = 4096
_AS_BROWSERS_DO: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""Pages say Latin-1 and mean Windows-1252; the WHATWG's standard reads them so."""
_ENOUGH: Final = 0.5
"""Of the words that the publisher gave to machines; if fewer were found in the page, those are taken."""
_LARGEST: Final = 8_000_000
"""Bytes of a page; the greatest front pages have three million."""


class _Libraries(NamedTuple):
    trafilatura: Any
    html: Any


def read_page(data: bytes, name: str, caps: Caps) -> list[Raw]:
    """The article of a page.

    Raises:
        InputError: trafilatura is not installed, or no article is found.
    """
    del name, caps
    libraries = _libraries()
    if len(data) > _LARGEST:
        raise InputError(f"The page has {len(data):,} bytes; at most {_LARGEST:,} are read.", hint="Save its text.")
    source = decode_page(data)
    try:
        known = page_metadata(_parsed(libraries, source))
        text = _body(libraries, source, known)
    except InputError:
        raise
    except Exception as error:  # heuristics over a hostile tree; whatever they raise, the page cannot be read
        raise InputError("The page cannot be read.", hint="Save the article as plain text.") from error
    return [
        Raw(
            text,
            "html",
            title=known.title,
            publisher=known.publisher,
            published=known.published,
            url=known.url,
            language=known.language,
            author=known.author,
            correction=known.correction,
            notes=() if known.free else ("says that it is not free to read: what was saved may be a teaser only.",),
        )
    ]


def decode_page(data: bytes) -> str:
    """By byte order mark, as UTF-8 if it is that, else as the page declares, else by what its bytes look like.

    UTF-8 goes before the declaration: browsers save pages in it and leave the declaration as it was, and no text in
    another encoding is UTF-8 by chance.

    >>> decode_page('<meta charset="windows-1251"><p>Паром</p>'.encode("cp1251"))
    '<meta charset="windows-1251"><p>Паром</p>'
    """
    declared = _CHARSET.search(data[:_LOOKED_AT])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = _encoding((declared[1] or declared[2]).decode("ascii", "replace")) if declared else None
        if encoding and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode(encoding, errors="replace").replace("\0", "")
    return decode(data.replace(b"\0", b"") if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else data)


def _encoding(label: str) -> str | None:
    try:
        found = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    known = _AS_BROWSERS_DO.get(found, found)
    return known if codecs.lookup(known)._is_text_encoding else None  # noqa: SLF001  "hex" and "zip" are codecs, too


def _libraries() -> _Libraries:
    try:
        import lxml.html  # noqa: PLC0415  an extra
        import trafilatura  # noqa: PLC0415  an extra
    except ImportError as error:
        raise missing("HTML pages", "html") from error
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they have to say of a broken page, we say
    return _Libraries(trafilatura, lxml.html)


def _parsed(libraries: _Libraries, source: str) -> Any:
    parser = libraries.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    return libraries.html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)


def _body(libraries: _Libraries, source: str, known: PageMetadata) -> str:
    """What trafilatura finds; the publisher's own text for machines, where that is far more; else all that is shown."""
    tree = put_right(_parsed(libraries, source), known.url)
    given = known.body
    found = libraries.trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False)
    text = "\n\n".join(line for line in (found.text or "").split("\n") if line.strip()) if found else ""
    if given and (len(text.split()) < _ENOUGH * len(given.split()) or text.split() == given.split()):
        return given  # what trafilatura took of it has lost the ends of paragraphs
    shown = _parsed(libraries, source)  # written anew, since what was never closed would take long to read
    return text or html_text(libraries.html.tostring(shown, encoding="unicode"))
