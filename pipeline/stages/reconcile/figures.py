"""Figures: the same thing counted in the same unit, with different results in different articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster, Relation
from pipeline.stages.reconcile.common import View, cluster, connected, name_heads, position, question, shortest
from pipeline.text.attribution import attributions
from pipeline.text.dates import calendar_mentions
from pipeline.text.names import fold_token, name_tokens
from pipeline.text.quantities import Comparator, Quantity, quantities
from pipeline.text.words import Word, content_stems, stem, words

_ALIKE: Final = 0.12
"""Cosine that two claims need, besides unit and role, to give the same figure."""
_MUCH_ALIKE: Final = 0.25
"""Cosine for things other than people, which reports count in more ways."""
_WINDOW: Final = 6
_CASUALTIES: Final = {
    stem(word): role
    for role, forms in {
        "die": "die kill death fatality perish drown toll",
        "injure": "injure wound hurt hospitalise hospitalize",
        "miss": "missing",
        "survive": "survive rescue save ashore",
        "board": "board aboard onboard",
    }.items()
    for word in forms.split()
}
"""What happened to those who are counted, or where they were. Reports of one event count the same people with any of
these words."""
_PEOPLE: Final = frozenset(
    stem(word)
    for word in "people person passenger victim worker civilian resident body man woman child employee soldier".split()
)
_COUNTED_ON: Final = frozenset({"die", "injure", "miss", "survive"})
"""What is still being counted while it is reported; how many were on board is not."""
_MONEY: Final = frozenset("$€£¥₹")
_OF_PEOPLE: Final = "people"
_TOLL: Final = re.compile(
    r"\b(?:death )?toll\b|\bnumber of (?:[a-z]+ ){0,3}(?P<what>killed|dead|deaths|injured|wounded|missing)\b",
    re.IGNORECASE,
)
_PART: Final = re.compile(r"[,;]|\b(?:and|but|while)\b")
_MORE: Final = re.compile(r"\s*(?:more|others?|additional|further)\b", re.IGNORECASE)
"""Behind a number: it is an increment, not the count."""
_MEASURED_BY: Final = re.compile(r"\b(?:above|below|beyond|than|exceeding|against|from)\s+the\s+$", re.IGNORECASE)
"""Before a number: what the count is measured by, such as "above the 225 that it may carry"."""
_RISING: Final = frozenset(stem(word) for word in "rise climb increase grow update revise raise".split())


class Figure(NamedTuple):
    """A number in a claim, with what it counts and what happened to that."""

    claim: Claim
    quantity: Quantity
    unit: str
    roles: frozenset[str]

    @property
    def article_id(self) -> str:
        """The article that gives it."""
        return self.claim.evidence[0].article_id

    @property
    def answer(self) -> tuple[float, Comparator]:
        """The value and how exactly it is meant."""
        return self.quantity.value, self.quantity.comparator


def figure_differences(view: View) -> Iterator[ClaimCluster]:
    """A cluster for each question to which articles give different figures."""
    figures = [figure for claim in view.claims for figure in _figures(claim)]
    for group in connected(figures, lambda a, b: _same_question(a, b, view)):
        one_value = len({figure.quantity.value for figure in group}) == 1
        answers: dict[tuple[float, Comparator | None], list[Claim]] = {}
        for figure in group:  # how exactly it is meant matters only where all give the same number
            answers.setdefault(figure.answer if one_value else (figure.answer[0], None), []).append(figure.claim)
        if len(answers) < 2 or _one_article_gives_all(answers.values()):  # noqa: PLR2004  two answers differ
            continue
        members = [figure.claim for figure in group]
        positions = [position(shortest(held).text, held, view.articles) for held in answers.values()]
        yield cluster(question(_asked(group[0]), members), positions, _relation(group), members)


def tolls(view: View) -> Iterator[tuple[str, list[Figure]]]:
    """What is still being counted of people (the dead, the injured, the missing): the question, and who gives what."""
    figures = [figure for claim in view.claims for figure in _figures(claim)]
    counted = [figure for figure in figures if figure.unit == _OF_PEOPLE and figure.roles & _COUNTED_ON]
    for group in connected(counted, lambda a, b: _same_question(a, b, view)):
        yield question(_asked(group[0]), [figure.claim for figure in group]), group


def counts_differ(first: Claim, second: Claim) -> bool:
    """Whether the two count the same thing and no value of the one is a value of the other."""
    pairs = [(a, b) for a in _figures(first) for b in _figures(second) if a.unit == b.unit and a.roles & b.roles]
    return bool(pairs) and not any(a.quantity.value == b.quantity.value for a, b in pairs)


@lru_cache(maxsize=4096)
def _figures(claim: Claim) -> tuple[Figure, ...]:
    found = (_figure(claim, q) for q in quantities(claim.text) if not q.ordinal)
    return tuple(figure for figure in found if figure is not None)


def _figure(claim: Claim, quantity: Quantity) -> Figure | None:
    """The figure, if it is known what it counts: from its noun, or from the casualties it stands beside."""
    if _MORE.match(claim.text, quantity.end) or _MEASURED_BY.search(claim.text[: quantity.start]):
        return None
    casualties = _casualties(claim.text, quantity)
    if casualties and (quantity.unit is None or quantity.unit in _PEOPLE):
        return Figure(claim, quantity, _OF_PEOPLE, frozenset({casualties}))
    if quantity.unit is None:
        return None
    named = {stem(token) for token in name_tokens(claim.text)}
    return Figure(claim, quantity, quantity.unit, frozenset(_around(claim.text, quantity)) - {quantity.unit} - named)


def _casualties(text: str, quantity: Quantity) -> str | None:
    """The nearest word for what happened to people; for a bare number also a "toll" anywhere in the sentence."""
    found = words(text)
    at = [i for i, w in enumerate(found) if w.end <= quantity.start]
    here = at[-1] + 1 if at else 0
    near = [
        (_parted(text, quantity, w), abs(i - here), _CASUALTIES[stem(w.text)])
        for i, w in enumerate(found)
        if stem(w.text) in _CASUALTIES and abs(i - here) <= _WINDOW
    ]
    if near:
        return min(near)[2]
    toll = _TOLL.search(text) if quantity.unit is None else None
    return None if toll is None else _CASUALTIES.get(stem(toll["what"]) if toll["what"] else "toll", "die")


def _parted(text: str, quantity: Quantity, word: Word) -> bool:
    """Whether another part of the sentence begins between the two: "17 died and two are missing"."""
    between = text[quantity.end : word.start] if word.start > quantity.start else text[word.end : quantity.start]
    return bool(_PART.search(between))


def _around(text: str, quantity: Quantity) -> list[str]:
    before = [w.text for w in words(text) if w.end <= quantity.start][-4:]
    after = [w.text for w in words(text) if w.start >= quantity.end][:4]
    return content_stems(" ".join(before)) + content_stems(" ".join(after))


def _same_question(first: Figure, second: Figure, view: View) -> bool:
    """The same unit, and the same number or the same words around it, in two articles about the same thing."""
    if first.unit != second.unit or first.article_id == second.article_id:
        return False
    if not first.roles & second.roles and (first.unit == _OF_PEOPLE or first.quantity.value != second.quantity.value):
        return False  # nine dead and nine missing are two counts, whatever words stand around them
    if first.quantity.value != second.quantity.value and _elsewhere(first.claim.text, second.claim.text):
        return False
    least = _ALIKE if first.unit == _OF_PEOPLE or first.quantity.value == second.quantity.value else _MUCH_ALIKE
    return view.likeness(first.claim.id, second.claim.id) >= least


def _elsewhere(first: str, second: str) -> bool:
    """Of other years, one of which may be this one, untold; or of other names: what each counts is another thing."""
    (years, names), (other_years, other_names) = _years_and_names(first), _years_and_names(second)
    return years != other_years or bool(names and other_names and not names & other_names)


@lru_cache(maxsize=4096)
def _years_and_names(text: str) -> tuple[frozenset[int], frozenset[str]]:
    """The years and names of a claim, whoever gives the figure aside. Remembered: each is set beside all others."""
    years = frozenset(m.year for m in calendar_mentions(text) if m.year is not None)
    return years, name_heads(text) - {head for who in attributions(text) for head in _ends(who.name)}


def _ends(name: str) -> list[str]:
    """The words of a speaker's name as names are compared: whoever gives a figure need not be whom it is about."""
    return [fold_token(word.text) for word in words(name)]


