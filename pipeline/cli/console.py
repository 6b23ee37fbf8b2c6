"""What is printed, and where: results to stdout, all else to stderr, and nothing that a terminal would obey."""

from __future__ import annotations

import sys

from pipeline.errors import OutputError


def safe(text: str) -> str:
    """The text with every control and format character shown instead of sent; line ends and tabs stay."""
    from pipeline.render.visible import plain  # noqa: PLC0415  --help needs none of it

    return plain(text)


def note(text: str) -> None:
    """A line for the user, on stderr."""
    print(safe(text), file=sys.stderr, flush=True)


def result(text: str) -> None:
    """The result, on stdout."""
    try:
        sys.stdout.write(safe(text))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None  # else the interpreter tries once more at its end, and complains
        raise OutputError(f"The result cannot be printed: {error.strerror}.") from error
