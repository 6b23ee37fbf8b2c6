"""How a file of stories is cut into shards, so that a run that is taken up again cuts it at the same places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import InputError
from pipeline.runs.corpus.state import State

GRAIN: Final = 1 << 16
"""Bytes. Cuts are at multiples of this; so small a shard costs as much beside its stories as with them."""
_PLAN: Final = "plan"
_LARGEST: Final = 256
"""Grains of a shard: some 1,500 stories of five articles, which are minutes of work, and seconds to start anew."""
_PER_WORKER: Final = 16
"""Shards for each worker, where they do not get too small for that: all then end at about the same time."""


class Part(NamedTuple):
    """Lines that begin at bytes ``start`` to ``end`` (not included); ``lines_before`` begin before them."""

    number: int
    start: int
    end: int
    lines_before: int


class Plan(NamedTuple):
    """A file of so many bytes with that digest, cut at every ``step`` bytes; lines that begin before each cut."""

    size: int
    digest: str
    step: int
    lines: Sequence[int]

    def parts(self) -> Iterator[Part]:
        """The shards, in order."""
        cuts = [*range(0, self.size, self.step), self.size]
        for number, ((start, end), lines) in enumerate(zip(pairwise(cuts), self.lines, strict=True)):
            yield Part(number, start, end, lines)


def make_plan(path: str, step: int) -> Plan:
    """Read the file once, a gigabyte in a second or two: for its digest, and to number lines as in the whole.

    Raises:
        InputError: it is no file, or cannot be read.
    """
    if not Path(path).is_file():
        raise InputError(
            "A cluster takes its stories from one file of lines, which all workers can read.",
            hint="Save the stream, or write the folders' articles to a file first.",
        )
    digest, lines = hashlib.blake2b(digest_size=16), list[int]()
    at, newlines, last = 0, 0, b"\n"
    try:
        with Path(path).open("rb") as stream:
            while chunk := stream.read(GRAIN):
                if at % step == 0:
                    lines.append(newlines + (last != b"\n"))
                digest.update(chunk)
                newlines += chunk.count(b"\n")
                at, last = at + len(chunk), chunk[-1:]
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.") from error
    return Plan(at, digest.hexdigest(), step, lines)


def take_up(path: str, state: State, workers: int) -> Plan:
    """The plan of a run: as it was made at first; for a new one, cut for so many workers.

    Raises:
        InputError: the file has changed since.
    """
    before = state.get(_PLAN)
    if not before:
        return make_plan(path, step_for(Path(path).stat().st_size if Path(path).is_file() else 0, workers))
    size, digest, step = json.loads(before)
    plan = make_plan(path, step)
    if (plan.size, plan.digest) != (size, digest):
        raise InputError(
            f"“{path}” is not what it was when its shards were cut: the input has changed.",
            hint="Go on without --cluster if stories were added at its end. Else start anew with --fresh.",
        )
    return plan


def as_kept(plan: Plan) -> dict[str, str]:
    """What the state keeps of a plan."""
    return {_PLAN: json.dumps([plan.size, plan.digest, plan.step])}


def step_for(size: int, workers: int) -> int:
    """Bytes of a shard: small enough that all workers end together, large enough to be worth it.

    >>> step_for(4_000_000, 2) // GRAIN, step_for(10**12, 100) // GRAIN
    (1, 256)
    """
    grains = size // GRAIN // (max(1, workers) * _PER_WORKER)
    return GRAIN * max(1, min(_LARGEST, grains))
