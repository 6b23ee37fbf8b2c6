"""Which commit this program was made from.

The build hook (``hatch_build.py``) runs this file by itself, so it imports nothing of ours.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

RECORD: Final = "_commit.txt"
"""In the package's folder, where a wheel or an sdist was built from a checkout; an editable install has none."""

CHANGED: Final = "+"
_TIMEOUT: Final = 10.0


def commit() -> str | None:
    """The full digest, with "+" behind it where tracked files differed; None where nobody knows."""
    package = Path(__file__).parents[1]
    try:
        return (package / RECORD).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return commit_of(package.parent)


def commit_of(root: Path) -> str | None:
    """As `commit`, of a checkout; None where ``root`` is none itself, even inside of another, or git cannot tell."""
    if not (root / ".git").exists():
        return None
    try:
        digest = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return digest + (CHANGED if changed else "")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(root), *arguments]
    done = subprocess.run(  # noqa: S603  our own words
        command, capture_output=True, check=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=_TIMEOUT
    )
    return done.stdout.strip()
