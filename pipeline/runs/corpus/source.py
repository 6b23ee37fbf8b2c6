"""Where stories come from: lines of JSON in a file or from standard input, or the subfolders of a folder.

Each story is numbered by its line or its place in the sorted names, and has a digest by which a later run sees that it
is still the same. Nothing is held but the item at hand.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BufferedReader
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol

from pipeline.errors import InputError
from pipeline.runs.corpus.records import LONGEST_ID, read_story

STDIN: Final = "-"
LONGEST_LINE: Final = 16_000_000
"""Bytes. A story of a hundred long articles has five million."""
_CHUNK: Final = 1 << 20


class Item(NamedTuple):
    """A story as it was found. ``position`` is how far the input was read, in the source's unit.

    ``payload`` is the line, or the folder's path; ``fault`` says why it cannot be read, or is empty.
    """

    number: int
    position: int
    digest: bytes
    payload: bytes
    fault: str = ""


class Source(Protocol):
    """A stream of stories. ``total`` is where ``position`` ends, None if nobody knows."""

    total: int | None
    is_stream: bool
    """Whether reading may wait for somebody who writes."""
    form: Literal["line", "folder"]
    """What a payload is."""

    def items(self) -> Iterator[Item]:
        """Each story, in order."""
        ...

    def story_id(self, item: Item) -> str:
        """The story's id; `InputError` where it has none that can be used."""
        ...

    def where(self, item: Item) -> str:
        """How a person finds it."""
        ...


class JsonLines:
    """A file of lines, or the part of it whose lines begin at bytes ``start`` to ``end`` (not included)."""

    form: Literal["line", "folder"] = "line"

    def __init__(
        self, path: str, start: int = 0, end: int | None = None, before: int = 0, *, longest: int = LONGEST_LINE
    ) -> None:
        """``path`` may be "-"; a line of more than ``longest`` bytes is passed over, and is a failure.

        ``before``: how many lines begin before the part, where that is known; lines are then numbered as in the whole.

        Raises:
            InputError: there is no such file, or a part of a stream is asked for.
        """
        self.is_stream = path == STDIN or not Path(path).is_file()
        if path != STDIN and not Path(path).exists():
            raise InputError(f"There is no file or folder “{path}”.", hint="Check the path.")
        if self.is_stream and (start or end is not None):
            raise InputError("A stream has no parts: only a file can be sharded.", hint="Save it to a file first.")
        self._path = path
        self._start = start
        self._end = end
        self._before = before
        self._longest = longest
        size = None if self.is_stream else Path(path).stat().st_size
        self.total = None if size is None else max(0, min(size, size if end is None else end) - start)

    def items(self) -> Iterator[Item]:
        """Each line that is not blank, by its number in the part, or in the whole where that is known."""
        try:
            with _opened(self._path) as stream:
                at = _begin(stream, self._start)
                yield from self._lines(stream, at)
        except OSError as error:
            raise InputError(f"“{self._path}” cannot be read: {error.strerror}.") from error

    def _lines(self, stream: BufferedReader, at: int) -> Iterator[Item]:
        number = self._before
        while (self._end is None or at < self._end) and (line := stream.readline(self._longest + 1)):
            number += 1
            at += len(line)
            fault = ""
            digest = hashlib.blake2b(line.strip(), digest_size=16)
            if len(line) > self._longest:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(_CHUNK)
                    digest.update(line)
                    at += len(line)
                line, fault = b"", f"The line is longer than {self._longest:,} bytes."
            if fault or line.strip():
                yield Item(number, at - self._start, digest.digest(), line.strip(), fault)

    def story_id(self, item: Item) -> str:
        """The id that the line gives."""
        if item.fault:
            raise InputError(item.fault)
        return read_story(item.payload).id

    def where(self, item: Item) -> str:
        """The line."""
        of_part = self._start and not self._before
        return f"line {item.number}" + (f" of the part from byte {self._start}" if of_part else "")


