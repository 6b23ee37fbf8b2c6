"""The verdict: all guards together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Guard, Status, Verdict
from pipeline.guards.comparison import comparison_guard
from pipeline.guards.content import ENOUGH, PARTLY, content_guard, content_score
from pipeline.guards.date import date_guard
from pipeline.guards.languages.judging import judged_elsewhere
from pipeline.guards.modality import modality_guard
from pipeline.guards.name import name_guard
from pipeline.guards.negation import negation_guard
from pipeline.guards.opposite import opposite_guard
from pipeline.guards.passage import Passage, passage_of
from pipeline.guards.quantity import quantity_guard
from pipeline.guards.quotation import quotation_guard
from pipeline.guards.role import role_guard
from pipeline.guards.speaker import speaker_guard
from pipeline.guards.support.score import support_score

METHOD: Final = "guards/5+support/2"
"""Named in every verdict; a number is raised when the same input may get another verdict, or another score."""

CheckGuard = Callable[[str, Sequence[Passage]], Guard]
GUARDS: Final[tuple[CheckGuard, ...]] = (
    quantity_guard,
    date_guard,
    name_guard,
    negation_guard,
    opposite_guard,
    comparison_guard,
    role_guard,
    modality_guard,
    speaker_guard,
    quotation_guard,
    content_guard,
)
_CONTRADICTING: Final = frozenset({"quantity", "date", "negation", "opposite", "modality", "role", "comparison"})


def judge(text: str, evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> Verdict:
    """The verdict on ``text`` against the union of the passages; ``uncited`` where there are none.

    Args:
        text: one statement, without citation markers.
        evidence: the passages it cites.
        articles: by id; every evidence's article must be there.
    """
    if not evidence:
        return Verdict(status="uncited", guards=(), method=METHOD, score=0.0)
    passages = [passage_of(articles[e.article_id], e) for e in evidence]
    elsewhere = judged_elsewhere(text, passages)
    if elsewhere is not None:
        return elsewhere
    guards = tuple(guard(text, passages) for guard in GUARDS)
    status = _status(guards, content_score(text, passages))
    score = support_score(text, passages, guards)
    return Verdict(status=status, guards=guards, method=METHOD, score=round(score, 4))


def _status(guards: Sequence[Guard], found: float) -> Status:
    """Contradicted: the passage is about this but says otherwise. Partial: only the wording is too far off.

    ``found`` is the share of the text's words that stand in the evidence; the support score decides nothing here.
    """
    failed = {guard.name for guard in guards if guard.outcome == "fail"}
    if not failed:
        return "supported"
    about_this = found >= (PARTLY if "opposite" in failed else ENOUGH)
    if failed & _CONTRADICTING and about_this:
        return "contradicted"
    return "partial" if failed == {"content"} and found >= PARTLY else "unsupported"
