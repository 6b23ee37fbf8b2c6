"""A chat model that says what it is told to, for what stands in front of a real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.domain.claims import Usage
from pipeline.llm.protocol import ChatReply, ChatRequest, FinishReason, Message


class ScriptedChat:
    """Gives replies, or raises errors, in turn; ``requests`` is what it was asked."""

    def __init__(self, *turns: ChatReply | Exception) -> None:
        self.left = list(turns)
        self.requests: list[ChatRequest] = []

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The next turn."""
        self.requests.append(request)
        turn = self.left.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn


class CallbackChat:
    """Asks a function."""

    def __init__(self, function: Callable[[ChatRequest], ChatReply]) -> None:
        self._function = function

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The function's answer."""
        return self._function(request)


def chat_request(model: str = "small", text: str = "Hello.", **changes: Any) -> ChatRequest:
    """A request for an object with one text."""
    schema = {"type": "object", "properties": {"answer": {"type": "string", "maxLength": 9}}}
    return ChatRequest(
        model=model,
        messages=(Message(role="system", content="Be brief."), Message(role="user", content=text)),
        schema_name="answer",
        json_schema=schema,
        max_tokens=50,
    ).model_copy(update=changes)


def reply(text: str, finish_reason: FinishReason = "stop") -> ChatReply:
    """A reply that took one call, 3 tokens in and 2 out."""
    usage = Usage(calls=1, prompt_tokens=3, completion_tokens=2)
    return ChatReply(text=text, finish_reason=finish_reason, usage=usage)
