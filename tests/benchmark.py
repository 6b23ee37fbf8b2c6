"""Runs a script of the benchmarks on a folder of its data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

SCRIPTS: Final = Path(__file__).parents[1] / "evals" / "benchmarks"


def run_benchmark(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The script of that name, told where its data is by its argument alone."""
    environment = {**os.environ, "PIPELINE_DATA": ""}
    return subprocess.run(
        [sys.executable, str(SCRIPTS / name), str(folder)], capture_output=True, text=True, check=False, env=environment
    )
