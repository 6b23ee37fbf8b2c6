"""Text in lines, as wide as a terminal shows them."""

from __future__ import annotations

from typing import Final

WIDTH: Final = 80
"""Columns where there is no terminal to ask."""


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns; Chinese and the like take two for each sign, and need no space to break.

    >>> wrapped("Nobody was hurt.", 12)
    ['Nobody was', 'hurt.']
    """
    from rich.cells import cell_len, chop_cells  # noqa: PLC0415  --help needs the width alone

    from pipeline.render.visible import plain  # noqa: PLC0415  as above

    lines: list[str] = []
    for word in plain(text).split():  # before it is measured: a hidden character is shown as one that is not
        joined = f"{lines[-1]} {word}" if lines else word
        if cell_len(joined) <= width:
            lines[-1:] = [joined]
        else:
            lines += chop_cells(word, width)
    return lines or [""]
