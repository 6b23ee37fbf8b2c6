"""`pipeline diff`: on a terminal, in a pipe, as JSON, as a page; bad input."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.cli.command import environment, load, pipeline, program
from tests.runs.ran import articles_in

LATE = (
    "The ferry Marigold ran aground off Tarn on Monday with 40 people on board, the harbour master said. "
    "Divers sealed the hull on Wednesday, the harbour master said.\n"
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A run over three articles, and one over these and a fourth."""
    folder = tmp_path_factory.mktemp("diff")
    articles = articles_in(folder / "articles")
    for name in ("three", "four"):
        ran = pipeline("run", articles, "--engine", "extractive", "--out", folder / name)
        assert ran.status == 0, ran.err
        (articles / "tribune.txt").write_text(LATE, encoding="utf-8")
    return folder / "three", folder / "four"


def altered(folder: Path, out: Path, change: dict[str, Any]) -> Path:
    """A copy of a run with other keys in its summary."""
    shutil.copytree(folder, out)
    summary = load(out, "summary.json") | change
    (out / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return out


def test_an_article_more_is_told(folders: tuple[Path, Path]) -> None:
    """The new source is named, and what it brought; the last line counts; nothing is wider than 80 columns."""
    ran = pipeline("diff", *folders)
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert any(line.startswith("+ added") and "tribune.txt" in line for line in lines)
    assert "(new source)" in ran.out
    assert "Sources: 1 added, 3 the same." in ran.out[-600:]
    assert max(map(cell_len, lines)) <= 80


def test_a_run_and_itself(folders: tuple[Path, Path]) -> None:
    """No difference is said in so many words, with status 0."""
    ran = pipeline("diff", folders[0], folders[0])
    assert ran.status == 0
    assert "The two runs are the same." in ran.out
    assert "\n+" not in ran.out
    assert "\n-" not in ran.out


def test_reworded_words_are_marked(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """What went out and what came in stand between marks, without colour."""
    summary = load(folders[0], "summary.json")
    statement = summary["statements"][0]
    changed = statement | {"text": statement["text"].replace("Tuesday", "Thursday")}
    assert changed != statement
    after = altered(folders[0], tmp_path / "b", {"statements": [changed, *summary["statements"][1:]]})
    out = pipeline("diff", folders[0], after).out
    assert "[-Tuesday-]{+Thursday+}" in " ".join(out.split())
    assert "1 reworded" in out


def test_json_is_the_comparison(folders: tuple[Path, Path]) -> None:
    """One JSON document with everything of both runs."""
    loaded = json.loads(pipeline("diff", *folders, "--json").out)
    counts = [len(load(folder, "summary.json")["statements"]) for folder in folders]
    assert sum(change["before"] is not None for change in loaded["statements"]) == counts[0]
    assert sum(change["after"] is not None for change in loaded["statements"]) == counts[1]
    assert loaded["schema_version"] == 1


def test_the_page_is_written(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """One file, named on stderr; the text is printed, too."""
    ran = pipeline("diff", *folders, "--page", tmp_path / "new" / "page.html")
    assert ran.status == 0
    assert "page.html" in ran.err
    assert (tmp_path / "new" / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_bad_input(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """A folder without a run, a missing one, one of another version, a page that cannot be written: 2, no traceback."""
    other = altered(folders[0], tmp_path / "other", {"schema_version": 99})
    for arguments in (
        (folders[0], tmp_path),
        (tmp_path / "missing", folders[0]),
        (folders[0], other),
        (*folders, "--page", tmp_path),
    ):
        ran = pipeline("diff", *arguments)
        assert ran.status == 2, arguments
        assert "error[" in ran.err
        assert "Traceback" not in ran.err


def test_a_tampered_claim_breaks_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """Claims that were edited to cite an article that is not there: no traceback, here and in an export."""
    after = altered(folders[0], tmp_path / "b", {})
    path = next((after / "articles").glob("*.json"))
    loaded = load(after, f"articles/{path.name}")
    for claim in loaded["summary"]["claims"]:
        claim["evidence"][0]["article_id"] = "nowhere"
    path.write_text(json.dumps(loaded), encoding="utf-8")
    for arguments in (("diff", folders[0], after), ("export", after, "--format", "annotations", "--all-claims")):
        ran = pipeline(*arguments)
        assert (ran.status, ran.err) == (0, "")


def test_hostile_text_does_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """A text with marks of ours, a terminal's orders and a turned direction is shown, and forges no change."""
    summary = load(folders[0], "summary.json")
    bad = "Nobody {+died+} [-lived-] \x1b[2J\x1b]0;x\x07 \u202eesrever\u2066 \x9b31m."
    statement = summary["statements"][0] | {"text": bad}
    after = altered(folders[0], tmp_path / "b", {"title": bad, "statements": [statement]})
    out = pipeline("diff", folders[0], after).out
    assert not {"\x1b", "\x07", "\u202e", "\u2066", "\x9b"} & set(out)
    assert "{+died+}" not in out
    assert "{ +died+ }" in " ".join(out.split())


def test_colour_only_on_a_terminal(folders: tuple[Path, Path]) -> None:
    """A terminal gets colour on top of signs and words; NO_COLOR takes it away again."""
    shown = {}
    for name, variables in (("colour", {}), ("none", {"NO_COLOR": "1"})):
        master, slave = pty.openpty()
        command = [program(), "diff", *map(str, folders)]
        given = {k: v for k, v in environment(TERM="xterm").items() if k != "NO_COLOR"} | variables
        with subprocess.Popen(command, stdout=slave, stderr=subprocess.PIPE, env=given) as process:
            os.close(slave)
            shown[name] = _all_of(master)
            assert process.wait(60) == 0
    assert "\x1b[32m+ added" in shown["colour"]
    assert "\x1b" not in shown["none"]
    assert "+ added" in shown["none"]


def _all_of(master: int) -> str:
    """What the terminal was sent, to its end."""
    read = b""
    try:
        while piece := os.read(master, 4096):
            read += piece
    except OSError:  # Linux: the other end was closed
        pass
    os.close(master)
    return read.decode()
