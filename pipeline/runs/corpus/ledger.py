"""Writing each story exactly once, whenever the process dies.

A line is appended and flushed to the disk; only then one transaction says that its story is done, and how long the
file is now. Whoever opens the folder next cuts the file at that length: a line that no transaction vouches for is
gone, and its story is done again. So no line is lost, none is there twice.

Retried stories are appended to a file beside it, in the same way, and merged at the end: a new file is written whole,
one transaction says where every line lies in it, then it takes the old one's place. If the process dies between the
two, the next one finishes the move.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

from pipeline.errors import ConfigurationError, InputError, OutputError
from pipeline.runs.corpus.state import STATE_FILE, Row, State, Status

SYNTHESES: Final = "syntheses.jsonl"
FAILURES: Final = "failures.jsonl"
MANIFEST: Final = "corpus.json"
SHARDS: Final = ".shards"
"""Where the workers of a cluster work, a folder a shard."""
_RETRIED: Final = ".retried.jsonl"
_MERGED: Final = ".syntheses.part"
_LOCK: Final = ".corpus.lock"
_OURS: Final = (SYNTHESES, FAILURES, MANIFEST, _RETRIED, _MERGED, STATE_FILE, f"{STATE_FILE}-wal", f"{STATE_FILE}-shm")
_BETWEEN: Final = 0.5
"""Seconds between two looks whether another process has ended."""
_ENDPOINT: Final = "base_url"
"""Where a model is served may change, as its address on a cluster does, without making it another model."""

Parameters = Mapping[str, str | int | float | bool | None]


class Result(NamedTuple):
    """What became of a story: a line of output, or a line of failures."""

    number: int
    id: str | None
    digest: bytes
    status: Status
    line: str | None
    failure: str | None


class Ledger:
    """The folder of a corpus run, open for writing."""

    def __init__(self, folder: Path, *, ordered: bool, retrying: bool) -> None:
        """See `open_ledger`."""
        self._folder = folder
        self._order = "number" if ordered else "retried, start"
        self.retrying = retrying
        self.state = State(folder)
        self._size = 0
        self._out: IO[bytes] | None = None
        self._failures: list[str] = []

    def begin(self, parameters: Parameters, given: str) -> None:
        """Take up the work on the input ``given``: with the same parameters as before, from what was committed.

        Raises:
            ConfigurationError: what is there was made with others.
        """
        before = self.state.get("parameters")
        if before:
            _refuse_other(self._folder, json.loads(before), parameters)
        self._finish_merge()
        with self._written():
            main, retried = int(self.state.get("main", "0")), int(self.state.get("retried", "0"))
            _cut(self._folder / SYNTHESES, main)
            _cut(self._folder / _RETRIED, retried)
            self._size = retried if self.retrying else main
            self._out = (self._folder / (_RETRIED if self.retrying else SYNTHESES)).open("ab")
        self._write_failures()
        self.state.begin()
        self.state.put({"parameters": json.dumps(dict(parameters)), "input": given})

    def finished(self, number: int, digest: bytes, where: str) -> bool:
        """Whether a story has nothing left to do; with ``retrying``, those that failed have.

        Raises:
            InputError: a story that is done is not the same any more.
        """
        row = self.state.row(number)
        if row is None:
            return self.retrying  # a retry is about what was tried
        if row.status != "failed" and row.digest != digest:
            raise InputError(
                f"The story at {where} is not the one that was summarized before: the input has changed.",
                hint="Stories may be added at the end. Start anew with --fresh, or name another --out.",
            )
        return row.status == "done" or not self.retrying

    def first_with(self, story_id: str, number: int) -> int:
        """The number of the story that had this id first."""
        if self.retrying:
            self.state.disclaim(number)
        return self.state.claim(story_id, number)

    def add(self, result: Result) -> None:
        """Write the result; it counts from the next `commit` on. A retry that fails again keeps an earlier line."""
        if self._out is None:
            raise RuntimeError("begin first")
        if result.line is None and self.retrying:
            before = self.state.row(result.number)
            if before is not None and before.status == "partial":
                return
        data = b"" if result.line is None else result.line.encode() + b"\n"
        with self._written():
            self._out.write(data)
        self.state.add(
            Row(
                result.number, result.id, result.digest, result.status,
                self.retrying, self._size, len(data), result.failure,
            )
        )  # fmt: skip
        self._size += len(data)
        if result.failure is not None:
            self._failures.append(result.failure)

    def commit(self, about: Mapping[str, str | int]) -> None:
        """What was added is done, for good."""
        if self._out is None:
            raise RuntimeError("begin first")
        with self._written():
            self._out.flush()
            os.fsync(self._out.fileno())
        self.state.put({**about, "retried" if self.retrying else "main": self._size})
        self.state.commit()
        failures, self._failures = self._failures, []
        if failures:
            with self._written(), (self._folder / FAILURES).open("a", encoding="utf-8") as stream:
                stream.writelines(f"{line}\n" for line in failures)
        self.state.begin()

    def finish(self, about: Mapping[str, str | int]) -> None:
        """Commit, and put retried stories in their places."""
        self.commit(about)
        self.state.commit()
        if self.retrying:
            self._merge()

    def close(self) -> None:
        """Leave the folder as it was at the last commit."""
        try:
            if self._out is not None:
                with self._written():
                    self._out.close()
        finally:
            self.state.close()

    def _merge(self) -> None:
        """Every line into one file."""
        part = self._folder / _MERGED
        with (
            self._written(),
            part.open("wb") as merged,
            (self._folder / SYNTHESES).open("rb") as main,
            (self._folder / _RETRIED).open("rb") as retried,
        ):
            for row in self.state.rows("status != 'failed'", self._order):
                stream = retried if row.retried else main
                stream.seek(row.start)
                merged.write(stream.read(row.length))
            merged.flush()
            os.fsync(merged.fileno())
            size = merged.tell()
        self.state.begin()
        self.state.lay_out(self._order)
        self.state.put({"main": size, "retried": 0, "merging": 1})
        self.state.commit()
        self._finish_merge()
        self._write_failures()

    def _finish_merge(self) -> None:
        """Move the merged file into place, if a transaction says that it is the one; else it is rubbish."""
        part = self._folder / _MERGED
        with self._written():
            if self.state.get("merging") != "1":
                part.unlink(missing_ok=True)
                return
            if part.exists():
                part.replace(self._folder / SYNTHESES)
            (self._folder / _RETRIED).unlink(missing_ok=True)
        self.state.put({"merging": 0})

    def _write_failures(self) -> None:
        """The file of failures is a copy of what the state says."""
        part = self._folder / f".{FAILURES}.part"
        with self._written():
            with part.open("w", encoding="utf-8") as stream:
                stream.writelines(f"{row.failure}\n" for row in self.state.rows("failure IS NOT NULL"))
            part.replace(self._folder / FAILURES)

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Say in our words what the file system cannot do."""
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"The results cannot be written to “{self._folder}”: {error.strerror}.",
                hint="Free some space or check the permissions, and run the same command again; it resumes.",
            ) from error


