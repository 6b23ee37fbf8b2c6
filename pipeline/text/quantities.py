"""Quantities: value, unit, and how exactly they are meant."""

from __future__ import annotations

import re
from typing import Final, Literal

from pipeline.domain.base import Model
from pipeline.text.dates import calendar_mentions
from pipeline.text.lists import LIST_MARK
from pipeline.text.words import is_function_word, stem, words

Comparator = Literal["exact", "about", "under", "over", "at_most", "at_least"]

_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL: Final = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES: Final = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
_SHORT_SCALES: Final = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
_ORDINALS: Final = {
    word: float(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}

_NUMBER_WORD: Final = "|".join([*_SMALL, *_SCALES])
_NUMBER: Final = re.compile(
    rf"""
    (?:(?P<currency>[$€£¥₹]|(?:US|A|C|HK)\$)\s?)?
    (?<![\w.])(?<![A-Za-z]-)(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
    (?P<short>k|mn?|bn|tn)?(?P<ordinal>st|nd|rd|th)?(?![\w])
    (?:[\s-](?P<scale>hundred|thousand|million|billion|trillion|dozen)\b)?
    (?P<percent>\s?(?:%|per\s?cent\b))?
    |
    \b(?P<spelled>(?:{_NUMBER_WORD})(?:(?:[\s-]|\sand\s)(?:{_NUMBER_WORD}))*)\b(?P<percent2>\s?(?:%|per\s?cent\b))?
    |
    \b(?P<ordinal_word>{"|".join(_ORDINALS)})\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMPARATOR_WORDS: Final[tuple[tuple[str, Comparator], ...]] = (
    (r"less than|fewer than|under|below|not (?:quite|even)|almost|nearly|just under", "under"),
    (r"no more than|not more than|at most|up to|as many as|maximum of|within", "at_most"),
    (r"more than|over|above|upwards? of|just over", "over"),
    (r"at least|no (?:less|fewer) than|minimum of", "at_least"),
    (r"about|around|roughly|approximately|some|circa|an estimated|estimated|close to", "about"),
)
_COMPARATORS: Final = tuple(
    (re.compile(rf"\b(?:{phrases})\s+(?:an?\s+|the\s+|estimated\s+)*$", re.IGNORECASE), comparator)
    for phrases, comparator in _COMPARATOR_WORDS
)
_POST_COMPARATORS: Final = re.compile(r"^\s+(?:or so\b|or more\b|or less\b|or fewer\b)", re.IGNORECASE)
_REACH: Final = 100
"""Characters before and after a number in which its unit and its "about" stand."""


class Quantity(Model):
    """A number in a text. ``unit`` is the stem of the noun it counts, or None; ``ordinal`` for "third"."""

    start: int
    end: int
    value: float
    unit: str | None
    comparator: Comparator
    ordinal: bool


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text; dates, weekdays and list numbers are none.

    >>> [(q.value, q.unit, q.comparator) for q in quantities("for less than ten minutes, 1.5m people")]
    [(10.0, 'minut', 'under'), (1500000.0, 'person', 'exact')]
    """
    dated = {index for mention in calendar_mentions(text) for index in range(mention.start, mention.end)}
    mark = LIST_MARK.match(text)
    found = []
    for match in _NUMBER.finditer(text):
        in_date = any(index in dated for index in range(match.start(), match.end()))
        if in_date or (mark and match.end() <= mark.end()):
            continue
        quantity = _quantity(text, match)
        if quantity is not None:
            found.append(quantity)
    return found


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    value = _value(match)
    if value is None or _is_pronoun_one(text, match):
        return None
    ordinal = bool(match["ordinal"] or match["ordinal_word"])
    return Quantity(
        start=match.start(),
        end=match.end(),
        value=value,
        unit=None if ordinal else _unit(text, match),
        comparator=_comparator(text, match),
        ordinal=ordinal,
    )


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
        scale = _SHORT_SCALES.get((match["short"] or "").lower(), 1.0)
        return value * scale * _SCALES.get((match["scale"] or "").lower(), 1.0)
    if match["ordinal_word"]:
        return _ORDINALS[match["ordinal_word"].lower()]
    return _spelled_value(match["spelled"].lower())


def _spelled_value(spelled: str) -> float | None:
    """The value of "two hundred and five"; a bare scale word ("hundreds", "million") is no number."""
    total, current, seen = 0.0, 0.0, False
    for word in re.split(r"[\s-]+(?:and\s+)?", spelled):
        if word in _SMALL:
            current, seen = current + _SMALL[word], True
        elif word in _SCALES:
            if not seen:
                return _SCALES[word] if word == "dozen" else None
            current *= _SCALES[word]
            if _SCALES[word] >= _SCALES["thousand"]:
                total, current = total + current, 0.0
    return total + current


def _is_pronoun_one(text: str, match: re.Match[str]) -> bool:
    """In "one of", "one another", "no one", "the one" count nothing."""
    if (match["spelled"] or "").lower() != "one":
        return False
    before, after = _before(text, match).rstrip().lower(), _after(text, match).lstrip().lower()
    return after.startswith(("of", "another", "-", "who", "that")) or before.endswith(
        ("no", "the", "any", "every", "this", "that", "-", "only")
    )


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _REACH) : match.start()]


def _after(text: str, match: re.Match[str]) -> str:
    return text[match.end() : match.end() + _REACH]


def _unit(text: str, match: re.Match[str]) -> str | None:
    if match["percent"] or match["percent2"]:
        return "%"
    if match["currency"]:
        return match["currency"][-1]
    after = re.match(r"[\s-]*(?:of\s+)?((?:[^\W\d_]+[\s-]+){0,2}[^\W\d_]+)", _after(text, match))
    if not after or text[match.end() : match.end() + 1] in {",", ".", ";", ":", ")"}:
        return None
    candidates = [word.text for word in words(after.group(1))]
    for candidate in candidates:
        if is_function_word(candidate):
            return None
        if candidate.endswith("s") or stem(candidate) in {"person", "man", "woman", "child"}:
            return stem(candidate)
    return stem(candidates[0]) if candidates else None


def _comparator(text: str, match: re.Match[str]) -> Comparator:
    after = _POST_COMPARATORS.match(_after(text, match))
    if after:
        return {"so": "about", "more": "at_least"}.get(after.group().split()[-1].lower(), "at_most")  # type: ignore[return-value]  # values are Comparator
    for pattern, comparator in _COMPARATORS:
        if pattern.search(_before(text, match)):
            return comparator
    return "exact"
