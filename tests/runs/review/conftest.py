"""A run to review: made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.runs.folder import RunFolder, read_run
from pipeline.runs.review.items import Items
from tests.runs.ran import run_of


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nobody alters."""
    return run_of(tmp_path_factory.mktemp("reviewed"))


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A copy to decide about."""
    shutil.copytree(kept, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture(scope="session")
def run(kept: Path) -> RunFolder:
    """The run, read."""
    return read_run(kept)


@pytest.fixture(scope="session")
def items(run: RunFolder) -> Items:
    """What can be decided about."""
    return Items(run)
