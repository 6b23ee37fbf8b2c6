"""Every number of the text stands in the evidence, with its unit and its "about" or "less than"."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.quantities import ClockTime, Comparator, Quantity, clock_times, is_measure, quantities

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
    """Compare the quantities and the times of day of ``text`` with those of the passages' contexts."""
    evidence = contexts(passages)
    wanted, times = quantities(text), clock_times(text)
    known = [quantity for context in evidence for quantity in quantities(context)]
    problems = [_problem(text, q, known) for q in wanted if not any(_agree(q, k) for k in known)]
    told = [(context[t.start : t.end], t) for context in evidence for t in clock_times(context)]
    problems += [_wrong_time(text, t, told) for t in times if not any(t.agrees(k) for _, k in told)]
    return verdict_of(
        "quantity", problems, applicable=bool(wanted or times), passed="every number stands in the cited passage"
    )


def _agree(wanted: Quantity, known: Quantity) -> bool:
    return (
        wanted.value == known.value
        and wanted.ordinal == known.ordinal
        and _same_unit(wanted.unit, known.unit)
        and known.comparator in _SAME[wanted.comparator]
    )


def _same_unit(wanted: str | None, known: str | None) -> bool:
    """One unit, or a noun that the other leaves out: "12 died", "12 people died". A measure is never left out."""
    if wanted is None or known is None:
        return not (is_measure(wanted) or is_measure(known))
    return wanted == known


def _wrong_time(text: str, wanted: ClockTime, told: Sequence[tuple[str, ClockTime]]) -> str:
    shown = text[wanted.start : wanted.end].strip()
    if told:
        return f"“{shown}”: the cited passage says {told[0][0].strip()} here"
    return f"“{shown}” does not stand in the cited passage"


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
