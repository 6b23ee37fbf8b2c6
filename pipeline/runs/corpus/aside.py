"""Stories worked on in a thread beside the event loop that asks the model.

Where no process may be started (a daemonic worker of Dask), verifying a story would hold up that loop for tenths of a
second: replies would wait, and calls that the limits had spread over time would leave all at once. The thread has a
loop of its own; the interpreter lets the other go on every five milliseconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.tasks import give_up
from pipeline.runs.corpus.work import Outcome, Task
from pipeline.runs.corpus.worker import Setup, work_with
from pipeline.runs.engines import Shared


class _Across:
    """A `ChatModel` that is asked in another loop than the one that it belongs to."""

    def __init__(self, chat: ChatModel, home: asyncio.AbstractEventLoop) -> None:
        self._chat = chat
        self._home = home

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer, or its error."""
        asked = asyncio.run_coroutine_threadsafe(self._chat.complete(request), self._home)
        return await asyncio.wrap_future(asked)


class Aside:
    """Works on stories in its thread."""

    def __init__(self, setup: Setup, shared: Shared, loop: asyncio.AbstractEventLoop) -> None:
        home = asyncio.get_running_loop()
        self._setup = setup
        self._shared = shared
        self._home = home
        self._chat = _Across(shared.chat, home)
        self._loop = loop

    async def run(self, task: Task) -> Outcome:
        """The story's outcome."""
        working = work_with(self._setup, self._chat, self._forget, task)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(working, self._loop))

    def _forget(self, requests: Iterable[ChatRequest]) -> None:
        self._home.call_soon_threadsafe(self._shared.forget, tuple(requests))


@asynccontextmanager
async def open_aside(setup: Setup, shared: Shared) -> AsyncIterator[Aside]:
    """The thread, which ends at the end; stories under way are given up."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield Aside(setup, shared, loop)
    finally:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_give_up(), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


async def _give_up() -> None:
    """Cancel what still runs in this loop."""
    await give_up(asyncio.all_tasks() - {asyncio.current_task()})
