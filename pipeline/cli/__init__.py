"""The command line: one module a command, and the only place that prints."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the console script."""
    try:
        from pipeline.cli.app import run_app  # so that importing the package costs nothing
    except KeyboardInterrupt:  # it takes a third of a second, and `run_app` takes care of the rest
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
    run_app()
