"""Do the facts that matter reach the reader? Recall over labelled facts, as nuggets are scored in TREC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.evaluation.results import FactCoverage, Importance, Metric, mean, share

WEIGHTS: Final[Mapping[Importance, float]] = {"vital": 1.0, "okay": 0.5}
_PARTLY: Final = 0.5


def weighted_recall(facts: Sequence[FactCoverage]) -> Metric:
    """``Σ wᵢ·sᵢ / Σ wᵢ`` over all facts, w = 1 (vital) or ½ (okay), s = 1 (told), ½ (told in part) or 0.

    The "Weighted" score of the AutoNuggetizer (Pradeep et al. 2024, arXiv 2411.09607; 2025, arXiv 2504.15068), whose
    ``support``, ``partial_support`` and ``not_support`` are our full, part and none. Stricter than theirs in one point:
    a fact that is told with a wrong number, against its sources or as somebody else's word gains nothing.

    >>> told = FactCoverage(id="a", importance="vital", level="full", statement_id="s1", lost_at=None, flags=())
    >>> lost = FactCoverage(id="b", importance="okay", level="none", statement_id=None, lost_at="ingest", flags=())
    >>> weighted_recall([told, lost]).value == 1 / 1.5
    True
    """
    return mean([_credit(fact) for fact in facts], [WEIGHTS[fact.importance] for fact in facts])


def vital_recall(facts: Sequence[FactCoverage]) -> Metric:
    """The share of the vital facts that are told in full, to be relied on: AutoNuggetizer's "Vital Strict"."""
    return share([fact.counts() for fact in facts if fact.importance == "vital"])


def _credit(fact: FactCoverage) -> float | None:
    if fact.level == "unmeasured":
        return None
    if fact.flags or fact.level == "none":
        return 0.0
    return 1.0 if fact.level == "full" else _PARTLY
