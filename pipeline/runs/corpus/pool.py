"""Worker processes, seen from the process that coordinates them.

A worker that dies (out of memory, a crash in a library) takes the stories that it had with it. Each of them is tried
again in a worker of its own: the one that kills that, too, is the culprit, and fails; the others are as good as before.

A worker remembers what it found out about sentences. Much of that is of no use to later stories, and in a process that
lives for days it would fill some hundreds of megabytes: a worker that holds too much retires, and another takes over.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Any, Final, Protocol

from pipeline.domain.run import Failure
from pipeline.errors import ConfigurationError, PipelineError
from pipeline.runs.corpus.aside import open_aside
from pipeline.runs.corpus.link import Answer, Ask, Do, Done, Forget, Link, Message, Ready
from pipeline.runs.corpus.work import Outcome, Task
from pipeline.runs.corpus.worker import Setup, serve, work_with
from pipeline.runs.engines import Shared

_LOADED: Final = ["pipeline.runs.corpus.worker", "syntok.segmenter"]
MOST_HELD: Final = 200.0
"""MB. A new worker holds some 60, and a story of five articles adds about 1."""
_PATIENCE: Final = 2.0
"""Seconds for a worker to end by itself."""


_Context = ForkServerContext | SpawnContext


class Runner(Protocol):
    """Works on stories."""

    async def run(self, task: Task) -> Outcome:
        """The story's outcome."""
        ...


class _LostError(Exception):
    """The worker has died."""


class _Worker:
    """One process, with so many stories ``busy``; ``lost`` if it has died, ``tired`` if it should get no more."""

    def __init__(self, context: _Context, setup: Setup, shared: Shared | None, most_held: float) -> None:
        ours, theirs = multiprocessing.Pipe()
        self._process = context.Process(target=serve, args=(theirs, setup), daemon=True)
        self._process.start()
        theirs.close()
        self._connection = ours
        self._shared = shared
        self._most_held = most_held
        self._numbers = count()
        self._done: dict[int, asyncio.Future[Outcome]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self.lost = self.tired = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._link = Link(ours, self._hear, self._gone)

    @property
    def busy(self) -> int:
        return len(self._done)

    async def run(self, task: Task) -> Outcome:
        """Its outcome; `_LostError` where the worker dies first."""
        number = next(self._numbers)
        self._done[number] = asyncio.get_running_loop().create_future()
        await self.ready
        self._link.send(Do(number, task))
        if self.lost:
            raise _LostError
        return await self._done[number]

    async def retire(self) -> None:
        """End it after the stories that it has; it gets no more."""
        await asyncio.gather(*self._done.values(), return_exceptions=True)
        await self.close()

    async def close(self) -> None:
        for asking in self._asking:
            asking.cancel()
        self._process.kill()  # it holds nothing that is not somewhere else
        await asyncio.to_thread(self._process.join, _PATIENCE)
        self._connection.close()

    def _hear(self, message: Message) -> None:
        if isinstance(message, Done):
            self.tired = message.held > self._most_held
            done = self._done.pop(message.number)
            if not done.done():
                done.set_result(message.outcome)
        elif isinstance(message, Ask):
            asking = asyncio.create_task(self._ask(message))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
        elif isinstance(message, Forget) and self._shared is not None:
            self._shared.forget(message.requests)
        elif isinstance(message, Ready) and not self.ready.done():
            self.ready.set_result(None)

    async def _ask(self, message: Ask) -> None:
        if self._shared is None:
            raise RuntimeError("no model is asked")
        try:
            self._link.send(Answer(message.number, await self._shared.chat.complete(message.request)))
        except PipelineError as error:
            self._link.send(Answer(message.number, error))

    def _gone(self) -> None:
        self.lost = True
        _fail(self.ready)
        for waiting in self._done.values():
            _fail(waiting)
        self._done.clear()


def _fail(waiting: asyncio.Future[Any]) -> None:
    """Tell whoever waits that the worker has died; it may be nobody."""
    if not waiting.done():
        waiting.set_exception(_LostError())
        waiting.exception()


class Pool:
    """So many workers; stories go to the one with the fewest."""

    def __init__(self, size: int, setup: Setup, shared: Shared | None, most_held: float = MOST_HELD) -> None:
        self._size = size
        self._most_held = most_held
        self._setup = setup
        self._shared = shared
        self._context = _context()
        self._workers: list[_Worker] = []
        self._retiring: set[asyncio.Task[None]] = set()
        self._alone = asyncio.Lock()

    async def run(self, task: Task) -> Outcome:
        """The story's outcome, whatever happens to its worker."""
        try:
            return await self._chosen().run(task)
        except _LostError:
            return await self._run_alone(task)

    async def start(self) -> None:
        """Start the workers.

        Raises:
            ConfigurationError: they end at once.
        """
        while len(self._workers) < self._size:
            self._workers.append(self._new())
        try:
            await asyncio.gather(*(worker.ready for worker in self._workers))
        except _LostError:
            raise ConfigurationError(
                "Worker processes cannot be started: they end at once.", hint="Is there enough memory?"
            ) from None

    async def close(self) -> None:
        """End them; stories under way are given up."""
        await asyncio.gather(*(worker.close() for worker in self._workers), *self._retiring)

    def _new(self) -> _Worker:
        return _Worker(self._context, self._setup, self._shared, self._most_held)

    def _chosen(self) -> _Worker:
        """The one with the fewest stories, of those that live and are not tired."""
        for place, worker in enumerate(self._workers):
            if worker.tired or worker.lost:
                self._workers[place] = self._new()
                retiring = asyncio.create_task(worker.retire())
                self._retiring.add(retiring)
                retiring.add_done_callback(self._retiring.discard)
        return min(self._workers, key=lambda worker: worker.busy)

    async def _run_alone(self, task: Task) -> Outcome:
        async with self._alone:
            worker = self._new()
            try:
                return await worker.run(task)
            except _LostError:
                told = "The process that worked on the story died, twice: out of memory, or a crash in a library."
                return Outcome(failure=Failure(path=task.story_id, stage="story", code="worker-lost", message=told))
            finally:
                await worker.close()


class Here:
    """No worker at all, and no model: stories are worked on in this process, one after the other."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    async def run(self, task: Task) -> Outcome:
        """The story's outcome."""
        outcome = await work_with(self._setup, None, lambda _: None, task)
        await asyncio.sleep(0)  # who asked meanwhile to stop is heard here
        return outcome


@asynccontextmanager
async def open_pool(size: int, setup: Setup, shared: Shared | None) -> AsyncIterator[Runner]:
    """Workers, ready; they are ended at the end. Of size 0, the work is done here, beside the calls to a model."""
    if not size and shared is None:
        yield Here(setup)
        return
    if not size and shared is not None:
        async with open_aside(setup, shared) as aside:
            yield aside
        return
    pool = Pool(size, setup, shared)
    try:
        await pool.start()
        yield pool
    finally:
        await pool.close()


def _context() -> _Context:
    """Where it can be had, a server that loads the modules once and is forked: workers then share their memory."""
    if "forkserver" not in multiprocessing.get_all_start_methods() or sys.platform == "darwin":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    return context
