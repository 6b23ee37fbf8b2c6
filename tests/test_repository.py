"""The checkout itself: what must be there, what must not, and links that lead somewhere."""

from __future__ import annotations

import hashlib
import re
import subprocess
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAME = "pipeline-cited-summaries"
HERE = Path(__file__).relative_to(ROOT).as_posix()
FOREIGN = re.compile(rb"/(?:work|root)/|pypi\.org|pythonhosted")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def _tracked() -> list[str]:
    """What git would hand on: tracked files and those that are not ignored, for a copy without git all but caches."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [path.as_posix() for path in found if not any(_generated(part) for part in path.parts)]


def _generated(part: str) -> bool:
    hidden = part.startswith(".") and part not in {".ci", ".github"}
    return hidden or part in {"__pycache__", "demo-out", "demo-out-recorded", "pipeline-out", "site", "build", "dist"}


def test_seeds_are_untouched() -> None:
    """The five articles are, byte for byte, those that the digests in SHA256SUMS were taken of, and no other."""
    lines = (ROOT / "seeds" / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    there = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (ROOT / "seeds").glob("*.txt")}
    assert len(listed) == 5
    assert there == listed


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "constraints.txt"])
def test_file_is_there(name: str) -> None:
    """What a reader of the repository looks for is there and is not empty."""
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_nothing_names_a_machine_or_a_registry() -> None:
    """No file carries a path of a developer's machine or a package host: it would work nowhere else."""
    names = [name for name in _tracked() if name != HERE]
    assert len(names) > 50
    found = [name for name in names if FOREIGN.search((ROOT / name).read_bytes())]
    assert found == []


def test_constraints_are_plain_pins() -> None:
    """Every line pins one package exactly; no options, addresses or folders, so it installs from anywhere."""
    lines = (ROOT / "constraints.txt").read_text(encoding="ascii").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+!-]+", pin) for pin in pins)
    pinned = {_normal(pin.split("==")[0]) for pin in pins}
    wanted = {_normal(re.split(r"[<>=!~;\[ ]", need)[0]) for need in requires(NAME) or []}
    assert wanted <= pinned


def test_extras_that_the_docs_install_exist() -> None:
    """An extra named in the documents, the Makefile or CI is one that the package has."""
    provided = set(distribution(NAME).metadata.get_all("Provides-Extra") or [])
    pages = [
        ROOT / "Makefile",
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob(".github/**/*.yml"),
    ]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    groups = re.findall(rf"(?:\s'?\.|{NAME})\[([\w,-]+)\]", text)
    named = {extra for group in groups for extra in group.split(",")}
    assert "dev" in named
    assert named <= provided


@pytest.mark.parametrize("name", sorted(n for n in _tracked() if n.endswith(".md") and "fixtures" not in n))
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link in a Markdown file leads to a file or folder of the checkout."""
    page = ROOT / name
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
