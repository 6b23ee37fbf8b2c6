"""Markdown marks taken off a sentence that is to be read as plain text."""

from __future__ import annotations

import re
from typing import Final

MARKDOWN_SUFFIXES: Final = (".md", ".markdown")
"""Files of these endings are read as Markdown; all others are plain."""

_IMAGE: Final = re.compile(r"!\[([^\]]*)\]\([^()\s]*\)")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^()\s]*\)")
_EMPHASIS: Final = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_CODE: Final = re.compile(r"`([^`]*)`")
_LINE_START: Final = re.compile(r"^\s*(?:>\s?)+|(?<=\n)\s*(?:>\s?)+")


def without_markdown(text: str) -> str:
    """The words of a Markdown sentence: links by their text, no emphasis, code or quote marks.

    >>> without_markdown("> The **ferry** ran aground on [rocks](https://example.org).")
    'The ferry ran aground on rocks.'
    """
    plain = _LINE_START.sub("", text)
    for pattern in (_IMAGE, _LINK, _CODE):
        plain = pattern.sub(r"\1", plain)
    return _EMPHASIS.sub(r"\2", plain)
