"""Quantities: value, unit, and how exactly they are meant; and times of day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from pipeline.domain.base import Model
from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.languages.language import Language
from pipeline.text.languages.numerals import numbers
from pipeline.text.languages.reading import foreign
from pipeline.text.lists import LIST_MARK
from pipeline.text.verbs import is_irregular_past
from pipeline.text.words import has_number_word, is_function_word, lowered, stem, words

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

_MEASURES: Final = {
    "km/h": r"km/h|kmh|kph|kilomet(?:re|er)s?\s+(?:per|an)\s+hour",
    "mph": r"mph|miles?\s+(?:per|an)\s+hour",
    "km": r"kms?|kilomet(?:re|er)s?",
    "nautical mile": r"nm|nautical\s+miles?",
    "mile": r"miles?|mi",
    "cm": r"cm|centimet(?:re|er)s?",
    "mm": r"mm|millimet(?:re|er)s?",
    "metre": r"met(?:re|er)s?|m(?=[\s,;)]|$)",
    "foot": r"foot|feet|ft",
    "inch": r"inch(?:es)?",
    "yard": r"yards?|yds?",
    "knot": r"knots?",
    "kg": r"kgs?|kilogram(?:me)?s?|kilos?",
    "gram": r"gram(?:me)?s?|g(?=[\s,;.)]|$)",
    "lb": r"lbs?",
    "tonne": r"tonnes?",
    "ton": r"tons?",
    "litre": r"lit(?:re|er)s?",
    "gallon": r"gallons?",
    "hectare": r"hectares?|ha",
    "acre": r"acres?",
    "kWh": r"kwh|kilowatt[ -]hours?",
    "kW": r"kw|kilowatts?",
    "MW": r"mw|megawatts?",
    "GW": r"gw|gigawatts?",
    "°C": r"°\s?c|degrees?\s+(?:celsius|centigrade)",
    "°F": r"°\s?f|degrees?\s+fahrenheit",
    "$": r"(?:US\s+)?dollars?",
    "€": r"euros?",
}
"""What is measured, in each of its spellings; two measures are never two words for one."""
_SIGNS: Final = frozenset("%$€£¥₹")
_MEASURE: Final = re.compile(
    r"[\s-]*(?:" + "|".join(f"({forms})" for forms in _MEASURES.values()) + r")(?![\w/])", re.IGNORECASE
)
_GLUED: Final = r"km/h|kmh|kph|kms?|mph|kgs?|cm|mm|ft|lbs?|kwh|kw|mw|gw|nm|ha"
"""Measures that may touch the number: "40km". "5m" stays five million, as news write it."""

_NUMBER_WORD: Final = "|".join([*_SMALL, *_SCALES])
_NUMBER: Final = re.compile(
    rf"""
    (?:(?P<currency>[$€£¥₹]|(?:US|A|C|HK)\$)\s?)?
    (?<![\w.])(?<![A-Za-z]-)(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
    (?:(?P<short>k|mn?|bn|tn)?(?P<ordinal>st|nd|rd|th)?(?![\w°])|(?=(?:{_GLUED})(?![A-Za-z])|°))
    (?:[\s-](?P<scale>hundred|thousand|million|billion|trillion|dozen)\b)?
    (?P<percent>\s?(?:%|per\s?cent\b))?
    |
    \b(?P<spelled>(?:{_NUMBER_WORD})(?:(?:[\s-]|(?:(?<=hundred)|(?<=thousand)|(?<=million))\sand\s)(?:{_NUMBER_WORD}))*)\b(?P<percent2>\s?(?:%|per\s?cent\b))?
    |
    \b(?P<ordinal_word>{"|".join(_ORDINALS)})\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMPARATOR_WORDS: Final[tuple[tuple[str, Comparator], ...]] = (
    (
        (
            r"(?<!\bno )(?<!\bnot )(?:less|fewer|younger|shorter|lower|smaller|slower) than|under|below"
            r"|not (?:quite|even)|almost|nearly|just under"
        ),
        "under",
    ),
    (
        (
            r"no more than|not more than|at most|up to|as (?:many|much|long|high|far|late|old) as|maximum(?: \w+)? of"
            r"|within"
        ),
        "at_most",
    ),
    (
        (
            r"(?:more|older|longer|higher|greater|larger|bigger|taller|faster|heavier) than|over|above"
            r"|upwards? of|just over"
        ),
        "over",
    ),
    (r"at least|not? (?:less|fewer) than|minimum(?: \w+)? of", "at_least"),
    (r"about|around|roughly|approximately|some|circa|an estimated|estimated|close to", "about"),
)
_COMPARATORS: Final = tuple(
    (re.compile(rf"\b(?:{phrases})\s+(?:an?\s+|the\s+|estimated\s+)*$", re.IGNORECASE), comparator)
    for phrases, comparator in _COMPARATOR_WORDS
)
_AGAINST_ONE: Final = re.compile(rf"\b(?:\d|{'|'.join(_UNITS)})(?:\s+votes?)?\s+to$")
_SUBJECT: Final = re.compile(r"\b(?:it|he|she|they|we|I|who|had|at|when)\s+$")
_GOES_UP: Final = re.compile(
    r"\b(?:go|goes|going|went|gone|rise|rises|rising|rose|risen|climb\w*|mov\w+|com(?:e|es|ing)|came|jump\w*"
    r"|edg\w+)\s+up"
    r"\s+to\s+$",
    re.IGNORECASE,
)
"""In "is to go up to 550" the number is where it goes, no bound."""
_MEASURED_BY: Final = re.compile(r"\b(?:above|below|over|under|than)\s+the\s+$", re.IGNORECASE)
"""In "above the 225 that it may carry" the number is exact: something else is above it."""
_POST_COMPARATORS: Final = re.compile(r"^\s+(?:or so\b|or more\b|or less\b|or fewer\b)", re.IGNORECASE)
_NO_NOUN: Final = re.compile(
    r"\w+ed|\w+ly|dead|missing|hurt|alive|ago|away|later|earlier|apart|north|south|east|west|northern|southern"
    r"|eastern|western"
    r"|today|yesterday|tomorrow|not|never|nor|now",
    re.IGNORECASE,
)
"""Words that may follow a number but are not what it counts: "12 died", "17 injured"."""
_NOUNS_LIKE_THAT: Final = frozenset(
    {"hundred", "breed", "seed", "weed", "deed", "bed", "shed", "steed", "family", "ally"}
)
_PASSED_OVER: Final = frozenset({"more", "other", "further", "such", "very", "about", "same", "own"})
"""Function words that stand between a number and its noun: "12 more people"."""
_RELATIVE_TIME: Final = frozenset({"last", "next"})
"""In "fell to 62 last year" the number counts no years."""
_RANGE: Final = re.compile(r"\s*(?:[-–—]|\bto\b|\bor\b|\band\b)\s*", re.IGNORECASE)
_RATE: Final = re.compile(
    r"(?:[\s-]+(?!and\b|or\b|for\b)[\w’'-]+){0,3}?\s+(?:an?|per|each|every)\s+(?P<unit>second|minute|hour|day|night"
    r"|week|month|year)\b",
    re.IGNORECASE,
)
_AND_A_HALF: Final = re.compile(
    r"\s+and\s+a\s+half\b(?:\s+(?P<scale>hundred|thousand|million|billion)\b)?(?P<percent>\s?per\s?cent\b)?",
    re.IGNORECASE,
)
_BASE_UNITS: Final = {
    "km": (1000.0, "m"), "metre": (1.0, "m"), "cm": (0.01, "m"), "mm": (0.001, "m"),
    "tonne": (1_000_000.0, "g"), "kg": (1000.0, "g"), "gram": (1.0, "g"),
}  # fmt: skip
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


def is_measure(unit: str | None) -> bool:
    """Whether a quantity's unit is a measure, an amount of money or a share: those are never left out."""
    return unit is not None and (unit in _MEASURES or unit in _SIGNS)


def in_base_unit(quantity: Quantity) -> tuple[float, str] | None:
    """The quantity in metres or grams, so that 2.6 km and 2,600 metres are one; None for other units.

    >>> in_base_unit(quantities("2.6 kilometres")[0]) == in_base_unit(quantities("2,600 metres")[0])
    True
    """
    base = _BASE_UNITS.get(quantity.unit or "")
    return None if base is None else (round(quantity.value * base[0], 6), base[1])


def measure_end(text: str, quantity: Quantity) -> int:
    """Where the words of a quantity end, its measure among them: "40 km", "5 million dollars", "12" of "12 people"."""
    measure = _MEASURE.match(text, quantity.end, quantity.end + _REACH)
    return measure.end() if measure else quantity.end


def rate_after(text: str, quantity: Quantity) -> str | None:
    """The time by which a quantity is meant, "day" of "4 million biscuits a day"; None where there is none.

    >>> text = "It makes 4 million biscuits a day."
    >>> rate_after(text, quantities(text)[0])
    'day'
    """
    match = _RATE.match(text, quantity.end, quantity.end + _REACH)
    return match["unit"].lower() if match else None


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text; dates, weekdays, times of day and list numbers are none.

    >>> [(q.value, q.unit, q.comparator) for q in quantities("for less than ten minutes, 1.5m people")]
    [(10.0, 'minut', 'under'), (1500000.0, 'person', 'exact')]
    """
    return list(_quantities(text))


@lru_cache(maxsize=8192)
def _quantities(text: str) -> tuple[Quantity, ...]:
    language = foreign(text)
    if language is not None:
        return _in_language(text, language)
    written = list(_NUMBER.finditer(text)) if has_number_word(text) else []
    if not written:
        return ()
    calendar = [(m.start, m.end) for m in calendar_mentions(text)] + [(t.start, t.end) for t in clock_times(text)]
    dated = {index for start, end in calendar for index in range(start, end)}
    mark = LIST_MARK.match(text)
    found = []
    for match in written:
        in_date = any(index in dated for index in range(match.start(), match.end()))
        if in_date or (mark and match.end() <= mark.end()):
            continue
        quantity = _quantity(text, match)
        if quantity is not None:
            found.append(quantity)
    return tuple(found)


def _in_language(text: str, language: Language) -> tuple[Quantity, ...]:
    """What `numbers` finds in another language; list numbers are none there, either."""
    mark = LIST_MARK.match(text)
    first = mark.end() if mark else 0
    return tuple(Quantity(**n._asdict(), ordinal=False) for n in numbers(text, language) if n.end > first)


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    value, end = _value(match), match.end()
    if value is None or _is_pronoun_one(text, match) or _is_at_the_start(text, match):
        return None
    ordinal = bool(match["ordinal"] or match["ordinal_word"])
    unit = None if ordinal else _unit(text, match)
    if half := None if ordinal else _AND_A_HALF.match(text, end):
        value, end = (value + 0.5) * _SCALES.get((half["scale"] or "").lower(), 1.0), half.end()
        unit = "%" if half["percent"] else _unit_behind(text, end)
    return Quantity(
        start=match.start(),
        end=end,
        value=value,
        unit=unit,
        comparator=_comparator(text, match),
        ordinal=ordinal,
    )


def _unit_behind(text: str, end: int) -> str | None:
    """The measure, or the noun, behind "two and a half"."""
    measure = _MEASURE.match(text, end, end + _REACH)
    if measure:
        return list(_MEASURES)[(measure.lastindex or 1) - 1]
    return _noun([word.text for word in words(text[end:])[:3]])


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
        scale = _SHORT_SCALES.get(lowered(match["short"] or ""), 1.0)
        return value * scale * _SCALES.get(lowered(match["scale"] or ""), 1.0)
    if match["ordinal_word"]:
        return _ORDINALS[lowered(match["ordinal_word"])]
    return _spelled_value(lowered(match["spelled"]))


def _spelled_value(spelled: str) -> float | None:
    """The value of "two hundred and five"; a bare scale word ("hundreds", "million") is no number."""
    total, current, seen = 0.0, 0.0, False
    for word in re.split(r"[\s-]+(?:and\s+)?", spelled):
        if word in _SMALL:
            current, seen = current + _SMALL[word], True
        elif not seen:
            return _SCALES[word] if word == "dozen" else None
        elif _SCALES[word] < _SCALES["thousand"]:
            current *= _SCALES[word]
        elif total < _SCALES[word]:  # "three thousand million"
            total, current = (total + current) * _SCALES[word], 0.0
        else:
            total, current = total + current * _SCALES[word], 0.0
    return total + current


def _is_pronoun_one(text: str, match: re.Match[str]) -> bool:
    """In "one of", "one another", "no one", "the one" count nothing."""
    if (match["spelled"] or "").lower() != "one":
        return False
    before, after = _before(text, match).rstrip().lower(), _after(text, match).lstrip().lower()
    if _AGAINST_ONE.search(before):
        return False
    return after.startswith(("of", "another", "-", "who", "that")) or before.endswith(
        ("no", "the", "any", "every", "this", "that", "-", "only")
    )


def _is_at_the_start(text: str, match: re.Match[str]) -> bool:
    """In "the sum that it first offered" the word tells when, and counts nothing."""
    return (match["ordinal_word"] or "").lower() == "first" and _SUBJECT.search(_before(text, match)) is not None


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _REACH) : match.start()]


def _after(text: str, match: re.Match[str]) -> str:
    return text[match.end() : match.end() + _REACH]


def _unit(text: str, match: re.Match[str]) -> str | None:
    """What the number counts; in "10 to 12 km" both count kilometres."""
    unit = _own_unit(text, match)
    joint = _RANGE.match(text, match.end()) if unit is None else None
    other = _NUMBER.match(text, joint.end()) if joint else None
    if other is None or other["ordinal_word"] or _is_score(match, other):
        return unit
    return _own_unit(text, other)


def _is_score(match: re.Match[str], other: re.Match[str]) -> bool:
    """No range, since it goes down: "a 2-1 majority"."""
    first, second = _value(match), _value(other)
    return first is not None and second is not None and first > second


def _own_unit(text: str, match: re.Match[str]) -> str | None:
    if match["percent"] or match["percent2"]:
        return "%"
    if match["currency"]:
        return match["currency"][-1]
    measure = _MEASURE.match(text, match.end(), match.end() + _REACH)
    if measure:
        return list(_MEASURES)[(measure.lastindex or 1) - 1]
    after = re.match(r"[\s-]*(?:of\s+)?((?:[^\W\d_]+[\s-]+){0,2}[^\W\d_]+)", _after(text, match))
    if not after:
        return None
    return _noun([word.text for word in words(after.group(1))])


def _noun(following: Sequence[str]) -> str | None:
    """The noun among the words behind a number: the first plural, else the first that is no verb or adverb."""
    candidates: list[str] = []
    for word in following:
        if word.lower() in _PASSED_OVER:
            continue
        if is_function_word(word) or word.lower() in _RELATIVE_TIME:
            break
        if word.endswith("s") or stem(word) in {"person", "man", "woman", "child"}:
            return stem(word)
        candidates.append(word)
    first = candidates[0] if candidates else None
    return None if first is None or _is_no_noun(first) else stem(first)


def _is_no_noun(word: str) -> bool:
    verb_or_adverb = bool(_NO_NOUN.fullmatch(word)) or is_irregular_past(word)
    return verb_or_adverb and word.lower() not in _NOUNS_LIKE_THAT


def _comparator(text: str, match: re.Match[str]) -> Comparator:
    after = _POST_COMPARATORS.match(_after(text, match))
    if after:
        return {"so": "about", "more": "at_least"}.get(after.group().split()[-1].lower(), "at_most")  # type: ignore[return-value]  # values are Comparator
    return comparator_before(text, match.start())


def comparator_before(text: str, start: int) -> Comparator:
    """How exactly a number, or a share in words, is meant that begins there, by what stands before it.

    >>> comparator_before("nearly a fifth", 7), comparator_before("a fifth", 0)
    ('under', 'exact')
    """
    before = text[max(0, start - _REACH) : start]
    if _MEASURED_BY.search(before) or _GOES_UP.search(before):
        return "exact"
    return next((comparator for pattern, comparator in _COMPARATORS if pattern.search(before)), "exact")
