"""Which of two clauses came first."""

from __future__ import annotations

import pytest

from pipeline.text.order import most_sequences, sequences


def _told(text: str) -> list[tuple[set[str], set[str], str]]:
    return [(set(s.first), set(s.second), s.shown) for s in sequences(text)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The road was shut before the river rose.", [({"road", "shut"}, {"rise", "river"}, "before")]),
        ("Because the river rose, the road was shut.", [({"rise", "river"}, {"road", "shut"}, "Because")]),
        ("Mills closed because prices fell. Workers left.", [({"fall", "price"}, {"mill", "close"}, "because")]),
        ("Rain fell before snow.", [({"rain", "fall"}, {"snow"}, "before")]),  # one word is enough
        ("Snow before rain fell.", [({"snow"}, {"rain", "fall"}, "before")]),
        ("Rain fell before rain.", []),
        ("It left after a week. The mill burned because the boiler burst.",
         [({"boiler", "burst"}, {"mill", "burn"}, "because")]),
        ("The mill closed on Monday at 7 pm because prices fell by 12% in 2019.",
         [({"price", "fall"}, {"mill", "close"}, "because")]),
    ],
)  # fmt: skip
def test_order(text: str, told: list[tuple[set[str], set[str], str]]) -> None:
    """The clauses around a word of order, without dates and figures; a time behind it is no clause."""
    assert _told(text) == told


@pytest.mark.parametrize(
    ("one", "other", "comparable"),
    [
        ("before", "because", False),
        ("Before", "Because", False),
        ("before", "after", True),
        ("after", "because", True),
        ("before", "and later", True),
        ("due to", "because", True),
    ],
)
def test_a_cause_is_no_mere_time(one: str, other: str, comparable: bool) -> None:
    """Who left before noon need not have left because of it."""
    first, second = sequences(f"Sailors left {one} boats sank.")[0], sequences(f"Sailors left {other} boats sank.")[0]
    assert first.comparable(second) is second.comparable(first) is comparable


def test_most() -> None:
    """What is counted without reading is close."""
    assert most_sequences("Sailors left.") == 0
    assert most_sequences("Sailors left because boats sank.") == 1
    assert most_sequences("Boats sank and as a result of it sailors left.") == 2
