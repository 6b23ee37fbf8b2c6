"""What the support score looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage
from pipeline.guards.support.alignment import (
    aligned_weight,
    broken_pairs,
    missing,
    out_of_order,
    repeated,
    seams,
    strayed,
)
from pipeline.guards.support.sentence import cited_texts, read

_FAULTS: Final = 6
"""Features of the alignment but ``aligned``."""
GUARD_FAULTS: Final = ("quantity", "date", "name", "negation", "opposite", "modality", "speaker", "quotation")


class Features(NamedTuple):
    """Faults of a statement, 0 where there are none, and what speaks for it (``aligned``).

    The first seven are those of `pipeline.guards.support.alignment`; the others are 1.0 where the guard of that name
    fails. The guard of content is left out: ``missing`` says it by degrees.
    """

    aligned: float
    broken_pairs: float
    out_of_order: float
    missing: float
    repeated: float
    seams: float
    strayed: float
    quantity: float
    date: float
    name: float
    negation: float
    opposite: float
    modality: float
    speaker: float
    quotation: float


def features_of(text: str, passages: Sequence[Passage], guards: Sequence[Guard]) -> Features:
    """The features of a statement, given what the guards said of it and the same passages."""
    failed = {guard.name for guard in guards if guard.outcome == "fail"}
    by_guard = {name: float(name in failed) for name in GUARD_FAULTS}
    told, statement = cited_texts(passages), read(text)
    if text in told:  # no fault: it lies in that sentence as it stands
        return Features(aligned_weight(statement, [statement]), *[0.0] * _FAULTS, **by_guard)
    cited = [read(sentence) for sentence in told]
    return Features(
        aligned=aligned_weight(statement, cited),
        broken_pairs=broken_pairs(statement, cited),
        out_of_order=out_of_order(statement, cited),
        missing=missing(statement, cited),
        repeated=repeated(statement, cited),
        seams=float(seams(statement, cited)),
        strayed=float(strayed(statement, cited)),
        **by_guard,
    )
