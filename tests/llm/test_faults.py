"""Faults by name, on the wire: each ends in one kind of error, or is recovered from, and none shows the key."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import traceback
import tracemalloc
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel

from pipeline.errors import (
    AttemptTimeout,
    ConfigurationError,
    ConnectionFault,
    CredentialsError,
    GarbledReply,
    NoConnection,
    PipelineError,
    QuotaError,
    RateLimited,
    RefusedReply,
    ReplyError,
    RequestRefused,
    RequestTooLarge,
    ServerFault,
    UnknownModelError,
)
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import ChatReply
from pipeline.llm.retry import RetryingChat
from pipeline.llm.structured import MOST_CALLS, ask, portable_schema
from tests.llm import fault_server as play
from tests.llm.fault_server import Fault, FaultServer, Wire, completion, error, http, raw
from tests.llm.scripted import chat_request

KEY: Final = "sk-planted'0123456789abcdef"
OK: Final = b"HTTP/1.1 200 OK\r\n"
GOOD: Final = json.dumps(completion('{"answer": "Hi"}')).encode()
PATIENCE: Final = 0.4
"""Seconds that an attempt may take where it is to run out; elsewhere it may take ten."""


async def _complete(base_url: str, seconds: float = 10.0, text: str = "Hello.", **changes: Any) -> ChatReply:
    async with OpenAIChat(base_url, KEY, timeout=seconds) as chat:
        return await chat.complete(chat_request(text=text, **changes))


def _outcome(fault: Fault, seconds: float = 10.0) -> ChatReply | PipelineError:
    with FaultServer(lambda _: fault) as server:
        try:
            return asyncio.run(_complete(server.base_url, seconds))
        except PipelineError as caught:
            return caught


def _failure(fault: Fault, seconds: float = 10.0) -> PipelineError:
    outcome = _outcome(fault, seconds)
    assert isinstance(outcome, PipelineError), outcome
    return outcome


def _length(size: int) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % size


def _slow_head(wire: Wire) -> None:
    for byte in OK + b"X-Slow: " + b"x" * 500:
        wire.send(bytes([byte]))
        wire.pause(0.02)


BROKEN_CONNECTIONS: dict[str, Fault] = {
    "accept and close": raw(),
    "reset": play.refuse,
    "close after the status line": raw(OK),
    "close after the headers": raw(OK + _length(100)),
    "body shorter than it says": raw(OK + _length(len(GOOD) + 9) + GOOD),
    "chunked, cut in the middle": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
    "chunked, never ended": raw(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "bad chunk size": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
    "garbage for a status line": raw(b"\x00\xff\x13garbage\r\n\r\n"),
    "a status that is no number": raw(b"HTTP/1.1 abc OK\r\n\r\n"),
    "garbage for headers": raw(OK + b"no colon here\r\n\x00\x01\r\n\r\n"),
    "a huge header": raw(OK + b"X-Huge: " + b"x" * 300_000 + b"\r\n\r\n"),
    "HTTP/0.9": raw(GOOD),
    "another protocol": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "100 Continue, then nothing": raw(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "two lengths that differ": raw(OK + b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}"),
    "a negative length": raw(OK + b"Content-Length: -5\r\n\r\n{}"),
}

TIMEOUTS: dict[str, Fault] = {
    "never answering": play.hang,
    "headers that drip": _slow_head,
    "a body that drips": play.drip(OK + _length(10_000), b" ", 0.02),
    "an error's body that drips": play.drip(b"HTTP/1.1 500 Oops\r\n" + _length(10_000), b" ", 0.02),
    "100 Continue without end": play.drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02),
    "gzip that unpacks to nothing": play.drip(
        OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\na\r\n\x1f\x8b\x08" + b"\x00" * 7 + b"\r\n",
        b"5\r\n\x00\x00\x00\xff\xff\r\n",
        0.02,
    ),
}

BOMB: Final = play.bomb(200)

ODD_BODIES: dict[str, tuple[Fault, type[PipelineError]]] = {
    "gzip bomb": (play.packed(200, BOMB), ReplyError),
    "gzip bomb in a 500": (play.packed(500, BOMB), ServerFault),
    "gzip bomb in a 401": (play.packed(401, BOMB), CredentialsError),
    "deflate bomb": (play.packed(200, zlib.compress(b" " * 2**25), "deflate"), ReplyError),
    "chunks without end": (play.endless_chunks, ReplyError),
    "an error without end": (play.drip(b"HTTP/1.1 503 Busy\r\n\r\n", b"x" * 65536, 0.0), ServerFault),
    "gzip cut off": (play.packed(200, gzip.compress(GOOD)[:-9]), GarbledReply),
    "gzip that is none": (play.packed(200, GOOD), GarbledReply),
    "gzip that is none in a 429": (play.packed(429, b"slow down"), RateLimited),
    "an encoding nobody asked for": (play.packed(200, GOOD, "br"), GarbledReply),
    "two encodings": (play.packed(200, gzip.compress(gzip.compress(GOOD)), "gzip, gzip"), GarbledReply),
    "a charset that unpacks": (
        http(400, zlib.compress(b" " * 2**20), {"Content-Type": "text/plain; charset=zlib_codec"}),
        RequestRefused,
    ),
    "a length that is too short": (raw(OK + _length(20) + GOOD), GarbledReply),
    "204": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), GarbledReply),
    "201 with nothing": (http(201), GarbledReply),
    "nothing": (http(200), GarbledReply),
    "white space": (http(200, b" \n "), GarbledReply),
    "HTML": (http(200, b"<!doctype html><title>Sign in</title>"), GarbledReply),
    "an event stream": (http(200, b"data: {}\n\ndata: [DONE]\n\n"), GarbledReply),
    "half a JSON": (http(200, GOOD[:-20]), GarbledReply),
    "two JSONs": (http(200, GOOD + GOOD), GarbledReply),
    "invalid UTF-8": (http(200, GOOD.replace(b"Hi", b"\xc3\x28")), GarbledReply),
    "nested without end": (http(200, b'{"choices":' + b"[" * 200_000), GarbledReply),
    "a number without end": (http(200, b'{"choices": ' + b"9" * 10_000 + b"}"), GarbledReply),
    "null": (http(200, b"null"), GarbledReply),
    "a number": (http(200, b"1"), GarbledReply),
    "a list": (http(200, []), GarbledReply),
    "no choices": (http(200, {"id": "x"}), GarbledReply),
    "choices null": (http(200, {"choices": None}), GarbledReply),
    "choices empty": (http(200, {"choices": []}), GarbledReply),
    "choices of nothing": (http(200, {"choices": [None]}), GarbledReply),
    "message null": (http(200, {"choices": [{"message": None, "finish_reason": "stop"}]}), GarbledReply),
    "message missing": (http(200, {"choices": [{"text": "old protocol"}]}), GarbledReply),
    "content null": (http(200, completion(None)), GarbledReply),
    "content empty": (http(200, completion("")), GarbledReply),
    "content of blanks": (http(200, completion(" \n")), GarbledReply),
    "content a number": (http(200, completion(5)), GarbledReply),
    "content null, ending null": (http(200, completion(None, None)), GarbledReply),
    "half a surrogate pair": (http(200, completion("half \ud800 pair")), GarbledReply),
    "broken off": (http(200, completion("", "error")), GarbledReply),
    "broken off after some text": (http(200, completion('{"answer":', "abort")), GarbledReply),
}

SERVER_WORDS: dict[str, tuple[Fault, type[PipelineError]]] = {
    "broken off, with a status": (
        http(200, {"choices": [{"error": {"code": 502, "message": "gone"}, "finish_reason": "error", "message": {}}]}),
        ServerFault,
    ),
    "broken off by a limit": (
        http(200, completion("", "error", error={"code": "429", "message": "slow"})),
        RateLimited,
    ),
    "an error in a 200": (http(200, {"error": {"message": "upstream failed"}}), GarbledReply),
    "a listed error in a 200": (http(200, [{"error": {"code": 503, "message": "busy"}}]), ServerFault),
    "LM Studio: a path that is not there": (
        http(200, {"error": "Unexpected endpoint or method. (POST /chat/completions)"}),
        ConfigurationError,
    ),
    "400": (error(400, "Invalid 'messages'"), RequestRefused),
    "400 with a text": (http(400, {"error": "Trouble"}), RequestRefused),
    "400 with nothing": (http(400), RequestRefused),
    "400 with null": (http(400, b"null"), RequestRefused),
    "400 nested without end": (http(400, b"[" * 60_000), RequestRefused),
    "401": (error(401, "Incorrect API key provided"), CredentialsError),
    "Azure: 401": (
        http(401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."}),
        CredentialsError,
    ),
    "403": (error(403, "Country not supported"), CredentialsError),
    "Google: a bad key": (
        http(400, [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}]),
        CredentialsError,
    ),
    "OpenRouter: moderation": (
        error(403, 'm requires moderation on OpenAI. Your input was flagged for "violence". No credits were charged.',
              code=403, metadata={"reasons": ["violence"], "flagged_input": "Fog", "provider_name": "OpenAI"}),
        RefusedReply,
    ),
    "moderation, by its reasons": (error(403, "no", metadata={"reasons": ["violence"]}), RefusedReply),
    "moderation, in words": (error(403, "The request was flagged"), RefusedReply),
    "403 of an account": (error(403, "Your account has been flagged"), CredentialsError),
    "llama.cpp: no such model": (error(400, "model 'small' not found", code=400), UnknownModelError),
    "Mistral: what is too much": (
        http(422, {"object": "error", "message": {"detail": [{"msg": "Extra inputs", "input": "insufficient funds"}]}}),
        RequestRefused,
    ),
    "OpenRouter: the provider's body": (
        error(400, "Provider returned error", metadata={"raw": json.dumps({"error": {"message":
              "Your credit balance is too low to access the Anthropic API."}})}),
        QuotaError,
    ),
    "TGI: too long": (
        http(422, {"error": "Input validation error: `inputs` must have less than 4096 tokens.", "error_type": "x"}),
        RequestTooLarge,
    ),
    "404 of a path": (error(404, "Not Found"), ConfigurationError),
    "404 in HTML": (http(404, b"<h1>404</h1>"), ConfigurationError),
    "404 of FastAPI": (http(404, {"detail": "Not Found"}), ConfigurationError),
    "405": (http(405, {"detail": "Method Not Allowed"}), ConfigurationError),
    "OpenAI: no such model": (error(404, "`small` does not exist", code="model_not_found"), UnknownModelError),
    "Ollama: no such model": (error(404, "model 'small' not found, try pulling it first"), UnknownModelError),
    "Anthropic: no such model": (error(404, "model: small", type="not_found_error"), UnknownModelError),
    "Azure: no such deployment": (
        error(404, "The API deployment for this resource does not exist.", code="DeploymentNotFound"),
        UnknownModelError,
    ),
    "Mistral: no such model": (
        http(400, {"object": "error", "message": "Invalid model: small", "type": "invalid_model", "code": "1500"}),
        UnknownModelError,
    ),
    "Google: no such model": (
        http(404, [{"error": {"code": 404, "message": "models/small is not found for API version v1main"}}]),
        UnknownModelError,
    ),
    "Groq: a model of the past": (
        error(400, "The model `small` has been decommissioned", code="model_decommissioned"),
        UnknownModelError,
    ),
    "DeepSeek: no such model": (error(400, "Model Not Exist"), UnknownModelError),
    "LM Studio: nothing loaded": (error(404, "No models loaded. Please load a model."), UnknownModelError),
    "408": (error(408, "Timeout"), ServerFault),
    "409": (error(409, "Conflict"), ServerFault),
    "410": (error(410, "Gone"), RequestRefused),
    "413": (error(413, "Payload too large"), RequestTooLarge),
    "422": (http(422, {"detail": [{"loc": ["body", "x"], "msg": "no"}]}), RequestRefused),
    "Anthropic: too long": (error(400, "prompt is too long: 210000 tokens > 200000 maximum"), RequestTooLarge),
    "vLLM: too long": (
        error(400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096."),
        RequestTooLarge,
    ),
    "Google: too long": (
        error(400, "The input token count (9) exceeds the maximum number of tokens allowed (5)."),
        RequestTooLarge,
    ),
    "429": (error(429, "Slow down"), RateLimited),
    "429 too large": (error(429, "Request too large for m on tokens per min (TPM)"), RequestTooLarge),
    "OpenAI: no money": (error(429, "You exceeded your current quota", code="insufficient_quota"), QuotaError),
    "OpenAI: no money, no code": (error(429, "You exceeded your current quota, please check"), QuotaError),
    "Anthropic: no money": (
        error(400, "Your credit balance is too low to access the Anthropic API.", type="invalid_request_error"),
        QuotaError,
    ),
    "OpenRouter: no money": (error(402, "Insufficient credits", code=402), QuotaError),
    "Google: a limit per minute": (
        http(429, [{"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and "
                                                     "billing details. Please retry in 20.5s.",
                              "status": "RESOURCE_EXHAUSTED"}}]),
        RateLimited,
    ),
    "Google: a limit per day": (
        http(429, [{"error": {"code": 429, "message": "You exceeded your current quota", "status": "RESOURCE_EXHAUSTED",
                              "details": [{"violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}]}]}}]),
        QuotaError,
    ),
    "Google: no free requests": (
        http(429, [{"error": {"message": "Quota exceeded, limit: 0, model: x", "status": "RESOURCE_EXHAUSTED"}}]),
        QuotaError,
    ),
    "Azure: a limit": (error(429, "exceeded rate limit. Please retry after 20 seconds", code="429"), RateLimited),
    "Mistral: a limit": (
        http(429, {"object": "error", "message": "Service tier capacity exceeded", "code": "3505"}),
        RateLimited,
    ),
    "a filter": (error(400, "filtered", code="content_filter"), RefusedReply),
    "500": (error(500, "Oops"), ServerFault),
    "500 with nothing": (http(500), ServerFault),
    "502 in HTML": (http(502, b"<html><h1>Bad Gateway</h1></html>"), ServerFault),
    "503": (error(503, "Loading model"), ServerFault),
    "529": (error(529, "Overloaded", type="overloaded_error"), ServerFault),
    "an error as a list": (http(500, [{"error": {"code": 500, "message": "Internal"}}]), ServerFault),
    "an error as a word": (http(500, b'"oops"'), ServerFault),
    "a status of the future": (http(599), ServerFault),
    "OpenRouter: the provider's words": (
        error(400, "Provider returned error", metadata={"raw": "prompt is too long"}),
        RequestTooLarge,
    ),
}  # fmt: skip

CASES: Final[list[tuple[str, Fault, type[PipelineError], float]]] = [
    *((name, fault, ConnectionFault, 10.0) for name, fault in BROKEN_CONNECTIONS.items()),
    *((name, fault, AttemptTimeout, PATIENCE) for name, fault in TIMEOUTS.items()),
    *((name, fault, kind, 10.0) for name, (fault, kind) in (ODD_BODIES | SERVER_WORDS).items()),
]


@pytest.mark.parametrize(("fault", "kind", "seconds"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_fault_is_one_kind_of_error(fault: Fault, kind: type[PipelineError], seconds: float) -> None:
    """Whatever a server does ends, soon, in an error of ours with a hint, and in no other exception."""
    failure = _failure(fault, seconds)
    assert type(failure) is kind, failure
    assert failure.hint
    assert failure.__context__ is None


def test_there_are_enough_faults() -> None:
    """No fault is listed twice, and a name stands for one."""
    assert len({case[0] for case in CASES}) == len(CASES) > 100


def test_nobody_there_means_that_nothing_was_sent() -> None:
    """A refused connection says so, may pass, and is known to have cost nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoConnection, match="Connect"):
        asyncio.run(_complete(f"http://127.0.0.1:{port}/v1"))


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """Another host is never sent anything; the error says where it was, and that the base URL may be wrong."""
    with FaultServer(lambda _: play.echo) as other:
        there = other.base_url
        failure = _failure(http(status, b"", {"Location": f"{there}/chat/completions?key={KEY}"}))
        assert other.requests == []
    assert type(failure) is RequestRefused
    assert "base URL" in failure.hint
    assert there in failure.message


