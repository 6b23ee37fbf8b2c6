"""Is what the summary says borne out by what it cites? Shares of statements by their verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.verdict import Status
from pipeline.evaluation.results import Metric, share

_IN_PART: Final[frozenset[Status]] = frozenset({"partial", "unverified"})
_NOT_BORNE_OUT: Final[frozenset[Status]] = frozenset({"unsupported", "uncited"})


def support_metrics(statuses: Sequence[Status]) -> dict[str, Metric]:
    """Statements by verdict: the four shares sum to 1, each statement falls into one.

    Partial is one of which only the wording is too far from the passage to be sure, or which cannot be checked whole
    because it is in another language.

    Statement precision is the precision of FActScore (Min et al. 2023, arXiv 2305.14251), with the statement for the
    atomic fact and the cited passages for the knowledge source.

    >>> {name: metric.value for name, metric in support_metrics(["supported", "uncited"]).items()}
    {'statement_precision': 0.5, 'partial': 0.0, 'unsupported': 0.5, 'contradicted': 0.0}
    """
    return {
        "statement_precision": share([status == "supported" for status in statuses]),
        "partial": share([status in _IN_PART for status in statuses]),
        "unsupported": share([status in _NOT_BORNE_OUT for status in statuses]),
        "contradicted": share([status == "contradicted" for status in statuses]),
    }
