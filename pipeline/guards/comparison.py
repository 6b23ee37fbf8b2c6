"""First or last, more or less, before or until: comparisons stand as the evidence has them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, is_own_words, verdict_of
from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.fractions import in_minutes
from pipeline.text.order import most_sequences, sequences
from pipeline.text.quantities import Quantity, quantities
from pipeline.text.synonyms import stands_in
from pipeline.text.words import is_function_word, stem, words

_PERIODS: Final = frozenset(
    stem(word)
    for word in """year month week night day summer winter spring autumn season weekend decade century hour minute
    time's
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december""".split()
)
_RANKS: Final = (
    ("first", "last final latest"),
    ("last", "first earliest"),
    ("only", "first last second third"),
    ("second", "first third last"),
    ("third", "first second last"),
    ("largest", "smallest second-largest"),
    ("biggest", "smallest"),
    ("smallest", "largest biggest"),
    ("highest", "lowest"),
    ("lowest", "highest"),
    ("worst", "best"),
    ("best", "worst"),
    ("longest", "shortest"),
    ("shortest", "longest"),
    ("oldest", "youngest newest"),
    ("youngest", "oldest"),
    ("most", "least fewest"),
    ("least", "most"),
)
_ONE_OF_ALL: Final = frozenset("the its his her their our".split())
"""Before "only" where it is a rank; "only a year" tells how little it is."""
_LISTED: Final = frozenset(word for rank, others in _RANKS for word in (rank, *others.split()))
_EXACT: Final = re.compile(r"\b(?:exactly|precisely|at the stroke of)\s+$", re.IGNORECASE)
_ABOUT: Final = re.compile(
    r"\b(?:about|around|roughly|approximately|some|shortly (?:before|after)|just (?:before|after)|nearly)\s+$",
    re.IGNORECASE,
)
_UPPER: Final = re.compile(r"\b(?:by|before|until|till|no later than|not later than)\s+(?:the\s+)?$", re.IGNORECASE)
_LOWER: Final = re.compile(
    r"\b(?:after|since|from|not before|no earlier than|not earlier than|not until)\s+(?:the\s+)?$", re.IGNORECASE
)
_NOT: Final = re.compile(r"\b(?:not?|never|nothing|nobody|none|without)\b|n['’]t\b", re.IGNORECASE)


_MORE_WAYS: Final = frozenset({"higher", "greater", "larger", "bigger"})
_THAN: Final = re.compile(
    r"\b(?:is|are|was|were)\s+(?:\w+\s+)?(?P<way>higher|greater|larger|bigger|lower|smaller)\s+than\s+"
    r"(?:the\s+|its\s+|that of\s+|an?\s+)?",
    re.IGNORECASE,
)
_COMPARED_WITHIN: Final = 30
"""Characters in which the second number stands."""
_CLAUSE: Final = re.compile(r"[,;:]\s|\b(?:and|but|while|whereas|from|compared|after|than)\b")
_UP: Final = frozenset(map(stem, "rise rose risen increase grow grew grown growth climb gain jump raise surge".split()))
_DOWN: Final = frozenset(
    map(stem, "fall fell fallen drop decrease decline cut reduce reduction slump plunge shrink shrank".split())
)
_PAST_A_BOUND: Final = re.compile(
    r"\b(?:(?P<up>exceed\w*|surpass\w*|(?:higher|more|above|greater) than|above)"
    r"|(?:lower|fewer|less|smaller) than|below)\s+the\s+$",
    re.IGNORECASE,
)
"""Before a number that something is measured by."""
_DIRECTION: Final = re.compile(
    r"\s+(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\s+"
    r"(?:(?P<early>earlier|before|ahead|early|prior)|(?P<late>later|after|late|behind))\b",
    re.IGNORECASE,
)


def comparison_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare ranks, bounds in time, "exactly" with "about", and which way a number went."""
    if is_own_words(text, passages) and comparison_agrees(text):
        return verdict_of("comparison", [], applicable=False, passed="")
    evidence = contexts(passages)
    problems = [
        *_ranks(text, evidence),
        *_bounds(text, evidence),
        *_exact_times(text, evidence),
        *_directions(text, evidence),
        *_trends(text, evidence),
        *_turned_order(text, evidence),
        *([] if is_own_words(text, passages) else _miscompared(text)),
    ]
    return verdict_of("comparison", problems, applicable=bool(problems), passed="")


def comparison_agrees(text: str) -> bool:
    """Whether the guard has nothing to say of a text that is its own passage: it does not tell two orders of events."""
    return most_sequences(text) < 2  # noqa: PLR2004  one against another


