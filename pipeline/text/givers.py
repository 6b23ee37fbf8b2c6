"""Who gives which figure, clause by clause: "It speaks of 640 jobs; the union speaks of 2,300."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.names import fold_token
from pipeline.text.quantities import Quantity, quantities
from pipeline.text.sentences import units_of_text
from pipeline.text.words import words

_GIVING: Final = r"saying|speaking\sof|claiming|counting|estimating|giving|reporting|listing"
_APART: Final = re.compile(
    r"[;:—]\s*|,\s+(?:and|but|while|whereas|although|though)\s+|\s+(?:while|whereas|but)\s+"
    rf"|,?\s+with\s+(?=[^,;]{{1,60}}\s(?:{_GIVING})\b)|\s+and\s+(?=[^,;]{{1,60}}\s(?:{_GIVING})\b)"
)
_GIVES: Final = re.compile(
    rf"(?P<who>[^,]{{1,80}}?)\s(?:now\s|also\s|later\s|itself\s)?(?:{_GIVING}"
    r"|says?|said|speaks?\sof|spoke\sof|claims?|claimed|counts?|counted|puts?|estimates?|estimated|gives?|gave"
    r"|reports?|reported|lists?|listed)\s(?P<figure>.+)",
    re.DOTALL,
)
_PRONOUN: Final = frozenset({"he", "she", "it", "they", "others", "another", "some", "who"})


class Given(NamedTuple):
    """A figure, and the last word of who gives it; empty where that is a pronoun."""

    who: str
    shown: str
    figure: Quantity


@lru_cache(maxsize=1024)
def given_figures(text: str) -> tuple[Given, ...]:
    """The figures that somebody gives, in clauses that say nothing else before them.

    >>> [(one.who, one.figure.value) for one in given_figures("It speaks of 640 jobs; the union speaks of 2,300.")]
    [('', 640.0), ('union', 2300.0)]
    """
    return tuple(
        given for span in units_of_text(text) for clause in _APART.split(span.of(text)) for given in _of(clause)
    )


def _of(clause: str) -> Iterator[Given]:
    match = _GIVES.match(clause.strip())
    if match is None or quantities(match["who"]):
        return
    named = [fold_token(word.text) for word in words(match["who"])]
    found = [quantity for quantity in quantities(match["figure"]) if not quantity.ordinal]
    if named and len(found) == 1:  # of two figures in a clause, which one is given?
        last = "" if named[-1] in _PRONOUN else named[-1]
        yield Given(last, match["who"].strip(), found[0])
