"""The adapter with the oldest and the newest SDK that pyproject.toml allows; they bring different HTTP clients."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FREE = re.compile(r"(?:openai|httpx2?|httpcore2?)==")
"""What the SDK decides about: the only pins that are not kept."""


def _do(*command: str | Path) -> str:
    """What a command that must work says, without a key or an endpoint that happens to be set."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PIPELINE_", "PYTEST_"))
    }
    environment = kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_oldest_sdk_here_is_the_oldest_that_is_allowed() -> None:
    """The range in pyproject.toml is the one that is tested."""
    assert '"openai>=2.54,<4"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("sdk", "client"), [("openai==2.54.*", "httpx"), ("openai<4", "httpx2")])
def test_the_adapter_works_with_each_sdk(sdk: str, client: str, tmp_path: Path) -> None:
    """All tests of this folder pass in an environment with that SDK and the HTTP client it brings.

    Not those of the rate limits, which no SDK has a part in, and which want a quiet machine.
    """
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(pin for pin in pins if not FREE.match(pin)), encoding="utf-8")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    needed = ("-e", f"{ROOT}[dev]", sdk, "-c", constraints)
    _do(python, "-m", "pip", "install", "--no-input", "-qq", *needed)
    asked = "import pipeline.llm.openai_transport as beneath; print(beneath.http.__name__)"
    assert _do(python, "-c", asked).strip() == client
    _do(
        python,
        "-m",
        "pytest",
        "tests/llm",
        "-m",
        "not slow",
        "--ignore",
        "tests/llm/test_limits.py",
        "-p",
        "no:cacheprovider",
    )
