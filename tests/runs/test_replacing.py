"""One run takes the place of another as a whole, whatever happens on the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.errors import OutputError
from pipeline.runs.output import write_outputs
from pipeline.runs.replacing import PREVIOUS, Replacement, replace_run, settle
from tests.cli.command import files

_STEPS: Final = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "open", "fcntl.flock", "shutil.rmtree"})
"""What a process does to files, as the interpreter tells those who audit it."""


def _run(text: str, *names: str) -> dict[str, str]:
    return {**dict.fromkeys(names, text), "run.json": json.dumps({"files": [*names, "run.json"], "made": text})}


OLD: Final = _run("old", "summary.json", "articles/a.json", "articles/gone.json")
NEW: Final = _run("new", "summary.json", "articles/a.json", "articles/b.json", "changes.html")


def _folder(out: Path) -> Path:
    """An earlier run that was updated before, with a review and somebody's notes."""
    write_outputs(out, OLD)
    write_outputs(out / PREVIOUS, _run("oldest", "summary.json", "articles/oldest.json"))
    (out / "review.jsonl").write_text("decisions", encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    return out


def _replace(out: Path) -> None:
    seen = (out / "run.json").read_bytes()
    replace_run(out, Replacement(NEW, {"summary.reviewed.md": "new"}, seen))


def _texts(out: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in files(out).items()}


AFTER: Final = {
    **NEW,
    "review.jsonl": "decisions",
    "summary.reviewed.md": "new",
    "notes.txt": "mine",
    **{f"{PREVIOUS}/{name}": text for name, text in OLD.items()},
    f"{PREVIOUS}/review.jsonl": "decisions",
}


def test_the_new_run_lies_there_and_the_old_one_is_kept(tmp_path: Path) -> None:
    """What the old run wrote and the new one does not is gone; its review is copied; other files stay."""
    out = _folder(tmp_path / "out")
    _replace(out)
    assert _texts(out) == AFTER
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def _killed(out: Path, step: int) -> None:
    """In a process of its own: die at the step, as by a power cut."""
    left = [step]

    def count(event: str, arguments: Any) -> None:
        if event in _STEPS and str(out) in str(arguments):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    _replace(out)


def test_killed_at_any_step_one_of_the_runs_is_whole(tmp_path: Path) -> None:
    """SIGKILL before each thing that is done to a file: whoever looks next finds one of the two runs, all of it."""
    before, step = _texts(_folder(tmp_path / "before")), 0
    found: list[str] = []
    spawn = multiprocessing.get_context("fork")
    while not found or found[-1] != "done":
        step += 1
        out = _folder(tmp_path / f"{step}")
        process = spawn.Process(target=_killed, args=(out, step))
        process.start()
        process.join(30)
        settle(out)
        texts = {n: t for n, t in _texts(out).items() if not n.startswith(".update-")}
        assert texts in (before, AFTER), step
        found.append("done" if process.exitcode == 0 else "old" if texts == before else "new")
        _replace_again(out, texts == before)
    assert found == sorted(found, key=["old", "new", "done"].index), "once it is the new one, it stays so"
    assert {"old", "new"} <= set(found)


def _replace_again(out: Path, is_old: bool) -> None:
    """The same command once more: nothing that was left behind stays, and the result is the same."""
    if is_old:
        _replace(out)
        assert _texts(out) == AFTER


def test_a_forged_update_touches_nothing_else(tmp_path: Path) -> None:
    """A folder that came from somebody, with an update that claims to be finished: only a run's own names are moved."""
    out, outside = _folder(tmp_path / "out"), tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine", encoding="utf-8")
    forged = out / ".updated-01234567"
    (forged / "new" / "articles").mkdir(parents=True)
    (forged / "new" / "notes.txt").write_text("theirs", encoding="utf-8")
    (forged / "new" / "summary.md").symlink_to(outside / "mine.txt")
    (forged / "previous").symlink_to(outside)
    lists = {"gone": ["notes.txt", "../outside/mine.txt", 7], "kept": []}
    (forged / "gone.json").write_text(json.dumps(lists), encoding="utf-8")
    settle(out)
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (outside / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert not (out / "summary.md").exists()
    assert not forged.exists()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A folder `previous` that is a link to somewhere else: refused, and the run is as it was."""
    out, elsewhere = _folder(tmp_path / "out"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path in sorted((out / PREVIOUS).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (out / PREVIOUS).rmdir()
    (out / PREVIOUS).symlink_to(elsewhere)
    with pytest.raises(OutputError, match="is a link"):
        _replace(out)
    assert not list(elsewhere.iterdir())
    assert _texts(out) == {**OLD, "review.jsonl": "decisions", "notes.txt": "mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_left(tmp_path: Path) -> None:
    """No permission: an error that says so, and the earlier run."""
    out = _folder(tmp_path / "out")
    before = files(out)
    out.chmod(0o500)
    try:
        with pytest.raises(OutputError):
            _replace(out)
    finally:
        out.chmod(0o700)
    assert files(out) == before
