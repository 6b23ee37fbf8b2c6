"""From what the user names (files, folders, globs, "-") to the files that are read, and to their bytes."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Caps, too_large
from pipeline.stages.ingest.names import is_article_name

_OWN_OUTPUTS: Final = ("run.json", "groups.json", "batch.sqlite3")
STDIN: Final = "-"
_DESCRIPTORS: Final = ("/dev/fd/", "/proc/self/fd/")
"""What the shell writes for ``<(command)``: a pipe that is open already, and that the user has named."""


class RawFile(NamedTuple):
    """A file to read: ``name`` is how it is shown, relative to the input it was found in.

    ``found`` tells a file of a folder, which somebody may have put there for another purpose, from one that was named.
    """

    name: str
    path: Path | None
    read: Callable[[], bytes]
    found: bool = False


def discover(inputs: Sequence[str], out: Path | None, caps: Caps) -> list[RawFile]:
    """The files to read, each once, in order.

    Raises:
        InputError: a path that does not exist, or a folder that cannot be looked into.
    """
    found = [file for given in inputs for file in _readable(given, out, caps)]
    by_place = {real(file.path) if file.path else STDIN: file for file in found}
    return _told_apart(list(by_place.values()))


def real(path: Path) -> Path:
    """The path without links; `Path.resolve` raises on a link that leads to itself."""
    return Path(os.path.realpath(path))


def is_article(path: Path) -> bool:
    """Whether a file of a folder is read, by its name."""
    return is_article_name(path.name)


def _told_apart(files: Sequence[RawFile]) -> list[RawFile]:
    """Files of the same name in different folders get as much of their path as tells them apart."""
    counts = Counter(file.name for file in files)
    paths = [real(file.path) for file in files if file.path and counts[file.name] > 1]
    if not paths:
        return list(files)
    shared = Path(os.path.commonpath(paths))
    return [
        file._replace(name=real(file.path).relative_to(shared).as_posix())
        if file.path and counts[file.name] > 1
        else file
        for file in files
    ]


def _readable(given: str, out: Path | None, caps: Caps) -> list[RawFile]:
    try:
        return list(_expand(given, out, caps))
    except OSError as error:
        raise InputError(f"“{given}” cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def _expand(given: str, out: Path | None, caps: Caps) -> Iterator[RawFile]:
    if given == STDIN:
        yield RawFile("stdin", None, lambda: _limited(sys.stdin.buffer, caps))
        return
    path = Path(given)
    if path.is_dir():
        for file in _walk(path, out):
            read = partial(_read_inside, file, path, caps)
            yield RawFile(file.relative_to(path).as_posix(), file, read, found=True)
    elif path.exists():
        yield RawFile(path.name, path, partial(_read_bytes, path, caps))
    else:
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207  a pattern may be absolute
        if not matches:
            raise InputError(f"There is no file or folder “{given}”.", hint="Check the path; quote globs.")
        for match in map(Path, matches):
            if match.is_file() and is_article(match):
                yield RawFile(match.name, match, partial(_read_bytes, match, caps), found=True)


def _walk(folder: Path, out: Path | None) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or (out is not None and real(path) == real(out)):
            continue
        if path.is_dir() and not path.is_symlink():
            if not os.access(path, os.R_OK | os.X_OK):
                yield path  # reading it fails, by name, and loses no other file
                continue
            yield from () if any((path / own).exists() for own in _OWN_OUTPUTS) else _walk(path, out)
        elif not path.is_dir() and is_article(path):
            yield path


def _read_inside(path: Path, folder: Path, caps: Caps) -> bytes:
    """A file of a folder: a link may lead anywhere within it, not out of it."""
    target = real(path)
    if path.is_dir():
        raise InputError("The folder cannot be looked into.", hint="Check its permissions.")
    if path.is_symlink() and target.exists() and not target.is_relative_to(real(folder)):
        raise InputError("It is a link that leads out of the folder.", hint="Give the file that it means by name.")
    return _read_bytes(path, caps)


def _read_bytes(path: Path, caps: Caps) -> bytes:
    """The bytes of a regular file. It is opened without waiting, so that a pipe nobody writes to cannot hold us."""
    named_pipe = str(path).startswith(_DESCRIPTORS)
    try:
        if path.is_symlink() and not path.exists():
            raise InputError("It is a link that leads nowhere.", hint="Give files, folders, globs, or “-”.")
        if not named_pipe and not stat.S_ISREG(path.stat().st_mode):
            raise _special()  # before it is opened: opening a device can do something
        descriptor = os.open(path, os.O_RDONLY | (0 if named_pipe else getattr(os, "O_NONBLOCK", 0)))
        with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor has no path
            mode = os.fstat(descriptor).st_mode
            if not (stat.S_ISREG(mode) or (named_pipe and stat.S_ISFIFO(mode))):
                raise _special()
            size = os.fstat(descriptor).st_size
            if size > caps.file_bytes:
                raise too_large(f"{size:,}", caps.file_bytes)
            return _limited(file, caps)
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def _special() -> InputError:
    return InputError("It is no regular file.", hint="Give files, folders, globs, or “-” for standard input.")


def _limited(file: BinaryIO, caps: Caps) -> bytes:
    data = file.read(caps.file_bytes + 1)
    if len(data) > caps.file_bytes:
        raise too_large(f"more than {caps.file_bytes:,}", caps.file_bytes)
    return data
