"""Articles that several tests of the command are given."""

from __future__ import annotations

from pathlib import Path

import pytest

THREE = {
    "one.txt": "Title: Ferry sinks\n\nA ferry with 40 people on board sank off Tarn on Monday, the coast guard "
    "said. The ferry left Pell Quay "
    "at noon, its owner Doran Vasquell said.\n",
    "two.txt": "A ferry carrying 40 people sank off Tarn on Monday, police said. Divers found the wreck of the "
    "ferry near Orrin Point.\n",
    "three.txt": "The ferry that sank off Tarn had 12 life jackets too few, a union said. The mayor of Tarn "
    "closed the quay.\n",
}
SOURCE = "A ferry sank off Tarn on Monday, the coast guard said. Nobody was hurt, and 12 sailors reached Pell Quay.\n"
SUMMARY = "A ferry sank off Tarn on Monday, the coast guard said [1]. Fourteen sailors reached Pell Quay [1].\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Three short articles on one event."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in THREE.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """One short article, and a summary of it that is half wrong."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "ferry.txt").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "summary.md").write_text(SUMMARY, encoding="utf-8")
    return folder
