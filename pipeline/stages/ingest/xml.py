"""XML from strangers: no document type, so no entity can grow or fetch; and no depth that nobody writes."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from pipeline.errors import InputError

_DEEPEST: Final = 200


class _Refused(Exception):
    """Raised inside the parser; expat lets it through."""


def parse_xml(data: bytes) -> Element:
    """The root; names are ``{namespace}local`` as everywhere in Python.

    Raises:
        InputError: malformed, with a document type, or nested too deep.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _Refused(f"It is nested more than {_DEEPEST} deep.")
        builder.start(_qualified(tag), {_qualified(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_qualified(tag))

    def doctype(*_: object) -> None:
        raise _Refused("It declares a document type, which is not read: entities could grow without end.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    parser.buffer_text = True
    try:
        parser.Parse(data, True)  # noqa: FBT003  expat takes it by place
        return builder.close()
    except _Refused as error:
        raise InputError(str(error), hint="Save the article as plain text.") from None
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        raise InputError(f"The XML is malformed: {error}.", hint="Is the file cut off?") from error


def _qualified(tag: str) -> str:
    return "{" + tag if "}" in tag else tag


def local(element: Element) -> str:
    """The name without its namespace, in small letters."""
    return element.tag.rpartition("}")[2].lower()