def _relation(group: Sequence[Figure]) -> Relation:
    """One value meant more or less exactly; one that grew in the telling; else two that cannot both be right."""
    if len({figure.quantity.value for figure in group}) == 1:
        return "scope"
    counts = any(figure.roles & _COUNTED_ON for figure in group) or group[0].unit != _OF_PEOPLE
    grew = counts and any(_RISING & set(content_stems(figure.claim.text)) for figure in group)
    return "superseded" if grew else "contradiction"


def _asked(figure: Figure) -> str:
    if figure.unit == "%":
        return "What share"
    if figure.unit in _MONEY:
        return "How much money"
    counted = next(
        (w.text for w in words(figure.claim.text[figure.quantity.end :]) if stem(w.text) == figure.unit), figure.unit
    )
    if len(figure.roles) == 1 and figure.roles <= set(_CASUALTIES.values()):
        done = {
            "die": "died",
            "injure": "were injured",
            "miss": "are missing",
            "survive": "survived",
            "board": "were on board",
        }
        return f"How many {counted} {done[min(figure.roles)]}"
    return f"How many {counted}"


def _one_article_gives_all(answers: Iterable[Sequence[Claim]]) -> bool:
    """An article that gives every value itself is not in dispute about them; the values answer two questions."""
    given = [{claim.evidence[0].article_id for claim in claims} for claims in answers]
    return bool(set.intersection(*given))
