"""What is wanted, cut into files that a batch may have: by their number, their bytes and the budget."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import BudgetError, OutputError
from pipeline.llm.protocol import ChatRequest

Most = Callable[[ChatRequest], float]
"""What a request can cost at most, in US dollars."""


class Caps(NamedTuple):
    """What one file may have."""

    requests: int
    bytes: int


def read_request(canonical: str) -> ChatRequest:
    """The request that `canonical_request` made the text of."""
    return ChatRequest.model_validate(json.loads(canonical)["request"])


def cut(sizes: Iterable[tuple[str, int]], caps: Caps) -> Iterator[list[str]]:
    """Files of so many requests and bytes at most, in order; one that is too large by itself is alone.

    >>> list(cut([("a", 4), ("b", 4), ("c", 4), ("d", 9)], Caps(3, 8)))
    [['a', 'b'], ['c'], ['d']]
    """
    file: list[str] = []
    held = 0
    for digest, size in sizes:
        if file and (len(file) >= caps.requests or held + size > caps.bytes):
            yield file
            file, held = [], 0
        file.append(digest)
        held += size
    if file:
        yield file


def affordable(
    wanted: Iterable[tuple[str, ChatRequest]], most: Most, left: float, spent: float, *, may_wait: bool
) -> Iterator[str]:
    """The digests of the wanted, from the first on, that cannot cost more than is left.

    Args:
        wanted: digests and requests.
        most: what one can cost.
        left: US dollars.
        spent: US dollars, for the error.
        may_wait: whether something is under way that may leave enough over.

    Raises:
        BudgetError: not even the first can be paid for.
    """
    for count, (digest, request) in enumerate(wanted):
        bound = most(request)
        left -= bound
        if left >= 0:
            yield digest
            continue
        if not (count or may_wait):
            raise BudgetError(
                f"${spent:.4f} is spent, and the next request could cost ${bound:.4f}: more than --max-cost allows."
            )
        return


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """A file of lines, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            stream.writelines(lines)
        part.replace(path)
    except OSError as error:
        raise OutputError(
            f"“{path}” cannot be written: {error.strerror}.",
            hint="Free some space, and run the same command again; it resumes.",
        ) from error
