"""The figures of a target against those of a text: the same, of the same thing, told no less exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pipeline.evaluation.matching.problem import Problem
from pipeline.text.dates import CalendarMention
from pipeline.text.figures import Figure, figures
from pipeline.text.quantities import Quantity
from pipeline.text.same_figures import agreement, alike, counted_otherwise, is_rival, said_elsewhere, same_thing


def figure_problems(target: str, text: str) -> Iterator[Problem]:
    """Every figure of the target stands in the text, of the same thing."""
    told, all_wanted = figures(text), figures(target)
    for figure in all_wanted:
        others = [other for other in all_wanted if other is not figure]
        free = [t for t in told if not any(agreement(other, t) == "same" for other in others)]
        yield from _problem(figure, told, free)


def _problem(wanted: Figure, told: Sequence[Figure], free: Sequence[Figure]) -> Iterator[Problem]:
    """``free`` are the figures of the text that are none of the target's others."""
    flag: Literal["contradicted", "wrong_number"] = (
        "contradicted" if isinstance(wanted.what, CalendarMention) else "wrong_number"
    )
    same = [other for other in told if agreement(wanted, other) == "same"]
    rivals = [other for other in told if is_rival(wanted, other)]
    if same:
        other_count = counted_otherwise(wanted, same, rivals)
        if other_count:
            yield Problem(f"it says “{other_count.shown}” where “{wanted.shown}” is wanted", flag)
            return
        elsewhere = said_elsewhere(wanted, same, rivals)
        if elsewhere:
            yield Problem(f"“{wanted.shown}” is said of something else; here it says “{elsewhere.shown}”", flag)
        return
    if any(agreement(wanted, other) == "looser" for other in told):
        yield Problem(f"“{wanted.shown}” is told less exactly")
    elif clashing := [other for other in rivals if other in free and same_thing(wanted, other)]:
        surely = isinstance(wanted.what, Quantity) or alike(wanted.of, clashing[0].of)
        yield Problem(f"it says “{clashing[0].shown}” where “{wanted.shown}” is wanted", flag if surely else None)
    elif isinstance(wanted.what, Quantity) and not wanted.what.ordinal and wanted.what.value != 1 and not wanted.known:
        yield Problem(f"“{wanted.shown}” is not told")
