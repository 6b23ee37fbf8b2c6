"""Every number of the text stands in the evidence, of the same thing, with its unit and its "about" or "less than"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.exchange import PERIODS, exchange_problems, same_unit
from pipeline.guards.passage import Passage, contexts, is_own_words, verdict_of
from pipeline.text.clock import ClockTime, clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.fractions import Part, fractions, in_minutes
from pipeline.text.quantities import Comparator, Quantity, in_base_unit, is_measure, quantities, rate_after
from pipeline.text.remainders import is_left_out, remainders
from pipeline.text.synonyms import may_stand_for, stands_in
from pipeline.text.terms import form_of, form_of_stem
from pipeline.text.words import stem, words
from pipeline.text.worked_out import (
    are_years_between,
    is_percentage_of_part,
    is_rest_of_all,
    is_rounded,
    is_share,
    is_worked_out,
)

_ONE_ON_ONE: Final = re.compile(r"\bone[ -](?:on|to|by|after)[ -]one\b", re.IGNORECASE)
_COUNTERPART: Final = re.compile(r"\b(?:another|the other|a second)\b", re.IGNORECASE)
_FROM_OR_TO: Final = re.compile(
    r"(?<!came )(?<!comes )(?<!amounts )(?<!amounted )\b(?P<side>from|to)\s+(?:about |some |around )?[$€£]?$",
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(r"\bwithin\s+(?:the\s+)?$", re.IGNORECASE)
_OTHER_SIDE: Final = {"from": "to", "to": "from"}
_OR_MORE: Final = re.compile(r"\s+[\w-]+\s+or\s+more\b")
_OF_A_WAY: Final = re.compile(
    r"\s*[\w°/]+\s+of\s+(?:[a-z-]+\s+)?(?:road|track|rail|railway|sea|water|river|ground|land|line|path|open)\b"
)
_OVER: Final = re.compile(r"(?<!just )\bover\s+(?:the\s+)?$", re.IGNORECASE)
_FIRST_TIME: Final = re.compile(
    r"first (?:appearance|outing|performance|match|game|start|novel|album|film)\b", re.IGNORECASE
)
_DEBUT: Final = re.compile(r"\bdebut", re.IGNORECASE)
_FOR_A_WAY: Final = re.compile(
    r"\b(?:champion|race|record|title|medallist|runner|holder|hurdles|final|best|time)s?\s+over\s+$"
)
"""Before the way that is raced."""
_REACHING: Final = re.compile(r"\b(?:reaching|peaking at|touching|topping out at)\s+$", re.IGNORECASE)
"""Before a number that others stay below: "gusts reaching 55 mph"."""
_COMPARED: Final = re.compile(
    r"\b(?:from|to|than|against|with|and|or|of|by)\s+(?:(?:about|around|some|nearly|roughly|only|just)\s+)?$",
    re.IGNORECASE,
)
"""Before a number that stands beside another of its kind."""
_AGED: Final = re.compile(r"\b(?:aged?|years? old|year-olds?)\b", re.IGNORECASE)
_YEAR: Final = stem("years")
_SINGLE: Final = re.compile(r"\b(?:an?|one)\s+(?:[a-z-]+\s+)?(?P<noun>[a-z]{3,})\b", re.IGNORECASE)
"""One of something: "a silver cup"."""
_EX: Final = re.compile(r"^ex(?=\w{4})")
_MORE: Final = re.compile(r"\s+(?:more|further|additional|others?)\b", re.IGNORECASE)
_OF_ITS: Final = re.compile(r"\s+of\s+(?:its|the|their|his|her)\s+", re.IGNORECASE)
_SAME: dict[Comparator, frozenset[Comparator]] = {
    "exact": frozenset({"exact"}),
    "about": frozenset({"about", "exact"}),
    "under": frozenset({"under"}),
    "over": frozenset({"over"}),
    "at_most": frozenset({"at_most"}),
    "at_least": frozenset({"at_least"}),
}
"""What the evidence may say for what the text says: "about 10" may rest on "10", not the other way round."""

_REMAINING: Final = re.compile(
    r"\b(?:all (?:but|except)|remain\w*|still|not|never|only|others?|except|rest|kept|held|stay\w*)\b|n['’]t\b",
    re.IGNORECASE,
)


def quantity_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the quantities, shares and times of day of ``text`` with those of the passages' contexts."""
    is_settled = is_own_words(text, passages) and quantity_agrees(text)
    text = in_minutes(text)
    parts, times = fractions(text), clock_times(text)
    in_words = {at for part in parts for at in range(part.start, part.start + len(part.shown))}  # "one third"
    wanted = [q for q in quantities(text) if not _is_pronoun(text, q) and q.start not in in_words]
    problems = [] if is_settled else _problems(text, wanted, parts, passages)
    return verdict_of(
        "quantity",
        problems,
        applicable=bool(wanted or times or parts or problems),
        passed="every number stands in the cited passage",
    )


