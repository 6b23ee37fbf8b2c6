"""Ray as far as docs/scaling.md uses it, each task at once and here: tested is what is asked of the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class _Remote:
    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def remote(self, *arguments: Any) -> Any:
        """The task, done."""
        return self._function(*arguments)


def remote(**_options: Any) -> Callable[[Callable[..., Any]], _Remote]:
    """The decorator."""
    return _Remote


def get(done: Any) -> Any:
    """What came of tasks."""
    return done
