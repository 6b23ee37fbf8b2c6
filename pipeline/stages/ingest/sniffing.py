"""What a file is: by its first bytes, and by its name only as far as they do not say."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import PurePosixPath
from typing import Final, Literal

from pipeline.domain.article import Format
from pipeline.errors import InputError
from pipeline.text.markup import MARKDOWN_SUFFIXES

Container = Literal["gz", "zip"]
SUFFIXES: Final[dict[str, Format | Container]] = {
    ".txt": "text", ".text": "text",
    **dict.fromkeys(MARKDOWN_SUFFIXES, "markdown"),
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".pdf": "pdf", ".docx": "docx", ".eml": "eml",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".rss": "feed", ".atom": "feed", ".xml": "feed",
    ".gz": "gz", ".zip": "zip",
}  # fmt: skip
_HEAD: Final = 4096
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PROLOGUE: Final = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FEED: Final = re.compile(r"<(?:rss|rdf:RDF|(?:\w+:)?feed)\b")
_ROOT: Final = re.compile(r"<(?:\w+:)?(\w+)")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE\s+(\w+)", re.IGNORECASE)
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*:[ \t]?\S")
_MAIL_ONLY: Final = re.compile(
    r"^(?:message-id|mime-version|received|return-path|delivered-to):", re.IGNORECASE | re.MULTILINE
)
_FOREIGN: Final = (
    (b"\xd0\xcf\x11\xe0", "an old Office file", "Save it as DOCX."),
    (b"{\\rtf", "an RTF file", "Save it as DOCX or plain text."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it, or pack it as zip."),
    (b"Rar!", "a RAR archive", "Unpack it, or pack it as zip."),
    (b"BZh", "a bzip2 file", "Unpack it, or pack it with gzip."),
    (b"\xfd7zXZ", "an xz file", "Unpack it, or pack it with gzip."),
)


def sniff(data: bytes, name: str) -> Format | Container:
    """The format of a file. Where its bytes and its name disagree, the bytes are right.

    Raises:
        InputError: a known format that is not read.

    >>> sniff(b"<!DOCTYPE html><title>Storm</title>", "saved.txt"), sniff(b"It rained.", "page.html")
    ('html', 'text')
    """
    binary = _binary(data)
    if binary:
        return binary
    named = SUFFIXES.get(PurePosixPath(name).suffix.lower(), "text")
    head = _opening(data)
    return _marked_up(head) or _structured(data, head, named) or _by_name(head, named)


def _binary(data: bytes) -> Format | Container | None:
    if data.startswith(b"\x1f\x8b"):
        return "gz"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx" if b"word/document.xml" in data else "zip"
    if data.lstrip()[:5] == b"%PDF-":
        return "pdf"
    for start, kind, hint in _FOREIGN:
        if data.startswith(start):
            raise InputError(f"This is {kind}, which is not read.", hint=hint)
    if data[257:262] == b"ustar":
        raise InputError("This is a tar archive, which is not read.", hint="Unpack it, or pack it as zip.")
    return None


def _opening(data: bytes) -> str:
    """The first characters, as far as a tag or a bracket can be told in any encoding."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) : _HEAD].decode(encoding, errors="replace")
    return data.lstrip()[:_HEAD].decode("latin-1")


def _marked_up(head: str) -> Format | None:
    prologue = _PROLOGUE.match(head)
    start = head[prologue.end() if prologue else 0 :]
    doctype = _DOCTYPE.match(start)
    if _PAGE.match(start):
        return "html"
    if _FEED.match(start) or (doctype and doctype[1].lower() == "rss"):
        return "feed"
    return None


def _structured(data: bytes, head: str, named: Format | Container) -> Format | None:
    """JSON and mail under another name; a text that merely opens with a bracket or a label is none of them."""
    if named in {"text", "markdown", "html", "feed"}:
        if head[:1] in {"{", "["} and _is_json(data):
            return "json"
        fields, separator, _ = head.replace("\r\n", "\n").partition("\n\n")
        if separator and _FIELD.match(fields) and _MAIL_ONLY.search(fields):
            return "eml"
    return None


def _is_json(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict | list)
    except (ValueError, RecursionError):
        return False


def _by_name(head: str, named: Format | Container) -> Format | Container:
    """What the name promises, where the bytes can bear it out; else plain text."""
    if named == "html":
        return "html" if re.search(r"<[a-zA-Z!/]", head) else "text"
    if named == "feed":
        return "feed" if _ROOT.search(head) else "text"
    if named in {"gz", "zip", "pdf", "docx"}:
        raise InputError(f"The file is no {named.upper()}, whatever its name says.", hint="Is it damaged or cut off?")
    return named
