"""Every typed corruption of one statement: the catalogue that the guards are measured by. Pure.

Two families make them: `corruptions`, which reads a text as the guards do, and `operators`, which has readers of its
own. What the guards cannot read, they cannot miss in the second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.evaluation.selftest import corruptions, operators
from pipeline.text.quotes import outside_quotes

STRANGERS: Final = ("Karl Brandt", "Mariam Okonjo", "Oslo")
"""Names of nobody in particular, for statements whose story has no other name to offer."""


class Cast(NamedTuple):
    """Who else could stand in a statement: other names of the cited articles, other speakers of the story."""

    names: Sequence[str]
    speakers: Sequence[str]


class Corrupted(NamedTuple):
    """A statement made false in one typed way."""

    kind: str
    text: str


_Corrupt = Callable[[str, Cast], Iterator[str]]

_COUNTED: Final = re.compile(
    r"(?<![\w.,:$€£-])(?P<n>\d{1,3}(?:,\d{3})*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?![\w:%]|[.,]\d)"
    r"(?= (?:people |men |women |more |others )?(?P<what>[a-z]+))"
)
_NP: Final = r"(?:the|a|an|its|his|her|their) (?:[a-z-]+ ){0,2}?[a-z-]+|[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}"
_JOINING: Final = (
    "accused|warned|told|asked|urged|blamed|arrested|hit|struck|rammed|sued|beat|defeated|criticised|met with"
    "|criticized|attacked|rescued|thanked|praised|invited|ordered|replaced|questioned|bought|towed|helped|joined|elected|shot"
)
_ACTIVE: Final = re.compile(rf"(?P<one>\b(?:{_NP}|[Tt]he [a-z]+)) (?P<verb>{_JOINING}) (?P<other>{_NP})\b(?! \d)")
_BY: Final = re.compile(
    rf"(?P<one>\b(?:{_NP}|[Tt]he [a-z]+)) (?P<verb>(?:was|were|has been|have been"
    rf"|had been) [a-z]+ed by) (?P<other>{_NP})\b"
)
_MODAL: Final = (
    (r"\b(?:was|were) (?P<verb>[a-z]{2,}ed)\b(?! to\b)", r"may be \g<verb>"),
    (r"\b(?:was|were) (?P<verb>[a-z]{2,}ed)\b(?! to\b)", r"will be \g<verb>"),
    (r"\b(?:has|have) been (?P<verb>[a-z]{2,}ed)\b", r"may be \g<verb>"),
    (r"\b(?:will|would|may|might|could|should|must) be (?P<verb>[a-z]{2,}ed)\b", r"has been \g<verb>"),
    (r"\b(?:will|may|might) (?P<verb>(?!be\b|have\b|not\b|also\b)[a-z]{3,})\b", r"did \g<verb>"),
    (r"\b(?:plan(?:s|ned)?|intend(?:s|ed)?|hope[sd]?|want(?:s|ed)?) to (?P<verb>[a-z]{3,})\b", r"did \g<verb>"),
    (r"\b(?:threaten(?:s|ed)?|offer(?:s|ed)?) to (?P<verb>[a-z]{3,})\b", r"did \g<verb>"),
    (r"\b(?:is|are|was|were) (?:expected|due|set|scheduled|planning|going) to (?P<verb>[a-z]{3,})\b", r"did \g<verb>"),
    (r"\b(?:urged|called on|asked|told) (?P<whom>(?:the )?[\w’'-]+(?: [A-Z]\w+)?) to (?P<verb>[a-z]{3,})\b",
     r"got \g<whom> to \g<verb>"),
    (r"\bagreed to\b", "refused to"),
    (r"\ballegedly ", ""),
    (r"\balleged ", ""),
    (r"\baccused of\b", "convicted of"),
    (r"\bcalled for\b", "secured"),
)  # fmt: skip
_COMPARED: Final = (
    ("more than", "less than"), ("less than", "more than"), ("fewer than", "more than"), ("at least", "at most"),
    ("up to", "at least"), ("rose", "fell"), ("fell", "rose"), ("rise", "fall"), ("above", "below"), ("below", "above"),
    ("higher", "lower"), ("lower", "higher"), ("highest", "lowest"), ("lowest", "highest"), ("first", "last"),
    ("last", "first"), ("earlier", "later"), ("later", "earlier"), ("most", "least"), ("before", "after"),
    ("after", "before"), ("increase", "decrease"), ("increased", "decreased"), ("largest", "smallest"),
    ("bigger", "smaller"), ("worst", "best"), ("best", "worst"), ("about", "exactly"), ("widened", "narrowed"),
)  # fmt: skip
_NO_COMPARISON: Final = re.compile(r"^(?:after|before) (?:all|long)|^about (?!\d|one|two|three|four|five|six|ten|half)")


def corrupted(text: str, cast: Cast) -> list[Corrupted]:
    """The statement in every typed way made false, none twice and none like it was.

    >>> [c.text for c in corrupted("The tug hit the ferry.", Cast((), ())) if c.kind == "role swap"]
    ['The ferry hit the tug.']
    """
    found: dict[str, Corrupted] = {}
    for kind, corrupt in OPERATORS.items():
        for changed in corrupt(text, cast):
            if changed != text:
                found.setdefault(changed, Corrupted(kind, changed))
    return list(found.values())


def _numbers(text: str, _: Cast) -> Iterator[str]:
    yield from corruptions.other_numbers(text)
    yield from (mutant.text for mutant in operators.numbers(text))


def _units(text: str, _: Cast) -> Iterator[str]:
    yield from corruptions.other_units(text)


def _dates(text: str, _: Cast) -> Iterator[str]:
    yield from corruptions.other_dates(text)
    yield from (mutant.text for mutant in operators.dates(text))


def _negations(text: str, _: Cast) -> Iterator[str]:
    yield from corruptions.negated(text)
    yield from (mutant.text for mutant in [*operators.insertions(text), *operators.removals(text)])


def swapped_numbers(text: str) -> Iterator[str]:
    """Two numbers of one sentence that count different things, exchanged.

    >>> list(swapped_numbers("At least 18 people died and 40 were hurt."))
    ['At least 40 people died and 18 were hurt.']
    """
    for first, second in pairwise(_COUNTED.finditer(text)):
        if first["n"] != second["n"] and first["what"] != second["what"]:
            middle = text[first.end("n") : second.start("n")]
            yield text[: first.start("n")] + second["n"] + middle + first["n"] + text[second.end("n") :]


def swapped_sides(text: str) -> Iterator[str]:
    """Who does it and to whom it is done, exchanged around a verb; names and common nouns.

    >>> list(swapped_sides("The captain was questioned by police officers."))
    []
    >>> list(swapped_sides("The captain was questioned by the police."))
    ['The police was questioned by the captain.']
    """
    unquoted = outside_quotes(text)
    for pattern in (_ACTIVE, _BY):
        for match in pattern.finditer(unquoted):
            one, other = (text[slice(*match.span(side))] for side in ("one", "other"))
            if one.lower() != other.lower():
                opens = match.start() == 0
                changed = f"{_start(other, opens)} {match['verb']} {_inside(one)}"
                yield text[: match.start()] + changed + text[match.end() :]


def _start(phrase: str, opens: bool) -> str:  # noqa: FBT001  private, and called beside its twin
    return phrase[0].upper() + phrase[1:] if opens else phrase


def _inside(phrase: str) -> str:
    return phrase[0].lower() + phrase[1:] if phrase.lower().startswith("the ") else phrase


def _roles(text: str, _: Cast) -> Iterator[str]:
    yield from corruptions.swapped_roles(text)
    yield from swapped_sides(text)


def _number_roles(text: str, _: Cast) -> Iterator[str]:
    yield from swapped_numbers(text)


def remodelled(text: str) -> Iterator[str]:
    """What was done made possible or planned, and what is planned, asked for or alleged made done.

    >>> list(remodelled("The mayor was arrested."))
    ['The mayor may be arrested.', 'The mayor will be arrested.']
    """
    unquoted = outside_quotes(text)
    for pattern, new in _MODAL:
        for match in re.finditer(pattern, unquoted):
            yield text[: match.start()] + match.expand(new) + text[match.end() :]


def compared_otherwise(text: str) -> Iterator[str]:
    """A comparison, a direction or an order in time turned round.

    >>> list(compared_otherwise("Shares fell to the lowest since May."))
    ['Shares rose to the lowest since May.', 'Shares fell to the highest since May.']
    """
    unquoted = outside_quotes(text)
    for word, other in _COMPARED:
        for match in re.finditer(rf"\b{word}\b", unquoted):
            if not _NO_COMPARISON.match(text[match.start() :]):
                yield text[: match.start()] + other + text[match.end() :]


def _entities(text: str, cast: Cast) -> Iterator[str]:
    for names in (cast.names, cast.names[::-1], STRANGERS):
        yield from corruptions.other_entities(text, names)
    fitting = [name for name in cast.names if not corruptions.akin(name, text)]
    yield from (mutant.text for mutant in operators.names(text, text, fitting))


def _speakers(text: str, cast: Cast) -> Iterator[str]:
    yield from corruptions.other_speakers(text, cast.speakers)
    yield from corruptions.other_speakers(text, STRANGERS)


def _dropped(text: str, _: Cast) -> Iterator[str]:
    yield from (mutant.text for mutant in operators.dropped_speakers(text))


def _quotations(text: str, _: Cast) -> Iterator[str]:
    yield from (mutant.text for mutant in operators.quotations(text))


OPERATORS: Final[Mapping[str, _Corrupt]] = {
    "number": _numbers,
    "number role": _number_roles,
    "unit": _units,
    "date": _dates,
    "negation": _negations,
    "modality": lambda text, _: remodelled(text),
    "comparison": lambda text, _: compared_otherwise(text),
    "role swap": _roles,
    "entity": _entities,
    "speaker": _speakers,
    "attribution dropped": _dropped,
    "quote altered": _quotations,
}
