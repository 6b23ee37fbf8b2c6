"""Verify: does a text follow from the passages it cites?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.synthesis import Citation
from pipeline.domain.verdict import Guard, Status, Verdict
from pipeline.guards.content import PARTLY, content_guard, content_score
from pipeline.guards.date import date_guard
from pipeline.guards.name import name_guard
from pipeline.guards.negation import negation_guard
from pipeline.guards.passage import Passage, passage_of
from pipeline.guards.quantity import quantity_guard
from pipeline.guards.quotation import quotation_guard
from pipeline.guards.speaker import speaker_guard

METHOD: Final = "guards/1"
"""Named in every verdict; the number is raised when the same input may get another verdict."""

GUARDS: Final[tuple[Callable[[str, Sequence[Passage]], Guard], ...]] = (
    quantity_guard,
    date_guard,
    name_guard,
    negation_guard,
    speaker_guard,
    quotation_guard,
    content_guard,
)
_CONTRADICTING: Final = frozenset({"quantity", "date", "negation"})


def verify(text: str, citations: Sequence[Citation], articles: Mapping[str, Article]) -> Verdict:
    """The verdict on ``text`` against the union of what it cites; ``uncited`` if it cites nothing."""
    if not citations:
        return Verdict(status="uncited", guards=(), method=METHOD, score=0.0)
    passages = [passage_of(articles[c.evidence.article_id], c.evidence) for c in citations]
    guards = tuple(guard(text, passages) for guard in GUARDS)
    score = content_score(text, passages)
    return Verdict(status=_status(guards, score), guards=guards, method=METHOD, score=round(score, 4))


def _status(guards: Sequence[Guard], score: float) -> Status:
    """Contradicted: the passage is about this but says otherwise. Partial: only the wording is too far off."""
    failed = {guard.name for guard in guards if guard.outcome == "fail"}
    if not failed:
        return "supported"
    if failed & _CONTRADICTING and "content" not in failed:
        return "contradicted"
    return "partial" if failed == {"content"} and score >= PARTLY else "unsupported"
