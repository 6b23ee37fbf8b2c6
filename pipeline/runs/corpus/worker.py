"""A process that works on stories. It asks no model itself: whoever started it has the limits, budget and store."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
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
from pipeline.runs.collector import collect_seldom
from pipeline.runs.corpus.link import Answer, Ask, Do, Done, Forget, Link, Message, Ready
from pipeline.runs.corpus.noting import NotingChat
from pipeline.runs.corpus.work import Outcome, Task, work


class Setup(NamedTuple):
    """How to work. ``way`` is None for the extractive engine.

    ``endpoint`` is the name that replies are stored under, where it is to be noted what a story rests on.
    """

    words: int
    slots: int
    model: str
    way: Way | None
    prompts: dict[str, Prompt]
    language: str | None = None
    endpoint: str | None = None


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
    collect_seldom()
    asyncio.run(_serve(connection, setup))


async def _serve(connection: Connection, setup: Setup) -> None:
    remote, tasks = _Remote(), set[asyncio.Task[None]]()

    def hear(message: Message) -> None:
        if isinstance(message, Answer):
            remote.answered(message)
        elif isinstance(message, Do):
            forget = partial(_forget, link)
            task = asyncio.create_task(_do(message, link, partial(work_with, setup, remote, forget)))
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


async def work_with(setup: Setup, chat: ChatModel | None, forget: ForgetReplies, task: Task) -> Outcome:
    """A story's outcome, and the replies that it rests on."""
    noting = None if chat is None or setup.endpoint is None else NotingChat(chat, setup.endpoint, forget)
    engine = make_engine(setup, chat, forget) if noting is None else make_engine(setup, noting, noting.forget)
    outcome = await work(task, engine, words=setup.words, language=setup.language, slots=setup.slots)
    return outcome if noting is None else outcome._replace(rests_on=noting.rests_on())


async def _do(message: Do, link: Link, doing: Callable[[Task], Awaitable[Outcome]]) -> None:
    link.send(Done(message.number, await doing(message.task), _held()))


def _forget(link: Link, requests: Sequence[ChatRequest]) -> None:
    link.send(Forget(tuple(requests)))


def _held() -> float:
    """MB; the system counts in kB, or, on a Mac, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
