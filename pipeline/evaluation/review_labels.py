"""A review as labels: what reviewers let stand or missed is a fact; where sources differ, a disagreement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Disagreement
from pipeline.evaluation.lint import say_the_same
from pipeline.evaluation.results import Importance
from pipeline.evaluation.story import Fact, LabelledDisagreement, Named, Position, Support
from pipeline.guards.judge import judge
from pipeline.runs.review.items import Items
from pipeline.runs.review.standing import Standing
from pipeline.text.names import fold_token
from pipeline.text.words import words

_ID_WORDS: Final = 6


class LabelSource(NamedTuple):
    """The review that labels are made of; ``names`` are the articles' files by their ids."""

    items: Items
    standing: Standing
    names: Mapping[str, str]


class Ids:
    """Names for labels, from their first words; each is given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def new(self, text: str, start: str = "") -> str:
        """A name that was not given yet: "ferry-ran-aground", then "ferry-ran-aground-2"."""
        tokens = [re.sub(r"[^a-z0-9]", "", fold_token(word.text)) for word in words(text)]
        stem = f"{start}{'-'.join(token for token in tokens if token)[:60] or 'label'}"
        stem = "-".join(stem.split("-")[: _ID_WORDS + bool(start)])
        name, number = stem, 1
        while name in self._given:
            number += 1
            name = f"{stem}-{number}"
        self._given.add(name)
        return name


def facts_of(review: LabelSource, ids: Ids) -> tuple[list[Fact], list[str]]:
    """What a summary should tell: statements that stand, what was marked as vital or missing; each thing once."""
    drafts, left_out = [], []
    for told in (*_statements(review), *_vital(review), *_missing(review)):
        if isinstance(told, str):
            left_out.append(told)
        else:
            drafts.append(told)
    facts: list[Fact] = []
    for draft in drafts:
        twin = next((index for index, fact in enumerate(facts) if say_the_same(fact.text, draft.text)), None)
        if twin is None:
            facts.append(draft.model_copy(update={"id": ids.new(draft.text)}))
        else:
            facts[twin] = _merged(facts[twin], draft)
    return facts, left_out


def _merged(one: Fact, other: Fact) -> Fact:
    return one.model_copy(
        update={
            "importance": "vital" if "vital" in {one.importance, other.importance} else "okay",
            "by": tuple(dict.fromkeys((*one.by, *other.by))),
            "support": tuple(dict.fromkeys((*one.support, *other.support))),
        }
    )


def _statements(review: LabelSource) -> Iterator[Fact | str]:
    for statement in review.items.run.synthesis.statements:
        how = review.standing.of("statement", statement.id)
        who = tuple(dict.fromkeys(name for name in (how.by, how.vital_by) if name))
        if how.state == "rejected" or not (how.vital or how.state != "open"):
            continue
        text = how.text if how.state == "edited" and how.text else statement.text
        evidence = [c.evidence for c in statement.citations if c.role == "content"]
        status = judge(text, evidence, review.items.run.articles()).status if how.state == "edited" else "supported"
        if status in {"contradicted", "unsupported", "uncited"}:
            yield f"the edit of {statement.id}: its citations do not bear it out, so no source could be named for it"
        else:
            yield fact_on(text, evidence, review, vital=how.vital, by=who)


def _vital(review: LabelSource) -> Iterator[Fact | str]:
    """What should have been told: omissions and claims in their words. What was dropped had not been borne out."""
    for how in review.standing.items:
        if not how.vital or how.kind == "statement" or how.state == "rejected" or how.vital_by is None:
            continue
        item = review.items.get(how.kind, how.id)
        if how.kind in {"omission", "claim"} and item is not None and item.evidence:
            yield fact_on(item.about.text, item.evidence, review, vital=True, by=(how.vital_by,))
        else:
            yield f"{how.kind} {how.id}, marked as vital: only statements, omissions and claims can be facts"


def _missing(review: LabelSource) -> Iterator[Fact]:
    for one in review.standing.missing:
        text = one.text or " ".join(" ".join(evidence.quote.split()) for evidence in one.evidence)
        yield fact_on(text, one.evidence, review, vital=True, by=(one.by,))


def fact_on(text: str, evidence: Sequence[Evidence], review: LabelSource, *, vital: bool, by: tuple[str, ...]) -> Fact:
    """A fact that has no name yet."""
    importance: Importance = "vital" if vital else "okay"
    support = support_of(evidence, review)
    return Fact(id="unnamed", text=text, importance=importance, by=by, support=support)


def support_of(evidence: Sequence[Evidence], review: LabelSource) -> tuple[Support, ...]:
    """The passages as labels quote them, each once."""
    return tuple(dict.fromkeys(Support(article=review.names[e.article_id], quote=e.quote) for e in evidence))


# --- disagreements


def disagreements_of(review: LabelSource, ids: Ids) -> tuple[list[LabelledDisagreement], list[str]]:
    """Those that were accepted, with both sides."""
    made, left_out = [], []
    for one in review.items.run.synthesis.disagreements:
        how = review.standing.of("disagreement", one.id)
        if how.state != "accepted" or how.by is None:
            continue
        labelled = _disagreement(one, how.by, review, ids)
        sides = [(" ".join(p.text.lower().split()), frozenset(p.support)) for p in labelled.positions]
        if len({text for text, _ in sides}) < len(sides) or len({support for _, support in sides}) < len(sides):
            left_out.append(f"disagreement {one.id}: two of its sides say the same, or rest on the same passages")
        else:
            made.append(labelled)
    return made, left_out


def _disagreement(one: Disagreement, by: str, review: LabelSource, ids: Ids) -> LabelledDisagreement:
    positions = tuple(
        Position(
            id=ids.new(side.text, "side-"),
            text=side.text,
            holders=tuple(Named(name=holder.name) for holder in side.holders) or (Named(name="a source"),),
            support=support_of([c.evidence for c in side.citations if c.role == "content"], review),
        )
        for side in one.positions
    )
    return LabelledDisagreement(id=ids.new(one.topic, "differ-"), question=one.topic, by=(by,), positions=positions)
