"""Results go where they belong, and nothing else is touched."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.runs.output import check_output, remove_run, write_outputs


def _run(*names: str) -> dict[str, str]:
    return {**dict.fromkeys(names, "text"), "run.json": json.dumps({"files": [*names, "run.json"]})}


def test_a_folder_with_files_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A summary.md or an articles folder that no run wrote is neither overwritten nor mixed with."""
    for name in ("summary.md", "articles/mine.json"):
        folder = tmp_path / name.replace("/", "-")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
        with pytest.raises(OutputError, match="no run of this program wrote"):
            check_output(folder, [])


def test_an_earlier_run_may_be_written_over(tmp_path: Path) -> None:
    """What the earlier run wrote and this one does not goes; what anybody else put there stays."""
    write_outputs(tmp_path, _run("summary.md", "articles/a.json", "articles/b.json"))
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "articles" / "mine.json").write_text("mine")
    check_output(tmp_path, [])
    write_outputs(tmp_path, _run("articles/b.json"))
    left = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["articles/b.json", "articles/mine.json", "notes.txt", "run.json"]


def test_a_forged_record_removes_nothing_else(tmp_path: Path) -> None:
    """A run.json that lists other people's files, inside or outside the folder, does not get them deleted."""
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "diary.txt").write_text("mine")
    forged = {"files": ["../outside.txt", "diary.txt", "articles/../../outside.txt", str(outside)]}
    (out / "run.json").write_text(json.dumps(forged))
    write_outputs(out, _run("summary.md"))
    assert outside.exists()
    assert (out / "diary.txt").exists()


def test_parts_of_a_killed_run_go_and_others_stay(tmp_path: Path) -> None:
    """An old part of ours is removed; a fresh one may be a run that is writing now, a foreign one is not ours."""
    old, fresh, foreign = (
        tmp_path / name for name in (".summary.md.0123abcd.part", ".run.json.0123abcd.part", ".film.mkv.part")
    )
    for part in (old, fresh, foreign):
        part.write_text("half")
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    os.utime(foreign, (long_ago, long_ago))
    write_outputs(tmp_path, _run("summary.md"))
    assert [part.exists() for part in (old, fresh, foreign)] == [False, True, True]


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """Where one file cannot be written, none appears and no part stays behind."""
    (tmp_path / "summary.md").mkdir()
    (tmp_path / "summary.md" / "full").write_text("a folder in the way")
    with pytest.raises(OutputError):
        write_outputs(tmp_path, _run("summary.md"))
    assert not list(tmp_path.rglob("*.part"))
    assert not (tmp_path / "run.json").exists()


def test_a_run_is_removed_with_its_empty_folders(tmp_path: Path) -> None:
    """What it wrote goes; a file of somebody else stays, and with it its folder."""
    one, two = tmp_path / "one", tmp_path / "two"
    for out in (one, two):
        write_outputs(out, _run("summary.md", "articles/a.json"))
    (two / "articles" / "mine.json").write_text("mine")
    for out in (one, two):
        remove_run(out)
    assert not one.exists()
    assert [path.name for path in two.rglob("*") if path.is_file()] == ["mine.json"]


def test_a_run_behind_a_link_is_not_removed(tmp_path: Path) -> None:
    """A link in the place of a story's folder, or of its articles, leads to what is not ours."""
    mine = tmp_path / "mine"
    write_outputs(mine, _run("summary.md", "articles/a.json"))
    (tmp_path / "link").symlink_to(mine, target_is_directory=True)
    remove_run(tmp_path / "link")
    other = tmp_path / "other"
    write_outputs(other, _run("articles/a.json"))
    (other / "articles" / "a.json").unlink()
    (other / "articles").rmdir()
    (other / "articles").symlink_to(mine / "articles", target_is_directory=True)
    remove_run(other)
    remove_run(tmp_path / "absent")
    assert (mine / "summary.md").exists()
    assert (mine / "articles" / "a.json").exists()
