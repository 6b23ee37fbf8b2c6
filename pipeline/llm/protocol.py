"""What a chat model is, to the rest of the program."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from pipeline.domain.base import Model
from pipeline.domain.claims import Usage

FinishReason = Literal["stop", "length", "content_filter", "other"]


class Message(Model):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatRequest(Model):
    """One call. ``json_schema`` constrains the reply; ``max_tokens`` bounds it."""

    model: str
    messages: tuple[Message, ...]
    schema_name: str
    json_schema: dict[str, Any]
    max_tokens: int


class ChatReply(Model):
    """A raw reply, as the server gave it. ``usage`` counts this call, or a store hit."""

    text: str
    finish_reason: FinishReason
    usage: Usage


class ChatModel(Protocol):
    """Anything that answers chat requests: the SDK's adapter, the store in front of it, a script in tests."""

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer, or raise a `pipeline.errors.PipelineError`."""
        ...