class Folders:
    """A folder of folders: each is a story, and its name the story's id."""

    form: Literal["line", "folder"] = "folder"
    is_stream = False

    def __init__(self, path: Path, out: Path) -> None:
        """``out`` is never read, even inside ``path``."""
        self._path = path
        self._out = Path(os.path.realpath(out))
        self.total: int | None = sum(1 for _ in self._names())

    def _names(self) -> Iterator[str]:
        with os.scandir(self._path) as found:
            for entry in found:
                ours = Path(os.path.realpath(entry.path)) == self._out
                if entry.is_dir() and not entry.name.startswith(".") and not ours:
                    yield entry.name

    def items(self) -> Iterator[Item]:
        """Each subfolder by name. The names are sorted on disk: a million of them would take a tenth of a gigabyte."""
        with closing(sqlite3.connect("")) as names:
            names.execute("CREATE TABLE names (name BLOB PRIMARY KEY) WITHOUT ROWID")
            names.executemany("INSERT INTO names VALUES (?)", ((os.fsencode(name),) for name in self._names()))
            for number, (name,) in enumerate(names.execute("SELECT name FROM names ORDER BY name"), start=1):
                path = self._path / os.fsdecode(name)
                yield Item(number, number, _digest_of(path), os.fsencode(path))

    def story_id(self, item: Item) -> str:
        """The folder's name."""
        name = Path(os.fsdecode(item.payload)).name
        if len(name) > LONGEST_ID or any(0xD800 <= ord(c) <= 0xDFFF for c in name):  # noqa: PLR2004  no UTF-8
            raise InputError("The folder's name is too long for an id, or no UTF-8.", hint="Rename it.")
        return name

    def where(self, item: Item) -> str:
        """The folder."""
        return f"folder {Path(os.fsdecode(item.payload)).name}"


def open_source(path: str, out: Path, start: int = 0, end: int | None = None, before: int = 0) -> Source:
    """The stories that ``path`` names: a file, or a part of it (see `JsonLines`), "-", or a folder of folders.

    Raises:
        InputError: there is nothing there, or a part is asked for of what has no parts.
    """
    if path == STDIN or not Path(path).is_dir():
        return JsonLines(path, start, end, before)
    if start or end is not None:
        raise InputError("A folder has no byte ranges: only a file of lines can be sharded.")
    folders = Folders(Path(path), out)
    if not folders.total:
        raise InputError(
            f"“{path}” has no subfolders: of a folder of folders, each is a story.",
            hint="For a single story, use `pipeline run`.",
        )
    return folders


def byte_range(path: str, index: int, count: int) -> tuple[int, int]:
    """Part ``index`` (from 1) of ``count`` of a file, as bytes; a line belongs to the part in which it begins.

    Raises:
        InputError: it is no file.
    """
    if not Path(path).is_file():
        raise InputError("Only a file of lines can be sharded.", hint="Save the stream to a file first.")
    size = Path(path).stat().st_size
    return size * (index - 1) // count, size * index // count


def _opened(path: str) -> BufferedReader:
    """A reader of its own for standard input: the interpreter's may still be waiting when the program ends."""
    return os.fdopen(0, "rb", closefd=False) if path == STDIN else Path(path).open("rb")


def _begin(stream: BufferedReader, start: int) -> int:
    """Go to the first line that begins at ``start`` or later."""
    if not start:
        return 0
    stream.seek(start - 1)
    at = start - 1
    while chunk := stream.readline(_CHUNK):
        at += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return at


def _digest_of(folder: Path) -> bytes:
    """Names and sizes of what lies in it: to read every file again only to resume would take as long as the work."""
    found = sorted((p.relative_to(folder).as_posix(), p.lstat().st_size) for p in folder.rglob("*") if not p.is_dir())
    return hashlib.blake2b(repr(found).encode(errors="surrogateescape"), digest_size=16).digest()
