"""Where facts are lost: the share of them that is still there after each stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.evaluation.results import FactCoverage, Metric, Stage, share

ORDER: Final[tuple[Stage, ...]] = ("ingest", "summarize", "reconcile", "synthesize", "verify")
"""The stages as an article passes through them."""


def retention_metrics(facts: Sequence[FactCoverage]) -> dict[str, Metric]:
    """``retained_<stage>``: the share of facts of which a passage is left after that stage; it never grows.

    ``lost_at`` names the stage that lost the last passage, so that a fact lost at ``ingest`` is not retained after it.
    A fact that is told, if only in part, is retained to the end.

    >>> lost = FactCoverage(id="a", importance="okay", level="none", statement_id=None, lost_at="reconcile", flags=())
    >>> [metric.value for metric in retention_metrics([lost]).values()]
    [1.0, 1.0, 0.0, 0.0, 0.0]
    """
    return {f"retained_{stage}": share([_is_left(fact, stage) for fact in facts]) for stage in ORDER}


def _is_left(fact: FactCoverage, stage: Stage) -> bool | None:
    """Whether a passage of it is left after ``stage``; None for a fact of which nothing was measured."""
    if fact.lost_at is None or fact.level == "part":
        return None if fact.level == "unmeasured" else True
    return ORDER.index(fact.lost_at) > ORDER.index(stage)
