"""What a story's synthesis rests on: every reply that it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from pipeline.llm.keeping import Forget
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.store import canonical_request, digest_of

RestsOn = tuple[tuple[str, str], ...]
"""Each reply, by the digest of its request and by its own; as often as it was asked for."""


class NotingChat:
    """A `ChatModel` for one story that notes the replies it hands on."""

    def __init__(self, chat: ChatModel, endpoint: str, forget: Forget) -> None:
        """``endpoint``: the name that replies are stored under."""
        self._chat = chat
        self._endpoint = endpoint
        self._forget = forget
        self._noted: list[tuple[str, str]] = []
        self._calm = True

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer. After an error the story rests on an accident, too."""
        try:
            reply = await self._chat.complete(request)
        except BaseException:
            self._calm = False
            raise
        self._noted.append((digest_of(canonical_request(request, self._endpoint)), reply_digest(reply)))
        return reply

    def forget(self, requests: Sequence[ChatRequest]) -> None:
        """Have replies forgotten that were of no use: the next run asks again, and may be told something else."""
        self._calm = False
        self._forget(requests)

    def rests_on(self) -> RestsOn | None:
        """The replies; None where a call failed or a reply was of no use."""
        return tuple(self._noted) if self._calm else None


def reply_digest(reply: ChatReply) -> str:
    """The SHA-256, in hexadecimal, of what a reply says; what it took is no part of that."""
    return hashlib.sha256(json.dumps([reply.text, reply.finish_reason]).encode()).hexdigest()
