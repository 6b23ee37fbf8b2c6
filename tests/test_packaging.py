"""Wheel and sdist: built, installed into empty environments, and used where there is no checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
LEFT_OUT = {"OPENAI_API_KEY", "OPENAI_BASE_URL", "PYTHONPATH", "VIRTUAL_ENV"}
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
PROBE = "import ensurepip, sys, venv; print('{}.{}'.format(*sys.version_info))"
WHERE = """
import json, pipeline.prompting, pipeline.render.report
from importlib.resources import files
templates = [p.name for p in (files("pipeline.render") / "templates").iterdir()]
print(json.dumps({"package": pipeline.__file__, "prompts": str(pipeline.prompting.prompt_directory()),
                  "templates": sorted(templates)}))
"""
FAMILIAR = """
from pipeline import ArticleText, CitedText, PipelineError, Run, asummarize, check, summarize

run: Run = summarize([ArticleText("A ferry sank off Tarn, the coastguard said.", publisher="The Courier")], words=100)
texts: list[str] = [statement.text for statement in run.synthesis.statements]
quotes: list[str] = [c.evidence.quote for s in run.synthesis.statements for c in s.citations]
print(texts, quotes, run.markdown.upper(), run.html.upper(), run.save("ours").name)
passed: bool = check(CitedText(run.markdown), ArticleText("A ferry sank off Tarn, the coastguard said.")).passed()
assert passed and Run.load("ours") == run


async def later() -> Run:
    try:
        return await asummarize("articles", engine="extractive")
    except PipelineError as error:
        raise SystemExit(error.message) from None
"""
WRONG = """
from pipeline import Run, summarize, sumarize

run: str = summarize("articles")
summarize("articles", words="many")
summarize("articles", engine="magic")
"""
NOTEBOOK = """
import nbformat, nbclient
cells = [
    "from pipeline import ArticleText, CitedText, asummarize, check, summarize",
    "article = ArticleText('A <b>ferry</b> sank off Tarn on Monday, the coastguard said.')",
    "summarize(article)",
    "await asummarize(article)",
    "check(CitedText('A <b>ferry</b> sank. [1]'), article)",
]
book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
done = nbclient.NotebookClient(book, timeout=300).execute()
for cell in done.cells[2:]:
    (output,) = cell.outputs
    shown = output["data"]
    assert {"text/html", "text/plain"} <= set(shown), shown
    assert "ferry" in shown["text/html"] and "<b>" not in shown["text/html"], shown
assert all("text/markdown" in cell.outputs[0]["data"] for cell in done.cells[2:4])
assert "> article-1: “" in done.cells[4].outputs[0]["data"]["text/plain"]
print("shown")
"""


class Installed(NamedTuple):
    """The scripts of an environment that holds nothing but the package and what it needs; and what was installed."""

    scripts: Path
    origin: Path


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in LEFT_OUT and not k.startswith("PIPELINE_")}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _do(*command: str | Path, folder: Path) -> str:
    """Standard output of a command that must work."""
    done = _try(*command, folder=folder)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _try(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )


def _interpreters() -> dict[str, str]:
    """The Pythons that are here and can make an environment: the one that runs this, and what else is on the path."""
    found = {"{}.{}".format(*sys.version_info): sys.executable}
    for version in SUPPORTED:
        path = shutil.which(f"python{version}")
        if path is not None and version not in found:
            probed = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, check=False)
            if probed.returncode == 0 and probed.stdout.strip() == version:
                found[version] = path
    return found


INTERPRETERS = _interpreters()
KINDS = [*((version, "whl") for version in INTERPRETERS), (next(iter(INTERPRETERS)), "tar.gz")]
once = pytest.mark.parametrize("installed", KINDS[:1], ids="-".join, indirect=True)
"""For what depends on neither the Python nor the archive."""


@pytest.fixture(scope="module")
def head() -> str:
    """The commit that is built, as far as it is shown; empty where there is no git."""
    return _try("git", "-C", ROOT, "rev-parse", "--short=12", "HEAD", folder=ROOT).stdout.strip()


@pytest.fixture(scope="module")
def archives(head: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it: nothing can be in it that the sdist lacks."""
    del head  # it was asked for before
    place = tmp_path_factory.mktemp("archives")
    _do(sys.executable, "-m", "build", "--outdir", place, ROOT, folder=place)
    return place


