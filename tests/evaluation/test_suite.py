"""The suite and the command: gates, exit status, and the JSON that scripts read."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.protocol import Brief, StatementDraft, SynthesisDraft
from pipeline.errors import InputError
from pipeline.evaluation.story import LabelledStory, load_story
from pipeline.evaluation.suite import EvalReport, evaluate

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "evals" / "stories" / "seeds"


class TerseEngine(ExtractiveEngine):
    """Reads everything and says one thing."""

    async def synthesize(self, brief: Brief) -> SynthesisDraft:
        """The last claim of all, in its own words."""
        claim = list(brief.claims.values())[-1]
        return SynthesisDraft(statements=(StatementDraft(text=claim.text, claim_ids=(claim.id,)),))


@pytest.fixture
def seeds() -> LabelledStory:
    """The labelled seeds."""
    return load_story(SEEDS / "facts.yaml")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The story and its articles, copied to where they can be altered; the folder of the story."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copytree(SEEDS, tmp_path / "evals" / "stories" / "seeds")
    return tmp_path / "evals" / "stories" / "seeds"


def _command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`pipeline eval` in a process of its own, with a key set that must not be used."""
    code = "from pipeline.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "eval", *arguments],
        cwd=folder,
        env={**os.environ, "OPENAI_API_KEY": "rubbish", "OPENAI_BASE_URL": "http://127.0.0.1:9"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_summary_that_tells_little_fails_the_gate(seeds: LabelledStory) -> None:
    """A summary of one statement loses vital facts, is measured as such, and fails."""
    report = asyncio.run(evaluate([seeds], TerseEngine()))
    metric = report.stories["seeds"].metrics["vital_recall"]
    assert metric.value is not None
    assert metric.value < 1
    assert report.failed()
    assert "lost at synthesize" in report.gates[0].detail


def test_wrong_labels_are_not_measured(seeds: LabelledStory) -> None:
    """Two stories of one id would overwrite each other's results, so nothing is run."""
    with pytest.raises(InputError, match="two stories"):
        asyncio.run(evaluate([seeds, seeds], ExtractiveEngine()))


def test_json_is_the_contract(copied: Path) -> None:
    """The JSON has the keys of the contract, for what is measured, and nothing of what is not."""
    done = _command("--json", folder=copied.parents[2])
    printed = json.loads(done.stdout)
    assert list(printed) == ["schema_version", "stories", "gates"]
    story = printed["stories"]["seeds"]
    assert list(story) == ["metrics", "facts"]
    assert set(story["metrics"]["vital_recall"]) == {"value", "low", "high", "n", "unmeasured"}
    assert set(story["facts"][0]) == {"id", "importance", "level", "statement_id", "lost_at", "flags"}
    assert set(printed["gates"][0]) == {"name", "passed", "detail"}
    assert EvalReport.model_validate(printed).failed() == (done.returncode == 1)


def test_lost_vital_fact_exits_1(copied: Path) -> None:
    """Where no article says a vital fact any more, the command names it and where it was lost, and fails."""
    labels = (copied / "facts.yaml").read_text(encoding="utf-8")
    article = copied.parents[2] / "seeds" / "002_0bdf521fb7863932.txt"
    text = article.read_text(encoding="utf-8")
    article.write_text(text.replace("spoke for less than 10 minutes, a senior", "spoke briefly, a senior"), "utf-8")
    quote = "the two officials spoke for less than 10 minutes"
    (copied / "facts.yaml").write_text(labels.replace(quote, "the two officials spoke briefly"), "utf-8")
    done = _command("seeds", folder=copied.parents[2])
    assert done.returncode == 1, done.stderr
    assert "less-than-ten-minutes (lost at synthesize)" in done.stdout


def test_wrong_labels_exit_2(copied: Path) -> None:
    """Labels that misquote an article are an input error, named on stderr, with nothing on stdout."""
    labels = (copied / "facts.yaml").read_text(encoding="utf-8")
    (copied / "facts.yaml").write_text(labels.replace("spoke for about 10 minutes", "spoke for 10 minutes"), "utf-8")
    done = _command(folder=copied.parents[2])
    assert done.returncode == 2
    assert "not word for word" in done.stderr
    assert done.stdout == ""
