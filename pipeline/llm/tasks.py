"""Tasks that are to end before whoever began them does."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any


async def give_up(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel the tasks, and wait until each has ended; what they raise then is nobody's affair."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
