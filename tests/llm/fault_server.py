"""A loopback server on bare sockets that plays what no HTTP library would send."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from tests.fake_openai import Received

_HEAD_END: Final = b"\r\n\r\n"


@dataclass
class Wire:
    """One connection, after its request was read, as a fault sees it."""

    socket: socket.socket
    request: Received
    stopping: threading.Event

    def send(self, data: bytes) -> None:
        """Send all of it; a client that has gone away ends the fault."""
        self.socket.sendall(data)

    def reset(self) -> None:
        """Close so that the client sees a reset, not an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the server."""
        self.stopping.wait(seconds)


Fault = Callable[[Wire], None]


class FaultServer:
    """The server; ``script`` says for each request what to play. Each connection serves one request."""

    def __init__(self, script: Callable[[Received], Fault]) -> None:
        self.script = script
        self.requests: list[Received] = []
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def base_url(self) -> str:
        """What to give as the base URL."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with socket.create_connection(self._listener.getsockname()):
            pass  # wakes the thread that accepts
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping.is_set():
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(10)
                request = _read_request(connection)
                if request is not None:
                    self.requests.append(request)
                    self.script(request)(Wire(connection, request, self._stopping))
        except OSError:
            return  # the client went away, which is its right


def _read_request(connection: socket.socket) -> Received | None:
    data = b""
    while _HEAD_END not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(_HEAD_END)
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Received(method, path, headers, json.loads(body) if body else None)


def raw(*parts: bytes) -> Fault:
    """These bytes, then the end."""

    def play(wire: Wire) -> None:
        for part in parts:
            wire.send(part)

    return play


def http(status: int, body: Any = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """A well-formed response; a ``body`` that is no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", "Content-Length": str(len(content)), "Connection": "close"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in (sent | dict(headers or {})).items())
    return raw(f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + content)


def error(status: int, message: str, headers: Mapping[str, str] | None = None, **fields: Any) -> Fault:
    """An error object as OpenAI sends it."""
    return http(status, {"error": {"message": message, **fields}}, headers)


def completion(content: Any = "{}", finish: Any = "stop", **beside: Any) -> dict[str, Any]:
    """The body of a completion; keywords go beside its choices."""
    message = {"role": "assistant", "content": content}
    usage = {"prompt_tokens": 11, "completion_tokens": 7}
    return {"choices": [{"index": 0, "finish_reason": finish, "message": message}], "usage": usage, **beside}


def echo(wire: Wire) -> None:
    """A good answer, which holds all that the user said."""
    said = [message["content"] for message in wire.request.json["messages"] if message["role"] == "user"]
    http(200, completion(json.dumps({"answer": "\n".join(said)})))(wire)


def refuse(wire: Wire) -> None:
    """Reset the connection."""
    wire.reset()


def hang(wire: Wire) -> None:
    """Never answer."""
    wire.pause(30)


def after(seconds: float, fault: Fault) -> Fault:
    """The fault, late."""

    def play(wire: Wire) -> None:
        wire.pause(seconds)
        fault(wire)

    return play


def drip(head: bytes, drop: bytes, every: float) -> Fault:
    """A beginning, and then a drop again and again, each well within a read's time."""

    def play(wire: Wire) -> None:
        wire.send(head)
        while not wire.stopping.is_set():
            wire.send(drop)
            wire.pause(every)

    return play


def packed(status: int, content: bytes, encoding: str = "gzip") -> Fault:
    """A response whose content is already encoded, or is not."""
    return http(status, content, {"Content-Encoding": encoding})


def bomb(megabytes: int) -> bytes:
    """Packed blanks: a thousandth of what they unpack to."""
    return gzip.compress(b" " * (megabytes * 2**20), compresslevel=9)


def endless_chunks(wire: Wire) -> None:
    """A chunked body that does not end."""
    wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    block = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while not wire.stopping.is_set():
        wire.send(block)
