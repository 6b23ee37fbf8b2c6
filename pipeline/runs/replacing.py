"""One run in the place of another: all of it at one moment, and the one that was there is kept.

A folder's files cannot be exchanged in one step. So the new run is written to a folder of its own inside, flushed to
the disk, and that folder renamed: this is the moment. From then on the new run is what lies there: the files are moved
to their places, and whoever was killed meanwhile has that done by the next command that looks into the folder. Whoever
is killed before it leaves the run that was there, untouched.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import OutputError
from pipeline.runs.output import ARTICLES, RUN_FILE, SUMMARY_JSON, is_ours, write_outputs, written_before

PREVIOUS: Final = "previous"
"""Where the run that was replaced is kept; only the last one is."""
_REVIEW: Final = re.compile(r"review\.jsonl|summary\.reviewed\.(?:md|json)")
"""What reviewers left beside a run, and what came of it."""
_STAGED: Final = re.compile(r"\.update-[0-9a-f]{8}")
_COMMITTED: Final = re.compile(r"\.updated-[0-9a-f]{8}")
_NEW: Final = "new"
_GONE: Final = "gone.json"


class Replacement(NamedTuple):
    """A run to come: files by name, ``beside`` those that come of a review, and the record of the run it is made from.

    ``seen`` are the bytes of that run's ``run.json``: if others lie there by then, nothing is replaced.
    """

    files: Mapping[str, str]
    beside: Mapping[str, str]
    seen: bytes


def write_run(out: Path, files: Mapping[str, str]) -> bool:
    """Write a run as `write_outputs` does; one without a summary costs an earlier run nothing: that is in `PREVIOUS`.

    Returns:
        Whether an earlier run was put there.

    Raises:
        OutputError: as `write_outputs` and `replace_run`.
    """
    if SUMMARY_JSON in files or SUMMARY_JSON not in (written_before(out) or ()):
        write_outputs(out, files)
        return False
    replace_run(out, Replacement(files, {}, (out / RUN_FILE).read_bytes()))
    return True


def replace_run(out: Path, new: Replacement) -> None:
    """Put the run in the place of the one in ``out``, which is then in `PREVIOUS`, with its review.

    Raises:
        OutputError: it cannot be written, or another run came to lie there meanwhile; what was there still is.
    """
    try:
        with _held(out):
            _finish_all(out)
            _remove_abandoned(out)
            if (out / RUN_FILE).read_bytes() != new.seen:
                raise OutputError(
                    f"The run in “{out}” was made again meanwhile; it was left as it is.",
                    hint="Run the same command again: stored replies are not paid for twice.",
                )
            _refuse_link(out / PREVIOUS, out / PREVIOUS / ARTICLES, out / ARTICLES)
            _commit(out, new)
            _finish_all(out)
    except OSError as error:
        raise OutputError(
            f"The results cannot be written to “{out}”: {error.strerror}.",
            hint="Free some space or check the permissions, and run the same command again.",
        ) from error


def settle(out: Path) -> None:
    """Finish what an update that was killed had begun; where there is none, nothing is done, nor waited for.

    Raises:
        OutputError: it cannot be finished.
    """
    try:
        if not out.is_dir() or not _folders(out, _COMMITTED):
            return
        with _held(out):
            _finish_all(out)
    except OSError as error:
        raise OutputError(
            f"An update of “{out}” was cut off at its end, and cannot be finished: {error.strerror}.",
            hint="Free some space or check the permissions, and run the same command again.",
        ) from error


def _commit(out: Path, new: Replacement) -> None:
    """Write the new run and a copy of the present one to a folder; renaming it is the moment."""
    staged = out / f".update-{secrets.token_hex(4)}"
    before = written_before(out) or set()
    try:
        for name, text in {**new.files, **new.beside}.items():
            _write(staged / _NEW / name, text.encode("utf-8", errors="surrogatepass"))
        reviewed = {path.name for path in out.iterdir() if _REVIEW.fullmatch(path.name)}
        kept = {name for name in before | reviewed if (out / name).is_file() and not (out / name).is_symlink()}
        for name in kept:
            _write(staged / PREVIOUS / name, (out / name).read_bytes())
        gone = sorted(before - set(new.files))
        _write(staged / _GONE, json.dumps({"gone": gone, "kept": sorted(kept)}).encode())
        _flush(staged, *(path for path in staged.rglob("*") if path.is_dir()))
    except OSError:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    staged.rename(out / staged.name.replace(".update-", ".updated-"))
    _flush(out)


def _finish_all(out: Path) -> None:
    for committed in _folders(out, _COMMITTED):
        _finish(out, committed)


def _finish(out: Path, committed: Path) -> None:
    """Move what is still to be moved. Each step may be done already; the list of them goes last.

    Names are believed only where a run writes them, and no link is followed: the folder may be anybody's.
    """
    lists = _lists(committed / _GONE)
    for source, target in ((committed / PREVIOUS, out / PREVIOUS), (committed / _NEW, out)):
        for name in _names(source):
            _refuse_link(target, target / ARTICLES)
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).replace(target / name)
    if lists is not None:
        for name in lists["gone"]:
            (out / name).unlink(missing_ok=True)
        for name in set(_names(out / PREVIOUS)) - set(lists["kept"]):
            (out / PREVIOUS / name).unlink(missing_ok=True)
    _flush(out)
    for part in (committed / PREVIOUS, committed / _NEW):
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(committed)


def _lists(path: Path) -> dict[str, list[str]] | None:
    """What is to go and what is to stay, as `_commit` wrote it; None where it is gone, and all was done."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
        return {key: [name for name in loaded[key] if _is_result(name)] for key in ("gone", "kept")}
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        return None  # not ours: nothing is removed by it


def _names(folder: Path) -> list[str]:
    """The files of a run or a review there, ``run.json`` last: its presence means that the others are there."""
    if not folder.is_dir() or folder.is_symlink():
        return []
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = (path.relative_to(folder).as_posix() for path in paths)
    return sorted(filter(_is_result, names), key=lambda name: (name == RUN_FILE, name))


def _is_result(name: object) -> bool:
    return isinstance(name, str) and (is_ours(name) or _REVIEW.fullmatch(name) is not None)


def _refuse_link(*folders: Path) -> None:
    for folder in folders:
        if folder.is_symlink():
            raise OutputError(f"“{folder}” is a link; results are not written through it.")


def _remove_abandoned(out: Path) -> None:
    """What was being written when its process was killed; nobody else writes while the folder is held."""
    for staged in _folders(out, _STAGED):
        shutil.rmtree(staged, ignore_errors=True)


def _folders(out: Path, name: re.Pattern[str]) -> list[Path]:
    found = (path for path in out.iterdir() if name.fullmatch(path.name))
    return sorted(path for path in found if path.is_dir() and not path.is_symlink())


@contextmanager
def _held(out: Path) -> Iterator[None]:
    """Nobody else replaces the run there; the system lets go of the folder for whoever dies."""
    descriptor = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _flush(*folders: Path) -> None:
    """That there are such files is on the disk, too."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
