"""The figures of a target against those of a text: the same, of the same thing, told no less exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from pipeline.evaluation.matching.problem import Problem
from pipeline.text.closeness import closeness
from pipeline.text.dates import CalendarMention
from pipeline.text.figures import Figure, figures
from pipeline.text.quantities import ClockTime, Comparator, Quantity, is_measure

_SCALES: Final[dict[str, tuple[str, float]]] = {
    "second": ("second", 1), "minut": ("second", 60), "hour": ("second", 3600), "day": ("second", 86400),
    "week": ("second", 604800), "month": ("month", 1), "year": ("month", 12), "decad": ("month", 120),
    "mm": ("m", 0.001), "cm": ("m", 0.01), "metre": ("m", 1), "km": ("m", 1000), "gram": ("g", 1), "kg": ("g", 1000),
    "tonne": ("g", 1e6), "kW": ("kW", 1), "MW": ("kW", 1000), "GW": ("kW", 1e6),
}  # fmt: skip
"""Units of one dimension, so that two hours are 120 minutes."""
_ANYBODY: Final = frozenset({"person", "man", "woman", "child", "victim", "passeng", "civilian", "resid", "other"})
_MANY: Final = 1000
_BELOW: Final[frozenset[Comparator]] = frozenset({"under", "at_most"})
_ABOVE: Final[frozenset[Comparator]] = frozenset({"over", "at_least"})
_AS_IS: Final[frozenset[Comparator]] = frozenset({"exact", "about"})

Agreement = Literal["same", "looser", "other"]


def figure_problems(target: str, text: str) -> Iterator[Problem]:
    """Every figure of the target stands in the text, of the same thing."""
    told, all_wanted = figures(text), figures(target)
    for figure in all_wanted:
        others = [other for other in all_wanted if other is not figure]
        free = [t for t in told if not any(_agreement(other, t) == "same" for other in others)]
        yield from _problem(figure, told, free)


def _problem(wanted: Figure, told: Sequence[Figure], free: Sequence[Figure]) -> Iterator[Problem]:
    """``free`` are the figures of the text that are none of the target's others."""
    flag: Literal["contradicted", "wrong_number"] = (
        "contradicted" if isinstance(wanted.what, CalendarMention) else "wrong_number"
    )
    same = [other for other in told if _agreement(wanted, other) == "same"]
    rivals = [other for other in told if _is_rival(wanted, other)]
    if same:
        other_count = _counted_otherwise(wanted, same, rivals)
        if other_count:
            yield Problem(f"it says “{other_count.shown}” where “{wanted.shown}” is wanted", flag)
            return
        of = wanted.of - _ANYBODY
        elsewhere = [other for other in rivals if _comparable(wanted, other) and _alike(of, other.of - _ANYBODY)]
        if elsewhere and not any(not other.of or _alike(wanted.of, other.of) for other in same):
            yield Problem(f"“{wanted.shown}” is said of something else; here it says “{elsewhere[0].shown}”", flag)
        return
    if any(_agreement(wanted, other) == "looser" for other in told):
        yield Problem(f"“{wanted.shown}” is told less exactly")
    elif clashing := [other for other in rivals if other in free and _same_thing(wanted, other)]:
        surely = isinstance(wanted.what, Quantity) or _alike(wanted.of, clashing[0].of)
        yield Problem(f"it says “{clashing[0].shown}” where “{wanted.shown}” is wanted", flag if surely else None)
    elif isinstance(wanted.what, Quantity) and not wanted.what.ordinal and wanted.what.value != 1 and not wanted.known:
        yield Problem(f"“{wanted.shown}” is not told")


def _counted_otherwise(wanted: Figure, same: Sequence[Figure], rivals: Sequence[Figure]) -> Figure | None:
    """Of what is counted another number is told, and the wanted one of something else ("three people", "two nuns")."""
    if wanted.unit is None or any(other.unit in {None, wanted.unit} for other in same):
        return None
    if wanted.unit in _ANYBODY and any(_alike(wanted.of - _ANYBODY, other.of - _ANYBODY) for other in same):
        return None
    return next((rival for rival in rivals if rival.unit == wanted.unit), None)


def _agreement(wanted: Figure, told: Figure) -> Agreement:
    if isinstance(wanted.what, Quantity) and isinstance(told.what, Quantity):
        return _quantities_agree(wanted, wanted.what, told, told.what)
    if isinstance(wanted.what, ClockTime) and isinstance(told.what, ClockTime):
        return "same" if wanted.what.agrees(told.what) else "other"
    if isinstance(wanted.what, CalendarMention) and isinstance(told.what, CalendarMention):
        pairs = _common_parts(wanted.what, told.what)
        return "same" if pairs and all(first == second for first, second in pairs) else "other"
    return "other"