@pytest.fixture(scope="module", params=KINDS, ids="-".join)
def installed(request: pytest.FixtureRequest, archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment for each Python with the wheel, and one with the sdist."""
    version, suffix = request.param
    (archive,) = archives.glob(f"*.{suffix}")
    place = tmp_path_factory.mktemp("elsewhere")
    _do(INTERPRETERS[version], "-m", "venv", place / "venv", folder=place)
    scripts = place / "venv" / "bin"
    _do(scripts / "python", "-m", "pip", "install", "-qq", archive, "-c", ROOT / "constraints.txt", folder=place)
    return Installed(scripts, archive)


def test_command_works(installed: Installed, head: str, tmp_path: Path) -> None:
    """The installed command knows its version and its commit, and finds its prompts unaltered."""
    told = _do(installed.scripts / "pipeline", "--version", folder=tmp_path)
    commit = rf" \(commit {head}(?:, with changes)?\)" if head else ""
    assert re.fullmatch(rf"pipeline \d+\.\d+\.\d+{commit}\n", told), told
    listed = _do(installed.scripts / "pipeline", "prompts", folder=tmp_path)
    assert {line.split()[0] for line in listed.splitlines()} == {p.stem for p in (ROOT / "prompts").glob("*.md")}


def test_prompts_and_templates_come_from_the_package(installed: Installed, tmp_path: Path) -> None:
    """Package, prompts and templates are read from the environment, never from the checkout."""
    found = json.loads(_do(installed.scripts / "python", "-c", WHERE, folder=tmp_path))
    home = installed.scripts.parent.resolve()
    assert Path(found["package"]).resolve().is_relative_to(home)
    assert Path(found["prompts"]).resolve().is_relative_to(home)
    here = {p.name for p in (ROOT / "pipeline" / "render" / "templates").iterdir() if p.is_file()}
    assert here <= set(found["templates"])


def test_run_works_outside_the_checkout(installed: Installed, tmp_path: Path) -> None:
    """The main job gives all its files from copied articles, with nothing of the repository in reach."""
    shutil.copytree(ROOT / "seeds", tmp_path / "articles")
    printed = _do(installed.scripts / "pipeline", "run", "articles", "--engine", "extractive", folder=tmp_path)
    out = tmp_path / "pipeline-out"
    assert printed.startswith("# ")
    assert {"summary.json", "summary.md", "report.html", "run.json"} <= {p.name for p in out.iterdir()}
    assert len(json.loads((out / "summary.json").read_text(encoding="utf-8"))["sources"]) == 5


def test_python_api_works_outside_the_checkout(installed: Installed, tmp_path: Path) -> None:
    """A script that summarizes, saves, loads and checks; warnings of Python about what it will remove are errors."""
    printed = _do(installed.scripts / "python", "-W", "error", "-c", FAMILIAR, folder=tmp_path)
    assert printed.count("A ferry sank off Tarn") >= 2
    assert (tmp_path / "ours" / "report.html").is_file()


@once
def test_types_reach_a_users_code(installed: Installed, tmp_path: Path) -> None:
    """Under mypy --strict that script is clean, and wrong arguments, results and names are found."""
    strict = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable")
    for name, text in {"familiar.py": FAMILIAR, "wrong.py": WRONG}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    _do(*strict, installed.scripts / "python", "familiar.py", folder=tmp_path)
    found = _try(*strict, installed.scripts / "python", "wrong.py", folder=tmp_path).stdout
    assert re.findall(r"\[([\w-]+)\]", found) == ["attr-defined", "assignment", "arg-type", "arg-type"], found


@once
def test_notebook_shows_a_run(installed: Installed, tmp_path: Path) -> None:
    """In a real kernel, waited for and awaited: the cell's output is the summary, and an article's markup is text."""
    _do(installed.scripts / "python", "-m", "pip", "install", "-qq", "ipykernel", "nbclient", folder=tmp_path)
    assert _do(installed.scripts / "python", "-c", NOTEBOOK, folder=tmp_path) == "shown\n"
