"""What a chat model is, to the rest of the program."""

from __future__ import annotations

from typing import Any, Final, Literal, Protocol, get_args

from pipeline.domain.base import Model
from pipeline.domain.claims import Usage
from pipeline.errors import ModelError

FinishReason = Literal["stop", "length", "runaway", "content_filter", "other"]
"""Why a reply ended. ``runaway`` is a ``length`` whose end is white space or the same words again and again:
more room would not help, another rung may."""

Rung = Literal["json_schema_strict", "json_schema", "json_object", "text"]
"""How structured output is asked for: a schema that is enforced, one that is a wish, any JSON object, plain text."""

RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)
"""The ladder, from its top."""


class Message(Model):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatRequest(Model):
    """One call.

    ``json_schema`` constrains the reply, and ``max_tokens`` bounds it. ``rung`` is the highest rung of the ladder
    that may be used: the endpoint may turn out to offer only a lower one.
    """

    model: str
    messages: tuple[Message, ...]
    schema_name: str
    json_schema: dict[str, Any]
    max_tokens: int
    rung: Rung = "json_schema_strict"


class ChatReply(Model):
    """A raw reply, as the server gave it. ``usage`` counts this call, or a store hit."""

    text: str
    finish_reason: FinishReason
    usage: Usage


def spent_on(error: ModelError) -> Usage:
    """What the answers took that ended in an error."""
    calls, prompt, completion = error.spent
    return Usage(calls=calls, prompt_tokens=prompt, completion_tokens=completion)


class ChatModel(Protocol):
    """Anything that answers chat requests: the SDK's adapter, the store in front of it, a script in tests."""

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer, or raise a `pipeline.errors.PipelineError`."""
        ...
