"""The adapter to the `openai` package: the only module that imports it (0.5 s, so import this one late)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import openai

from pipeline.errors import (
    AttemptTimeout,
    ConfigurationError,
    ConnectionFault,
    CredentialsError,
    GarbledReply,
    PipelineError,
    RefusedReply,
    RequestRefused,
    TruncatedReply,
)
from pipeline.llm.endpoint import checked_base_url, is_hosted, public_name
from pipeline.llm.faults import Fault, error_for, read_fault
from pipeline.llm.protocol import ChatReply, ChatRequest
from pipeline.llm.server_text import PLACEHOLDER_KEY, capped, safe
from pipeline.llm.wire import Rung, decode, rejected, request_body, rung_of

CONNECT_TIMEOUT: Final = 10.0
"""Seconds to reach a server; a longer request timeout is for the answer."""

_CAUGHT: Final = (openai.OpenAIError, OSError, UnicodeError)

# By name, because not every release from 2.54 on has every class. A status decides for APIStatusError.
_KINDS: Final[Mapping[str, type[PipelineError]]] = {
    "APITimeoutError": AttemptTimeout,
    "APIConnectionError": ConnectionFault,
    "APIResponseValidationError": GarbledReply,
    "APIError": GarbledReply,
    "LengthFinishReasonError": TruncatedReply,
    "ContentFilterFinishReasonError": RefusedReply,
    "SubjectTokenProviderError": CredentialsError,
    "OpenAIError": ConfigurationError,  # the SDK raises the bare class for options that cannot work
    "TimeoutError": AttemptTimeout,
    "OSError": ConnectionFault,
    "UnicodeError": RequestRefused,
}


class ServedModel(NamedTuple):
    """A model that an endpoint lists; ``n_params`` is None where it does not say (only llama.cpp does)."""

    id: str
    n_params: int | None


class OpenAIChat:
    """A `ChatModel` over any OpenAI-compatible endpoint.

    It retries nothing (see `retry`), except that a parameter which the endpoint does not accept is left out,
    at once and from then on. Use it as an async context manager, within one event loop.
    """

    def __init__(self, base_url: str | None = None, api_key: str | None = None, *, timeout: float = 120.0) -> None:
        """Nothing is read from the environment for ``base_url`` and ``api_key``, and nothing is sent yet.

        Args:
            base_url: None means OpenAI's own.
            api_key: may be left out where ``base_url`` is another's.
            timeout: seconds for one attempt, from the first byte sent to the last received.

        Raises:
            ConfigurationError: the base URL is none.
            CredentialsError: there is no key, or one that cannot be sent.
        """
        url = checked_base_url(base_url)
        self._hosted = is_hosted(url)
        self._key = _checked_key(api_key, hosted=self._hosted)
        self._timeout = timeout
        self._adapted: frozenset[str] = frozenset()
        self.endpoint = public_name(url)
        limits = openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))
        self._client = openai.AsyncOpenAI(base_url=url, api_key=self._key, max_retries=0, timeout=limits)

    @property
    def adaptations(self) -> frozenset[str]:
        """What the endpoint has turned out not to accept; see `pipeline.llm.wire`."""
        return self._adapted

    @property
    def rung(self) -> Rung:
        """The rung of the structured-output ladder in use."""
        return rung_of(self._adapted)

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
                return decode(answer, request, self.endpoint, self._key)
            if isinstance(answer, PipelineError):
                raise answer
            adaptation = rejected(answer, body, adapted)
            if adaptation is None:
                raise error_for(answer, request.model, self.endpoint)
            self._adapted |= {adaptation}  # the set is finite and grows, so the loop ends

    async def served_models(self, *, timeout: float = 3.0) -> list[ServedModel]:  # noqa: ASYNC109 - the caller's patience
        """The models that the endpoint lists; none if it does not, or not within ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                raw = await self._client.models.with_raw_response.list(timeout=timeout)
            return _served(json.loads(raw.http_response.content))
        except (*_CAUGHT, ValueError, RecursionError):
            return []

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
        """The bytes of a 2xx, the fault of another status, or the error.

        They are returned, not raised, so that the SDK's exception, which knows the request's headers, is gone
        when ours is raised: it would be its context.
        """
        rest = {name: value for name, value in body.items() if name not in {"model", "messages"}}
        create = self._client.chat.completions.with_raw_response.create
        try:
            async with asyncio.timeout(self._timeout):
                # In extra_body, so that no release's signature decides what may be sent.
                raw = await create(model=body["model"], messages=body["messages"], extra_body=rest)
        except openai.APIStatusError as error:
            return read_fault(error.status_code, error.body, error.response.headers, self._key)
        except _CAUGHT as error:
            return map_error(error, self.endpoint, self._key)
        return raw.http_response.content


def map_error(error: Exception, endpoint: str, key: str | None) -> PipelineError:
    """Our error for an exception that carries no HTTP status."""
    kind = next(_KINDS[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in _KINDS)
    if kind is AttemptTimeout:
        return AttemptTimeout(f"{endpoint} gave no complete answer in time")
    if kind is RequestRefused:
        return RequestRefused("the request cannot be encoded: its text or headers hold characters that have no bytes")
    cause = error.__cause__
    reason = f" ({type(cause).__name__}: {cause})" if cause else ""
    return kind(f"{endpoint}: {capped(safe(f'{error}{reason}', key))}")


def _checked_key(api_key: str | None, *, hosted: bool) -> str:
    """The key to send. One with a line break in it would be quoted in an exception about the header."""
    key = (api_key or "").strip()
    if not key and hosted:
        raise CredentialsError("there is no API key", hint="Set OPENAI_API_KEY, or give --base-url.")
    if any(not "!" <= char <= "~" for char in key):
        raise CredentialsError("the API key holds characters that no key has (white space or non-ASCII)")
    return key or PLACEHOLDER_KEY


def _served(body: object) -> list[ServedModel]:
    rows = body.get("data") if isinstance(body, dict) else None
    listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [ServedModel(row["id"], _parameters(row)) for row in listed if isinstance(row.get("id"), str)]


def _parameters(row: Mapping[str, Any]) -> int | None:
    meta = row.get("meta")
    count = meta.get("n_params") if isinstance(meta, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else None
