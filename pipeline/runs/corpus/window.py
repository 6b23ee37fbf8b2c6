"""Putting results that come as they finish back into order, within a bound.

What is held back is bounded by who may start: nobody may begin so far ahead of the oldest unfinished story that more
than ``size`` results could wait for it. One slow story then holds the others up in the end, but memory does not grow.
"""

from __future__ import annotations

from typing import Generic, TypeVar

Item = TypeVar("Item")


class Window(Generic[Item]):
    """Numbers each start, and gives results back in that order, or, unordered, as they come."""

    def __init__(self, size: int, *, ordered: bool = True) -> None:
        """``size``: how far, in stories, the newest may be ahead of the oldest that is unfinished; at least 1."""
        self._size = size
        self._ordered = ordered
        self._started = 0
        self._next = 0
        self._finished = 0
        self._held: dict[int, Item] = {}

    def has_room(self) -> bool:
        """Whether another may start."""
        return not self._ordered or self._started - self._next < self._size

    def start(self) -> int:
        """The number of a story that starts now."""
        self._started += 1
        return self._started - 1

    def finish(self, number: int, result: Item) -> list[Item]:
        """What may be written now that this story is done.

        >>> window = Window(2)
        >>> first, second = window.start(), window.start()
        >>> window.finish(second, "b"), window.finish(first, "a")
        ([], ['a', 'b'])
        """
        self._finished += 1
        if not self._ordered:
            return [result]
        self._held[number] = result
        ready: list[Item] = []
        while self._next in self._held:
            ready.append(self._held.pop(self._next))
            self._next += 1
        return ready

    @property
    def under_way(self) -> int:
        """How many have started and not finished."""
        return self._started - self._finished

    @property
    def held(self) -> int:
        """How many are finished and wait for an earlier one."""
        return len(self._held)
