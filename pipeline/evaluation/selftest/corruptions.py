"""Ways in which a sentence is made false: one word or figure changed, all else kept. Pure.

Each takes a text and yields it corrupted, in the order in which the places stand. None knows any story: what it needs
of one (other names, other speakers) it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pipeline.text.attribution import attributions
from pipeline.text.closeness import closeness
from pipeline.text.dates import calendar_mentions
from pipeline.text.names import Name, is_spelling_variant, proper_names
from pipeline.text.quantities import quantities
from pipeline.text.quotes import outside_quotes
from pipeline.text.terms import terms
from pipeline.text.words import content_stems, has_past_or_auxiliary, stem, words

_SPELLED: Final = {
    "one": "four", "two": "seven", "three": "eight", "four": "nine", "five": "eleven", "six": "twelve",
    "seven": "three", "eight": "two", "nine": "five", "ten": "forty", "eleven": "sixteen", "twelve": "thirty",
    "thirteen": "thirty", "fourteen": "forty", "fifteen": "fifty", "sixteen": "sixty", "twenty": "ninety",
    "thirty": "fifty", "forty": "seventy", "fifty": "eighty", "hundred": "thousand", "thousand": "million",
    "dozen": "hundred", "first": "fourth", "second": "fifth", "third": "sixth",
}  # fmt: skip
_UNITS: Final = (
    ("minutes", "hours"), ("minute", "hour"), ("hours", "days"), ("hour", "day"), ("days", "weeks"),
    ("weeks", "months"), ("week", "month"), ("months", "years"), ("years", "months"), ("year", "month"),
    ("kilometres", "metres"), ("kilometers", "meters"), ("metres", "kilometres"), ("meters", "kilometers"),
    ("km", "m"), ("miles", "kilometres"), ("knots", "metres"), ("million", "billion"), ("billion", "million"),
    ("tonnes", "kilograms"), ("euros", "dollars"), ("dollars", "euros"), ("per cent", "euros"), ("percent", "euros"),
)  # fmt: skip
_CALENDAR: Final = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "January February March April May June July August September October November December".split(),
)
_AUXILIARY: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|could|should|can|may|might|must)\b(?! not\b)"
)
_NEGATIONS: Final = ((r"\bno\b", "a"), (r"\bnot ", ""), (r"\bnever ", ""), (r"\bwithout\b", "with"))
_SYMMETRIC: Final = re.compile(
    r"\b(?:and|or|met|meets?|meeting|spoke|speaks?|talk(?:s|ed)?|conversation|contact|agreed?|between|with)\b|^\W*$",
    re.IGNORECASE,
)
"""Between two names: exchanged, the sentence says the same, or nothing in it says who does what to whom."""
_REPORTING_STEMS: Final = frozenset(stem(word) for word in "say tell add report state confirm note announce".split())


def other_numbers(text: str) -> Iterator[str]:
    """Each number replaced by another one.

    >>> list(other_numbers("About 10 of 1,200 people left after two hours."))[0]
    'About 17 of 1,200 people left after two hours.'
    """
    for quantity in quantities(text):
        changed = _other_number(text[quantity.start : quantity.end])
        if changed is not None:
            yield text[: quantity.start] + changed + text[quantity.end :]


def _other_number(shown: str) -> str | None:
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", shown)
    if digits:
        plain = digits.group().replace(",", "")
        value = (float(plain) * 1.7 or 1.7) if "." in plain else int(plain) + max(3, int(plain) * 7 // 10)
        new = f"{value:.1f}" if "." in plain else f"{value:,}" if "," in digits.group() else str(value)
        return shown[: digits.start()] + new + shown[digits.end() :]
    word = next((w.text for w in words(shown) if w.text.lower() in _SPELLED), None)
    return None if word is None else shown.replace(word, _in_case(_SPELLED[word.lower()], word), 1)


def _in_case(new: str, old: str) -> str:
    return new.capitalize() if old[0].isupper() else new


def other_units(text: str) -> Iterator[str]:
    """The unit behind each number replaced by another one.

    >>> list(other_units("It took 10 minutes."))
    ['It took 10 hours.']
    """
    for quantity in quantities(text):
        for unit, other in _UNITS:
            match = re.compile(rf"[\s-]?{unit}\b").match(text, quantity.end)
            inside = re.search(rf"\b{unit}$", text[quantity.start : quantity.end])
            if match:
                yield text[: match.end() - len(unit)] + other + text[match.end() :]
                break
            if inside:
                yield text[: quantity.end - len(unit)] + other + text[quantity.end :]
                break


def other_dates(text: str) -> Iterator[str]:
    """Each weekday, month, day of a month and year replaced by another one.

    >>> list(other_dates("on Thursday, 2 March 2023"))[0]
    'on Saturday, 2 March 2023'
    """
    for mention in calendar_mentions(text):
        shown = text[mention.start : mention.end]
        for changed in _other_date(shown):
            yield text[: mention.start] + changed + text[mention.end :]


def _other_date(shown: str) -> Iterator[str]:
    for names in _CALENDAR:
        for index, name in enumerate(names):
            if re.search(rf"\b{name}\b", shown):
                yield re.sub(rf"\b{name}\b", names[(index + 2) % len(names)], shown, count=1)
    year = re.search(r"\b(?:19|20)\d\d\b", shown)
    if year:
        yield shown[: year.start()] + str(int(year.group()) - 3) + shown[year.end() :]


def negated(text: str) -> Iterator[str]:
    """A denial put in, or taken out.

    >>> list(negated("The ferry was full.")), list(negated("There were no talks."))[0]
    (['The ferry was not full.'], 'There were a talks.')
    """
    unquoted = outside_quotes(text)
    taken = [(m, new) for pattern, new in _NEGATIONS for m in re.finditer(pattern, unquoted)]
    for match, new in taken:
        yield text[: match.start()] + new + text[match.end() :]
    if taken:
        return
    auxiliary = _AUXILIARY.search(unquoted)
    if auxiliary:
        yield f"{text[: auxiliary.end()]} not{text[auxiliary.end() :]}"
        return
    for word in words(unquoted):
        telling = word.text[0].islower() and stem(word.text) not in _REPORTING_STEMS
        if telling and has_past_or_auxiliary(word.text):
            yield f"{text[: word.start]}never {text[word.start :]}"
            return


def other_entities(text: str, others: Sequence[str]) -> Iterator[str]:
    """Each name that is no speaker's replaced by another of the story's, of as many words where there is one."""
    speaking = {token for who in attributions(text) for name in proper_names(who.name) for token in name.tokens}
    for name in proper_names(text):
        if set(name.tokens) & speaking:
            continue
        fitting = [other for other in others if not akin(other, text)]
        best = next((other for other in fitting if len(other.split()) == len(name.text.split())), None)
        if best is not None:
            yield text[: name.start] + best + text[name.end :]


def akin(name: str, text: str) -> bool:
    """A word of the name stands in the text, in some spelling; or its government does, or that of its capital."""
    there = {token for other in proper_names(text) for token in other.tokens} | set(content_stems(text))
    own = {token for other in proper_names(f"x {name}") for token in other.tokens} | set(content_stems(name))
    if any(one in there or any(is_spelling_variant(one, other) for other in there) for one in own):
        return True
    return any(
        closeness(one.stem, other.stem) for one in terms(f"x {name}") for other in terms(text) if one.kind == "name"
    )


def other_speakers(text: str, speakers: Sequence[str]) -> Iterator[str]:
    """Whoever is said to say so, replaced by another speaker of the story."""
    for who in attributions(text):
        place = text.find(who.name)
        other = next((name for name in speakers if not akin(name, text)), None)
        if place >= 0 and other is not None:
            yield text[:place] + _fitting(other, who.name) + text[place + len(who.name) :]


def _fitting(new: str, old: str) -> str:
    """With the article that the sentence needs: "the official" for "the minister"."""
    article = re.match(r"(?:the|a|an) ", old, re.IGNORECASE)
    if new[0].isupper() or new.lower().startswith(("the ", "a ", "an ")):
        return new
    return f"{article.group() if article else 'the '}{new}"


def swapped_roles(text: str) -> Iterator[str]:
    """Two names exchanged that a verb joins, so that each does what the other did.

    >>> list(swapped_roles("On Monday Varga accused Lorne Ferries of haste."))
    ['On Monday Lorne Ferries accused Varga of haste.']
    """
    names = proper_names(text)
    for first, second in pairwise(names):
        between = text[first.end : second.start]
        if not _SYMMETRIC.search(between) and has_past_or_auxiliary(between) and not _one_and_the_same(first, second):
            yield text[: first.start] + second.text + between + first.text + text[second.end :]


def _one_and_the_same(first: Name, second: Name) -> bool:
    return bool(set(first.tokens) & set(second.tokens))