@pytest.mark.parametrize("location", ["", "http://[bad", "//", "\x7f", "javascript:x", "/v1/chat/completions"])
def test_redirects_to_nowhere_are_refused_alike(location: str) -> None:
    """A location that is no URL makes no difference."""
    assert type(_failure(http(307, b"", {"Location": location}))) is RequestRefused


@pytest.mark.parametrize("name", ["gzip bomb", "gzip bomb in a 500", "chunks without end"])
def test_a_bomb_stays_packed(name: str) -> None:
    """A body of 200 MB, or without end, is given up after a few, and not asked for again where it was an answer."""
    fault, kind = ODD_BODIES[name]
    tracemalloc.start()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    try:
        assert type(_failure(fault)) is kind
        _, peak = tracemalloc.get_traced_memory()
        assert peak - before < 40 * 2**20
    finally:
        tracemalloc.stop()
    assert not ReplyError.retryable


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"Retry-After": "3"}, "", 3.0),
        ({"retry-after-ms": "250", "Retry-After": "9"}, "", 0.25),
        ({"Retry-After": "Thu, 02 Mar 2023 10:00:00 GMT"}, "", 0.0),
        ({"Retry-After": "Thu, 02 Mar 99999 10:00:00 GMT"}, "", None),
        ({"Retry-After": "Thu, 02 Mar 2023 10:00:00 +99999999999999"}, "", None),
        ({"Retry-After": "Mon, 01 Jan 0001 00:00:00 +2359"}, "", 0.0),
        ({"Retry-After": "9" * 400}, "", None),
        ({"Retry-After": "1e3"}, "", 1000.0),
        ({"Retry-After": "soon"}, "", None),
        ({}, "", None),
        ({}, "Please try again in 1m2.5s.", 62.5),
        ({}, "Please try again in 412ms.", 0.412),
        ({}, "Please retry after 20 seconds.", 20.0),
        ({}, "Please retry in 20.04466179s.", 20.04466179),
        ({"Retry-After": "1"}, "Please retry in 20s.", 1.0),
    ],
)
def test_the_wait_that_is_asked_for_is_read(headers: dict[str, str], message: str, seconds: float | None) -> None:
    """In seconds, milliseconds, as a date or in words; an absurd one counts as none."""
    failure = _failure(error(429, message, headers))
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == (pytest.approx(seconds) if seconds is not None else None)


