"""Every number of the text stands in the evidence, with its unit and its "about" or "less than"."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.quantities import Comparator, Quantity, quantities

_SAME: dict[Comparator, frozenset[Comparator]] = {
    "exact": frozenset({"exact"}),
    "about": frozenset({"about", "exact"}),
    "under": frozenset({"under"}),
    "over": frozenset({"over"}),
    "at_most": frozenset({"at_most"}),
    "at_least": frozenset({"at_least"}),
}
"""What the evidence may say for what the text says: "about 10" may rest on "10", not the other way round."""


def quantity_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the quantities of ``text`` with those of the passages' contexts."""
    wanted = quantities(text)
    known = [quantity for context in contexts(passages) for quantity in quantities(context)]
    problems = [_problem(text, q, known) for q in wanted if not any(_agree(q, k) for k in known)]
    return verdict_of("quantity", problems, applicable=bool(wanted), passed="every number stands in the cited passage")


def _agree(wanted: Quantity, known: Quantity) -> bool:
    return (
        wanted.value == known.value
        and wanted.ordinal == known.ordinal
        and (wanted.unit == known.unit or wanted.unit is None or known.unit is None)
        and known.comparator in _SAME[wanted.comparator]
    )


def _problem(text: str, wanted: Quantity, known: Sequence[Quantity]) -> str:
    shown = text[wanted.start : wanted.end].strip()
    same_value = [k for k in known if k.value == wanted.value]
    if any(k.unit == wanted.unit for k in same_value):
        return f"“{shown}”: the cited passage qualifies this number differently (“{same_value[0].comparator}”)"
    if same_value:
        return f"“{shown}”: the cited passage counts something else with this number"
    same_unit = [k for k in known if k.unit == wanted.unit and k.unit]
    if same_unit:
        return f"“{shown}”: the cited passage says {same_unit[0].value:g} here"
    return f"“{shown}” does not stand in the cited passage"
