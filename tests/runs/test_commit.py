"""The commit that the program was made from: of a checkout, and of nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pipeline.runs.commit import commit, commit_of
from tests.cli.command import pipeline


def _git(folder: Path, *arguments: str) -> str:
    own = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    command = ["git", *own, "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit of one file."""
    root = tmp_path / "checkout"
    root.mkdir()
    _git(root, "init", "--quiet")
    (root / "file").write_text("one", encoding="utf-8")
    _git(root, "add", "file")
    _git(root, "commit", "--quiet", "--message", "one")
    return root


def test_checkout_is_named_by_its_commit(checkout: Path) -> None:
    """The digest as git has it; a changed file is a sign behind it, a new one that git does not know is none."""
    head = _git(checkout, "rev-parse", "HEAD")
    (checkout / "new").write_text("new", encoding="utf-8")
    assert commit_of(checkout) == head
    (checkout / "file").write_text("two", encoding="utf-8")
    assert commit_of(checkout) == f"{head}+"


def test_folder_inside_a_checkout_is_none(checkout: Path) -> None:
    """An sdist that was unpacked in somebody's project does not go by that project's commit."""
    inside = checkout / "vendored"
    inside.mkdir()
    assert commit_of(inside) is None


def test_nothing_fails_without_git(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository, one without a commit, a broken one, no git at all: the commit is not known, and that is all."""
    assert commit_of(tmp_path) is None
    empty = tmp_path / "empty"
    empty.mkdir()
    _git(empty, "init", "--quiet")
    assert commit_of(empty) is None
    (tmp_path / ".git").write_text("gitdir: nowhere\n", encoding="utf-8")
    assert commit_of(tmp_path) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(checkout) is None


def test_version_is_shown_with_the_commit() -> None:
    """`pipeline --version`: the version, and twelve characters of the commit where one is known."""
    ran = pipeline("--version")
    known = commit()
    assert ran.status == 0
    assert ran.out.startswith("pipeline ")
    assert ("commit" in ran.out) == (known is not None)
    assert known is None or f"(commit {known[:12]}" in ran.out
