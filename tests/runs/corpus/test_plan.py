"""Cutting a file into shards: every line in one of them, by its number in the whole, at the same places each time."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import InputError
from pipeline.runs.corpus.plan import GRAIN, as_kept, make_plan, step_for, take_up
from pipeline.runs.corpus.source import JsonLines
from pipeline.runs.corpus.state import State


@given(
    lengths=st.lists(st.sampled_from([0, 1, 30, GRAIN // 2 - 1, GRAIN - 1, GRAIN, 2 * GRAIN + 7]), max_size=12),
    ending=st.sampled_from([b"\n", b""]),
    grains=st.integers(1, 3),
)
def test_shards_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], ending: bytes, grains: int
) -> None:
    """Lines of the shards, one after the other, are those of the file, and have the same numbers and places."""
    path = tmp_path_factory.mktemp("plan") / "in.jsonl"
    path.write_bytes(b"\n".join(b"x" * length for length in lengths) + ending)
    plan = make_plan(str(path), grains * GRAIN)
    shards = [JsonLines(str(path), part.start, part.end, part.lines_before) for part in plan.parts()]
    whole = JsonLines(str(path))
    found = [(item.number, item.payload, shard.where(item)) for shard in shards for item in shard.items()]
    assert found == [(item.number, item.payload, whole.where(item)) for item in whole.items()]


def test_a_run_that_is_taken_up_cuts_as_before(tmp_path: Path) -> None:
    """However many workers there are then; an input that has changed is refused."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"id": "1"}\n' * 60_000)
    with closing(State(tmp_path)) as state:
        first = take_up(str(path), state, 1)
        state.put(as_kept(first))
        again = take_up(str(path), state, 50)
        assert (again, len(list(first.parts()))) == (first, 11)
        path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
        with pytest.raises(InputError, match="changed"):
            take_up(str(path), state, 1)


def test_only_a_file_is_cut(tmp_path: Path) -> None:
    """A stream and a folder are refused; an empty file has no shard."""
    for path in ("-", str(tmp_path)):
        with pytest.raises(InputError):
            make_plan(path, GRAIN)
    (tmp_path / "empty").write_bytes(b"")
    assert list(make_plan(str(tmp_path / "empty"), GRAIN).parts()) == []


@given(size=st.integers(0, 10**13), workers=st.integers(0, 5000))
def test_shards_are_neither_too_small_nor_too_large(size: int, workers: int) -> None:
    """Whole grains, from one to 256 of them."""
    step = step_for(size, workers)
    assert step % GRAIN == 0
    assert GRAIN <= step <= 256 * GRAIN