def quantity_agrees(text: str) -> bool:
    """Whether the guard has nothing to say of a text that is its own passage.

    Each number finds itself there, unless the two are read in different ways; what is left is what a text may say
    against itself: "ten of its three", or another number of a weekday.
    """
    if in_minutes(text) != text:
        return False
    found = quantities(text)
    ranked = any(q.ordinal for q in found) and any(m.weekday is not None for m in calendar_mentions(text))
    return not ranked and all(_along(text, q) is q and not _OF_ITS.match(text, q.end) for q in found)


def _problems(text: str, wanted: Sequence[Quantity], parts: Sequence[Part], passages: Sequence[Passage]) -> list[str]:
    """What is wrong with the numbers, shares and times of day of a text, in words."""
    evidence = contexts(passages)
    there = {part.value for context in evidence for part in fractions(context)}
    known = [(c, meant) for context in evidence for c in _readings(context) for meant in _all_meanings(c)]
    known += [(c, _along(c, q)) for c, q in known if q.comparator == "at_most"]
    if not _REMAINING.search(text):  # of "all but two were freed" the two are those who were not
        known = [(c, q) for c, q in known if not is_left_out(c, q)]
    wanted = [_along(text, q) for q in wanted]
    problems = [
        _problem(text, q, [k for _, k in known])
        for q in wanted
        if not any(_agree(meant, k) for meant in _meanings(text, q, wanted) for _, k in known)
        and not _counted_in_other_words(text, q, known, passages)
        and not _is_left(text, q, evidence)
        and not is_worked_out(text, q, wanted, evidence)
        and not are_years_between(text, q, evidence)
        and not is_rest_of_all(text, q, evidence)
        and not _is_debut(text, q, evidence)
        and not is_percentage_of_part(q, evidence)
    ]
    problems += _other_rates(text, wanted, known)
    told = [(context[t.start : t.end], t) for context in evidence for t in clock_times(context)]
    problems += [_wrong_time(text, t, told) for t in clock_times(text) if not any(t.agrees(k) for _, k in told)]
    problems += [
        f"“{p.shown}” does not stand in the cited passage"
        for p in parts
        if p.value not in there and not is_share(p, text, [k for _, k in known])
    ]
    if not problems:
        found = [*exchange_problems(text, evidence), *_marked_otherwise(text, wanted, known)]
        problems = list(dict.fromkeys(found))
    return problems


def _meanings(text: str, quantity: Quantity, others: Sequence[Quantity]) -> Iterator[Quantity]:
    """The quantity, and as it may be meant besides.

    A number compared with one of a measure may share that ("48 million euros, up from about 40 million"); "over two
    years" may be the time in which something happened.
    """
    yield quantity
    if quantity.comparator == "exact" and _REACHING.search(text[: quantity.start]):
        yield quantity.model_copy(update={"comparator": "at_most"})
    if is_measure(quantity.unit) and _FOR_A_WAY.search(text[: quantity.start]):
        yield quantity.model_copy(update={"comparator": "exact"})
    if quantity.unit in PERIODS and _OVER.search(text[: quantity.start]):
        yield quantity.model_copy(update={"comparator": "exact"})
    measures = {other.unit for other in others if is_measure(other.unit)}
    if (
        quantity.unit is None
        and not quantity.ordinal
        and len(measures) == 1
        and _COMPARED.search(text[: quantity.start])
    ):
        yield quantity.model_copy(update={"unit": measures.pop()})


