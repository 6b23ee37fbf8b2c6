"""Which program made a result, as one digest: any change of the program, or of what it is run with, is another one."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
_COMPILED: Final = "__pycache__"


@cache
def program_fingerprint() -> str:
    """That of this program. It takes a tenth of a second, once in a process."""
    return fingerprint_of(_PACKAGE)


def fingerprint_of(package: Path) -> str:
    """The SHA-256, in hexadecimal, of Python, the platform, every installed package's version and a folder's files.

    Every package, though few can change a result: which of them do is not for a list to know that somebody has to
    keep.
    """
    installed = sorted(f"{one.metadata['Name']} {one.version}" for one in metadata.distributions())
    found = hashlib.sha256(json.dumps([platform.python_version(), platform.platform(), installed]).encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and _COMPILED not in path.parts:
            content = path.read_bytes()
            found.update(f"\0{path.relative_to(package).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()