ENDINGS: list[tuple[Any, Any, str]] = [
    ("{}", "stop", "stop"),
    ("{}", "end_turn", "stop"),
    ("{}", "STOP", "stop"),
    ('{"answer": "ha', "length", "length"),
    ('{"answer": "ha', "MAX_TOKENS", "length"),
    (None, "length", "length"),
    ('{"answer": ' + "\n " * 200, "length", "runaway"),
    ('{"answer": "' + "very " * 100, "length", "runaway"),
    ("", "content_filter", "content_filter"),
    (None, "SAFETY", "content_filter"),
    ("{}", None, "other"),
    ("{}", "tool_calls", "other"),
    ("{}", 7, "other"),
    ([{"type": "text", "text": "{"}, {"type": "text", "text": "}"}, 3], "stop", "stop"),
]


@pytest.mark.parametrize(("content", "finish", "expected"), ENDINGS)
def test_each_ending_is_told(content: Any, finish: Any, expected: str) -> None:
    """However a server words why a reply ended, one of our five reasons comes of it."""
    reply = _outcome(http(200, completion(content, finish)))
    assert isinstance(reply, ChatReply)
    assert reply.finish_reason == expected


def test_a_refusal_is_an_ending() -> None:
    """A model that refuses has answered: its words are the text, and its tokens count."""
    body = {"choices": [{"message": {"content": None, "refusal": "No."}, "finish_reason": "stop"}]}
    reply = _outcome(http(200, body))
    assert isinstance(reply, ChatReply)
    assert (reply.text, reply.finish_reason) == ("No.", "content_filter")


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (None, (0, 0)),
        ([], (0, 0)),
        ({"prompt_tokens": -4, "completion_tokens": None}, (0, 0)),
        ({"prompt_tokens": 12.0, "completion_tokens": True}, (12, 0)),
        ({"prompt_tokens": "12", "completion_tokens": [1]}, (0, 0)),
        ({"prompt_tokens": 10**30, "completion_tokens": 1e300}, (0, 0)),
        ({"prompt_tokens": float("nan"), "completion_tokens": float("inf")}, (0, 0)),
    ],
)
def test_counts_that_are_none_are_nothing(usage: Any, counted: tuple[int, int]) -> None:
    """No count of a server can break what reckons with it."""
    reply = _outcome(http(200, completion(usage=usage)))
    assert isinstance(reply, ChatReply)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == counted


