"""Asking for several things where the replies to some come later."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import TypeVar

from pipeline.errors import Deferred

T = TypeVar("T")


async def in_turn(asked: Iterable[Awaitable[T]]) -> list[T]:
    """What is asked for, one after the other; give a generator, so that nothing is begun before its turn.

    A reply that comes later does not keep the next from being asked for: what goes out with one batch need not wait
    for another.

    Raises:
        Deferred: a reply comes later; everything was asked for.
    """
    found: list[T] = []
    later: Deferred | None = None
    for each in asked:
        try:
            found.append(await each)
        except Deferred as error:
            later = later or error
    if later is not None:
        raise later
    return found
