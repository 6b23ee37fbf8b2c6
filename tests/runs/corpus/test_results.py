"""The store of finished stories: what was kept comes back as it was, or not at all."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.runs.corpus.results import Result, ResultStore

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
RESTS_ON = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
KEPT = Result("a line", (("request", "reply"),))


def _change(path: Path, statement: str) -> None:
    with sqlite3.connect(path, isolation_level=None) as file:
        file.execute(statement)
    file.close()


@given(line=TEXT, rests_on=RESTS_ON)
def test_a_result_comes_back_as_it_was(
    line: str, rests_on: tuple[tuple[str, str], ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever stands in it; of another key there is none."""
    with ResultStore(tmp_path_factory.mktemp("kept") / "results.sqlite") as store:
        store.put("key", Result(line, rests_on))
        assert (store.get("key"), store.get("other")) == (Result(line, rests_on), None)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE results SET told = x'00' WHERE key = 'a'",
        "UPDATE results SET told = substr(told, 1, length(told) - 1) WHERE key = 'a'",
        "UPDATE results SET told = 'text' WHERE key = 'a'",
        "UPDATE results SET digest = '' WHERE key = 'a'",
        "UPDATE results SET (told, digest) = (SELECT told, digest FROM results WHERE key = 'b') WHERE key = 'a'",
    ],
)
def test_a_damaged_result_is_ignored_and_told_once(damage: str, tmp_path: Path) -> None:
    """Another story's in its place, too. The others are there, and a new one takes its place."""
    path, told = tmp_path / "results.sqlite", list[str]()
    with ResultStore(path, tell=told.append) as store:
        store.put("a", KEPT)
        store.put("b", Result("another line", ()))
        _change(path, damage)
        assert (store.get("a"), store.get("a"), store.get("b")) == (None, None, Result("another line", ()))
        assert (len(told), "made again" in told[0]) == (1, True)
        store.put("a", KEPT)
        assert store.get("a") == KEPT


def test_a_file_that_breaks_ends_nothing(tmp_path: Path) -> None:
    """A table that is gone is told, once for each reason."""
    path, told = tmp_path / "results.sqlite", list[str]()
    with ResultStore(path, tell=told.append) as store:
        _change(path, "DROP TABLE results")
        assert store.get("a") is None
        store.put("a", KEPT)
        store.put("b", KEPT)
    assert len(told) == 1


def test_it_does_not_grow_beyond_its_bound(tmp_path: Path) -> None:
    """The oldest go, the newest stay; the file of a damaged one is refused."""
    with ResultStore(tmp_path / "results.sqlite", most_bytes=200_000) as store:
        for number in range(2048):
            store.put(f"{number}", Result("".join(chr(33 + (number * n) % 90) for n in range(400)), ()))
        left = store.count()
        assert 100 < left < 2048
        assert store.get("0") is None
        assert store.get("2047") is not None
    assert (tmp_path / "results.sqlite").stat().st_size < 400_000
    (tmp_path / "other.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        ResultStore(tmp_path / "other.sqlite")


def test_pruning_forgets_by_age_or_all(tmp_path: Path) -> None:
    """And says how many."""
    path = tmp_path / "results.sqlite"
    with ResultStore(path) as store:
        for key in "abc":
            store.put(key, KEPT)
        _change(path, "UPDATE results SET stored = 1 WHERE key = 'a'")
        assert (store.prune(older_than=time.time() - 60), store.count()) == (1, 2)
        assert (store.prune(), store.count()) == (2, 0)
    assert path.stat().st_mode & 0o077 == 0
