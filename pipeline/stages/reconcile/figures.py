"""Figures: the same thing counted in the same unit, with different results in different articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster, Relation
from pipeline.stages.reconcile.common import View, cluster, connected, position, question, shortest
from pipeline.text.quantities import Quantity, quantities
from pipeline.text.words import content_stems, stem, words

_ALIKE: Final = 0.12
"""Cosine that two claims need, besides unit and verb, to give the same figure."""


def figure_differences(view: View) -> Iterator[ClaimCluster]:
    """A cluster for each question to which articles give different figures."""
    figures = [(claim, q) for claim in view.claims for q in quantities(claim.text) if q.unit and not q.ordinal]
    for group in connected(figures, lambda a, b: _same_question(a, b, view)):
        answers: dict[tuple[float, str], list[Claim]] = {}
        for claim, quantity in group:
            answers.setdefault((quantity.value, quantity.comparator), []).append(claim)
        if len(answers) < 2 or _one_article_gives_all(answers.values()):  # noqa: PLR2004  two answers differ
            continue
        members = [claim for claim, _ in group]
        positions = [position(shortest(held).text, held, view.articles) for held in answers.values()]
        relation: Relation = "scope" if len({value for value, _ in answers}) == 1 else "contradiction"
        yield cluster(question(f"How many {_unit_words(group[0])}", members), positions, relation, members)


def _same_question(first: tuple[Claim, Quantity], second: tuple[Claim, Quantity], view: View) -> bool:
    (one, q1), (two, q2) = first, second
    if q1.unit != q2.unit or one.evidence[0].article_id == two.evidence[0].article_id:
        return False
    roles = _role_stems(one.text, q1) & _role_stems(two.text, q2)
    return bool(roles) and view.likeness(one.id, two.id) >= _ALIKE


def _role_stems(text: str, quantity: Quantity) -> set[str]:
    """The content words around a number: what is counted, and what happened to it."""
    around = [w for w in words(text) if w.end <= quantity.start or w.start >= quantity.end]
    before = [w.text for w in around if w.end <= quantity.start][-4:]
    after = [w.text for w in around if w.start >= quantity.end][:4]
    found = set(content_stems(" ".join(before))) | set(content_stems(" ".join(after)))
    speech = {"speak", "last", "talk", "meet", "convers", "chat"}
    if found & speech:  # how long a conversation took is told with any of these verbs
        found |= speech
    return found - {quantity.unit or ""}


def _one_article_gives_all(answers: Iterable[Sequence[Claim]]) -> bool:
    """An article that gives every value itself is not in dispute about them; the values answer two questions."""
    given = [{claim.evidence[0].article_id for claim in claims} for claims in answers]
    return bool(set.intersection(*given))


def _unit_words(figure: tuple[Claim, Quantity]) -> str:
    claim, quantity = figure
    match = next((w.text for w in words(claim.text[quantity.end :]) if stem(w.text) == quantity.unit), None)
    return match or str(quantity.unit)
