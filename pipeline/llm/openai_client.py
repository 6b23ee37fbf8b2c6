"""The adapter to the `openai` package, which takes half a second to load: import this module late.

What goes wrong is one of our errors, never the SDK's. What lies beneath, down to the HTTP client and the limits of what
is read of an answer, is in `openai_transport`; here, an attempt has an end, whatever drips.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

import openai

from pipeline.errors import CredentialsError, GarbledReply, PipelineError
from pipeline.llm.batch_format import BatchAnswer
from pipeline.llm.endpoint import checked_base_url, is_hosted, loopback_host, public_name, secrets_in, target
from pipeline.llm.faults import Fault, error_for, read_fault
from pipeline.llm.ladder import STEPS, VIOLATIONS, follows, rung_in_use
from pipeline.llm.openai_transport import (
    BROKEN_OFF,
    CONNECT_TIMEOUT,
    NO_ANSWER,
    Response,
    bound,
    broken_off,
    http_client,
    map_error,
)
from pipeline.llm.protocol import RUNGS, ChatReply, ChatRequest, Rung
from pipeline.llm.served_models import ServedModel, read_models
from pipeline.llm.server_text import capped, safe, without
from pipeline.llm.wire import decode, known_adaptations, rejected, request_body

_NO_KEY: Final = "unused"
"""Sent where an endpoint needs no key; being no secret, it is not looked for."""
FILE_TIMEOUT: Final = 3600.0
"""Seconds, at least, for a file to go up or down."""


class OpenAIChat:
    """A `ChatModel` over any OpenAI-compatible endpoint.

    It retries nothing (see `retry`), except that a parameter which the endpoint does not accept is left out,
    at once and from then on. Use it as an async context manager, within one event loop.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 120.0,
        adapted: Iterable[str] = frozenset(),
        on_headers: Callable[[Mapping[str, str]], None] | None = None,
    ) -> None:
        """Nothing is read from the environment for ``base_url`` and ``api_key``, and nothing is sent yet.

        Args:
            base_url: None means OpenAI's own.
            api_key: may be left out where ``base_url`` is another's.
            timeout: seconds for one attempt, from the first byte sent to the last received.
            adapted: `adaptations` of an earlier client for this endpoint and model; what is not known is ignored.
            on_headers: called with the headers of every response, names in lower case, the key taken out.
                What it raises is dropped: the call is paid for by then.

        Raises:
            ConfigurationError: the base URL is none, or the proxies of the environment cannot be used.
            CredentialsError: there is no key, or one that cannot be sent.
        """
        url = checked_base_url(base_url)
        self._hosted = is_hosted(url)
        key = _checked_key(api_key, hosted=self._hosted)
        self._secrets = secrets_in(url) | {key} - {_NO_KEY}
        self._timeout = timeout
        self._adapted = known_adaptations(adapted)
        self._ignored = 0
        self._on_headers = on_headers
        self.endpoint = public_name(url)
        limits = openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))
        to, query = target(url, bearer=key != _NO_KEY)
        client = http_client(limits, self._receive, query, direct=loopback_host(url))
        self._client = openai.AsyncOpenAI(base_url=to, api_key=key, max_retries=0, timeout=limits, http_client=client)
        if not self._hosted:  # the SDK takes them from the environment; they are nobody else's business
            self._client.organization = self._client.project = None

    @property
    def adaptations(self) -> frozenset[str]:
        """What the endpoint has turned out not to accept; see `pipeline.llm.wire`."""
        return self._adapted

    @property
    def rung(self) -> Rung:
        """The highest rung of the structured-output ladder that the endpoint is not known to refuse or ignore."""
        return rung_in_use(RUNGS[0], self._adapted)

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One call; one more for each parameter that the endpoint turns out not to accept.

        Raises:
            PipelineError: see `pipeline.errors`; never an exception of the SDK, never with the key in it.
        """
        while True:
            adapted = self._adapted
            body = request_body(request, hosted=self._hosted, adapted=adapted)
            answer = await self._send(body)
            if isinstance(answer, bytes):
                reply = decode(answer, request, self.endpoint, self._secrets)
                self._watch(reply, request, rung_in_use(request.rung, adapted))
                return reply
            if isinstance(answer, PipelineError):
                raise answer
            adaptation = rejected(answer, body, adapted)
            if adaptation is None:
                raise error_for(answer, request.model, self.endpoint)
            self._learn(adaptation)  # the set is finite and grows, so the loop ends

    def batch_body(self, request: ChatRequest, adapted: frozenset[str]) -> dict[str, Any]:
        """The body that `complete` would send, where the endpoint does not accept ``adapted``."""
        return request_body(request, hosted=self._hosted, adapted=adapted)

    def batch_reply(
        self, answer: BatchAnswer, request: ChatRequest, adapted: frozenset[str]
    ) -> ChatReply | PipelineError | None:
        """What a batch's line says to a request that was sent as ``adapted`` has it.

        None: the endpoint did not accept a parameter, which is done without from now on. Ask again.
        """
        if answer.is_reply:
            try:
                reply = decode(json.dumps(answer.body).encode(), request, self.endpoint, self._secrets)
            except PipelineError as error:
                return error
            self._watch(reply, request, rung_in_use(request.rung, adapted))
            return reply
        body = self.batch_body(request, adapted)
        sent = [each["content"] for each in body["messages"]]
        fault = read_fault(answer.status, answer.body, {}, self._secrets, sent)
        adaptation = rejected(fault, body, adapted)
        if adaptation is None:
            return error_for(fault, request.model, self.endpoint)
        if adaptation not in self._adapted:
            self._learn(adaptation)
        return None

    def safe(self, text: str) -> str:
        """What a server says, fit to show."""
        return capped(safe(text, self._secrets))

    async def fetch(self, method: Literal["GET", "POST"], path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """What the endpoint answers to a request beside the chat.

        Raises:
            PipelineError: as `complete`, of no model.
        """
        if method == "GET":
            call = self._client.get(path, cast_to=Response)
        else:
            call = self._client.post(path, cast_to=Response, body=body)
        return self._answered(await self._answer(call, timeout=self._timeout))

    async def upload(self, path: Path) -> bytes:
        """What the endpoint answers when it is given a file for a batch.

        Raises:
            PipelineError: as `fetch`.
        """
        with path.open("rb") as stream:
            call = self._client.post(
                "/files",
                cast_to=Response,
                body={"purpose": "batch"},
                files=[("file", (path.name, stream, "application/jsonl"))],
                options={"headers": {"Content-Type": "multipart/form-data"}},
            )
            return self._answered(await self._answer(call, timeout=max(self._timeout, FILE_TIMEOUT)))

    async def download(self, file_id: str, to: Path) -> None:
        """Write a file of the endpoint's to ``to``, as it comes; what is there is replaced.

        Raises:
            PipelineError: as `fetch`; ConnectionFault where it breaks off.
            OSError: it cannot be written.
        """
        failed: PipelineError | Fault | None = None
        with to.open("wb") as out:
            try:
                async with (
                    asyncio.timeout(max(self._timeout, FILE_TIMEOUT)),
                    self._client.files.with_streaming_response.content(file_id) as response,
                ):
                    async for chunk in response.iter_bytes():
                        out.write(chunk)
            except openai.APIStatusError as error:
                failed = read_fault(error.status_code, error.body, error.response.headers, self._secrets)
            except BROKEN_OFF as error:
                failed = broken_off(error, self.endpoint, self._secrets)
        if failed is not None:
            self._answered(failed)

    def _answered(self, answer: bytes | Fault | PipelineError) -> bytes:
        if isinstance(answer, Fault):
            raise error_for(answer, None, self.endpoint)
        if isinstance(answer, PipelineError):
            raise answer
        return answer

    async def served_models(self, *, timeout: float = 3.0) -> list[ServedModel]:  # noqa: ASYNC109 - the caller's patience
        """The models that the endpoint lists; none if it does not, or not within ``timeout`` seconds."""
        try:
            return await self.list_models(timeout=timeout)
        except PipelineError:
            return []

    async def list_models(self, *, timeout: float = 10.0) -> list[ServedModel]:  # noqa: ASYNC109 - the caller's patience
        """The models that the endpoint lists.

        Raises:
            PipelineError: it cannot be reached, refuses the key, has no list (ConfigurationError), or gives none
                that can be read (GarbledReply).
        """
        call = self._client.get("/models", cast_to=Response)
        models = read_models(self._answered(await self._answer(call, timeout=timeout)))
        if models is None:
            raise GarbledReply(f"{self.endpoint} answered 200, but not with a list of models")
        return models

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _send(self, body: dict[str, Any]) -> bytes | Fault | PipelineError:
        """What comes of a chat request.

        Not by the SDK's method for it: no release's signature is to decide what may be sent, and a tenth of the
        time goes into converting messages that are right already.
        """
        call = self._client.post("/chat/completions", cast_to=Response, body=body)
        return await self._answer(call, timeout=self._timeout, sent=[each["content"] for each in body["messages"]])

    async def _answer(
        self,
        call: Awaitable[Response],
        *,
        timeout: float,  # noqa: ASYNC109  the caller's patience
        sent: Sequence[str] = (),
    ) -> bytes | Fault | PipelineError:
        """The bytes of a 2xx, the fault of another status, or the error.

        They are returned, not raised, so that the SDK's exception, which knows the request's headers, is gone
        when ours is raised: it would be its context.
        """
        try:
            async with asyncio.timeout(timeout):
                response = await call
        except openai.APIStatusError as error:
            return read_fault(error.status_code, error.body, error.response.headers, self._secrets, sent)
        except NO_ANSWER as error:
            return map_error(error, self.endpoint, self._secrets)
        return response.content

    async def _receive(self, response: Response) -> None:
        """Runs when a response's headers are there, and its body is not: bounds what comes of it."""
        if self._on_headers is not None:
            headers = {name.lower(): without(value, self._secrets) for name, value in response.headers.items()}
            with contextlib.suppress(Exception):
                self._on_headers(headers)
        bound(response, self.endpoint, self._secrets)

    def _watch(self, reply: ChatReply, request: ChatRequest, rung: Rung) -> None:
        """Step down after some replies in a row that ignore the rung; only whole ones made on it tell anything."""
        if rung not in STEPS or rung != self.rung or reply.finish_reason != "stop":
            return
        self._ignored = 0 if follows(reply.text, request.json_schema) else self._ignored + 1
        if self._ignored >= VIOLATIONS:
            self._learn(STEPS[rung])

    def _learn(self, adaptation: str) -> None:
        self._adapted |= {adaptation}
        self._ignored = 0  # what was asked differently does not count


def _checked_key(api_key: str | None, *, hosted: bool) -> str:
    """The key to send. One with a line break in it would be quoted in an exception about the header."""
    key = (api_key or "").strip()
    if not key and hosted:
        raise CredentialsError("there is no API key", hint="Set OPENAI_API_KEY, or give --base-url.")
    if any(not "!" <= char <= "~" for char in key):
        raise CredentialsError("the API key holds characters that no key has (white space or non-ASCII)")
    return key or _NO_KEY
