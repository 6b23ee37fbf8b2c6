"""The page's script, as the browser gets it: types, lint and form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline.render

TEMPLATES = Path(pipeline.render.__file__).parent / "templates"
DENO = Path(sys.executable).with_name("deno")
OPTIONS = {
    "compilerOptions": {"lib": ["dom", "dom.iterable", "esnext"], "checkJs": True, "strict": True},
    "fmt": {"singleQuote": True, "lineWidth": 120},
}


def deno(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Deno, which asks nobody for anything."""
    (folder / "deno.json").write_text(json.dumps(OPTIONS), encoding="utf-8")
    home = {"DENO_DIR": str(folder / "cache"), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [DENO, *arguments], cwd=folder, env=os.environ | home, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("command", [["check"], ["lint", "--rules-exclude=no-window"], ["fmt", "--check"]])
def test_script_is_sound(tmp_path: Path, command: list[str]) -> None:
    """Both parts together, as `pipeline review` serves them: JSDoc types hold, the linter and the formatter agree."""
    parts = [(TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.js", "review.js")]
    (tmp_path / "page.js").write_text("\n".join(parts), encoding="utf-8")
    done = deno(tmp_path, *command, "page.js")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_type_is_found(tmp_path: Path) -> None:
    """The check can fail."""
    (tmp_path / "page.js").write_text(
        "// @ts-check\nconst links = document.links;\nlinks.nowhere();\n", encoding="utf-8"
    )
    assert deno(tmp_path, "check", "page.js").returncode != 0