GOOD_IN_DISGUISE: dict[str, Fault] = {
    "gzip": play.packed(200, gzip.compress(GOOD)),
    "gzip, another name": play.packed(200, gzip.compress(GOOD), "x-gzip"),
    "gzip, byte by byte": raw(
        OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"".join(b"1\r\n%c\r\n" % byte for byte in gzip.compress(GOOD)) + b"0\r\n\r\n"
    ),
    "deflate": play.packed(200, zlib.compress(GOOD), "deflate"),
    "deflate without its wrapper": play.packed(200, zlib.compress(GOOD)[2:-4], "deflate"),
    "identity": play.packed(200, GOOD, "identity"),
    "a byte order mark": http(200, b"\xef\xbb\xbf" + GOOD),
    "until the end of the connection": raw(OK + b"\r\n" + GOOD),
    "100 Continue first": raw(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + _length(len(GOOD)) + GOOD),
    "bytes after the end": raw(OK + b"Connection: close\r\n" + _length(len(GOOD)) + GOOD + b"and more"),
    "HTTP/1.0": raw(b"HTTP/1.0 200 OK\r\n\r\n" + GOOD),
    "late": play.after(0.1, raw(OK + _length(len(GOOD)) + GOOD)),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD_IN_DISGUISE)
def test_odd_but_good_answers_are_read(name: str) -> None:
    """What the protocol allows is no fault."""
    reply = _outcome(GOOD_IN_DISGUISE[name])
    assert isinstance(reply, ChatReply)
    assert reply.text == '{"answer": "Hi"}'


