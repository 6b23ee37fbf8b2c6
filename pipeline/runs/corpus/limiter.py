"""Limits kept for shards that no process of ours coordinates: Slurm's, Ray's, Spark's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.llm.limit_server import serve_limits
from pipeline.runs.chat import own_limits
from pipeline.settings import Settings


async def keep_limits(settings: Settings, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve what the settings allow, and what is learnt from headers, until this is cancelled.

    Args:
        settings: requests and tokens a minute.
        host: the address of this machine that others reach.
        port: 0: any that is free.
        ready: told the address, as ``PIPELINE_LIMITER`` has it.

    Raises:
        ConfigurationError: nothing can be served there.
    """
    async with serve_limits(own_limits(settings), host, port) as address:
        ready(str(address))
        await asyncio.Event().wait()
