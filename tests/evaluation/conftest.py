"""A tiny story in a folder of its own, genuine runs over it, and the command inside this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation.gold import gold_synthesis, load_gold
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.runs import load_run
from pipeline.evaluation.selftest.mutants import Ground
from pipeline.evaluation.story import LabelledStory, load_story
from pipeline.evaluation.yardstick import Yardstick
from tests.evaluation.tiny import Home, invoke, make_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A working folder with the tiny story, gates and a rewording; everything in it can be altered."""
    return make_home(tmp_path / "home")


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same, shared by all tests: nobody alters it."""
    return make_home(tmp_path_factory.mktemp("tiny") / "home")


@pytest.fixture(scope="session")
def tiny(_kept: Home) -> LabelledStory:
    """The tiny story, read."""
    return load_story(_kept.labels)


@pytest.fixture(scope="session")
def run_folder(_kept: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pipeline run` leaves of the tiny story's articles."""
    out = tmp_path_factory.mktemp("run") / "out"
    ran = invoke("run", _kept.articles, "--out", out, "--engine", "extractive", folder=_kept.folder)
    assert ran.status == 0, ran.err
    return out


@pytest.fixture(scope="session")
def outcome(run_folder: Path) -> Outcome:
    """The same, read."""
    return load_run(run_folder)


@pytest.fixture(scope="session")
def yardstick(tiny: LabelledStory, outcome: Outcome) -> Yardstick:
    """What the tiny story's summaries are measured by."""
    return Yardstick(tiny.labels, outcome.articles())


@pytest.fixture(scope="session")
def ground(tiny: LabelledStory, outcome: Outcome, yardstick: Yardstick) -> Ground:
    """The tiny story's gold summary, to be corrupted."""
    gold = load_gold(tiny.path)
    assert gold is not None
    synthesis = gold_synthesis(gold, tiny.labels, list(outcome.articles().values()))
    return Ground(outcome._replace(synthesis=synthesis), synthesis, yardstick)