ECHOES: dict[str, Fault] = {
    "in an error": error(400, f"no {KEY}, {KEY!r} and {json.dumps(KEY)}"),
    "in an error of the key": error(401, f"\x1b[31mno {KEY[:9]}\u200b{KEY[9:]}"),
    "in a text": http(500, f"Authorization: Bearer {KEY}".encode()),
    "in a code": error(400, "no", code=KEY, type=KEY, param=KEY),
    "in a redirect": http(302, b"", {"Location": f"http://{KEY}:{KEY}@host/{KEY}?{KEY}"}),
    "in a redirect, quoted": http(302, b"", {"Location": f"http://host/{KEY.replace(chr(39), '%27')}"}),
    "in headers": http(500, b"", {"X-Echo": KEY, "Retry-After": KEY}),
    "in an encoding": http(200, b"{}", {"Content-Encoding": KEY}),
    "in a status line": raw(f"HTTP/1.1 abc {KEY}\r\n\r\n".encode()),
    "in no protocol": raw(f"{KEY}\r\n\r\n".encode()),
    "in an error of a 200": http(200, {"error": {"message": KEY, "code": KEY}}),
    "in an ending": http(200, completion("", "error", error={"message": KEY})),
    "in what is no JSON": http(200, KEY.encode()),
}


