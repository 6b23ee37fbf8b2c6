"""A block of a summary, whatever its format: a paragraph, list item, table cell, heading or comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

Form = Literal["markdown", "text", "html"]
Linked = Callable[[str], str | None]
"""From a link's target to the key of the source that it leads to, or None."""

HARD_BREAK: Final = "\u2028"
"""Stands for a line break that is shown; one that only wraps the file's lines is a line feed."""
ESCAPED: Final = {"[": "\ufdd0", "]": "\ufdd1"}
"""Stand for brackets that are escaped: in our own summaries they belong to an article's words and cite nothing."""
UNESCAPED: Final = {ord(stand_in): bracket for bracket, stand_in in ESCAPED.items()}

SUPERSCRIPT: Final = ("\ufdd2", "\ufdd3")
_SUPERSCRIPT_MARK: Final = re.compile(r"(?P<unit>\b[a-z]{1,2})?\ufdd2\[?(?P<keys>\d+(?:[,;–-]\d+)*)\]?\ufdd3")
_NUMBER: Final = re.compile(r"\^?\d+(?:[,;–-]\d+)*")


class Block(NamedTuple):
    """A paragraph, list item, table cell …; ``number`` is its number in a list, ``item`` whether it opens an entry."""

    text: str
    kind: Literal["text", "heading", "comment", "menu"] = "text"
    item: bool = False
    number: int | None = None
    labelled: bool = False


def cells(row: Sequence[str]) -> list[str]:
    """The cells of a table's row; a cell of nothing but marks belongs to the others."""
    marks = [text for text in row if "[" in text and not any(c.isalpha() for c in text)]
    return [" ".join([text, *marks]) for text in row if text not in marks]


def is_number(text: str) -> bool:
    """Whether a link's text is a citation's number, or several: "2", "^3", "1,4-5"."""
    return _NUMBER.fullmatch(text) is not None


def marked(text: str) -> str:
    """A number in superscript is a citation, unless it follows a unit ("km²")."""
    text = _SUPERSCRIPT_MARK.sub(lambda m: m["unit"] + m["keys"] if m["unit"] else f"[{m['keys']}]", text)
    return text.translate(dict.fromkeys(map(ord, SUPERSCRIPT)))