def _common_parts(first: CalendarMention, second: CalendarMention) -> list[tuple[int, int]]:
    """Year, month, day and weekday, as far as both give them."""
    parts = ((getattr(first, name), getattr(second, name)) for name in ("year", "month", "day", "weekday"))
    return [(one, other) for one, other in parts if one is not None and other is not None]


def _quantities_agree(wanted: Figure, one: Quantity, told: Figure, other: Quantity) -> Agreement:
    if one.ordinal != other.ordinal or not _same_value(wanted, told):
        return "other"
    compared, units = _comparators(wanted, one, told, other), _units(wanted, told)
    if "other" in {compared, units}:
        return "other"
    return "same" if compared == units == "same" else "looser"


def _same_value(wanted: Figure, told: Figure) -> bool:
    first, second = _scaled(wanted), _scaled(told)
    return first[1] == second[1] if first[0] == second[0] else _value(wanted) == _value(told)


def _value(figure: Figure) -> float:
    return figure.what.value if isinstance(figure.what, Quantity) else 0.0


def _scaled(figure: Figure) -> tuple[str, float]:
    dimension, factor = _SCALES.get(figure.unit or "", (figure.unit or "", 1.0))
    return dimension, round(_value(figure) * factor, 6)


def _comparators(wanted: Figure, one: Quantity, told: Figure, other: Quantity) -> Agreement:
    """As in “About 10” is told by "10"; "less than 10" by neither; "at least 10" comes near to "10"."""
    pair = {one.comparator, other.comparator}
    if len(pair) == 1 or any(pair <= group for group in (_AS_IS, _BELOW, _ABOVE)):
        return "same"
    if (wanted.nearly or told.nearly) and not (pair & _BELOW and pair & _ABOVE):
        return "same"
    if "under" in pair or (pair & _BELOW and pair & _ABOVE):
        return "other"
    return "looser"


def _units(wanted: Figure, told: Figure) -> Agreement:
    """Measures must be the same; what is counted may be left out or put in a word that is near."""
    one, other = wanted.unit, told.unit
    if one == other or wanted.label or told.label or (one in _SCALES and other in _SCALES and _one_scale(one, other)):
        return "same"
    strict = any(unit is not None and _is_strict(unit) for unit in (one, other))
    if one is None or other is None:
        lone = not (wanted.of and told.of) or _value(wanted) >= _MANY
        return "same" if not strict or lone or _alike(wanted.of, told.of) else "looser"
    if strict:
        return "other"
    near = closeness(one, other) or {one, other} & _ANYBODY or one in told.of or other in wanted.of
    return "same" if near else "looser"


def _one_scale(one: str, other: str) -> bool:
    return _SCALES[one][0] == _SCALES[other][0]


def _is_strict(unit: str) -> bool:
    return is_measure(unit) or unit in _SCALES


def _is_rival(wanted: Figure, told: Figure) -> bool:
    """A figure of the same sort that does not agree."""
    if told.label or _agreement(wanted, told) != "other":
        return False
    if isinstance(wanted.what, CalendarMention) and isinstance(told.what, CalendarMention):
        return bool(_common_parts(wanted.what, told.what))
    if isinstance(wanted.what, Quantity) and isinstance(told.what, Quantity):
        return wanted.what.ordinal == told.what.ordinal
    return type(wanted.what) is type(told.what)


def _same_thing(wanted: Figure, rival: Figure) -> bool:
    """Whether a rival figure stands where the wanted one should: in the same unit, of the same, or in another unit."""
    if not (isinstance(wanted.what, Quantity) and isinstance(rival.what, Quantity)):
        return True
    if wanted.unit is not None and wanted.unit == rival.unit:
        return True
    other_unit = None not in {wanted.unit, rival.unit} and _value(wanted) == _value(rival)
    return other_unit or (_comparable(wanted, rival) and _alike(wanted.of, rival.of))


def _comparable(wanted: Figure, rival: Figure) -> bool:
    """Whether two figures can be of one thing: not a share and a length, not an age and a length of time."""
    units = {wanted.unit, rival.unit}
    if "other" in units:
        return False
    return len({_scaled(wanted)[0], _scaled(rival)[0]}) == 1 or not any(
        unit and (_is_strict(unit) or unit == "time") for unit in units
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return any(closeness(first, second) for first in one for second in other)