def _shown(failure: BaseException | None) -> Iterator[str]:
    while failure is not None:
        yield "".join(traceback.format_exception(failure)) + repr(failure) + repr(vars(failure))
        failure = failure.__cause__ or failure.__context__


@pytest.mark.parametrize("name", ECHOES)
def test_a_key_that_comes_back_is_never_shown(name: str) -> None:
    """Wherever a server puts the key, no message, hint, cause or traceback has it."""
    shown = "".join(_shown(_failure(ECHOES[name])))
    assert "0123456789abcdef" not in shown
    assert "\x1b" not in shown


def test_headers_are_told_without_the_key() -> None:
    """Every response's headers, those of errors and redirects too, are told in lower case."""
    told: list[dict[str, str]] = []

    async def calls(base_url: str) -> None:
        async with OpenAIChat(base_url, KEY, on_headers=lambda headers: told.append(dict(headers))) as chat:
            for _ in range(3):
                try:
                    await chat.complete(chat_request())
                except PipelineError:
                    continue

    script = iter([http(200, GOOD, {"X-Left": "7"}), error(429, "slow", {"X-Key": KEY}), http(307)])
    with FaultServer(lambda _: next(script)) as server:
        asyncio.run(calls(server.base_url))
    assert [told[0]["x-left"], told[1]["x-key"], len(told)] == ["7", "[key]", 3]


