"""Numbers that a passage does not have and that follow from those it has: rounded, compared, added up, put as a share.

"Nearly 4 %" for 3.8, "a margin of seven" for 148 to 141, "nine … and six" for fifteen in all, "two fifths" for 40 %.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import isclose
from typing import Final

from pipeline.text.fractions import Part, fractions, in_minutes
from pipeline.text.quantities import Comparator, Quantity, comparator_before, is_measure, quantities

_CLOSE: Final = 0.1
"""By how much of a number another may lie above or below it that "nearly" and "more than" name."""
_ROUNDED: Final = 0.05
"""By how much of a number a rounder one may miss it that "about" names."""
_EXACT_SHARE: Final = 0.005
"""By how much a percentage, as a share of 1, may miss the fraction in words that it is."""
_ROUGH_SHARE: Final = 0.05
"""The same where the text says "roughly"."""
_BEYOND: Final = 0.15
"""By how much a share may go beyond the one that it is said to be more than."""
_COMPARED_BEFORE: Final = re.compile(
    r"\b(?:margin|majority|lead|gap|difference|deficit|surplus|remaining|rest|remainder|further|another|by|up|down)\b"
    r"(?<!made up)(?:\s+(?:of|the|a|an|only|just|about|some|or))*\s*$",
    re.IGNORECASE,
)
_COMPARED_BEHIND: Final = re.compile(
    r"\s*(?:[\w’'-]+\s+){0,2}?(?:(?P<up>more|higher|longer|older|above|over)|(?P<down>fewer|less|lower|shorter|younger"
    r"|below|under|short)|later|earlier|after|before|apart|left)\b",
    re.IGNORECASE,
)
"""Beside a number that is the distance of two others."""
_AGAINST: Final = re.compile(r"\b(?:compared (?:with|to)|against|than|from|instead of)\b", re.IGNORECASE)
_INTO: Final = re.compile(r"\bto\b", re.IGNORECASE)
"""Between two numbers: the first is measured by the second, or becomes it."""
_REST: Final = re.compile(r"\b(?:remaining|remainder|rest|others?)\b", re.IGNORECASE)
_IN_ALL: Final = re.compile(
    r"\b(?:in all(?!\s+\w)|in total|altogether|total(?:s|led|ling)?|combined|together|both|sum)\b", re.IGNORECASE
)
_MOST_ADDED: Final = 4
_YEAR: Final = re.compile(r"\b(?:1[89]|20)\d\d\b")
_YEARS: Final = re.compile(r"\s*years?\b", re.IGNORECASE)


def is_rounded(wanted: Quantity, known: Quantity) -> bool:
    """Whether the text's number follows from that of the passage: "nearly 4 %" from 3.8, "more than 2,900" from 2,980.

    Both count the same; who calls this has seen to that.
    """
    if known.comparator not in {"exact", "about"} or wanted.ordinal or known.ordinal or not known.value:
        return False
    return _holds(wanted.comparator, wanted.value, known.value) or (
        wanted.comparator == "about"
        and abs(wanted.value - known.value) <= _ROUNDED * known.value
        and _figures(wanted.value) < _figures(known.value)
    )


def _holds(comparator: Comparator, bound: float, value: float) -> bool:
    """The bound that is named is true of the value, and near it."""
    if comparator == "under":
        return bound * (1 - _CLOSE) <= value < bound
    if comparator == "at_most":
        return bound * (1 - _CLOSE) <= value <= bound
    if comparator == "over":
        return bound < value <= bound * (1 + _CLOSE)
    return comparator == "at_least" and bound <= value <= bound * (1 + _CLOSE)


def _figures(value: float) -> int:
    """Significant figures: 2,980 has three.

    >>> [_figures(value) for value in (2980.0, 3000.0, 3.8)]
    [3, 1, 2]
    """
    return len(f"{value:.12g}".replace(".", "").strip("0"))


def is_worked_out(text: str, wanted: Quantity, others: Sequence[Quantity], evidence: Sequence[str]) -> bool:
    """Whether the number is the distance, or the sum, of numbers that a passage has of the same kind.

    ``others`` are the text's numbers. A distance must be told as one ("more", "a margin of"), a sum must have its
    parts beside it in the text, or a word such as "in all".
    """
    if wanted.ordinal:
        return False
    told = [(context, q) for context in evidence for q in quantities(context)]
    of_kind = [
        (c, k) for c, k in told if not k.ordinal and k.comparator in {"exact", "about"} and _is_of_kind(wanted, k)
    ]
    return _is_distance(text, wanted, of_kind) or _is_sum(text, wanted, others, [k for _, k in of_kind])


def _is_of_kind(wanted: Quantity, known: Quantity) -> bool:
    """Both are of one measure, or both are counts."""
    if is_measure(wanted.unit) or is_measure(known.unit):
        return wanted.unit == known.unit
    return True


def is_rest_of_all(text: str, wanted: Quantity, evidence: Sequence[str]) -> bool:
    """What is left of a hundred per cent: "the remaining 40 %" where a passage has 60 and "the rest"."""
    if wanted.unit != "%" or not _REST.search(text):
        return False
    return any(
        known.unit == "%" and isclose(known.value + wanted.value, 100) and _REST.search(context)
        for context in evidence
        for known in quantities(context)
    )


def _is_distance(text: str, wanted: Quantity, known: Sequence[tuple[str, Quantity]]) -> bool:
    behind = _COMPARED_BEHIND.match(text, wanted.end)
    if not (behind or _COMPARED_BEFORE.search(text[: wanted.start])):
        return False
    return any(
        _is_told(wanted, abs(one.value - other.value))
        and (one.unit == other.unit or None in {one.unit, other.unit})
        and _goes_that_way(behind, _way(place, one, other) if place == elsewhere else 0.0)
        for (place, one), (elsewhere, other) in combinations(known, 2)
    )


def _goes_that_way(behind: re.Match[str] | None, way: float) -> bool:
    """Whether "more" or "less" is so in the passage; where it does not show, neither is borne out."""
    if behind and behind["up"]:
        return way > 0
    return way < 0 if behind and behind["down"] else True


def _way(context: str, one: Quantity, other: Quantity) -> float:
    """Above zero where what the passage tells is more than what it measures it by; 0 where it does not show."""
    between = context[one.end : other.start]
    if _AGAINST.search(between):
        return one.value - other.value
    return other.value - one.value if _INTO.search(between) else 0.0


def _is_sum(text: str, wanted: Quantity, others: Sequence[Quantity], known: Sequence[Quantity]) -> bool:
    behind = [q.value for q in others if q.start > wanted.start and not q.ordinal][:_MOST_ADDED]
    told = {k.value for k in known}
    if wanted.unit and any(k.unit == wanted.unit for k in known):  # the passage counts the same, and otherwise
        return False
    for count in range(2, len(behind) + 1):
        if told.issuperset(behind[:count]) and _is_told(wanted, sum(behind[:count])):
            return True
    pairs = combinations(known, 2) if _IN_ALL.search(text) else ()
    return any(
        (one.unit == other.unit or not is_measure(wanted.unit)) and _is_told(wanted, one.value + other.value)
        for one, other in pairs
    )


def _is_told(wanted: Quantity, value: float) -> bool:
    """The number, as exactly as the text means it."""
    if wanted.comparator in {"exact", "about"} and isclose(wanted.value, value, rel_tol=1e-9):
        return True
    if wanted.comparator == "about":
        return value > 0 and abs(wanted.value - value) <= _ROUNDED * value and _figures(wanted.value) < _figures(value)
    return _holds(wanted.comparator, wanted.value, value)


def are_years_between(text: str, wanted: Quantity, evidence: Sequence[str]) -> bool:
    """Whether it is the time between two years that the passages name: "14 years after it was signed"."""
    if not _YEARS.match(text, wanted.end) or not _COMPARED_BEHIND.match(text, wanted.end):
        return False
    years = sorted({int(match.group()) for context in evidence for match in _YEAR.finditer(context)})
    return any(_is_told(wanted, float(late - early)) for early, late in combinations(years, 2))


def is_share(part: Part, text: str, known: Sequence[Quantity]) -> bool:
    """Whether a share in words follows from a percentage or from two numbers of the passage.

    >>> from pipeline.text.quantities import quantities
    >>> text = "More than a third of the samples failed."
    >>> is_share(fractions(text)[0], text, quantities("It said that 23 of 61 samples failed."))
    True
    """
    comparator = comparator_before(text, part.start)
    value = float(part.value)
    shares = [k.value / 100 for k in known if k.unit == "%"]
    if any(_comes_near(comparator, value, share, _EXACT_SHARE) for share in shares):
        return True
    counted = [k.value for k in known if k.unit != "%" and not k.ordinal and k.value > 0]
    ratios = (one / other for one in counted for other in counted if one < other)
    return any(_comes_near(comparator, value, ratio, 1e-9) for ratio in ratios)


def _comes_near(comparator: Comparator, value: float, share: float, exact: float) -> bool:
    if comparator == "exact":
        return abs(share - value) <= exact
    if comparator == "about":
        return abs(share - value) <= _ROUGH_SHARE
    if comparator in {"under", "at_most"}:
        return value - _ROUGH_SHARE <= share < value + exact
    return value - exact < share <= value + _BEYOND


def is_percentage_of_part(wanted: Quantity, evidence: Sequence[str]) -> bool:
    """Whether a percentage is what a passage puts in words: "nearly 20 %" for "almost a fifth"."""
    if wanted.unit != "%":
        return False
    return any(
        Fraction(wanted.value).limit_denominator(1000) / 100 == part.value
        and comparator_before(in_minutes(context), part.start) == wanted.comparator
        for context in evidence
        for part in fractions(in_minutes(context))
    )
