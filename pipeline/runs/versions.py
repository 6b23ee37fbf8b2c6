"""Which versions made a result."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Final

DISTRIBUTION: Final = "pipeline-cited-summaries"
_UNKNOWN: Final = "unknown"
_RECORDED: Final = (DISTRIBUTION, "openai", "pydantic", "syntok", "snowballstemmer")
"""The packages whose versions can change a result."""
_READERS: Final = ("trafilatura", "lxml", "pypdf")
"""So can these, where they are installed."""


def versions() -> dict[str, str]:
    """Python's and the recorded packages' versions."""
    found: Mapping[str, str] = {name: _version(name) for name in _RECORDED}
    readers = {name: version for name in _READERS if (version := _version(name)) != _UNKNOWN}
    return {"python": platform.python_version(), **found, **readers}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _UNKNOWN
