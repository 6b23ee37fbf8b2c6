"""What shows without reading the sources: repetition and length.

Reported, never gated and never averaged into a score: a summary gains nothing by being short, and two statements about
one thing share its words without saying the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.evaluation.results import Metric, count_of, mean
from pipeline.text.similarity import content_coverage
from pipeline.text.words import content_stems


def surface_metrics(texts: Sequence[str]) -> dict[str, Metric]:
    """Redundancy, and the number of words (by white space) of all statements.

    Redundancy is the mean over statements of ``max |stems(s) ∩ stems(e)| / |stems(s)|`` over the earlier statements e,
    0 for the first: the share of a statement's content words that one earlier statement has already used (containment,
    Broder 1997).

    >>> found = surface_metrics(["Ships met.", "Ships met storms."])
    >>> round(found["redundancy"].value, 3), found["words"].value
    (0.333, 5.0)
    """
    stems = [content_stems(text) for text in texts]
    return {
        "redundancy": mean([_told_before(own, stems[:index]) for index, own in enumerate(stems)]),
        "words": count_of(float(sum(len(text.split()) for text in texts)), len(texts)),
    }


def _told_before(own: Sequence[str], earlier: Sequence[Sequence[str]]) -> float:
    return max((content_coverage(own, frozenset(one)) for one in earlier), default=0.0) if own else 0.0