def test_whoever_hears_the_headers_cannot_lose_the_answer() -> None:
    """What goes wrong in reading the headers of a call that is paid for leaves the call as it is."""

    def fail(headers: Mapping[str, str]) -> None:
        raise OverflowError(str(headers))

    async def call(base_url: str) -> ChatReply:
        async with OpenAIChat(base_url, KEY, on_headers=fail) as chat:
            return await chat.complete(chat_request())

    with FaultServer(lambda _: http(200, GOOD)) as server:
        assert asyncio.run(call(server.base_url)).text == '{"answer": "Hi"}'


def test_what_a_base_url_hides_is_never_shown() -> None:
    """User, password, both as a header has them, and the values of a query, if a server gives them back."""
    hidden = ("userxyz77", "passw0rdQQ11", "dXNlcnh5ejc3OnBhc3N3MHJkUVExMQ==", "tok-1", "T9")

    def give_back(wire: Wire) -> None:
        error(400, f"bad: {wire.request.path} {wire.request.headers} {' '.join(hidden)}")(wire)

    with FaultServer(lambda _: give_back) as server:
        url = server.base_url.replace("//", "//userxyz77:passw0rdQQ11@") + "?key=tok-1&k=T9"
        for key in (KEY, ""):
            with pytest.raises(RequestRefused) as caught:
                asyncio.run(_complete_with(url, key))
            shown = "".join(_shown(caught.value))
            assert [secret for secret in hidden if secret in shown] == []


async def _complete_with(base_url: str, key: str) -> ChatReply:
    async with OpenAIChat(base_url, key) as chat:
        return await chat.complete(chat_request())


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company's proxy gets the request, as it does from any other program."""
    with FaultServer(lambda _: play.echo) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        asyncio.run(_complete("http://model.invalid/v1"))
        assert proxy.requests[0].path == "http://model.invalid/v1/chat/completions"


def test_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company's proxy gets no article that was meant for a server on this machine."""
    with FaultServer(lambda _: play.echo) as proxy, FaultServer(lambda _: play.echo) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        asyncio.run(_complete(server.base_url))
        assert (len(server.requests), len(proxy.requests)) == (1, 0)


