"""Conditions: "if", "unless", "provided that", "depends on": kept, not turned round, and none put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.attribution import is_attributed
from pipeline.text.opposites import opposite_stems
from pipeline.text.polarity import negations
from pipeline.text.quotes import outside_quotes
from pipeline.text.synonyms import stands_in
from pipeline.text.terms import form_of
from pipeline.text.words import content_stems, is_function_word, words

_CLAUSE: Final = re.compile(
    r"\b(?P<cue>(?<!even )(?<!as )if|unless|provid(?:ed|ing)(?: that)?(?= (?:that|the|an?|its?|no|he|she|they|[A-Z])\b)"
    r"|on condition(?: that)?(?! of)|depends? on|depending on|subject to|conditional on)\s+(?P<clause>[^,.;:“”]{3,90})",
    re.IGNORECASE,
)
_UNLESS: Final = re.compile(r"unless", re.IGNORECASE)
_OPEN: Final = re.compile(
    r"\b(?:if|unless|provid(?:ed|ing)|should|would|could|may|might|in case|condition\w*|otherwise|or else"
    r"|as long as|until|when|once"
    r"|were|depend\w*|subject to|threat\w*|whether|in the event|without|so long as|only|plan\w*|propos\w*|intend\w*"
    r"|hop\w+|aim\w*|want\w*|await\w*|pending|before|still (?:has|have|need))\b",
    re.IGNORECASE,
)
"""Words by which a text leaves a thing open, whether or not it names the condition."""
_SETTLED: Final = re.compile(r"\b(?:will|shall|(?:is|are) (?:to|due to|set to|going to)|has|have|had)\b", re.IGNORECASE)
_HYPOTHETICAL: Final = re.compile(
    r"\b(?:if|unless|provid\w+|should|would|could|may|might|can|condition\w*|otherwise|or|until|when|once|were"
    r"|depend\w*|subject|whether|without"
    r"|event|case|any|must|need\w*|requir\w*|before|after|only|while|until|threat\w*|warn\w*|whenever|every time"
    r"|plans?|intends?|expect\w*"
    r"|ultimatum|deadline|demand\w*|insist\w*|offer\w*|promis\w*)\b",
    re.IGNORECASE,
)
"""One of these in the passage may be what a text puts as a condition."""
_ENOUGH: Final = 2
_MOST: Final = 0.5


class Condition(NamedTuple):
    """A clause that something depends on, as it is shown and by its forms; ``main``: the rest of its sentence."""

    unless: bool
    shown: str
    clause: str
    main: str


@lru_cache(maxsize=4096)
def conditions(text: str) -> tuple[Condition, ...]:
    """The conditions of a text, outside quotations.

    >>> [(c.unless, c.clause, c.main) for c in conditions("Tarn will pay unless the court forbids it.")]
    [(True, 'the court forbids it', 'Tarn will pay ')]
    """
    plain = outside_quotes(text)
    return tuple(
        Condition(
            bool(_UNLESS.match(match["cue"])),
            match.group().strip(),
            match["clause"],
            re.split(r"[.;:]\s", plain[: match.start()])[-1] or re.split(r"[.;:]\s", plain[match.end() :])[0],
        )
        for match in _CLAUSE.finditer(plain)
    )


def condition_problems(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """What is wrong with the conditions of a text, in words."""
    told = [condition for context in evidence for condition in conditions(context)]
    yield from _left_out(text, told, evidence)
    yield from _turned(text, told)
    own = conditions(text)
    if own and not any(_HYPOTHETICAL.search(context) for context in evidence):
        yield f"says “{own[0].shown}”; the cited passage makes no condition"


def _left_out(text: str, told: Sequence[Condition], evidence: Sequence[str]) -> Iterator[str]:
    """What the passage says only under a condition, told as settled; or the condition itself, told as a fact."""
    if _OPEN.search(text):
        return
    own = set(_forms(text))
    every = [form for context in evidence for form in _forms(context)]
    for condition in told:
        if condition.clause.startswith("it is true") and is_attributed(text):
            continue
        inside = [form for form in _forms(condition.clause) if every.count(form) == 1 and form.islower()]
        shared = [form for form in inside if stands_in(form, own)]
        if len(shared) >= _ENOUGH or (shared and len(inside) == 1):
            yield f"leaves out the condition “{condition.shown}”"
            continue
        main = set(_forms(condition.main))
        known = [form for form in own if stands_in(form, main)]
        if _SETTLED.search(text) and len(known) >= _ENOUGH and len(known) >= _MOST * len(own):
            yield f"leaves out the condition “{condition.shown}”"


def _turned(text: str, told: Sequence[Condition]) -> Iterator[str]:
    """As in "if" for "unless", of the same clause; a denial or an opposite in one of the two turns it back."""
    for own in conditions(text):
        wanted = _forms(own.clause)
        same = [other for other in told if _share(wanted, _forms(other.clause)) >= _MOST]
        if same and all(_denies(own, other) for other in same):
            yield f"says “{own.shown}”; the cited passage says “{same[0].shown}”"


def _denies(own: Condition, other: Condition) -> bool:
    turns = (own.unless != other.unless) + bool(negations(own.clause)) + bool(negations(other.clause))
    theirs = set(content_stems(other.clause))
    turns += any(opposite_stems(stem) & theirs for stem in content_stems(own.clause))
    return turns % 2 == 1


def _share(wanted: Sequence[str], there: Sequence[str]) -> float:
    return sum(stands_in(form, there) for form in wanted) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=4096)
def _forms(text: str) -> tuple[str, ...]:
    return tuple(form_of(word.text) for word in words(text) if not is_function_word(word.text))
