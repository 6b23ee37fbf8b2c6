"""A process that works on stories. It asks no model itself: whoever started it has the limits, budget and store."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from itertools import count
from multiprocessing.connection import Connection
from typing import NamedTuple

from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.llm import LlmEngine, Way
from pipeline.engines.protocol import Engine
from pipeline.errors import PipelineError
from pipeline.llm.keeping import Forget as ForgetReplies
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.prompting import Prompt
from pipeline.runs.corpus.link import Answer, Ask, Do, Done, Forget, Link, Message, Ready
from pipeline.runs.corpus.work import work


class Setup(NamedTuple):
    """How to work. ``way`` is None for the extractive engine."""

    words: int
    slots: int
    model: str
    way: Way | None
    prompts: dict[str, Prompt]
    language: str | None = None


class _Remote:
    """A `ChatModel` at the other end of the link."""

    def __init__(self) -> None:
        self.link: Link | None = None
        self._numbers = count()
        self._asked: dict[int, asyncio.Future[ChatReply]] = {}

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The coordinator's answer, or its error."""
        if self.link is None:
            raise RuntimeError("no link yet")
        number = next(self._numbers)
        self._asked[number] = asyncio.get_running_loop().create_future()
        self.link.send(Ask(number, request))
        return await self._asked[number]

    def answered(self, answer: Answer) -> None:
        """Hand the answer on."""
        asked = self._asked.pop(answer.number)
        if asked.done():
            return
        if isinstance(answer.reply, PipelineError):
            asked.set_exception(answer.reply)
        else:
            asked.set_result(answer.reply)


def serve(connection: Connection, setup: Setup) -> None:
    """Work until the coordinator goes, even if it is killed. Ctrl-C is its business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    asyncio.run(_serve(connection, setup))


async def _serve(connection: Connection, setup: Setup) -> None:
    remote, tasks = _Remote(), set[asyncio.Task[None]]()

    def hear(message: Message) -> None:
        if isinstance(message, Answer):
            remote.answered(message)
        elif isinstance(message, Do):
            engine = make_engine(setup, remote, lambda requests: link.send(Forget(tuple(requests))))
            task = asyncio.create_task(_do(message, link, engine, setup))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    link = Link(connection, hear, lambda: os._exit(0))
    remote.link = link
    link.send(Ready())
    await asyncio.Event().wait()


def make_engine(setup: Setup, chat: ChatModel | None = None, forget: ForgetReplies = lambda _: None) -> Engine:
    """An engine of the story's own: it counts what the story takes, and may change its way in the midst of it."""
    if setup.way is None or chat is None:
        return ExtractiveEngine()
    return LlmEngine(chat, setup.model, setup.prompts, setup.way, forget)


async def _do(message: Do, link: Link, engine: Engine, setup: Setup) -> None:
    outcome = await work(message.task, engine, words=setup.words, language=setup.language, slots=setup.slots)
    link.send(Done(message.number, outcome, _held()))


def _held() -> float:
    """MB; the system counts in kB, or, on a Mac, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
