"""The weights of the support score, written by ``evals/benchmarks/frank.py DATA --write``.

Fitted on the 1,575 summaries of FRANK's test split, CNN and BBC together, with an intercept for each. That of
CNN is kept: its summaries keep to their text as cited statements do. Half of what BBC's tell is made up; its intercept
is -1.4589. See ``docs/decisions/015-support-score.md``.
"""

from __future__ import annotations

from typing import Final

from pipeline.guards.support.features import Features

INTERCEPT: Final = -0.2034
WEIGHTS: Final = Features(
    aligned=0.5373,
    broken_pairs=-0.7464,
    out_of_order=-0.6459,
    missing=-0.6749,
    repeated=-0.4208,
    seams=-0.1157,
    strayed=-0.0581,
    quantity=-0.3000,
    date=-0.3000,
    name=-0.4261,
    negation=-1.0120,
    opposite=-2.1102,
    modality=-0.4460,
    speaker=-0.3000,
    quotation=-1.3618,
)
