"""Are disagreements shown with their sides, and is nothing shown as one that is none?"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.evaluation.results import DisagreementCoverage, Metric, share

_SIDES = 2


def disagreement_metrics(found: Sequence[DisagreementCoverage], traps_sprung: Sequence[bool]) -> dict[str, Metric]:
    """Shares of labelled disagreements and of labelled traps.

    - coverage: the disagreements of which at least two positions are stated.
    - collapsed: of those that are mentioned at all, the ones of which one side alone is told, as the truth.
    - traps sprung: differences that are no contradiction, and that the summary shows as one.

    >>> one = DisagreementCoverage(id="d", positions_stated=2, positions=2, collapsed=False)
    >>> disagreement_metrics([one], [True, False])["traps_sprung"].value
    0.5
    """
    return {
        "disagreement_coverage": share([one.positions_stated >= _SIDES for one in found]),
        "collapsed_disagreements": share([one.collapsed for one in found if one.positions_stated]),
        "traps_sprung": share(traps_sprung),
    }
