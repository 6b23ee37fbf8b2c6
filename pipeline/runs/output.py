"""Writing results: every file whole or not at all, and nothing touched that an earlier run did not write."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pipeline.errors import OutputError

RUN_FILE: Final = "run.json"
SUMMARY_JSON: Final = "summary.json"
SUMMARY_MD: Final = "summary.md"
REPORT: Final = "report.html"
ARTICLES: Final = "articles"
CHANGES_PAGE: Final = "changes.html"
CHANGES_JSON: Final = "changes.json"
_OURS: Final = re.compile(
    r"(?:summary\.json|summary\.md|report\.html|run\.json|changes\.html|changes\.json|articles/[A-Za-z0-9_-]+\.json)"
)
_PART: Final = re.compile(r"\.(?P<name>[A-Za-z0-9_.-]+)\.[0-9a-f]{8}\.part")
_ABANDONED_SECONDS: Final = 3600
"""A part older than this belongs to a run that was killed, not to one that is writing now."""


def check_output(out: Path, inputs: list[str]) -> None:
    """Refuse, before any work, an output that cannot be or must not be written.

    Raises:
        OutputError: ``out`` is a file, is itself an input folder, cannot be written, or holds files of these names
            that no run wrote.
    """
    check_folder(out, inputs)
    _refuse_foreign(out)


def check_folder(out: Path, inputs: list[str]) -> None:
    """Refuse a folder into which nothing can or must be written, whatever it holds.

    Raises:
        OutputError: ``out`` is a file, is itself an input folder, or cannot be written.
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


def _refuse_foreign(out: Path) -> None:
    """Results go into a new folder, an empty place in an old one, or over an earlier run; never over other files."""
    names = (SUMMARY_JSON, SUMMARY_MD, REPORT, RUN_FILE, ARTICLES)
    taken = [name for name in names if (out / name).exists()]
    if taken and written_before(out) is None:
        raise OutputError(
            f"“{out}” holds “{taken[0]}”, which no run of this program wrote there.",
            hint="Name another folder with --out; nothing was changed.",
        )


def write_outputs(out: Path, files: Mapping[str, str]) -> None:
    """Write ``files`` (relative name → text) below ``out``: first all beside their places, then moved into them.

    What an earlier run wrote here and this one does not is removed, by the list in that run's ``run.json``.

    Raises:
        OutputError: the disk is full, or a folder cannot be written; files already there are then untouched.
    """
    made = not (out / ARTICLES).exists()
    try:
        before = written_before(out) or set()
        replace_files({out / name: text.encode("utf-8", errors="surrogatepass") for name, text in files.items()})
        for name in before - set(files):
            (out / name).unlink(missing_ok=True)
        _remove_abandoned_parts(out)
    except OSError as error:
        if made and (out / ARTICLES).is_dir() and not any((out / ARTICLES).iterdir()):
            (out / ARTICLES).rmdir()
        raise OutputError(
            f"The results cannot be written to “{out}”: {error.strerror}.",
            hint="Free some space or name another --out, and run the same command again.",
        ) from error


def remove_run(out: Path) -> None:
    """Remove what a run wrote to ``out``, by the list in its ``run.json``, and the folders that are empty then.

    Raises:
        OSError: a file cannot be removed.
    """
    names = written_before(out)
    if names is None or out.is_symlink() or (out / ARTICLES).is_symlink():
        return
    for name in sorted(names, key=lambda name: name == RUN_FILE):  # the list goes last
        (out / name).unlink(missing_ok=True)
    for folder in (out / ARTICLES, out):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def replace_files(files: Mapping[Path, bytes]) -> None:
    """Write the files: first all beside their places, flushed to the disk, then each moved into its own.

    Raises:
        OSError: one cannot be written; files that were there already are then untouched.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for target, content in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
            staged.append((beside, target))
            with beside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        for beside, target in staged:
            beside.replace(target)
    except OSError:
        for beside, _ in staged:
            beside.unlink(missing_ok=True)
        raise


def is_ours(name: str) -> bool:
    """Whether a run may have written a file of this name, relative to its folder.

    >>> is_ours("articles/a.json"), is_ours("../run.json")
    (True, False)
    """
    return _OURS.fullmatch(name) is not None


def written_before(out: Path) -> set[str] | None:
    """The files that the run whose ``run.json`` lies here wrote; None where there is no such run.

    Only names that a run can write are believed: the file may have been made by anybody.
    """
    try:
        manifest = json.loads((out / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    listed = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(listed, list):
        return None
    return {name for name in listed if isinstance(name, str) and is_ours(name)}


def _remove_abandoned_parts(out: Path) -> None:
    for folder, prefix in ((out, ""), (out / ARTICLES, f"{ARTICLES}/")):
        for path in folder.glob(".*.part"):
            part = _PART.fullmatch(path.name)
            ours = part is not None and is_ours(prefix + part["name"])
            if ours and time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                path.unlink(missing_ok=True)
