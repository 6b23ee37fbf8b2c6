"""How far two annotators who had not seen each other's labels agree: ``agreement.yaml`` beside a story's labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import Field

from pipeline.domain.base import Model
from pipeline.evaluation.licence import cohen_kappa
from pipeline.evaluation.results import Importance
from pipeline.evaluation.story import Annotator, Slug, load_labels

AGREEMENT: Final = "agreement.yaml"


class Matched(Model):
    """A fact that both labelled, with what each called it."""

    first: Slug
    second: Slug
    first_importance: Importance
    second_importance: Importance
    relation: Literal["same", "first_wider", "second_wider"]


class OnlySecond(Model):
    """A label that the first annotator had not, and what became of it."""

    second: Slug
    decision: Literal["added", "left_out"]
    into: Slug | None = None
    why: str = Field(min_length=1)


class Decided(Model):
    """An importance on which they differed."""

    fact: Slug
    first: Importance
    second: Importance
    final: Importance
    why: str = Field(min_length=1)


class Pair(Model):
    """A disagreement that both labelled."""

    first: Slug
    second: Slug


class Disagreements(Model):
    """The same for disagreements."""

    matches: tuple[Pair, ...] = ()
    only_first: tuple[Slug, ...] = ()
    only_second: tuple[OnlySecond, ...] = ()


class Agreement(Model):
    """What ``agreement.yaml`` holds: matched by hand, decided by a third reader."""

    schema_version: Literal[1]
    story: Slug
    adjudicators: Mapping[str, Annotator] = Field(min_length=1)
    first_facts: int = Field(gt=0)
    first_vital: tuple[Slug, ...]
    matches: tuple[Matched, ...]
    only_first: tuple[Slug, ...] = ()
    only_second: tuple[OnlySecond, ...] = ()
    importance: tuple[Decided, ...] = ()
    disagreements: Disagreements = Disagreements()


class Figures(NamedTuple):
    """Cohen's kappa on vital or okay over the matched facts, and the share of each one's facts that the other has."""

    matched: int
    kappa: float | None
    first: int
    first_found: float
    second: int
    second_found: float


def load_agreement(labels_file: Path) -> Agreement | None:
    """The agreement beside a label file; None where there is none.

    Raises:
        InputError: it is there and not of its form.
    """
    path = labels_file.with_name(AGREEMENT)
    return load_labels(path, Agreement) if path.is_file() else None


def figures(agreement: Agreement) -> Figures:
    """The agreement in numbers. A fact that is matched twice counts once in each recall."""
    return pooled([agreement])


def pooled(agreements: Sequence[Agreement]) -> Figures:
    """Several stories together."""
    matches = [match for one in agreements for match in one.matches]
    first = sum(one.first_facts for one in agreements)
    found = sum(len({match.first for match in one.matches}) for one in agreements)
    theirs = sum(len({match.second for match in one.matches}) for one in agreements)
    second = theirs + sum(len(one.only_second) for one in agreements)
    return Figures(
        matched=len(matches),
        kappa=cohen_kappa([m.first_importance for m in matches], [m.second_importance for m in matches]),
        first=first,
        first_found=found / first,
        second=second,
        second_found=theirs / second if second else 0.0,
    )
