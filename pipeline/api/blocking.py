"""The one place where what is asynchronous is made to be waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def blocking(job: Callable[_Arguments, Coroutine[Any, Any, _Result]], name: str) -> Callable[_Arguments, _Result]:
    """The same function, waited for: same arguments, same result, same errors.

    Where a loop runs already, as in a notebook, the work is done by a loop of its own in another thread, and this
    one waits, so that a notebook needs no ``await``. All that runs in the waiting loop stands still meanwhile: a
    server awaits the job itself.
    """

    @wraps(job)
    def waiting(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        run = _in_a_thread if _loop_runs() else asyncio.run
        return run(job(*args, **kwargs))

    waiting.__name__ = waiting.__qualname__ = name
    return waiting


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _in_a_thread(job: Coroutine[Any, Any, _Result]) -> _Result:
    """The result of the job, done by another thread. An interruption of this one cancels it, and waits for its end."""
    begun: Future[Callable[[], object]] = Future()

    async def cancellable() -> _Result:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101  for mypy: a coroutine that runs is a task's
        begun.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        return await job

    with ThreadPoolExecutor(1, thread_name_prefix="pipeline") as pool:
        outcome = pool.submit(copy_context().run, asyncio.run, cancellable())
        try:
            return outcome.result()
        except KeyboardInterrupt:
            either: tuple[Future[Any], ...] = (begun, outcome)
            wait(either, return_when=FIRST_COMPLETED)
            if begun.done():
                with suppress(RuntimeError):  # its loop is closed: the work has just ended
                    begun.result()()
            raise
