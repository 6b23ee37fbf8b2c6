"""The window: order, completeness and its bound, however stories end."""

from __future__ import annotations

from hypothesis import given, strategies as st

from pipeline.runs.corpus.window import Window


@given(count=st.integers(0, 60), size=st.integers(1, 8), at_once=st.integers(1, 12), data=st.data())
def test_results_come_in_order_and_few_wait(count: int, size: int, at_once: int, data: st.DataObject) -> None:
    """Whatever ends first: each result once, in the order of the starts, and fewer held back than the window's size."""
    window: Window[int] = Window(size)
    under_way: list[int] = []
    came: list[int] = []
    started = 0
    while len(came) < count:
        while started < count and len(under_way) < at_once and window.has_room():
            assert window.start() == started
            under_way.append(started)
            started += 1
        assert window.under_way == len(under_way) > 0
        one = under_way.pop(data.draw(st.integers(0, len(under_way) - 1)))
        came += window.finish(one, one)
        assert window.held < size
    assert came == list(range(count))
    assert window.held == 0


@given(order=st.permutations(range(12)))
def test_unordered_nothing_waits(order: list[int]) -> None:
    """Without order each result comes at once, and there is always room."""
    window: Window[int] = Window(1, ordered=False)
    for _ in order:
        assert window.has_room()
        window.start()
    assert [window.finish(one, one) for one in order] == [[one] for one in order]
    assert window.held == 0
