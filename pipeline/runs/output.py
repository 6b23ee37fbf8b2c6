"""Writing results: every file whole or not at all, and no file of an earlier run left over."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import OutputError

RUN_FILE = "run.json"
ARTICLES = "articles"


def check_output(out: Path, inputs: list[str]) -> None:
    """Refuse, before any work, an output that cannot be or must not be written.

    Raises:
        OutputError: ``out`` is a file, or is itself an input folder, or cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"“{out}” is a file; --out needs a folder.", hint="Name another folder with --out.")
    if any(Path(given).is_dir() and Path(given).resolve() == out.resolve() for given in inputs):
        raise OutputError(
            f"“{out}” is the folder of the articles; results would mix with them.",
            hint="Name another folder with --out; one inside the input is fine.",
        )
    nearest = next(folder for folder in (out, *out.resolve().parents) if folder.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(f"“{out}” cannot be written.", hint="Check the permissions, or name another --out.")


def write_outputs(out: Path, files: Mapping[str, str]) -> None:
    """Write ``files`` (relative name → text) below ``out``: first all beside their places, then moved into them.

    Raises:
        OutputError: the disk is full, or a folder cannot be written; files already there are then untouched.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for name, text in files.items():
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
            staged.append((beside, target))
            with beside.open("wb") as stream:
                stream.write(text.encode("utf-8", errors="surrogatepass"))
                stream.flush()
                os.fsync(stream.fileno())
        for beside, target in staged:
            beside.replace(target)
        _remove_leftovers(out, files)
    except OSError as error:
        for beside, _ in staged:
            beside.unlink(missing_ok=True)
        raise OutputError(
            f"The results cannot be written to “{out}”: {error.strerror}.",
            hint="Free some space or name another --out, and run the same command again.",
        ) from error


def _remove_leftovers(out: Path, files: Mapping[str, str]) -> None:
    """Articles of an earlier run that are not in this one, and parts that a killed run left behind."""
    for path in (out / ARTICLES).glob("*.json"):
        if f"{ARTICLES}/{path.name}" not in files:
            path.unlink()
    for folder in (out, out / ARTICLES):
        for part in folder.glob(".*.part"):
            part.unlink()
    for name in ("summary.json", "summary.md", "report.html"):
        if name not in files:
            (out / name).unlink(missing_ok=True)
