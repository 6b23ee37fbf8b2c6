"""The command in a process of its own that need not be started from nothing.

Loading the modules takes longer than most commands of the tests. Here a server process loads them once; every command
is a fork of it: with its own arguments, environment, working folder and standard streams, through the same `main` as
the console script, and with an end of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess as ForkedProcess
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.cli import main

__all__ = ["ForkedProcess", "Place", "run_forked", "started"]

_LOADED: Final = """
    pipeline.cli.app pipeline.runs.job pipeline.runs.engines pipeline.runs.check pipeline.runs.doctor.examination
    pipeline.llm.openai_client syntok.segmenter genai_prices.data_snapshot tiktoken tests.cli.forked
    distributed pipeline.runs.corpus.cluster
"""
"""What commands load when they need it. One that is not there is passed over, and costs time, nothing else."""
_SERVER: Final = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(_LOADED.split())
_WRITTEN: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class Place(NamedTuple):
    """Where a command runs, and a folder of its standard streams: files ``in`` (or none), ``out`` and ``err``."""

    folder: Path
    environment: Mapping[str, str]
    streams: Path


def started(arguments: Sequence[str], place: Place) -> ForkedProcess:
    """The command, running."""
    process = _SERVER.Process(target=_command, args=(arguments, place))
    process.start()
    return process


def run_forked(arguments: Sequence[str], place: Place, timeout: float) -> int:
    """Run the command to its end, and give its exit status; negative: the signal that ended it.

    Raises:
        TimeoutError: it did not end within so many seconds, and was killed.
    """
    process = started(arguments, place)
    process.join(timeout)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"pipeline {' '.join(arguments)}")
    return process.exitcode


def _command(arguments: Sequence[str], place: Place) -> None:
    """In the fork: be the console script."""
    os.environ.clear()
    os.environ.update(place.environment)
    os.chdir(place.folder)
    _be_given(place.streams)
    sys.argv = ["pipeline", *arguments]
    main()


def _be_given(streams: Path) -> None:
    """Make files the standard streams, under Python's objects for them and for whoever writes past those."""
    given = streams / "in"
    for number, opened in enumerate((
        os.open(given if given.exists() else os.devnull, os.O_RDONLY),
        os.open(streams / "out", _WRITTEN, 0o600),
        os.open(streams / "err", _WRITTEN, 0o600),
    )):  # fmt: skip
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  a fork server's children have none
