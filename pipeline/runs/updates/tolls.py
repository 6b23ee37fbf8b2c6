"""Tolls that rose: the dead, the injured, the missing, by what the new articles say and the earlier run did not."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from pipeline.domain.claims import Claim, Evidence
from pipeline.runs.folder import RunFolder
from pipeline.stages.reconcile.common import View
from pipeline.stages.reconcile.figures import Figure, tolls

_EARLIER: Final = "earlier/"
"""Before the ids of the earlier run's articles: a newer version has the id of the one that it replaced."""


class Toll(NamedTuple):
    """The highest figure that the earlier run's articles gave, and the higher one that a new article gives."""

    question: str
    before: float
    after: float
    article_id: str


def risen(before: RunFolder, made: RunFolder, new: Collection[str]) -> tuple[Toll, ...]:
    """The tolls that rose; ``new`` are the ids of the articles that were added or have replaced an older version."""
    old = [_earlier(claim) for file in before.files for claim in file.summary.claims]
    latest = [claim for file in made.files if file.article.id in new for claim in file.summary.claims]
    articles = {f"{_EARLIER}{name}": article for name, article in before.articles().items()} | made.articles()
    found = (_risen(question, figures) for question, figures in tolls(View.of([*old, *latest], articles)))
    return tuple(toll for toll in found if toll is not None)


def _risen(question: str, figures: Collection[Figure]) -> Toll | None:
    earlier = [figure for figure in figures if figure.article_id.startswith(_EARLIER)]
    later = [figure for figure in figures if not figure.article_id.startswith(_EARLIER)]
    if not earlier or not later:
        return None
    was, now = (max(group, key=lambda figure: figure.quantity.value) for group in (earlier, later))
    if now.quantity.value <= was.quantity.value:
        return None
    return Toll(question, was.quantity.value, now.quantity.value, now.article_id)


def _earlier(claim: Claim) -> Claim:
    evidence = tuple(_moved(one) for one in claim.evidence)
    return claim.model_copy(update={"id": f"{_EARLIER}{claim.id}", "evidence": evidence})


def _moved(evidence: Evidence) -> Evidence:
    return evidence.model_copy(update={"article_id": f"{_EARLIER}{evidence.article_id}"})
