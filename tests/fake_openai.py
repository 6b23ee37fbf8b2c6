"""A real HTTP server on loopback that speaks, or mangles, the OpenAI protocol as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.loopback import Answer, Loopback

Behaviour = Callable[[dict[str, Any]], Answer]


@dataclass(frozen=True)
class Received:
    """A request as it arrived; header names are in lower case, ``json`` is None for a GET."""

    method: str
    path: str
    headers: Mapping[str, str]
    json: Any


def chat_reply(text: str | None, finish_reason: str = "stop", **message: Any) -> Answer:
    """A completion as OpenAI sends it; keywords are added to the message."""
    choice = {
        "index": 0,
        "finish_reason": finish_reason,
        "message": {"role": "assistant", "content": text, **message},
    }
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return Answer(200, {}, {"id": "c1", "object": "chat.completion", "choices": [choice], "usage": usage})


def api_error(status: int, message: str, headers: Mapping[str, str] | None = None, **fields: Any) -> Answer:
    """An error object as OpenAI sends it; ``code``, ``type`` and ``param`` are keywords."""
    return Answer(status, headers or {}, {"error": {"message": message, **fields}})


def always(answer: Answer) -> Behaviour:
    """The same answer to every request."""
    return lambda _: answer


def in_turn(*answers: Answer) -> Behaviour:
    """One answer after the other; a request too many is a 500 that says so."""
    rest = list(answers)
    return lambda _: rest.pop(0) if rest else api_error(500, "the script has no answer left")


class FakeOpenAI(Loopback):
    """The server. Chat requests go to ``behaviour``; ``GET /v1/models`` lists ``models``.

    Use it as a context manager. ``requests`` records everything that arrived, in order. A behaviour that
    should hang waits for ``stopping``, which is set at the end.
    """

    def __init__(self, behaviour: Behaviour, models: Any = None) -> None:
        super().__init__()
        self.behaviour = behaviour
        self.models = models if models is not None else Answer(404, {}, {"error": {"message": "no list"}})
        self.requests: list[Received] = []
        self.stopping = threading.Event()

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the chat requests, in order."""
        return [received.json for received in self.requests if received.method == "POST"]

    def release(self) -> None:
        """Whoever hangs is let go."""
        self.stopping.set()

    def serve(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Record a request and say what to send."""
        received = Received(method, path, headers, json.loads(body) if method == "POST" else None)
        self.requests.append(received)
        if received.method == "GET" and received.path.endswith("/models"):
            return self.models if isinstance(self.models, Answer) else Answer(200, {}, {"data": self.models})
        return self.behaviour(received.json)
