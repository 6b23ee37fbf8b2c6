"""The ledger: each story once, wherever the process dies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import ConfigurationError, InputError, OutputError
from pipeline.runs.corpus.ledger import FAILURES, SYNTHESES, Ledger, Result, open_ledger
from pipeline.runs.corpus.state import Status

SAME = {"words": 300}


def _result(number: int, line: str | None, *, partial: bool = False) -> Result:
    status: Status = "failed" if line is None else "partial" if partial else "done"
    failure = f'{{"n":{number}}}' if line is None else None
    return Result(number, f"s{number}", bytes([number]), status, line, failure)


def _text(folder: Path, name: str = SYNTHESES) -> list[str]:
    return (folder / name).read_text(encoding="utf-8").splitlines()


@given(steps=st.lists(st.sampled_from(["add", "fail", "commit", "die", "die torn"]), max_size=40))
def test_every_story_is_there_once_however_often_the_process_dies(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """What was committed stays; what was not is gone, torn lines too, and can be done again."""
    folder = tmp_path_factory.mktemp("ledger")
    committed: list[str] = []
    rest = list(steps)
    while rest:
        with open_ledger(folder) as ledger:
            ledger.begin(SAME, "in")
            assert _text(folder) == [line for line in committed if line != "-"]
            done, number = list(committed), len(committed)
            while rest and not rest[0].startswith("die"):
                step = rest.pop(0)
                if step == "commit":
                    ledger.commit({})
                    committed = list(done)
                    continue
                assert not ledger.finished(number, b"", "line")
                done.append("-" if step == "fail" else f"line {number}")
                ledger.add(_result(number, None if step == "fail" else f"line {number}"))
                number += 1
            if not rest:
                ledger.commit({})
                committed = done
                break
        if rest.pop(0) == "die torn":
            with (folder / SYNTHESES).open("ab") as stream:
                stream.write(b"half a li")
    with open_ledger(folder) as ledger:
        ledger.begin(SAME, "in")
    assert _text(folder) == [line for line in committed if line != "-"]
    assert len(_text(folder, FAILURES)) == committed.count("-")


@pytest.mark.parametrize("ordered", [True, False])
def test_retried_stories_take_their_places(tmp_path: Path, ordered: bool) -> None:
    """In order, between their neighbours; else at the end. One that fails again keeps what it had."""
    with open_ledger(tmp_path, ordered=ordered) as ledger:
        ledger.begin(SAME, "in")
        for number, line in enumerate(["zero", None, "two", None]):
            ledger.add(_result(number, line, partial=line == "two"))
        ledger.finish({})
    with open_ledger(tmp_path, ordered=ordered, retrying=True) as ledger:
        ledger.begin(SAME, "in")
        left = [number for number in range(5) if not ledger.finished(number, bytes([number]), "")]
        assert left == [1, 2, 3]
        ledger.add(_result(2, None))
        ledger.add(_result(1, "one"))
        ledger.finish({})
    assert _text(tmp_path) == (["zero", "one", "two"] if ordered else ["zero", "two", "one"])
    assert _text(tmp_path, FAILURES) == ['{"n":3}']
    with open_ledger(tmp_path, ordered=ordered) as ledger:
        ledger.begin(SAME, "in")
        ledger.add(_result(4, "four"))
        ledger.finish({})
    assert _text(tmp_path)[-1] == "four"


def test_a_merge_that_was_cut_off_is_finished_by_the_next(tmp_path: Path) -> None:
    """Before the transaction the merged file is rubbish; after it, it is moved into place."""
    with open_ledger(tmp_path) as ledger:
        ledger.begin(SAME, "in")
        ledger.add(_result(0, "old"))
        ledger.finish({})
    (tmp_path / ".syntheses.part").write_text("rubbish\n", encoding="utf-8")
    with open_ledger(tmp_path) as ledger:
        ledger.begin(SAME, "in")
    assert _text(tmp_path) == ["old"]
    (tmp_path / ".syntheses.part").write_text("new\n", encoding="utf-8")
    with open_ledger(tmp_path) as ledger:
        ledger.state.put({"merging": 1})
    with open_ledger(tmp_path) as ledger:
        ledger.begin(SAME, "in")
    assert _text(tmp_path) == ["new"]


def test_other_parameters_and_another_input_are_refused(tmp_path: Path) -> None:
    """By name; a story that failed may be mended."""
    with open_ledger(tmp_path) as ledger:
        ledger.begin(SAME, "in")
        ledger.add(_result(1, "one"))
        ledger.add(_result(2, None))
        ledger.commit({})
    with open_ledger(tmp_path) as ledger:
        with pytest.raises(ConfigurationError, match="words 300, not 200"):
            ledger.begin({"words": 200}, "in")
        ledger.begin(SAME, "in")
        assert ledger.finished(2, b"mended", "line 2")
        with pytest.raises(InputError, match="line 1"):
            ledger.finished(1, b"edited", "line 1")


def test_an_id_belongs_to_whoever_had_it_first(tmp_path: Path) -> None:
    """In this session and in later ones."""
    with open_ledger(tmp_path) as ledger:
        ledger.begin(SAME, "in")
        assert [ledger.first_with("a", 1), ledger.first_with("a", 2), ledger.first_with("b", 2)] == [1, 1, 2]
        ledger.commit({})
    with open_ledger(tmp_path) as ledger:
        ledger.begin(SAME, "in")
        assert [ledger.first_with("a", 1), ledger.first_with("a", 7)] == [1, 1]


def test_a_folder_is_for_one_process_and_for_nothing_else(tmp_path: Path) -> None:
    """Held, foreign, shortened: each is said, and nothing is changed."""
    with open_ledger(tmp_path / "a") as ledger:
        with pytest.raises(OutputError, match="Another process"), open_ledger(tmp_path / "a"):
            pass
        _write(ledger)
    (tmp_path / "a" / SYNTHESES).write_bytes(b"")
    with open_ledger(tmp_path / "a") as ledger, pytest.raises(OutputError, match="changed"):
        ledger.begin(SAME, "in")
    with open_ledger(tmp_path / "a", fresh=True) as ledger:
        _write(ledger)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / SYNTHESES).write_text("mine", encoding="utf-8")
    for fresh in (True, False):
        with pytest.raises(OutputError, match="no corpus run"), open_ledger(tmp_path / "b", fresh=fresh):
            pass
    assert (tmp_path / "b" / SYNTHESES).read_text(encoding="utf-8") == "mine"


def _write(ledger: Ledger) -> None:
    ledger.begin(SAME, "in")
    ledger.add(_result(0, "zero"))
    ledger.finish({})
