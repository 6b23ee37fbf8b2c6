"""The command line: one module a command, and the only place that prints."""

from __future__ import annotations


def main() -> None:
    """Entry point of the console script."""
    from pipeline.cli.app import run_app  # noqa: PLC0415  so that importing the package costs nothing

    run_app()
