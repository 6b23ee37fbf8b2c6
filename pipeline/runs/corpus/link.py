"""Messages between the process that coordinates and one that works, each end with an event loop.

A thread at each end always reads, however busy its process is, so that neither end can wait for the other for ever.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NamedTuple

from pipeline.errors import PipelineError
from pipeline.llm.protocol import ChatReply, ChatRequest
from pipeline.runs.corpus.work import Outcome, Task


class Ready(NamedTuple):
    """The worker has started."""


class Do(NamedTuple):
    """Work on a story."""

    number: int
    task: Task


class Done(NamedTuple):
    """A story's outcome; ``held`` is the most memory, in MB, that the worker has held so far."""

    number: int
    outcome: Outcome
    held: float


class Ask(NamedTuple):
    """A worker's question to the model, which the coordinator asks for it."""

    number: int
    request: ChatRequest


class Answer(NamedTuple):
    """What the model, or whatever stands before it, says to that."""

    number: int
    reply: ChatReply | PipelineError


class Forget(NamedTuple):
    """Replies that were of no use."""

    requests: tuple[ChatRequest, ...]


Message = Ready | Do | Done | Ask | Answer | Forget


class Link:
    """One end. ``hear`` is called in the event loop with each message, ``lost`` once when the other end has gone."""

    def __init__(self, connection: Connection, hear: Callable[[Message], None], lost: Callable[[], None]) -> None:
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._hear = hear
        self._lost = lost
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, message: Message) -> None:
        """Send it; if the other end has gone, ``lost`` tells."""
        with suppress(OSError):
            self._connection.send(message)

    def _listen(self) -> None:
        with suppress(RuntimeError):  # the loop has been closed
            try:
                while True:
                    self._loop.call_soon_threadsafe(self._hear, self._connection.recv())
            except (EOFError, OSError):
                self._loop.call_soon_threadsafe(self._lost)