def _all_meanings(context: str) -> Iterator[Quantity]:
    """Every number of a passage, in every way it may be meant there."""
    found = quantities(context)
    return (meant for quantity in found for meant in _meanings(context, quantity, found))


def _counted_in_other_words(
    text: str, wanted: Quantity, known: Sequence[tuple[str, Quantity]], passages: Sequence[Passage]
) -> bool:
    """The same number of the same things under another noun of the passage: "9,400 staff" of "employees of the shops".

    Not where the passage has another number of the text's noun, and not for measures and times.
    """
    same = [k for _, k in known if _agree(wanted.model_copy(update={"unit": k.unit}), k)]
    if wanted.unit is None or not same or any(is_measure(unit) for unit in (wanted.unit, *(k.unit for k in same))):
        return False
    if wanted.unit == _YEAR and _AGED.search(text):
        return any(_AGED.search(context) for context, k in known if k in same)
    if {wanted.unit, *(k.unit for k in same)} & PERIODS:
        return False
    if any(may_stand_for(wanted.unit, k.unit) for _, k in known if k.value != wanted.value and k.unit):
        return False
    if any(match for p in passages for match in _SINGLE.finditer(p.context) if stem(match["noun"]) == wanted.unit):
        return False
    near = {form_of(word.text) for p in passages for word in words(f"{p.context} {p.before}")}
    noun = _EX.sub("", wanted.unit)
    return stands_in(form_of_stem(noun), near)


def _is_left(text: str, wanted: Quantity, evidence: Sequence[str]) -> bool:
    """What is left when the part that a passage tells is taken away, of things that it does not count by that name.

    "Seven of the twelve jurors were women": five are men, not five women.
    """
    if wanted.ordinal or wanted.comparator != "exact":
        return False
    for context in evidence:
        counted = {word for w in words(context) for word in (stem(w.text), form_of(w.text))}
        is_named = wanted.unit in counted and not _is_the_whole(wanted, context)
        if wanted.value in remainders(context) and (is_left_out(text, wanted) or not is_named):
            return True
    return False


def _is_debut(text: str, wanted: Quantity, evidence: Sequence[str]) -> bool:
    """As in "his first appearance", where the passage has a debut."""
    return bool(_FIRST_TIME.match(text, wanted.start)) and any(_DEBUT.search(context) for context in evidence)


def _is_the_whole(wanted: Quantity, context: str) -> bool:
    """The noun is that of all of them, of whom some are left: "14 people" of 16 people."""
    return any(
        may_stand_for(wanted.unit or "", q.unit) for q in quantities(context) if q.unit and q.value > wanted.value
    )


def _along(text: str, quantity: Quantity) -> Quantity:
    """The quantity as it is meant: "nine people or more", "carried over 140 km of road" (the way that is gone over)."""
    if quantity.comparator == "at_most" and _WITHIN.search(text[: quantity.start]):
        return quantity.model_copy(update={"comparator": "exact"})
    if quantity.comparator == "exact" and _OR_MORE.match(text, quantity.end):
        return quantity.model_copy(update={"comparator": "at_least"})
    if quantity.comparator == "over" and is_measure(quantity.unit) and _OF_A_WAY.match(text, quantity.end):
        return quantity.model_copy(update={"comparator": "exact"})
    return quantity


def _readings(context: str) -> list[str]:
    """The passage as it stands, and with "a quarter of an hour" in minutes."""
    return list(dict.fromkeys((context, in_minutes(context))))


