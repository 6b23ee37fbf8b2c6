"""How often Python looks for circles of objects that nobody needs any more."""

from __future__ import annotations

import gc
from typing import Final

_MADE: Final = 20_000
"""Objects, made and not yet gone, from which it looks; Python's own figure is 700, or 2,000."""


def collect_seldom() -> None:
    """For a process of our own: reading a story makes tens of thousands of small tuples that live, and no circles.

    To look at them all again and again took a tenth of the processor time. What is loaded by now is never looked at.
    """
    gc.freeze()
    gc.set_threshold(_MADE, 20, 50)
