"""Numbers of other languages: their values and what they count."""

from __future__ import annotations

import pytest

from pipeline.text.languages.known import KNOWN
from pipeline.text.languages.numerals import clocks, han_value, numbers


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("de", "Es kostet €12 oder 13 €, also 5٪.", [(12, "€"), (13, "€"), (5, "%")]),
        ("de", "Zweitausend Boote, dreitausendzweihundert Autos", [(2000, "boot"), (3200, "autos")]),
        ("de", "Es waren 3 Millionen Boote.", [(3e6, "boot")]),
        ("fr", "quatre-vingt-dix bateaux, quatre-vingts navires", [(90, "bateau"), (80, "navir")]),
        ("fr", "quatre-vingt-onze bateaux", [(91, "bateau")]),
        ("fr", "vingt et un bateaux", [(21, "bateau")]),
        ("zh", "损失3.5万元", [(35000, "元")]),
        ("zh", "损失3.5万亿元", [(3.5e12, "元")]),
        ("zh", "损失2千亿元和12%", [(2e11, "元"), (12, "%")]),
        ("zh", "损失五万€", [(50000, "€")]),
        ("zh", "两名乘客", [(2, "名")]),
        ("zh", "百分之五", [(5, "%")]),
        ("zh", "十分好", []),  # "very"
    ],
)
def test_values_and_units(code: str, text: str, found: list[tuple[float, str]]) -> None:
    """Signs before and behind, compounds, and scales that multiply."""
    assert [(n.value, n.unit) for n in numbers(text, KNOWN[code])] == found
    assert all(n.comparator == "exact" for n in numbers(text, KNOWN[code]))


def test_characters() -> None:
    """By place, or digit by digit."""
    assert [han_value(written) for written in ("五", "十", "三万五千亿", "二〇二二")] == [5, 10, 3.5e12, 2022]


def test_times_of_day() -> None:
    """Minutes from midnight, told exactly."""
    assert [(clock.value, clock.comparator) for clock in clocks("um 14.30 Uhr, à 9 h 05")] == [
        (870, "exact"), (545, "exact"),
    ]  # fmt: skip