def _is_pronoun(text: str, quantity: Quantity) -> bool:
    """As in "one account …, another …", "one on one", and "the two had met"."""
    shown = text[quantity.start : quantity.end].strip().lower()
    if shown == "two":
        return text[: quantity.start].lower().endswith(("the ", "these ", "those "))
    one_on_one = _ONE_ON_ONE.search(text) is not None
    return shown == "one" and (one_on_one or _COUNTERPART.search(text, quantity.end) is not None)


def _other_rates(text: str, wanted: Sequence[Quantity], known: Sequence[tuple[str, Quantity]]) -> list[str]:
    """Numbers that the passage has by another time: "a day" for "a week"."""
    problems = []
    for quantity in wanted:
        rate = rate_after(text, quantity)
        rates = {rate_after(context, k) for context, k in known if _agree(quantity, k)}
        if rate and rates and None not in rates and rate not in rates:
            shown = text[quantity.start : quantity.end].strip()
            problems.append(f"“{shown}” a {rate}: the cited passage says “a {min(map(str, rates))}”")
    return problems


def _marked_otherwise(text: str, wanted: Sequence[Quantity], known: Sequence[tuple[str, Quantity]]) -> Iterator[str]:
    """As in "from 62" for "to 62", "14 more" for "14", "ten of its three": what stands right beside a number."""
    for quantity in wanted:
        same = [(context, k) for context, k in known if _agree(quantity, k)]
        shown = text[quantity.start : quantity.end].strip()
        side = _side(text, quantity)
        if side and same and {_side(context, k) for context, k in same} == {_OTHER_SIDE[side]}:
            yield f"“{side} {shown}”: the cited passage says “{_OTHER_SIDE[side]} {shown}”"
        added = [_MORE.match(context, k.end) is not None for context, k in same]
        others = any(_MORE.match(context, k.end) for context, k in known if k.value != quantity.value)
        if same and others and not any(added) and _MORE.match(text, quantity.end):
            yield f"“{shown} more”: the cited passage does not add this number"
        whole = _OF_ITS.match(text, quantity.end)
        parts = quantities(text[whole.end() :]) if whole else []
        if parts and parts[0].start == 0 and parts[0].value < quantity.value:
            yield f"“{shown}” cannot be part of {parts[0].value:,.15g}"


def _side(text: str, quantity: Quantity) -> str | None:
    match = _FROM_OR_TO.search(text[: quantity.start])
    return match["side"].lower() if match else None


def _agree(wanted: Quantity, known: Quantity) -> bool:
    if wanted.ordinal != known.ordinal:
        return False
    is_one = same_unit(wanted.unit, known.unit)
    if is_one and is_rounded(wanted, known):
        return True
    if known.comparator not in _SAME[wanted.comparator]:
        return False
    if is_one and wanted.value == known.value:
        return True
    one, other = in_base_unit(wanted), in_base_unit(known)
    return one is not None and one == other


def _wrong_time(text: str, wanted: ClockTime, told: Sequence[tuple[str, ClockTime]]) -> str:
    shown = text[wanted.start : wanted.end].strip()
    if told:
        return f"“{shown}”: the cited passage says {told[0][0].strip()} here"
    return f"“{shown}” does not stand in the cited passage"


def _problem(text: str, wanted: Quantity, known: Sequence[Quantity]) -> str:
    shown = text[wanted.start : wanted.end].strip()
    same_value = [k for k in known if k.value == wanted.value]
    if any(k.unit == wanted.unit for k in same_value):
        return f"“{shown}”: the cited passage qualifies this number differently (“{same_value[0].comparator}”)"
    if same_value:
        return f"“{shown}”: the cited passage counts something else with this number"
    same_unit = [k for k in known if k.unit == wanted.unit and k.unit]
    if same_unit:
        return f"“{shown}”: the cited passage says {same_unit[0].value:,.15g} here"
    return f"“{shown}” does not stand in the cited passage"
