"""The README is true: its commands run as printed, its excerpt is what comes out, its settings exist."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = ".venv/bin/pipeline "


def _commands() -> list[str]:
    """The commands of the README's shell blocks that need no server, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    needs = ("--base-url", "--local-model", "--max-cost", "doctor", "review")  # a server, a model file, a key, a person
    return [line for line in lines if line.startswith(COMMAND) and not any(need in line for need in needs)]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the README's paths mean something: the seeds, a later article, and two summaries."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "path" / "to").mkdir(parents=True)
    (folder / "path" / "to" / "articles").symlink_to(ROOT / "seeds", target_is_directory=True)
    (folder / "path" / "to" / "new-articles").mkdir()
    later = "The two ministers will not meet again this year, a spokesman said in New Delhi on Friday.\n"
    (folder / "path" / "to" / "new-articles" / "friday.txt").write_text(later, encoding="utf-8")
    (folder / "evals").symlink_to(ROOT / "evals", target_is_directory=True)
    _run("run path/to/articles --words 150 --out earlier-out", folder)
    _run("run path/to/articles", folder)
    story = {"id": "storm-1", "articles": [{"text": "A ferry sank off Tarn on Monday, the coast guard said."}]}
    (folder / "stories.jsonl").write_text(json.dumps(story), encoding="utf-8")
    _run("corpus run stories.jsonl --out corpus-out", folder)
    (folder / "summary.md").write_bytes((folder / "pipeline-out" / "summary.md").read_bytes())
    return folder


def _run(arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "PIPELINE_"))}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *shlex.split(arguments)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_there_are_commands_to_try() -> None:
    """The README shows how to run, to estimate and to check."""
    assert len(_commands()) >= 4


@pytest.mark.parametrize("line", _commands())
def test_command_runs_as_printed(line: str, workplace: Path) -> None:
    """Each command of the README ends with status 0 and says something."""
    done = _run(line.removeprefix(COMMAND), workplace)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_excerpt_is_what_comes_out(workplace: Path) -> None:
    """Every run of words of the README's sample stands in the real summary of the seeds."""
    summary = " ".join((workplace / "summary.md").read_text(encoding="utf-8").split())
    sample = " ".join(line.lstrip("> ") for line in README.splitlines() if line.startswith(">"))
    statements = [s.strip() for s in re.split(r"…|\*\*[^*]*\*\*", sample) if len(s.split()) > 3]
    assert len(statements) >= 3
    for statement in statements:
        assert statement.rstrip(" -") in summary


def test_named_settings_exist() -> None:
    """Every PIPELINE_ variable that the README names is a setting."""
    names = set(re.findall(r"`PIPELINE_([A-Z_]+)`", README)) - {""}
    assert names
    assert {name.lower() for name in names} <= set(Settings.model_fields)
