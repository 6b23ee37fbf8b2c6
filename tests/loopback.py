"""A real HTTP server on loopback, in threads; what it answers, or does instead, a test says."""

from __future__ import annotations

import json
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self


class Answer(NamedTuple):
    """What to send. A ``body`` that is no bytes is sent as JSON; ``cut`` ends the connection after so many bytes."""

    status: int
    headers: Mapping[str, str]
    body: Any
    cut: int | None = None


class DropConnectionError(Exception):
    """Raised instead of an answer: close the connection without one."""


class Loopback(ABC):
    """The server; use it as a context manager."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base_url(self) -> str:
        """What to give as the base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @abstractmethod
    def serve(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What to send; header names are in lower case. Called in a thread for each connection."""

    @abstractmethod
    def release(self) -> None:
        """Let go of every request that is held: the server stops."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: a client that goes away, or is killed, is part of the tests."""


def _handler_for(server: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Passes requests on, and answers back."""

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(_sent_to(self))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

        def _serve(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                answer = server.serve(self.command, self.path, headers, body)
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
            self.wfile.write(content[: answer.cut])
            if answer.cut is not None:
                self.close_connection = True

    return Handler


def _sent_to(handler: BaseHTTPRequestHandler) -> bytes:
    """The body of a request, in one piece or in chunks."""
    if "chunked" not in handler.headers.get("transfer-encoding", ""):
        return handler.rfile.read(int(handler.headers["content-length"]))
    body = b""
    while size := int(handler.rfile.readline(), 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return body
