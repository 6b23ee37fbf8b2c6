"""The catalogue names every metric, and no other."""

from __future__ import annotations

from pipeline.evaluation.metrics.attribution import attribution_metrics
from pipeline.evaluation.metrics.catalogue import BETTER, COUNTS, METRICS
from pipeline.evaluation.metrics.citations import CitedText, citation_metrics
from pipeline.evaluation.metrics.disagreements import disagreement_metrics
from pipeline.evaluation.metrics.falsehoods import falsehood_metrics
from pipeline.evaluation.metrics.fidelity import fidelity_metrics
from pipeline.evaluation.metrics.origins import origin_metrics
from pipeline.evaluation.metrics.retention import retention_metrics
from pipeline.evaluation.metrics.rouge import rouge_metrics
from pipeline.evaluation.metrics.summhay import summhay_metrics
from pipeline.evaluation.metrics.support import support_metrics
from pipeline.evaluation.metrics.surface import surface_metrics

NO_TEXTS: list[CitedText[str]] = []
RETURNED = {
    "weighted_recall",
    "vital_recall",
    *support_metrics([]),
    *citation_metrics(NO_TEXTS, lambda _text, _passages: True),
    *summhay_metrics([]),
    *rouge_metrics("", None),
    *surface_metrics([]),
    *fidelity_metrics([], []),
    *attribution_metrics([]),
    *disagreement_metrics([], []),
    *falsehood_metrics([]),
    *origin_metrics([]),
    *retention_metrics([]),
}


def test_every_metric_is_defined() -> None:
    """The keys that the functions return are those of the catalogue; the two recalls are named as their functions."""
    assert set(METRICS) == set(BETTER) == RETURNED


def test_definitions_are_one_line() -> None:
    """Each is one sentence that fits a table."""
    assert all(text.endswith(".") and "\n" not in text and len(text) <= 120 for text in METRICS.values())


def test_what_is_only_reported_has_no_better_direction() -> None:
    """Nothing can be gated on repetition or likeness to one reference; length can be bounded."""
    reported = {name for name, text in METRICS.items() if "reported only" in text}
    assert reported == {name for name, better in BETTER.items() if better == "none"} - COUNTS
