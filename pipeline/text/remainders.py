"""Remainders: what is left of a number when a part of it is told, as in "all but two of the 16" for 14."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Final

from pipeline.text.quantities import Quantity, quantities

_ALL_BUT: Final = re.compile(r"\ball (?:but|except)\s+$", re.IGNORECASE)
_OF: Final = re.compile(r"\s+(?:of|out of)\s+(?:the|its|their|his|her|those|all)?\s*$", re.IGNORECASE)


def remainders(text: str) -> frozenset[float]:
    """The numbers that follow from the text by taking a part from its whole.

    A part is told as "seven of the twelve", or as "all but two" beside a number of all.

    >>> sorted(remainders("Police detained 16 people; all but two were released."))
    [14.0]
    >>> sorted(remainders("Seven of the twelve jurors were women."))
    [5.0]
    """
    found = [q for q in quantities(text) if not q.ordinal and q.comparator == "exact"]
    return frozenset(whole.value - part.value for part, whole in _parts(text, found) if 0 < part.value < whole.value)


def _parts(text: str, found: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    left = [q for q in found if is_left_out(text, q)]
    yield from product(left, [q for q in found if q not in left])
    yield from parts_of_wholes(text, found)


def parts_of_wholes(text: str, found: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    """The numbers of a text of which the one is told as a part of the other: "seven of the twelve"."""
    for part, whole in pairwise(found):
        if part.value < whole.value and _OF.fullmatch(text, part.end, whole.start):
            yield part, whole


def is_left_out(text: str, quantity: Quantity) -> bool:
    """Whether the number is of those who are not meant: the "two" of "all but two"."""
    return _ALL_BUT.search(text[: quantity.start]) is not None