@contextmanager
def open_ledger(
    folder: Path, *, ordered: bool = True, retrying: bool = False, fresh: bool = False, patience: float = 0.0
) -> Iterator[Ledger]:
    """The folder, held by this process alone; with ``fresh``, what an earlier run wrote there is removed.

    ``patience``: seconds to wait for another process that works in it.

    Raises:
        OutputError: it cannot be written, another process works in it, or it holds files that no corpus run wrote.
    """
    with _held(folder, patience):
        if fresh and (folder / STATE_FILE).exists():
            for name in _OURS:
                (folder / name).unlink(missing_ok=True)
            remove_shards(folder)
        taken = [name for name in (SYNTHESES, FAILURES, MANIFEST) if (folder / name).exists()]
        if taken and not (folder / STATE_FILE).exists():
            raise OutputError(
                f"“{folder}” holds “{taken[0]}”, which no corpus run wrote there.",
                hint="Name another folder with --out.",
            )
        ledger = Ledger(folder, ordered=ordered, retrying=retrying)
        try:
            yield ledger
        finally:
            ledger.close()


@contextmanager
def _held(folder: Path, patience: float) -> Iterator[None]:
    """Nobody else works in the folder meanwhile; the system lets go of it when the process ends, however it does."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"“{folder}” is a file; --out needs a folder.", hint="Name another folder with --out.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    except OSError as error:
        raise OutputError(f"“{folder}” cannot be written: {error.strerror}.", hint="Name another --out.") from error
    with lock:
        until = time.monotonic() + patience
        while not _locked(lock):
            if time.monotonic() >= until:
                raise OutputError(
                    f"Another process is working in “{folder}”.",
                    hint="Wait for it, or name another folder with --out.",
                )
            time.sleep(_BETWEEN)
        yield


def _locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def remove_shards(folder: Path) -> None:
    """Take away what a cluster's workers left in their own folder, and nothing that is not theirs."""
    shards = folder / SHARDS
    if shards.is_dir() and not shards.is_symlink():
        shutil.rmtree(shards, ignore_errors=True)


def _refuse_other(folder: Path, before: Parameters, now: Parameters) -> None:
    for name in sorted({*before, *now} - {_ENDPOINT}):
        if before.get(name) != now.get(name):
            raise ConfigurationError(
                f"“{folder}” holds stories made with {name} {before.get(name)}, not {now.get(name)}.",
                hint="Give the same as before to go on, --fresh to start anew, or another --out.",
            )


def _cut(path: Path, size: int) -> None:
    """Cut the file to what was committed."""
    with path.open("ab") as stream:
        there = stream.tell()
        if there < size:
            raise OutputError(
                f"“{path}” has {there:,} bytes, and had {size:,}: somebody has changed it.",
                hint="Put it back, or start anew with --fresh.",
            )
        stream.truncate(size)
