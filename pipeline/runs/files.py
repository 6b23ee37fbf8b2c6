"""One file, written where the user asked for it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pipeline.errors import OutputError


def write_file(path: Path, text: str) -> None:
    """A file appears whole or not at all; what is no plain file (a pipe, a device) is written to, never replaced.

    Raises:
        OutputError: it cannot be written.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise OutputError(f"“{path}” cannot be written: {error.strerror}.") from error
