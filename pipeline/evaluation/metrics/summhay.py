"""Coverage of insights and citation of their sources, alone and together, as "Summary of a Haystack" scores them.

Laban et al. 2024, arXiv 2407.01370; ``compute_single_sample_scores`` in ``utils_eval.py`` of
salesforce/summary-of-a-haystack.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.evaluation.results import Metric, mean


class Insight(NamedTuple):
    """How far a summary tells an insight (1, ½ or 0; None if unmeasured), and the documents that hold it.

    ``cited`` are those that the text which tells it cites: a set, so that a document cited twice counts once.
    """

    coverage: float | None
    gold: frozenset[str]
    cited: frozenset[str]


def summhay_metrics(insights: Sequence[Insight]) -> dict[str, Metric]:
    """Coverage, citation and joint score.

    - coverage: the mean over all insights.
    - citation: the mean F1 of ``cited`` against ``gold`` over the insights covered at least in part; undefined where
      there is none. One that was not measured may be covered, and widens the bounds.
    - joint: the mean over all insights of coverage times F1; 0 for one that is not covered.

    >>> full = Insight(1.0, frozenset("ab"), frozenset("a"))
    >>> found = summhay_metrics([full, Insight(0.0, frozenset("c"), frozenset())])
    >>> {name: round(metric.value or 0, 3) for name, metric in found.items()}
    {'summhay_coverage': 0.5, 'summhay_citation': 0.667, 'summhay_joint': 0.333}
    """
    pairs = [(one.coverage, _f1(one)) for one in insights]
    return {
        "summhay_coverage": mean([coverage for coverage, _ in pairs]),
        "summhay_citation": mean([None if coverage is None else f1 for coverage, f1 in pairs if coverage != 0]),
        "summhay_joint": mean([None if coverage is None else coverage * f1 for coverage, f1 in pairs]),
    }


def _f1(one: Insight) -> float:
    """``2·|gold ∩ cited| / (|gold| + |cited|)``, which is the harmonic mean of precision and recall; 0 for nothing."""
    size = len(one.gold) + len(one.cited)
    return 2 * len(one.gold & one.cited) / size if size else 0.0
