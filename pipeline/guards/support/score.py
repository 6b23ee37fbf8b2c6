"""The support score: the chance that people would find a statement right by the text it cites."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage
from pipeline.guards.support.features import Features, features_of
from pipeline.guards.support.weights import INTERCEPT, WEIGHTS


def support_score(text: str, passages: Sequence[Passage], guards: Sequence[Guard]) -> float:
    """How likely the statement follows from the union of the passages, 0 to 1; 0 where nothing is cited.

    Args:
        text: one statement, without citation markers.
        passages: what it cites.
        guards: what the guards said of the same text and passages.
    """
    return score_of(features_of(text, passages, guards)) if passages else 0.0


def score_of(features: Features) -> float:
    """The logistic function of the weighted sum. Faults have no weight above 0, so a further one never helps."""
    return logistic(INTERCEPT + math.fsum(w * x for w, x in zip(WEIGHTS, features, strict=True)))


def logistic(logit: float) -> float:
    """1 / (1 + exp(-logit)), without overflow.

    >>> logistic(0.0), logistic(-1000.0)
    (0.5, 0.0)
    """
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else 1 - 1 / (1 + math.exp(logit))
