"""A model for ``corpus_calls.py``: it answers from the prompt after a fixed time, and fails a share of the calls.

    python evals/benchmarks/corpus_stub.py [--latency 0.2] [--faults 0.05]

As ``stub_server.py``, but what it says stands in the article, so that claims pass and stories are told: of an article,
its first sentences, in their own words; of a story, the first claims that it is shown, each by its passage. When its
standard input ends, it prints how often it answered and failed on purpose, how many requests differed, and how fast
they came.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import time
from collections import Counter
from typing import Any, Final

from stub_server import serve

CLAIMS: Final = 3
STATEMENTS: Final = 6
_END_OF_HEAD: Final = b"\r\n\r\n"
_NUMBERED: Final = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
_CLAIM: Final = re.compile(r"^- id (\S+)(?:.*?)passage: (.+?)$", re.MULTILINE | re.DOTALL)
_PASSAGE: Final = re.compile(r"passage: (.+)$", re.MULTILINE)
_FAILURES: Final = ((500, "internal"), (503, "overloaded"), (429, "rate limit"))


class Stub:
    """What it says, and an account of it."""

    def __init__(self, faults: float) -> None:
        self._faults = faults
        self._chance = random.Random(7)
        self.injected = 0
        self.answered: Counter[bytes] = Counter()
        self._at: list[float] = []

    def answer(self, request: bytes) -> bytes:
        """The response to a chat request."""
        self._at.append(time.monotonic())
        if self._chance.random() < self._faults:
            self.injected += 1
            status, message = self._chance.choice(_FAILURES)
            return _response(status, {"error": {"message": message, "type": "injected"}}, {"retry-after": "0"})
        content = request[request.index(_END_OF_HEAD) + len(_END_OF_HEAD) :]
        self.answered[hashlib.blake2b(content, digest_size=12).digest()] += 1
        body = json.loads(content)
        return _response(200, _completion(json.dumps(_reply(body))), {})

    def account(self) -> dict[str, float]:
        """How it went; ``seconds`` from the first request to the last, ``most`` requests in any second."""
        at, first, most = self._at, 0, 0
        for place, now in enumerate(at):
            while now - at[first] > 1:
                first += 1
            most = max(most, place - first + 1)
        return {
            "answered": self.answered.total(),
            "distinct": len(self.answered),
            "injected": self.injected,
            "seconds": round(at[-1] - at[0], 2) if at else 0.0,
            "most": most,
        }


def _reply(body: dict[str, Any]) -> dict[str, Any]:
    user = body["messages"][1]["content"]
    kind = body["response_format"]["json_schema"]["name"]
    if kind == "summarize":
        found = _NUMBERED.findall(user)[:CLAIMS]
        return {"claims": [_claim(int(number), text) for number, text in found]}
    if kind == "synthesize":
        told = dict.fromkeys(_CLAIM.findall(user))
        return {"statements": [{"claim_ids": [claim], "text": text} for claim, text in list(told)[:STATEMENTS]]}
    return {"sentence": _PASSAGE.findall(user)[0]}


def _claim(number: int, text: str) -> dict[str, Any]:
    words = " ".join(text.split()[:8])
    return {"words": words, "sentences": [number], "speaker": None, "claim": text, "kind": "event"}


def _completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": "chatcmpl-stub",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "stub-model",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1150, "completion_tokens": 242, "total_tokens": 1392},
    }


def _response(status: int, body: dict[str, Any], headers: dict[str, str]) -> bytes:
    content = json.dumps(body).encode()
    told = {"content-type": "application/json", "content-length": str(len(content)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + content


def main() -> None:
    """Read the arguments, serve, tell."""
    parser = argparse.ArgumentParser(description="A model that answers from the prompt.")
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--faults", type=float, default=0.0)
    arguments = parser.parse_args()
    stub = Stub(arguments.faults)
    asyncio.run(serve(arguments.latency, stub.answer))
    print(json.dumps(stub.account()), flush=True)


if __name__ == "__main__":
    main()
