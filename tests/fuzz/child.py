"""The process that fuzzes one target: ``python -m tests.fuzz.child TARGET [libFuzzer's options] CORPUS``."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Final

import atheris

_COUNTED: Final = ["pipeline", "pypdf", "trafilatura", "email", "html", "yaml", "zipfile", "gzip", "syntok"]
"""Packages whose branches are counted; to count all of them would only be slower."""


def main() -> None:
    """Import the target with its branches counted, and hand it to libFuzzer, which ends the process."""
    with atheris.instrument_imports(include=_COUNTED):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415  atheris instruments what is imported here
    logging.disable()
    warnings.simplefilter("ignore")
    name = sys.argv.pop(1)
    target = TARGETS[name]
    atheris.Setup(sys.argv, lambda data: target(bytes(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
