"""A model that answers every chat completion after a fixed time, with the same claims; for the other scripts here.

    python evals/benchmarks/stub_server.py [--latency 0.2]

It serves HTTP/1.1 with keep-alive on a free port of the loopback interface, prints the base URL, and ends when its
standard input does. The replies are made once, as bytes, so that it takes little of the processor it is to leave to
those who are measured. A request that brings tools is answered with a call of the first one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Callable
from typing import Any, Final

LATENCY: Final = 0.2
_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_TOOL: Final = re.compile(rb'"type":\s*"function",\s*"function":\s*\{[^{}]*?"name":\s*"([\w-]+)"')
_TOOL_AFTER: Final = re.compile(rb'"function":\s*\{\s*"name":\s*"([\w-]+)"')
_CHAT: Final = b"POST /v1/chat/completions "
_NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
# As a hosted endpoint of a high tier says it; far above what the benchmarks ask for.
_LIMITS: Final = {
    "x-ratelimit-limit-requests": "60000",
    "x-ratelimit-limit-tokens": "900000000",
    "x-ratelimit-remaining-requests": "59990",
    "x-ratelimit-remaining-tokens": "899900000",
    "x-ratelimit-reset-requests": "1ms",
    "x-ratelimit-reset-tokens": "6ms",
}
_USAGE: Final = {
    "prompt_tokens": 1150,
    "completion_tokens": 742,
    "total_tokens": 1892,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": 0,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    },
}
_CLAIMS: Final = 10


def claims_reply() -> dict[str, Any]:
    """Ten claims, as a model words them: valid for ``pipeline.engines.replies.ClaimsReply``."""
    kinds = ("event", "statement", "figure", "background")
    return {
        "claims": [
            {
                "words": f"about {200 + 7 * n} residents of the lower quarter were asked to leave",
                "sentences": [n + 1] if n % 3 else [n + 1, n + 2],
                "speaker": None if n % 2 else "a harbour official",
                "claim": f"A harbour official said on Thursday that about {200 + 7 * n} residents of the lower quarter "
                "were asked to leave their homes before the second tide reached the old sea wall.",
                "kind": kinds[n % len(kinds)],
            }
            for n in range(_CLAIMS)
        ]
    }


def _response(message: dict[str, Any], finish_reason: str) -> bytes:
    body = {
        "id": "chatcmpl-stub0000000000000000000001",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "stub-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "refusal": None, "annotations": [], **message},
                "logprobs": None,
                "finish_reason": finish_reason,
            }
        ],
        "usage": _USAGE,
        "service_tier": "default",
        "system_fingerprint": "fp_stub",
    }
    content = json.dumps(body).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(content)),
        "x-request-id": "req_stub00000000000000000000000001",
        "openai-processing-ms": "190",
        "openai-version": "2020-10-01",
        **_LIMITS,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + content


def _plain() -> bytes:
    return _response({"content": json.dumps(claims_reply())}, "stop")


def _tool_call(name: str) -> bytes:
    call = {"name": name, "arguments": json.dumps(claims_reply())}
    calls = [{"id": "call_stub", "type": "function", "function": call}]
    return _response({"content": None, "tool_calls": calls}, "tool_calls")


class Connection(asyncio.Protocol):
    """One client; the answers keep the order of the requests because every one takes the same time."""

    def __init__(self, latency: float, answer: Callable[[bytes], bytes]) -> None:
        self._latency = latency
        self._answer = answer
        self._unread = bytearray()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport if isinstance(transport, asyncio.Transport) else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits any more."""
        del exc
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._unread += data
        while (head := self._unread.find(_END_OF_HEAD)) >= 0:
            length = _LENGTH.search(self._unread, 0, head + 2)
            end = head + len(_END_OF_HEAD) + (int(length[1]) if length else 0)
            if len(self._unread) < end:
                return
            request = bytes(self._unread[:end])
            del self._unread[:end]
            if request.startswith(_CHAT):
                self._loop.call_later(self._latency, self._send, self._answer(request))
            else:
                self._send(_NOT_FOUND)

    def _send(self, answer: bytes) -> None:
        if self._transport is not None:
            self._transport.write(answer)


class _Same:
    """The same answer to each request, or to each that brings a tool of that name; made once."""

    def __init__(self) -> None:
        self._answers: dict[str | None, bytes] = {}

    def answer(self, request: bytes) -> bytes:
        """The response to a chat request."""
        tool = (_TOOL.search(request) or _TOOL_AFTER.search(request)) if b'"tools"' in request else None
        name = tool[1].decode() if tool else None
        if name not in self._answers:
            self._answers[name] = _tool_call(name) if name else _plain()
        return self._answers[name]


async def serve(latency: float, answer: Callable[[bytes], bytes]) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(latency, answer), "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description="A model that answers after a fixed time.")
    parser.add_argument("--latency", type=float, default=LATENCY, help="seconds before every answer")
    asyncio.run(serve(parser.parse_args().latency, _Same().answer))


if __name__ == "__main__":
    main()
