"""The seeds through the hosted endpoint of whoever has a key (`make test-live`); spends ``LIVE_MAX_COST`` at most.

The endpoint is OpenAI's, or what ``OPENAI_BASE_URL`` names; the model the default, or what ``PIPELINE_MODEL`` names.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from pipeline.domain.synthesis import Synthesis
from tests.cli.command import program

pytestmark = pytest.mark.live

SEEDS = Path(__file__).parents[2] / "seeds"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name.startswith(("OPENAI_", "PIPELINE_"))}
"""As it was before the tests' own isolation took it away."""


def _pipeline(cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ENVIRONMENT | {"PIPELINE_CACHE_DIR": str(cache)}
    return subprocess.run([program(), *arguments], env=environment, capture_output=True, text=True, check=False)


def test_the_endpoint_is_well(tmp_path: Path) -> None:
    """The doctor finds no problem, so that what fails later is ours."""
    done = _pipeline(tmp_path, "doctor")
    print(done.stdout, done.stderr)  # noqa: T201  a person reads it
    assert done.returncode == 0


def test_the_seeds_through_a_hosted_model(tmp_path: Path) -> None:
    """Exit 0 within the cap, statements that are all supported, and a rerun that pays nothing."""
    run = ("run", str(SEEDS), "--out", str(tmp_path / "out"), "--max-cost", os.environ.get("LIVE_MAX_COST", "0.25"))
    first = _pipeline(tmp_path / "cache", *run)
    print(first.stdout, first.stderr)  # noqa: T201  a person judges the summary
    assert first.returncode == 0, first.stderr
    synthesis = Synthesis.model_validate_json((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert len(synthesis.statements) >= 5
    assert all(statement.verdict.status == "supported" for statement in synthesis.statements)

    second = _pipeline(tmp_path / "cache", *run)
    assert second.stdout == first.stdout
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert sum(stage["cost_usd"] for stage in record["stages"]) == 0