def test_a_proxy_that_is_none_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that cannot be one is said before anything is sent, without its password."""
    monkeypatch.setenv("HTTP_PROXY", "gopher://me:secret@proxy:1")
    with pytest.raises(ConfigurationError, match="HTTP client") as caught:
        OpenAIChat("http://127.0.0.1:1/v1", KEY)
    assert "secret" not in "".join(_shown(caught.value))


def test_only_gzip_is_asked_for() -> None:
    """What cannot be bounded while it is unpacked is not asked for."""
    with FaultServer(lambda _: play.echo) as server:
        asyncio.run(_complete(server.base_url))
    assert server.requests[0].headers["accept-encoding"] == "gzip"


class Answer(BaseModel):
    answer: str


PASSING: Final[dict[str, Fault]] = {
    name: (BROKEN_CONNECTIONS | {name: fault for name, (fault, _) in (ODD_BODIES | SERVER_WORDS).items()})[name]
    for name in (
        "accept and close", "reset", "close after the headers", "chunked, cut in the middle",
        "garbage for a status line", "gzip cut off", "gzip that is none", "nothing", "HTML", "half a JSON",
        "invalid UTF-8", "null", "choices empty", "message null", "content null", "broken off", "408", "429",
        "502 in HTML", "503", "an error in a 200",
    )
}  # fmt: skip


async def _no_wait(_: float) -> None:
    """Wait for nothing."""


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_is_recovered_from(name: str) -> None:
    """Two faults and then an answer are, with retries, an answer."""
    script = iter([PASSING[name], PASSING[name], play.echo])

    async def call(base_url: str) -> ChatReply:
        async with OpenAIChat(base_url, KEY) as chat:
            return await RetryingChat(chat, sleep=_no_wait).complete(chat_request(text="Once more."))

    with FaultServer(lambda _: next(script)) as server:
        reply = asyncio.run(call(server.base_url))
    assert json.loads(reply.text) == {"answer": "Once more."}


ANY_FAULT: Final = [
    *BROKEN_CONNECTIONS.values(),
    *(fault for name, (fault, _) in (ODD_BODIES | SERVER_WORDS).items() if "bomb" not in name and "end" not in name),
    http(200, completion("no JSON")),
    http(200, completion('{"answer": 7}')),
    http(200, completion('{"answer": "cut', "length")),
    error(400, "Unsupported parameter: 'seed'"),
    error(400, "response_format is not supported"),
    error(400, "System role not supported"),
]
ATTEMPTS: Final = 3
LESSONS: Final = 8
"""What these faults can teach: seed, system, three rungs and more. Each costs an article one call at most."""


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([*ANY_FAULT, *[play.echo] * 40]), max_size=12),
    st.integers(min_value=1, max_value=4),
)
def test_any_sequence_of_faults_ends_well(faults: list[Fault], articles: int) -> None:
    """Calls side by side each end: in their own answer or one of our errors, and after a bounded number of calls."""
    script = iter(faults)
    texts = [f"Article {number}." for number in range(articles)]
    schema = portable_schema(Answer)

    async def calls(base_url: str) -> list[Answer | BaseException]:
        async with OpenAIChat(base_url, KEY) as client:
            chat = RetryingChat(client, max_attempts=ATTEMPTS, concurrency=2, sleep=_no_wait)
            requests = [chat_request(text=text, json_schema=schema) for text in texts]
            return await asyncio.gather(*(ask(chat, one, Answer) for one in requests), return_exceptions=True)

    with FaultServer(lambda _: next(script, play.echo)) as server:
        outcomes = asyncio.run(calls(server.base_url))
    for text, outcome in zip(texts, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            assert isinstance(outcome, PipelineError)
        else:
            assert [one for one in texts if one in outcome.answer] == [text]
    assert len(server.requests) <= articles * (MOST_CALLS * ATTEMPTS + LESSONS)
