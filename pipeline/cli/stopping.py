"""How a command that works for a while is stopped: in order, by Ctrl-C as by SIGTERM."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from pipeline.cli.console import TERMINATED, Stopped

RESUME: Final = "The same command goes on where it stopped."
RESUME_FROM_STORE: Final = "The same command takes the replies that were stored."

_Result = TypeVar("_Result")


@contextmanager
def stoppable(left: str, resume: str) -> Iterator[None]:
    """Whoever stops what is done in here is told what it leaves behind, and how to go on.

    Raises:
        Stopped: it was stopped.
    """
    import asyncio  # --help needs none of it

    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(f"Interrupted; {left}", resume) from None
    except asyncio.CancelledError:
        raise Stopped(f"Terminated; {left}", resume, TERMINATED) from None


def run_to_end(job: Coroutine[Any, Any, _Result]) -> _Result:
    """What comes of the job, which SIGTERM stops, too; see `stoppable`."""
    import asyncio

    return asyncio.run(_terminable(job))


async def _terminable(job: Coroutine[Any, Any, _Result]) -> _Result:
    """The job, which SIGTERM (`docker stop`, a cancelled CI job) ends as Ctrl-C does: paid replies are waited for."""
    import asyncio
    import signal

    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def stop(*_: object) -> None:
        if task is not None and asyncio.current_task() is task:
            raise asyncio.CancelledError  # it may wait for stdin, where no other way leads
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        return await job
    finally:
        signal.signal(signal.SIGTERM, before)
