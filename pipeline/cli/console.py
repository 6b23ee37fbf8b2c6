"""What is printed, and where: results to stdout, all else to stderr, and nothing that a terminal would obey."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Final

from pipeline.errors import OutputError
from pipeline.render.wrapping import WIDTH

SOME_FAILED: Final = 4
"""The command finished, but not with all that it was given."""
INTERRUPTED: Final = 130
TERMINATED: Final = 143
"""What a shell reports of a command that SIGINT or SIGTERM has ended."""

_NARROWEST: Final = 40
_WIDEST: Final = 100

_printed: list[bool] = []
"""Not empty once there is a result on stdout."""


class Stopped(Exception):
    """The user or the system asked the command to stop, and it did, in order."""

    def __init__(self, message: str = "Interrupted.", hint: str = "", status: int = INTERRUPTED) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status


def safe(text: str) -> str:
    """The text with every control and format character shown instead of sent; line ends and tabs stay."""
    from pipeline.render.visible import plain  # --help needs none of it

    return plain(text)


def note(text: str) -> None:
    """A line for the user, on stderr."""
    print(safe(text), file=sys.stderr, flush=True)


def result(text: str, paint: Callable[[str], str] | None = None) -> None:
    """The result, on stdout; ``paint`` may add colour to what is safe by then."""
    _printed.append(True)
    try:
        sys.stdout.write(paint(safe(text)) if paint else safe(text))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None  # else the interpreter tries once more at its end, and complains
        raise OutputError(f"The result cannot be printed: {error.strerror}.") from error


def failure(code: str, message: str, hint: str = "") -> None:
    """Where JSON was asked for and nothing has been printed: that the command failed, and why, as JSON.

    Who reads stdout always gets one document, and never two.
    """
    if "--json" not in sys.argv[1:] or _printed:
        return
    error = {"code": code, "message": message, "hint": hint}
    result(json.dumps({"schema_version": 1, "error": error}, indent=2) + "\n")


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, in columns as wide as their longest cell.

    >>> table([("model", "replies"), ("tiny-model", "3")])
    ['model       replies', 'tiny-model  3']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def columns() -> int:
    """As wide as the terminal, but no line so long that the eye loses it; a pipe gets what fits everywhere."""
    if not sys.stdout.isatty():
        return WIDTH
    return max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST))


def has_colour() -> bool:
    """Whether stdout is a terminal that shows colours, to somebody who wants them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
