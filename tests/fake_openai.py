"""A real HTTP server on loopback that speaks, or mangles, the OpenAI protocol as a test says."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self


class Answer(NamedTuple):
    """What to send. A ``body`` that is no bytes is sent as JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any


class DropConnectionError(Exception):
    """Raised by a behaviour: close the connection without an answer."""


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


class FakeOpenAI:
    """The server. Chat requests go to ``behaviour``; ``GET /v1/models`` lists ``models``.

    Use it as a context manager. ``requests`` records everything that arrived, in order. A behaviour that
    should hang waits for ``stopping``, which is set at the end.
    """

    def __init__(self, behaviour: Behaviour, models: Any = None) -> None:
        self.behaviour = behaviour
        self.models = models if models is not None else Answer(404, {}, {"error": {"message": "no list"}})
        self.requests: list[Received] = []
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base_url(self) -> str:
        """What to give as the base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the chat requests, in order."""
        return [received.json for received in self.requests if received.method == "POST"]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, received: Received) -> Answer:
        """Record a request and say what to send."""
        self.requests.append(received)
        if received.method == "GET" and received.path.endswith("/models"):
            return self.models if isinstance(self.models, Answer) else Answer(200, {}, {"data": self.models})
        return self.behaviour(received.json)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: a client that goes away is part of the tests."""


def _handler_for(fake: FakeOpenAI) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Passes requests to the fake, and its answers back."""

        def do_GET(self) -> None:
            self._serve(None)

        def do_POST(self) -> None:
            self._serve(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

        def _serve(self, body: Any) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                answer = fake.answer(Received(self.command, self.path, headers, body))
            except DropConnectionError:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            sent = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in {**sent, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    return Handler
