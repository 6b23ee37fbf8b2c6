"""The weights of the support score, written by ``evals/benchmarks/frank.py DATA --write``.

Fitted on the 1,575 summaries of FRANK's test split, CNN and BBC together, with an intercept for each. That of
CNN is kept: its summaries keep to their text as cited statements do. Half of what BBC's tell is made up; its intercept
is -1.4268. See ``docs/decisions/015-support-score.md``.
"""

from __future__ import annotations

from typing import Final

from pipeline.guards.support.features import Features

INTERCEPT: Final = -0.1867
WEIGHTS: Final = Features(
    aligned=0.5329,
    broken_pairs=-0.7754,
    out_of_order=-0.6581,
    missing=-0.6798,
    repeated=-0.4114,
    seams=-0.1144,
    strayed=-0.0542,
    quantity=-0.3000,
    date=-0.3000,
    name=-0.3935,
    negation=-0.9931,
    opposite=-2.0985,
    modality=-0.3762,
    speaker=-0.3000,
    quotation=-1.3675,
)
