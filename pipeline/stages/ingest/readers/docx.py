"""DOCX: the paragraphs of the document's own text, by zipfile and expat; headers, footers and notes are left out."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Budget, Caps
from pipeline.stages.ingest.fields import language, one_line
from pipeline.stages.ingest.raw import Raw
from pipeline.stages.ingest.xml import local, parse_xml

_TEXT: Final = "word/document.xml"
_PROPERTIES: Final = "docProps/core.xml"
_UNSHOWN: Final = frozenset({"fallback", "del", "movefrom", "instrtext", "footnotereference"})
"""The second form of a drawing, what a tracked change took away, a field's code."""
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


def read_docx(data: bytes, name: str, caps: Caps) -> list[Raw]:
    """Paragraphs, tables cell by cell; the title from the style "Title", else from the properties if it is shown.

    When a document was made does not say when its article was published, so the date stays unknown unless the text
    says it.

    Raises:
        InputError: damaged, encrypted, or without a document.
    """
    del name
    budget = Budget(caps)
    document = parse_xml(_part(data, _TEXT, budget))
    properties = _properties(data, budget)
    paragraphs = [(style, text) for style, text in _paragraphs(document) if text.strip()]
    shown = {one_line(text) for _, text in paragraphs}
    titled = next((one_line(text) for style, text in paragraphs if style == "title"), None)
    said = one_line(properties.get("title"))
    author = one_line(properties.get("creator"))
    text = "\n\n".join(text for _, text in paragraphs)
    return [
        Raw(
            text,
            "docx",
            title=titled or (said if said in shown else None),
            language=language(properties.get("language")),
            author=author if author and author in text else None,
        )
    ]


def _part(data: bytes, name: str, budget: Budget) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as file:
            part = file.read(budget.most() + 1)
            packed = archive.getinfo(name).compress_size
    except KeyError as error:
        raise InputError("The DOCX file holds no document.", hint="Save it anew.") from error
    except _DAMAGED as error:
        raise InputError("The DOCX file cannot be unpacked.", hint="Is it damaged, cut off or encrypted?") from error
    budget.take(len(part), packed)
    return part


def _properties(data: bytes, budget: Budget) -> dict[str, str]:
    """By name; a document without properties, or with broken ones, says nothing about itself."""
    try:
        root = parse_xml(_part(data, _PROPERTIES, budget))
    except InputError:
        return {}
    return {local(child): child.text or "" for child in root}


def _paragraphs(element: Element) -> Iterator[tuple[str, str]]:
    """Style and text of each paragraph, in order; a paragraph within a paragraph (a text box) comes after it."""
    stack = [element]
    while stack:
        at = stack.pop()
        if local(at) in _UNSHOWN:
            continue
        if local(at) == "p":
            yield _style(at), "".join(_runs(at))
            stack += [box for child in at for box in _boxes(child)][::-1]
        else:
            stack += list(at)[::-1]


def _boxes(element: Element) -> Iterator[Element]:
    if local(element) in _UNSHOWN:
        return
    for child in element:
        if local(child) == "p":
            yield child
        else:
            yield from _boxes(child)


def _runs(element: Element) -> Iterator[str]:
    for child in element:
        kind = local(child)
        if kind in _UNSHOWN or kind in {"p", "ppr"}:
            continue
        if kind == "t":
            yield child.text or ""
        elif kind == "tab":
            yield "\t"
        elif kind in {"br", "cr"}:
            yield "\n"
        elif kind == "nobreakhyphen":
            yield "-"
        else:
            yield from _runs(child)


def _style(paragraph: Element) -> str:
    for properties in paragraph:
        for child in properties if local(properties) == "ppr" else ():
            if local(child) == "pstyle":
                return next((value.lower() for key, value in child.attrib.items() if key.endswith("}val")), "")
    return ""
