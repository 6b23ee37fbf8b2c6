"""Words of the target that the text exchanges for others: opposites, rivals, quantifiers, causes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.evaluation.matching.problem import MatchFlag, Problem
from pipeline.text.attribution import is_attributed
from pipeline.text.closeness import closeness
from pipeline.text.opposites import clashes
from pipeline.text.polarity import negations
from pipeline.text.rivals import rivals
from pipeline.text.terms import terms
from pipeline.text.words import has_past_or_auxiliary, is_function_word

_QUANTIFIERS: Final = tuple(
    re.compile(rf"\b(?:{forms})\b", re.IGNORECASE)
    for forms in (
        r"all|every|each|entire|entirely|completely|totally|fully|whole|everyone|everybody",
        r"some|several|a few|part of|parts of|partly|partially",
        r"dozens|scores",
        r"hundreds",
        r"thousands",
        r"millions",
        r"billions",
        r"most|majority|mostly",
        r"half",
        r"none",
        r"only",
    )
)
_ONE_OF: Final = re.compile(r"\bone of the (?:\w+ )?(?P<best>\w+est|most|worst|best|first|last|only)\b", re.IGNORECASE)
_CAUSE: Final = re.compile(
    r"\b(?:because(?: of)?|due to|caused by|thanks to|owing to|as a result of|blamed on|after)\s+(?P<cause>[^,.;]+)",
    re.IGNORECASE,
)
_CAUSE_TERMS: Final = 4
_OPENERS: Final = r"(?:while|when|which|who|after|before|because|unless|if|although)"
_RELATIVE: Final = re.compile(rf"{_OPENERS}\b")
_CLAUSES: Final = re.compile(rf"[,;:]\s+|\s+(?=(?:and|but|{_OPENERS})\s)")
_CLAUSE_TERMS: Final = 2


def opposite_problems(target: str, text: str) -> Iterator[Problem]:
    """No word has its opposite in its place; of prepositions that is no proof, they go with their verbs."""
    for clash in clashes(target, [text]):
        flag: MatchFlag | None = None if is_function_word(clash.said) else "contradicted"
        yield Problem(f"it says “{clash.evidence}”, not “{clash.said}”", flag)


def rival_problems(target: str, text: str) -> Iterator[Problem]:
    """No word has another of its field instead, in a clause about the same, where the text lacks it."""
    for rival in rivals(target, text):
        yield Problem(f"it says “{rival.told}”, not “{rival.said}”")


def quantifier_problems(target: str, text: str) -> Iterator[Problem]:
    """As in “All” is not told by "some"."""
    for pattern in _QUANTIFIERS:
        wanted = pattern.search(target)
        if wanted and not pattern.search(text):
            other = next((m for p in _QUANTIFIERS if p is not pattern and (m := p.search(text))), None)
            if other:
                yield Problem(f"it says “{other.group()}”, not “{wanted.group()}”")


def superlative_problems(target: str, text: str) -> Iterator[Problem]:
    """What is "one of the worst" does not tell "the worst"."""
    for match in _ONE_OF.finditer(text):
        best = re.escape(match["best"])
        if re.search(rf"\b{best}\b", target, re.IGNORECASE) and not _ONE_OF.search(target):
            yield Problem(f"it says only “{match.group()}”")


def cause_problems(target: str, text: str) -> Iterator[Problem]:
    """Of the words that give a cause, one at least is told; two of three, where the text gives a cause as well."""
    there = {term.stem for term in terms(text)}
    least = 2 if _CAUSE.search(text) else 1
    for match in _CAUSE.finditer(target):
        cause = [term.stem for term in terms(match["cause"])][:_CAUSE_TERMS]
        found = sum(any(closeness(stem, other) for other in there) for stem in cause)
        if cause and found < min(least, len(cause) - 1 or 1):
            yield Problem(f"“{match['cause'].strip()}” is not told")


def clause_problems(target: str, text: str) -> Iterator[Problem]:
    """Of a clause that tells something of its own ("which the owner had hidden"), one word at least is told.

    One that says what was not so may go unsaid; without the first, nothing is told.
    """
    there = {term.stem for term in terms(text)}
    for index, clause in enumerate(_CLAUSES.split(target)):
        stems = {term.stem for term in terms(clause)}
        tells = _RELATIVE.match(clause) or has_past_or_auxiliary(clause)
        own = len(stems) >= _CLAUSE_TERMS and tells and not is_attributed(clause) and not negations(clause)
        if own and not any(closeness(stem, other) for stem in stems for other in there):
            yield Problem(f"“{clause.strip(' .')}” is not told", most=None if index else "none")
