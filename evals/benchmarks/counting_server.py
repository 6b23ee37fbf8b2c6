"""A server that speaks the OpenAI protocol on loopback and counts: what it is sent and what it answers, in tokens.

A part of ``cost.py``. Everything that a model would read is counted, with one tokenizer for all: the messages, the
schema of the answer and the tools, as compact JSON. What chat templates add is not.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self

from pipeline.llm.tokens import TokenCounter

Answer = Callable[[dict[str, Any]], str]


class Call(NamedTuple):
    """One call: its kind, as far as the request says, and its tokens; ``text`` is all that was sent, in order."""

    kind: str
    tokens_in: int
    tokens_out: int
    text: str


class CountingServer:
    """The server; use it as a context manager. ``calls`` are those that were answered."""

    def __init__(self, answer: Answer, counter: TokenCounter) -> None:
        self.calls: list[Call] = []
        self._answer = answer
        self._counter = counter
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base_url(self) -> str:
        """What to give as the base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply(self, body: dict[str, Any]) -> dict[str, Any]:
        """The completion, counted."""
        text = self._answer(body)
        sent = prompt_of(body)
        call = Call(kind_of(body), self._counter.count(sent), self._counter.count(text), sent)
        self.calls.append(call)
        usage = {"prompt_tokens": call.tokens_in, "completion_tokens": call.tokens_out}
        usage["total_tokens"] = sum(usage.values())
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return {
            "id": "c1",
            "object": "chat.completion",
            "created": 1,
            "model": "stub",
            "choices": [choice],
            "usage": usage,
        }


def prompt_of(body: dict[str, Any]) -> str:
    """All that a model is given: the schema and the tools first, as servers put them, then the messages."""
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    fixed = [json.dumps(part, separators=(",", ":")) for part in (schema, body.get("tools")) if part]
    contents = (message["content"] for message in body["messages"])
    texts = [content if isinstance(content, str) else json.dumps(content) for content in contents]
    return "\n".join([*fixed, *texts])


def kind_of(body: dict[str, Any]) -> str:
    """The name of the schema, where there is one."""
    return str(body.get("response_format", {}).get("json_schema", {}).get("name", "text"))


def _handler(server: CountingServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers chats; lists no models."""

        def do_GET(self) -> None:
            self._send(404, {"error": {"message": "no list"}})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                self._send(200, server.reply(body))
            except KeyError as error:
                self._send(400, {"error": {"message": f"no answer for this: {error}"}})

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

        def _send(self, status: int, loaded: dict[str, Any]) -> None:
            data = json.dumps(loaded).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
