"""What goes into one file: by number, bytes and budget."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import BudgetError
from pipeline.runs.batch.files import Caps, affordable, cut
from tests.llm.scripted import chat_request

SIZES = st.lists(st.tuples(st.text(min_size=1, max_size=3), st.integers(1, 50)), max_size=30)


@given(SIZES, st.integers(1, 6), st.integers(1, 60))
def test_files_keep_the_order_and_the_caps(sizes: list[tuple[str, int]], most: int, held: int) -> None:
    """Nothing is lost or doubled; a file is within both caps unless one line alone is too large."""
    files = list(cut(sizes, Caps(most, held)))
    assert [name for file in files for name in file] == [name for name, _ in sizes]
    rest = iter(sizes)
    for file in files:
        total = sum(next(rest)[1] for _ in file)
        assert 0 < len(file) <= most
        assert total <= held or len(file) == 1


def test_the_budget_leaves_out_what_it_cannot_pay() -> None:
    """The first that may not fit ends the choice; nothing that fits, and nothing under way, is an error."""
    wanted = [(str(n), chat_request(text=str(n))) for n in range(5)]
    assert list(affordable(wanted, lambda _: 1.0, 3.5, 0.0, may_wait=False)) == ["0", "1", "2"]
    assert list(affordable(wanted, lambda _: 1.0, 0.5, 0.0, may_wait=True)) == []
    with pytest.raises(BudgetError, match="--max-cost"):
        list(affordable(wanted, lambda _: 1.0, 0.5, 2.0, may_wait=False))
