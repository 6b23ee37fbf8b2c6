"""The few short things that an endpoint is asked, timed and counted; never answered from the store."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping
from typing import Final, Literal, NamedTuple, TypeVar

from pydantic import Field

from pipeline.domain.base import Model
from pipeline.domain.claims import Usage
from pipeline.errors import PipelineError
from pipeline.llm.ladder import rung_in_use
from pipeline.llm.limits import RateLimits
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import RUNGS, ChatReply, ChatRequest, Message, Rung
from pipeline.llm.served_models import ServedModel
from pipeline.llm.structured import MOST_CALLS, portable_schema

MOST_REPLIES: Final = 2 + len(RUNGS) * MOST_CALLS
"""Replies that are asked for at most; three do where all is well. Refusals of a parameter come on top, cost nothing,
and are one for each parameter at most."""
MOST_TOKENS: Final = 8000
"""Tokens of all of them, roughly and at most; a few hundred where all is well. Hidden thoughts come on top."""

_T = TypeVar("_T")


class Timed(NamedTuple):
    """A reply, and how long it took, refusals of parameters left out."""

    reply: ChatReply
    seconds: float


Listing = list[ServedModel] | PipelineError
Answer = Timed | PipelineError


class Fruit(Model):
    """A fruit."""

    name: str = Field(max_length=40)
    kind: Literal["berry", "pome", "citrus"]
    months: list[int] = Field(min_length=1, max_length=3)
    colour: str | None = Field(max_length=40)


class Text(Model):
    """Some text."""

    text: str


QUESTION: Final = "Describe the apple: name, kind, up to three numbers of months in which it is ripe, colour or null."
COUNT: Final = "Write the numbers from one to sixty in words, separated by commas, into “text”."


class Meter:
    """Hears the headers of every response, and notes when they came."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self.times: list[float] = []

    def observe(self, headers: Mapping[str, str]) -> None:
        """Note them."""
        self.times.append(time.perf_counter())
        self._limits.observe(headers)


class Probe:
    """The endpoint as a `ChatModel` that remembers how it was asked last, and what all of it took."""

    def __init__(self, client: OpenAIChat, meter: Meter) -> None:
        self.client = client
        self.meter = meter
        self.used = Usage()
        self.rung: Rung | None = None

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer."""
        reply = await self.client.complete(request)
        self.used = self.used.plus(reply.usage)
        self.rung = rung_in_use(request.rung, self.client.adaptations)
        return reply

    async def timed(self, request: ChatRequest) -> Timed:
        """The last response before the reply was a refusal: what came after it is what the reply took."""
        started, heard = time.perf_counter(), len(self.meter.times)
        reply = await self.complete(request)
        sent = max([started, *self.meter.times[heard:-1]])
        return Timed(reply, time.perf_counter() - sent)


def bare_request(model: str, text: str, output: type[Model], max_tokens: int, rung: Rung) -> ChatRequest:
    """A request of the doctor's own, without instructions."""
    return ChatRequest(
        model=model,
        messages=(Message(role="user", content=text),),
        schema_name="doctor",
        json_schema=portable_schema(output),
        max_tokens=max_tokens,
        rung=rung,
    )


async def attempt(work: Awaitable[_T]) -> _T | PipelineError:
    """What comes of it, an error as a value."""
    try:
        return await work
    except PipelineError as error:
        return error
