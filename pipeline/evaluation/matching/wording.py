"""Words of the target that the text exchanges for others: opposites, rivals, quantifiers, causes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from pipeline.evaluation.matching.problem import MatchFlag, Problem
from pipeline.text.attribution import is_attributed
from pipeline.text.closeness import closeness
from pipeline.text.opposites import clashes
from pipeline.text.polarity import negations
from pipeline.text.terms import form_of, terms
from pipeline.text.words import has_past_or_auxiliary, is_function_word

_RIVALS: Final = tuple(
    tuple(frozenset(map(form_of, side.split())) for side in line.split("|"))
    for line in """
    kill die|injure wound|rescue save survive|miss
    arrest detain|charge indict|convict|acquit clear|release free
    suspend pause freeze|withdraw quit leave|cancel scrap abandon|resume restore|extend renew
    praise welcome|criticise condemn denounce
    hire appoint|sack fire dismiss|resign
    ask request|offer|order|refuse
    propose|approve pass|reject block
    confirm|deny
    warn|promise pledge
    minister|president|king|mayor|governor
    gain|lose
    import|export
    friend|enemy
    borrow|lend
    teach|learn
    attack|defend
    add|remove
    create|destroy
    sink|float
    land|crash
    delay postpone|cancel
    draw tie|win|lose
    ban prohibit|allow permit
    husband|wife|brother|sister|father|mother|son|daughter
    monday|tuesday|wednesday|thursday|friday|saturday|sunday
    spring|summer|autumn|winter
    plane|train|bus|ship
    raise lift|lower cut reduce
    win|nominate shortlist
    safe|dangerous unsafe hazardous
    """.strip().splitlines()
)
"""Words of one field, of which one is not told by another."""
_BREAK: Final = re.compile(
    r"[,;:()–—](?!\d)|\b(?:and|but|while|after|before|when|because|although|though|if|as|who|which|that|where)\b",
    re.IGNORECASE,
)
_DENIED: Final = frozenset({form_of("deny")})
_DENIAL: Final = re.compile(r"\b(?:no|not|never|nor|without)\b|n['’]t\b", re.IGNORECASE)
"""Who denies may be told to confirm something beside it."""
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
    wanted, told = terms(target), terms(text)
    own, there = {term.stem for term in wanted}, {term.stem for term in told}
    ends = [m.start() for m in _BREAK.finditer(text)]
    clauses: dict[int, set[str]] = {}
    for term in told:
        clauses.setdefault(bisect_left(ends, term.start), set()).add(term.stem)
    near = {stem for clause in clauses.values() for stem in clause if _is_of_the_same(clause - {stem}, own)}
    for word in dict.fromkeys(term.stem for term in wanted):
        if any(closeness(word, other) for other in there):
            continue
        for sides in _RIVALS:
            mine = [side for side in sides if word in side]
            others = {other for side in sides if side not in mine for other in side & near} if mine else set()
            has_both = any(one in side for side in sides if side & others for one in own)
            others = {other for other in others if not any(closeness(other, one) for one in own)}
            if others and not has_both and not (word in _DENIED and _DENIAL.search(text)):
                yield Problem(f"it says “{min(others)}”, not “{word}”")


def _is_of_the_same(clause: set[str], wanted: set[str]) -> bool:
    return any(closeness(one, other) for one in clause for other in wanted)


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
