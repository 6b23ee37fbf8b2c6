"""The wheel: built, installed into an empty environment, and used where there is no checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
LEFT_OUT = {"OPENAI_API_KEY", "OPENAI_BASE_URL", "PYTHONPATH", "VIRTUAL_ENV"}
WHERE = """
import json, pipeline.prompting, pipeline.render.report
from importlib.resources import files
templates = [p.name for p in (files("pipeline.render") / "templates").iterdir()]
print(json.dumps({"package": pipeline.__file__, "prompts": str(pipeline.prompting.prompt_directory()),
                  "templates": sorted(templates)}))
"""


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in LEFT_OUT and not k.startswith("PIPELINE_")}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _do(*command: str | Path, folder: Path) -> str:
    """Standard output of a command that must work."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment that holds nothing but the wheel and what it depends on."""
    place = tmp_path_factory.mktemp("elsewhere")
    _do(sys.executable, "-m", "build", "--wheel", "--outdir", place / "dist", ROOT, folder=place)
    (wheel,) = (place / "dist").glob("*.whl")
    venv.create(place / "venv", with_pip=True)
    scripts = place / "venv" / "bin"
    _do(scripts / "python", "-m", "pip", "install", "-qq", wheel, "-c", ROOT / "constraints.txt", folder=place)
    return scripts


def test_command_works(installed: Path, tmp_path: Path) -> None:
    """The installed command knows its version and finds its prompts unaltered."""
    assert _do(installed / "pipeline", "--version", folder=tmp_path).startswith("pipeline ")
    listed = _do(installed / "pipeline", "prompts", folder=tmp_path)
    assert {line.split()[0] for line in listed.splitlines()} == {p.stem for p in (ROOT / "prompts").glob("*.md")}


def test_prompts_and_templates_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """Package, prompts and templates are read from the environment, never from the checkout."""
    found = json.loads(_do(installed / "python", "-c", WHERE, folder=tmp_path))
    home = installed.parent.resolve()
    assert Path(found["package"]).resolve().is_relative_to(home)
    assert Path(found["prompts"]).resolve().is_relative_to(home)
    here = {p.name for p in (ROOT / "pipeline" / "render" / "templates").iterdir() if p.is_file()}
    assert here <= set(found["templates"])


def test_run_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    """The main job gives all its files from copied articles, with nothing of the repository in reach."""
    shutil.copytree(ROOT / "seeds", tmp_path / "articles")
    printed = _do(installed / "pipeline", "run", "articles", "--engine", "extractive", folder=tmp_path)
    out = tmp_path / "pipeline-out"
    assert printed.startswith("# ")
    assert {"summary.json", "summary.md", "report.html", "run.json"} <= {p.name for p in out.iterdir()}
    assert len(json.loads((out / "summary.json").read_text(encoding="utf-8"))["sources"]) == 5
