"""``review.jsonl``: a line a decision, added to and never changed.

A line is on the disk before `append` returns. Whoever is killed in the middle of writing leaves the beginning of a line
without its end; the next one to write ends that line first, so that nothing is glued to it. It stays in the file, and
readers pass over it and say so. Only the beginning of an object is taken for that: any other line that is no JSON was
written by somebody, and is an error. Writers and readers lock the file, so that several servers may share it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from pipeline.domain.base import first_fault
from pipeline.domain.review import Decision
from pipeline.errors import InputError, OutputError

REVIEW_FILE: Final = "review.jsonl"
_END: Final = b"\n"


class Stored(NamedTuple):
    """The decisions in the order in which they were made, and how many lines were cut off before their end."""

    decisions: tuple[Decision, ...]
    torn: int


def append(path: Path, decision: Decision) -> None:
    """Add a decision; when this returns, it is on the disk.

    Raises:
        OutputError: the file cannot be written. Nothing that was in it is lost.
    """
    line = decision.model_dump_json().encode("utf-8") + _END
    try:
        made = not path.exists()
        with open(path, "a+b", buffering=0, opener=_plain_file) as stream, _locked(stream.fileno(), fcntl.LOCK_EX):
            size = stream.seek(0, os.SEEK_END)
            if size:
                stream.seek(size - 1)
                line = line if stream.read(1) == _END else _END + line
            _write(stream.fileno(), line)
            os.fsync(stream.fileno())
        if made:
            _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(
            f"The decision cannot be saved to “{path}”: {error.strerror}.",
            hint=_hint(error) or "Free some space, or check the permissions of the run's folder; then decide again.",
        ) from error


def read(path: Path) -> Stored:
    """All decisions; none where there is no file yet.

    Raises:
        InputError: the file cannot be read, or a whole line of it is no decision of this version.
    """
    try:
        with open(path, "rb", opener=_plain_file) as stream, _locked(stream.fileno(), fcntl.LOCK_SH):
            lines = stream.read().split(_END)
    except FileNotFoundError:
        return Stored((), 0)
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.", hint=_hint(error)) from error
    whole = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    read_lines = [_decision(path, number, line) for number, line in whole]
    decisions = tuple(decision for decision in read_lines if decision is not None)
    return Stored(decisions, len(read_lines) - len(decisions))


@lru_cache(maxsize=8192)  # the file is read at every request, and its lines do not change
def _decision(path: Path, number: int, line: bytes) -> Decision | None:
    """The decision on a line; None where it is the beginning of one, which is never a whole JSON value."""
    try:
        loaded = json.loads(line)
    except (ValueError, RecursionError) as error:
        if _is_cut_off(line, error):
            return None
        raise InputError(
            f"“{path}”, line {number}, is no JSON.", hint="It was changed by hand: mend the line, or take it out."
        ) from None
    try:
        return Decision.model_validate_json(line)
    except ValidationError as error:
        version = loaded.get("schema_version") if isinstance(loaded, dict) else None
        known = Decision.model_fields["schema_version"].default
        hint = f"It has schema_version {version!r}; {known} is read." if version not in {None, known} else None
        raise InputError(
            f"“{path}”, line {number}, is no decision: {first_fault(error, 'the line')}.", hint=hint
        ) from None


@contextmanager
def _locked(descriptor: int, how: int) -> Iterator[None]:
    """Hold the file's lock; the system lets go of it for whoever dies."""
    fcntl.flock(descriptor, how)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _is_cut_off(line: bytes, error: Exception) -> bool:
    """Whether a line that is no JSON is the beginning of an object, to which nothing but its end is lacking."""
    if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data":
        return False
    try:
        from_json(line, allow_partial="trailing-strings")
    except ValueError:
        return False
    return line.startswith(b"{")


def _plain_file(path: str, flags: int) -> int:
    """A folder that somebody sent must not have decisions written elsewhere, nor anything read from there.

    A pipe is not waited for, and a device neither read nor written.
    """
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", path)
    return descriptor


def _hint(error: OSError) -> str | None:
    """What to do about a file that is none of ours."""
    link = "It is a symbolic link. " if error.errno == errno.ELOOP else ""
    odd = error.errno in {errno.ELOOP, errno.EINVAL, errno.ENXIO, errno.EISDIR}
    return f"{link}Only a plain file is read and written; take this one away." if odd else None


def _write(descriptor: int, data: bytes) -> None:
    """All of it: a write may take less than it is given."""
    while data:
        data = data[os.write(descriptor, data) :]


def _sync_folder(folder: Path) -> None:
    """That there is such a file is on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
