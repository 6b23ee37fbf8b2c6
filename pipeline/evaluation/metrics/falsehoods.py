"""Does the summary say what no summary may say?"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.evaluation.results import FalsehoodFound, Metric, share


def falsehood_metrics(found: Sequence[FalsehoodFound]) -> dict[str, Metric]:
    """The share of the labelled falsehoods that a text of the summary states.

    >>> falsehood_metrics([FalsehoodFound(id="a", stated_in=None)])["falsehoods_stated"].value
    0.0
    """
    return {"falsehoods_stated": share([one.stated_in is not None for one in found])}
