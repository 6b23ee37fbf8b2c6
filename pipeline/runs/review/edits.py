"""An edited text against the passages that its statement cites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Verdict
from pipeline.guards.judge import judge
from pipeline.guards.passage import passage_of
from pipeline.guards.unborne import unborne


class Verified(Model):
    """What is said of a text while it is written. ``unsupported`` are code points ``[start, end)`` of it."""

    verdict: Verdict
    guards: tuple[Guard, ...]
    unsupported: tuple[tuple[int, int], ...]
    supported: bool


def verify_text(text: str, evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> Verified:
    """Judge a text as the run's own statements are judged, and say which of its words nothing bears out."""
    verdict = judge(text, evidence, articles)
    passages = [passage_of(articles[one.article_id], one) for one in evidence]
    return Verified(
        verdict=verdict,
        guards=verdict.guards,
        unsupported=tuple((span.start, span.end) for span in unborne(text, passages, verdict)),
        supported=verdict.status == "supported",
    )
