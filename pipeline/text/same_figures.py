"""Whether two figures are the same, told less exactly, or rivals: other values for one thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from pipeline.text.clock import ClockTime
from pipeline.text.closeness import closeness
from pipeline.text.dates import CalendarMention
from pipeline.text.figures import Figure
from pipeline.text.quantities import Comparator, Quantity, is_measure

_SCALES: Final[dict[str, tuple[str, float]]] = {
    "second": ("second", 1), "minut": ("second", 60), "hour": ("second", 3600), "day": ("second", 86400),
    "week": ("second", 604800), "month": ("month", 1), "year": ("month", 12), "decad": ("month", 120),
    "mm": ("m", 0.001), "cm": ("m", 0.01), "metre": ("m", 1), "km": ("m", 1000), "gram": ("g", 1), "kg": ("g", 1000),
    "tonne": ("g", 1e6), "kW": ("kW", 1), "MW": ("kW", 1000), "GW": ("kW", 1e6),
}  # fmt: skip
"""Units of one dimension, so that two hours are 120 minutes."""
ANYBODY: Final = frozenset({"person", "man", "woman", "child", "victim", "passeng", "civilian", "resid", "other"})
_MANY: Final = 1000
_BELOW: Final[frozenset[Comparator]] = frozenset({"under", "at_most"})
_ABOVE: Final[frozenset[Comparator]] = frozenset({"over", "at_least"})
_AS_IS: Final[frozenset[Comparator]] = frozenset({"exact", "about"})

Agreement = Literal["same", "looser", "other"]


def counted_otherwise(wanted: Figure, same: Sequence[Figure], rivals: Sequence[Figure]) -> Figure | None:
    """Of what is counted another number is told, and the wanted one of something else ("three people", "two nuns")."""
    if wanted.unit is None or any(other.unit in {None, wanted.unit} for other in same):
        return None
    if wanted.unit in ANYBODY and any(alike(wanted.of - ANYBODY, other.of - ANYBODY) for other in same):
        return None
    return next((rival for rival in rivals if rival.unit == wanted.unit), None)


def agreement(wanted: Figure, told: Figure) -> Agreement:
    """How ``told`` agrees with ``wanted``: as the same, as one told less exactly, or not at all."""
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
        return "same" if not strict or lone or alike(wanted.of, told.of) else "looser"
    if strict:
        return "other"
    near = closeness(one, other) or {one, other} & ANYBODY or one in told.of or other in wanted.of
    return "same" if near else "looser"


def _one_scale(one: str, other: str) -> bool:
    return _SCALES[one][0] == _SCALES[other][0]


def _is_strict(unit: str) -> bool:
    return is_measure(unit) or unit in _SCALES


def is_rival(wanted: Figure, told: Figure) -> bool:
    """A figure of the same sort that does not agree."""
    if told.label or agreement(wanted, told) != "other":
        return False
    if isinstance(wanted.what, CalendarMention) and isinstance(told.what, CalendarMention):
        return bool(_common_parts(wanted.what, told.what))
    if isinstance(wanted.what, Quantity) and isinstance(told.what, Quantity):
        return wanted.what.ordinal == told.what.ordinal
    return type(wanted.what) is type(told.what)


def same_thing(wanted: Figure, rival: Figure) -> bool:
    """Whether a rival figure stands where the wanted one should: in the same unit, of the same, or in another unit."""
    if not (isinstance(wanted.what, Quantity) and isinstance(rival.what, Quantity)):
        return True
    if wanted.unit is not None and wanted.unit == rival.unit:
        return True
    other_unit = None not in {wanted.unit, rival.unit} and _value(wanted) == _value(rival)
    return other_unit or (comparable(wanted, rival) and alike(wanted.of, rival.of))


def comparable(wanted: Figure, rival: Figure) -> bool:
    """Whether two figures can be of one thing: not a share and a length, not an age and a length of time."""
    units = {wanted.unit, rival.unit}
    if "other" in units:
        return False
    return len({_scaled(wanted)[0], _scaled(rival)[0]}) == 1 or not any(
        unit and (_is_strict(unit) or unit == "time") for unit in units
    )


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a word of the one is, or stands close to, a word of the other."""
    return any(closeness(first, second) for first in one for second in other)


def said_elsewhere(wanted: Figure, same: Sequence[Figure], rivals: Sequence[Figure]) -> Figure | None:
    """Where the same figure is said of something else: the one that is said of what ``wanted`` is said of."""
    of = wanted.of - ANYBODY
    elsewhere = [other for other in rivals if comparable(wanted, other) and alike(of, other.of - ANYBODY)]
    if elsewhere and not any(not other.of or alike(wanted.of, other.of) for other in same):
        return elsewhere[0]
    return None
