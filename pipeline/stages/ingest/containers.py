"""The files inside an archive, unpacked in memory and within limits; nothing is written anywhere."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import Budget
from pipeline.stages.ingest.names import is_article_name
from pipeline.stages.ingest.raw import Refused
from pipeline.stages.ingest.sniffing import Container

_READ: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)
_HINT: Final = "Is it damaged or cut off? Unpack it and give the files."


class Member(NamedTuple):
    """A file inside an archive."""

    name: str
    data: bytes


def members(kind: Container, name: str, data: bytes, budget: Budget) -> Iterator[Member | Refused]:
    """What lies in an archive, in its own order; what cannot be read is refused alone.

    Raises:
        InputError: the archive itself cannot be read.
    """
    if kind == "gz":
        yield Member(_inner_name(name), _gunzipped(data, budget))
    else:
        yield from _zipped(data, budget)


def _inner_name(name: str) -> str:
    """``a.txt`` for ``a.txt.gz``, and ``a`` for ``a.gz``."""
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() == ".gz" else path.name


def _gunzipped(data: bytes, budget: Budget) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(budget.most() + 1)
    except _DAMAGED as error:
        raise InputError("The gzip file cannot be unpacked.", hint=_HINT) from error
    budget.take(len(unpacked), len(data))
    return unpacked


def _zipped(data: bytes, budget: Budget) -> Iterator[Member | Refused]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as error:
        raise InputError("The zip archive cannot be opened.", hint=_HINT) from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]  # is_dir fails on no name
        budget.count(len(entries))
        taken: Counter[str] = Counter()
        for entry in entries:
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            taken[path.as_posix()] += 1
            if _leaves(path):
                yield Refused(path.name.strip(".") or "member", "Its name leads out of the archive.")
            elif is_article_name(path.as_posix()):
                again = taken[path.as_posix()]
                own = path if again == 1 else path.with_stem(f"{path.stem}-{again}")
                yield _member(archive, entry, own.as_posix(), budget)


def _leaves(path: PurePosixPath) -> bool:
    """Whether the name means a place outside; nothing is written, but such an archive was made to do harm."""
    return path.is_absolute() or ".." in path.parts or path.as_posix()[1:2] == ":"


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: Budget) -> Member | Refused:
    try:
        if entry.flag_bits & _ENCRYPTED:
            raise InputError("It is encrypted.", hint="Unpack the archive and give the files.")  # noqa: TRY301  refused in one place, below
        if entry.compress_type not in _READ:
            raise InputError("It is packed in a way that is not read.", hint="Pack it anew.")  # noqa: TRY301  refused in one place, below
        with archive.open(entry) as file:
            data = file.read(budget.most() + 1)
        budget.take(len(data), entry.compress_size)
    except InputError as error:
        return Refused(name, " ".join(filter(None, (error.message, error.hint))))
    except _DAMAGED:
        return Refused(name, f"It cannot be unpacked. {_HINT}")
    return Member(name, data)
