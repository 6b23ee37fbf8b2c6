"""Who did it to whom: the words before and after a verb, with the passive turned round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.quotes import outside_quotes
from pipeline.text.terms import Term, terms
from pipeline.text.verbs import is_irregular_past

_BREAK: Final = re.compile(
    r"[,;:()“”\"–—]|\b(?:and|but|who|which|that|while|after|before|when|because|as|where|if|though|although|than)\b",
    re.IGNORECASE,
)
_HARD: Final = re.compile(
    r"[;:()“”\"–—]|\b(?:and|but|who|which|that|while|after|before|when|because|if|though|although)\b", re.IGNORECASE
)
_AUXILIARY: Final = re.compile(
    r"\b(?:to|will|would|shall|should|can|could|may|might|must|did|do|does|not)\s+(?:\w+ly\s+|also\s+|not\s+)?$",
    re.IGNORECASE,
)
_PASSIVE: Final = re.compile(
    r"\b(?:was|were|been|being|is|are|be|got|get)\s+(?:\w+ly\s+|also\s+|not\s+)?$", re.IGNORECASE
)
_BY: Final = re.compile(r"\bby\b", re.IGNORECASE)
_BY_NEXT: Final = re.compile(r"\s+(?:\w+ly\s+)?by\b", re.IGNORECASE)
_UNCHANGED: Final = frozenset("beat hit cut put set shut hurt cost bid split quit let cast spread".split())
"""Pasts that look like the present."""
_NOUN: Final = re.compile(r"(?:m[ea]n|people|children|feet|death|dead|injur(?:y|ies)|[a-z]{3}al|ment)$")
"""Irregular forms that are no verbs: "people", "arrival", "agreement"."""
_LOOK_BACK: Final = 30
_REACH: Final = 4
"""Terms on each side of a verb that can be its subject or object."""
_NO_AGENT: Final = frozenset({"age-", "not", "back", "away", "together", "again", "home"})
_PREPOSITION: Final = re.compile(
    r"\b(?:to|via|in|on|at|from|with|by|for|into|of|during|over|under|about|against|through|near|onto|towards?|amid)\b",
    re.IGNORECASE,
)


class Deed(NamedTuple):
    """A verb with the stems of who does it and of what it is done to.

    ``surely``: the form can only be a verb. A form in "-s" may be one. ``acronym``: a doer is one, and may go by its
    long name elsewhere.
    """

    verb: str
    doers: frozenset[str]
    done_to: frozenset[str]
    passive: bool
    surely: bool
    acronym: bool


@lru_cache(maxsize=8192)
def deeds(text: str) -> tuple[Deed, ...]:
    """The verbs of a text, as far as their form shows them.

    >>> [(d.verb, *d.doers, *d.done_to) for d in deeds("Oslo was sued by Bergen.")]
    [('su', 'bergen', 'oslo')]
    """
    plain = outside_quotes(text)
    found = terms(text)
    return tuple(
        _deed(plain, term, found)
        for term in found
        if term.kind == "word" and term.stem != "not" and _may_be_verb(plain, term)
    )


def _may_be_verb(text: str, term: Term) -> bool:
    return _is_surely_verb(text, term) or text[term.start : term.end].endswith("s")


def _is_surely_verb(text: str, term: Term) -> bool:
    form = text[term.start : term.end]
    if form.endswith("ed") or form in _UNCHANGED or (is_irregular_past(form) and not _NOUN.search(form)):
        return True
    before = text[max(0, term.start - _LOOK_BACK) : term.start]
    return bool(_AUXILIARY.search(before) or (form.endswith("ing") and _PASSIVE.search(before)))


def _deed(text: str, verb: Term, found: Sequence[Term]) -> Deed:
    stop = _BREAK.search(text, verb.end)
    right = stop.start() if stop else len(text)
    passive = _is_passive(text, verb)
    by = _BY.search(text, verb.end, right) if passive else None
    before = _before(text, verb, found)
    preposition = _PREPOSITION.search(text, verb.end, right)
    after = [t for t in found if verb.end <= t.start < (preposition.start() if preposition else right)][:_REACH]
    agents = [t for t in found if by and by.end() <= t.start < right][:_REACH] if passive else before
    patients = before if passive else after
    acronym = any(text[t.start : t.end].isupper() for t in agents)
    return Deed(verb.stem, _stems(agents), _stems(patients), passive, _is_surely_verb(text, verb), acronym)


def _is_passive(text: str, verb: Term) -> bool:
    """A participle after "to be", or right before "by": "was held", "the record held by"."""
    form = text[verb.start : verb.end]
    if form.endswith(("ing", "s")):
        return False
    return bool(_PASSIVE.search(text[max(0, verb.start - _LOOK_BACK) : verb.start]) or _BY_NEXT.match(text, verb.end))


def _before(text: str, verb: Term, found: Sequence[Term]) -> list[Term]:
    """The terms before the verb back to where a clause must begin; commas may be of an apposition.

    In "it was Ferro who resigned" the clause before the "who" names the doer.
    """
    breaks = list(_HARD.finditer(text, 0, verb.start))
    while breaks:
        inside = [t for t in found if breaks[-1].end() <= t.start and t.end <= verb.start]
        if inside or breaks[-1].group().lower() not in {"who", "which", "that"}:
            return inside[-2 * _REACH :]
        breaks.pop()
    return [t for t in found if t.end <= verb.start][-2 * _REACH :]


def _stems(found: Sequence[Term]) -> frozenset[str]:
    return frozenset(term.stem for term in found if term.kind != "number" and term.stem not in _NO_AGENT)
