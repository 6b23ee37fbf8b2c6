"""What a run has left is read back whole, and a folder that is not of one run is refused with what is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.runs.folder import cited_in, read_parts, read_run, stands
from tests.runs.ran import run_of


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run over three short articles."""
    return run_of(tmp_path_factory.mktemp("ran"))


@pytest.fixture
def folder(ran: Path, tmp_path: Path) -> Path:
    """A copy that may be altered."""
    shutil.copytree(ran, tmp_path / "out")
    return tmp_path / "out"


def _alter(path: Path, change: Callable[[Any], object]) -> None:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    change(loaded)
    path.write_text(json.dumps(loaded), encoding="utf-8")


def test_a_run_is_read_whole(ran: Path) -> None:
    """Summary, articles in the order of the sources, record; every citation stands."""
    run = read_run(ran)
    assert list(run.articles()) == [source.article_id for source in run.synthesis.sources]
    assert set(run.manifest.inputs) == {article.path for article in run.articles().values()}
    passages = list(cited_in(run.synthesis))
    assert passages
    assert all(stands(evidence, run.articles()[evidence.article_id]) for evidence in passages)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    """A folder without a run, and one that is not there."""
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="holds no run"):
            read_run(folder)


@pytest.mark.parametrize("name", ["summary.json", "run.json"])
def test_a_part_that_is_missing_is_named(folder: Path, name: str) -> None:
    """An eval may go on without it; whoever needs the whole is told."""
    (folder / name).unlink()
    read_parts(folder)
    with pytest.raises(InputError, match="no summary" if name == "summary.json" else r"no run\.json"):
        read_run(folder)


@pytest.mark.parametrize("name", ["summary.json", "run.json", "articles/courier.json"])
def test_another_version_is_refused(folder: Path, name: str) -> None:
    """A file of another schema is refused even where its keys are ours."""
    _alter(folder / name, lambda loaded: loaded.update(schema_version=2))
    with pytest.raises(InputError, match="another version"):
        read_run(folder)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("summary.json", lambda s: s["sources"][0].update(sha256="0" * 64), "has changed"),
        ("summary.json", lambda s: s["sources"].pop(), "does not stand"),
        ("summary.json", lambda s: s["statements"][0]["citations"][0]["evidence"].update(start=1), "does not stand"),
        ("articles/courier.json", lambda a: a["article"].update(text="Nothing."), "does not stand"),
        ("articles/courier.json", lambda a: a["article"].update(id="radio"), "two articles have the id"),
        ("articles/courier.json", lambda a: a["article"].update(id="other"), r"no articles/courier\.json"),
    ],
)
def test_files_of_different_runs_are_refused(
    folder: Path, name: str, change: Callable[[Any], object], told: str
) -> None:
    """A summary beside articles that are not its own would show passages that nobody cited."""
    _alter(folder / name, change)
    with pytest.raises(InputError, match=told):
        read_run(folder)
