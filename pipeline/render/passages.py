"""An article's text, cut where a cited passage begins or ends.

Offsets are code points, so the cutting happens here and not in the browser, which counts UTF-16. Passages may
overlap: a segment says which passages it belongs to, and the segments of one passage, joined, are its quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

_BREAK: Final = re.compile(r"\n\s*")
_BLANK_LINE: Final = 2


class Passage(NamedTuple):
    """A cited span. ``key`` is its id on the page."""

    key: str
    start: int
    end: int


class Segment(NamedTuple):
    """``text[start:end]``. ``cites`` are the passages it is part of, ``anchors`` those that begin here."""

    start: int
    end: int
    cites: tuple[str, ...]
    anchors: tuple[str, ...]


class Paragraph(NamedTuple):
    """Segments up to and with a line break. ``tight``: no blank line divides it from the one before."""

    segments: tuple[Segment, ...]
    tight: bool


def paragraphs(text: str, passages: Sequence[Passage]) -> tuple[Paragraph, ...]:
    r"""The whole text, nothing lost: the segments of all paragraphs, joined, are ``text``.

    >>> [p.segments[0].cites for p in paragraphs("One.\nTwo.", [Passage("c1", 5, 9)])]
    [(), ('c1',)]
    """
    first = len(text) - len(text.lstrip())
    breaks = [m for m in _BREAK.finditer(text) if first < m.start() and m.end() < len(text)]
    spaced = any(m.group().count("\n") >= _BLANK_LINE for m in breaks)
    tight = [False, *(spaced and m.group().count("\n") < _BLANK_LINE for m in breaks)]
    edges = [0, *(m.end() for m in breaks), len(text)]
    return tuple(
        Paragraph(tuple(_segments(start, end, passages)), is_tight)
        for (start, end), is_tight in zip(pairwise(edges), tight, strict=True)
    )


def _segments(start: int, end: int, passages: Sequence[Passage]) -> Iterator[Segment]:
    near = [passage for passage in passages if passage.start < end and passage.end > start]
    inside = {edge for passage in near for edge in (passage.start, passage.end) if start < edge < end}
    for left, right in pairwise(sorted({start, end} | inside)):
        covering = [passage for passage in near if passage.start <= left and right <= passage.end]
        yield Segment(
            left,
            right,
            tuple(passage.key for passage in covering),
            tuple(passage.key for passage in covering if passage.start == left),
        )


def covered(text: str, passages: Sequence[Passage]) -> float:
    """The share of the text that is cited, 0 to 1; overlaps count once.

    >>> covered("0123456789", [Passage("c1", 0, 4), Passage("c2", 2, 5)])
    0.5
    """
    cited = {position for passage in passages for position in range(passage.start, passage.end)}
    return len(cited) / len(text) if text else 0.0
