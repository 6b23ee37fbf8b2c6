"""Names: one of the target that the text leaves out while it names others, or of which it has another bearer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from pipeline.evaluation.matching.problem import Problem
from pipeline.text.closeness import closeness, is_one_name
from pipeline.text.names import Name, fold_token, initials, proper_names
from pipeline.text.terms import terms

_ENOUGH: Final = 0.8
_REFERENCE: Final = re.compile(
    r"\b(?:he|she|his|her|him|hers|they|their|them|it|its|we|our|you|i|my|both|(?:the|this|that|these|those)\s+(?-i:[a-z]))",
    re.IGNORECASE,
)
"""Where one of these stands, the sentence may speak of somebody whom it does not name: "the company"."""
_TITLES: Final = frozenset(
    """president minister secretary chancellor premier senator governor mayor judge justice king queen prince princess
    sir lord lady dame pope bishop archbishop cardinal general colonel captain major sergeant admiral commissioner
    director chairman chairwoman chief head spokesman spokeswoman spokesperson ambassador envoy professor state prime
    foreign defence defense interior finance health deputy vice sheikh doctor coach detective inspector officer
    attorney reporter striker defender midfielder manager singer actor actress teacher lawyer scientist star champion mp
    congressman congresswoman representative councillor saint st leader reverend imam rabbi us-""".split()
)
"""Words that stand before a name without being a first name."""


def name_problems(target: str, text: str) -> Iterator[Problem]:
    """Each name of the target is in the text, in some form; or the text refers to it, or names nobody else."""
    there = _token_stems(text)
    others = proper_names(text)
    wanted = {term.stem for term in terms(target) if term.kind == "name"}
    foreign = [o for o in others if not any(_is_in(stem, wanted) for stem in _stems_of(text, o))]
    referred = bool(_REFERENCE.search(text))
    for name in proper_names(target):
        if _is_alternative(target, name):
            continue
        missing = [stem for stem in _stems_of(target, name) if not _is_in(stem, there)]
        if not missing or _is_acronym(name, text, others):
            continue
        if len(missing) == len(_stems_of(target, name)):
            if foreign and not referred:
                yield Problem(f"“{name.text}” is not named, but “{foreign[0].text}” is")
        elif other := _other_bearer(target, name, text, others):
            yield Problem(f"it names “{other.text}”, not “{name.text}”")


@lru_cache(maxsize=8192)
def _token_stems(text: str) -> frozenset[str]:
    return frozenset(term.stem for term in terms(text))


def _stems_of(text: str, name: Name) -> list[str]:
    return [term.stem for term in terms(text) if name.start <= term.start < name.end]


def _is_in(stem: str, there: frozenset[str] | set[str]) -> bool:
    return stem in there or any(closeness(stem, other) >= _ENOUGH or is_one_name(stem, other) for other in there)


def _is_alternative(target: str, name: Name) -> bool:
    """Whether a slash joins the name to another way of putting it."""
    return target[: name.start].rstrip().endswith("/") or target[name.end :].lstrip().startswith("/")


def _is_acronym(name: Name, text: str, others: Sequence[Name]) -> bool:
    """As in “WHO” for "World Health Organization", and the other way round."""
    short = "".join(name.tokens)
    letters = {fold_token(word) for word in text.replace("(", " ").replace(")", " ").split() if word.isupper()}
    whole = "".join(token[0] for token in name.text.split() if token[0].isupper()).lower()
    if len(name.tokens) > 1 and {initials(name.tokens), whole} & {word.strip(".,;:'’") for word in letters}:
        return True
    return len(name.tokens) == 1 and name.text.isupper() and any(initials(o.tokens) == short for o in others)


def _other_bearer(target: str, name: Name, text: str, others: Sequence[Name]) -> Name | None:
    """A name of the text that has part of the wanted one, and another word where the rest should be."""
    wanted = _stems_of(target, name)
    sharing = [(o, _stems_of(text, o)) for o in others]
    sharing = [(o, stems) for o, stems in sharing if any(_is_in(stem, set(wanted)) for stem in stems)]
    clashing = [o for o, stems in sharing if are_rivals(wanted, stems)]
    return clashing[0] if clashing and len(clashing) == len(sharing) else None


def are_rivals(wanted: Sequence[str], told: Sequence[str]) -> bool:
    """Same last word and another first name ("Ada Penn", "Ida Penn"), or the same beginning and another last word."""
    if closeness(wanted[-1], told[-1]) >= _ENOUGH:
        first, other = wanted[-2:-1], told[-2:-1]
        initial = bool(first and other) and 1 in {len(first[0]), len(other[0])} and first[0][0] == other[0][0]
        named = bool(first and other) and not initial and not {*first, *other} & _TITLES
        return named and not _is_in(first[0], set(told)) and not _is_in(other[0], set(wanted))
    return not _is_in(wanted[-1], set(told)) and not _is_in(told[-1], set(wanted)) and wanted[-1] not in _TITLES