def _turned_order(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """Cause for effect, or later for earlier: each clause of the text has the words of the other in the passage."""
    told = [pair for context in evidence for pair in sequences(context)]
    for own in sequences(text):
        for other in told:
            straight = _overlap(own.first, other.first), _overlap(own.second, other.second)
            turned = _overlap(own.first, other.second), _overlap(own.second, other.first)
            if own.comparable(other) and min(turned) > 0 and sum(turned) > sum(straight) + max(straight):
                yield f"says “{own.shown}”; in the cited passage the two are the other way round (“{other.shown}”)"
                return


def _miscompared(text: str) -> Iterator[str]:
    """Two numbers of one kind that the text compares the wrong way: "140 million is lower than the 90 million"."""
    found = quantities(text)
    for match in _THAN.finditer(text):
        before = [q for q in found if q.end <= match.start()]
        after = [q for q in found if match.end() <= q.start <= match.end() + _COMPARED_WITHIN]
        if not before or not after or re.search(r"[.;]\s", text[before[-1].end : after[0].start]):
            continue
        one, other = before[-1], after[0]
        is_more = match["way"].lower() in _MORE_WAYS
        if one.ordinal or other.ordinal or not _comparable(one, other) or one.value == other.value:
            continue
        if (one.value > other.value) != is_more and not _NOT.search(text[one.end : match.start()]):
            yield f"“{match.group()}” compares {one.value:,.15g} with {other.value:,.15g} the wrong way round"


def _comparable(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit or None in {one.unit, other.unit}


def _overlap(one: frozenset[str], other: frozenset[str]) -> int:
    return sum(stands_in(word, other) for word in one)


def _ranks(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """As in "For the last time" where the passage says "for the first time"; "last year" is a date, no rank."""
    own, there = _ranked(text), set().union(*(_ranked(context) for context in evidence))
    for rank, opposites in _RANKS:
        for head in sorted(head for word, head in own - there if word == rank):
            other = next((w for w in opposites.split() if (w, head) in there - own), None)
            if other is None and not any(word == rank for word, _ in there):
                other = next((w for w in opposites.split() if w in {word for word, _ in there - own}), None)
            if other:
                yield f"says “{rank}”; the cited passage says “{other}”"


def _ranked(text: str) -> set[tuple[str, str]]:
    """The words of rank in a text, each with the word it is said of; not where a period of time follows at once."""
    found = words(text)
    ranks: set[tuple[str, str]] = set()
    for index, word in enumerate(found):
        lowered = re.sub(r"-(?:ever|time)$", "", word.text.lower())
        if lowered not in _LISTED:
            continue
        after = next((w for w in found[index + 1 :] if not w.text[0].isdigit()), None)
        timed = after is not None and stem(after.text) in _PERIODS
        if lowered == "only" and found[index - 1].text.lower() not in _ONE_OF_ALL:
            continue
        if not timed and not (lowered == "most" and after and is_function_word(after.text)):
            ranks.add((lowered, stem(after.text) if after else ""))
    return ranks


def _bounds(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """The same date as a bound from the other side: "no earlier than 30 May" for "by 30 May"."""
    if _NOT.search(_without_bounds(text)) or any(_NOT.search(_without_bounds(context)) for context in evidence):
        return
    told = [bound for context in evidence for bound in _bounded(context)]
    for shown, key, side in _bounded(text):
        sides = {other for _, there, other in told if there == key}
        if sides and side not in sides:
            yield f"says “{shown}”; in the cited passage this is a bound from the other side"


def _without_bounds(text: str) -> str:
    return re.sub(r"\b(?:no|not) (?:later|earlier) than\b|\bnot (?:before|until)\b", "", text)


def _bounded(text: str) -> Iterator[tuple[str, str, str]]:
    spans = [(m.start, m.end) for m in calendar_mentions(text)] + [(t.start, t.end) for t in clock_times(text)]
    for start, end in spans:
        for pattern, side in ((_LOWER, "from"), (_UPPER, "until")):
            match = pattern.search(text[:start])
            if match:
                yield text[match.start() : end], " ".join(text[start:end].lower().split()), side
                break


def _directions(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """So long before instead of so long after."""
    told = [pair for context in evidence for pair in _directed(in_minutes(context))]
    for amount, side in _directed(in_minutes(text)):
        sides = {other for there, other in told if there == amount}
        if sides and side not in sides:
            yield f"says “{side}” by this length of time; the cited passage says “{min(sides)}”"


def _directed(text: str) -> Iterator[tuple[tuple[float, str | None], str]]:
    for quantity in quantities(text):
        match = _DIRECTION.match(text, quantity.end)
        if match:
            yield (quantity.value, quantity.unit), "earlier" if match["early"] else "later"


def _trends(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """As in "raised by 12 percent" where the passage has it "cut by 12 percent"."""
    told = [pair for context in evidence for pair in _trended(context)]
    for value, way in _trended(text, {value for value, _ in told}):
        ways = {other for there, other in told if there == value}
        if ways and way not in ways:
            yield f"has {value:,.15g} going {way}; in the cited passage it goes {min(ways)}"


def _trended(text: str, values: Container[float] | None = None) -> Iterator[tuple[float, str]]:
    """Numbers of whose part of the sentence the words for change all go one way, with the way.

    Of ``values`` alone, where they are given: the part is read for each number, which is slow where there are many.
    """
    for quantity in quantities(text):
        if values is not None and quantity.value not in values:
            continue
        before = _CLAUSE.split(text[: quantity.start])[-1]
        after = _CLAUSE.split(text[quantity.end :], maxsplit=1)[0]
        part = f"{before} {after}"
        bound = _PAST_A_BOUND.search(before)
        ways = {"up" if bound["up"] else "down"} if bound else _ways(part)
        if not quantity.ordinal and len(ways) == 1 and not _NOT.search(part):
            yield quantity.value, ways.pop()


def _ways(part: str) -> set[str]:
    found = {stem(word.text) for word in words(part)}
    return {way for way, stems in (("up", _UP), ("down", _DOWN)) if found & stems}


def _exact_times(text: str, evidence: Sequence[str]) -> Iterator[str]:
    for time in clock_times(text):
        if not _EXACT.search(text[: time.start]):
            continue
        for context in evidence:
            same = [t for t in clock_times(context) if time.agrees(t)]
            if same and all(_ABOUT.search(context[: t.start]) for t in same):
                yield f"says exactly “{text[time.start : time.end].strip()}”; the cited passage says about"
