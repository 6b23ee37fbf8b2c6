"""The adapter to the `openai` package: the only module that imports it (0.5 s, so import this one late).

The SDK brings an HTTP client, which is httpx up to 2.x and httpx2 from 3.x on; both are used in the same way.
What a server can do to a client is bounded here: redirects are not followed, so that articles go where the user
said and nowhere else; a body is unpacked by us and only up to a limit; and an attempt has an end, whatever drips.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Self

import openai

from pipeline.errors import (
    AttemptTimeout,
    ConfigurationError,
    ConnectionFault,
    CredentialsError,
    GarbledReply,
    NoConnection,
    PipelineError,
    RefusedReply,
    ReplyError,
    RequestRefused,
    TruncatedReply,
)
from pipeline.llm.batch_format import BatchAnswer
from pipeline.llm.endpoint import checked_base_url, is_hosted, loopback_host, public_name, secrets_in, target
from pipeline.llm.faults import Fault, error_for, read_fault, redirected
from pipeline.llm.ladder import STEPS, VIOLATIONS, follows, rung_in_use
from pipeline.llm.protocol import RUNGS, ChatReply, ChatRequest, Rung
from pipeline.llm.server_text import Secrets, capped, safe, without
from pipeline.llm.wire import Inflater, decode, known_adaptations, rejected, request_body

if TYPE_CHECKING:
    import httpx2 as http
else:
    http = importlib.import_module(openai.DefaultAsyncHttpxClient.__base__.__module__.partition(".")[0])

_NO_KEY: Final = "unused"
"""Sent where an endpoint needs no key; being no secret, it is not looked for."""
FILE_TIMEOUT: Final = 3600.0
"""Seconds, at least, for a file to go up or down."""
CONNECT_TIMEOUT: Final = 10.0
"""Seconds to reach a server; a longer request timeout is for the answer."""
MOST_BYTES: Final = 8 * 2**20
"""Unpacked bytes of an answer. The longest answers of any model take a tenth of it."""
_MOST_PARAMETERS: Final = 10**15
MOST_FILE_BYTES: Final = 2**31
"""Of a file that is downloaded: fifty thousand answers of forty thousand bytes."""
MOST_ERROR_BYTES: Final = 2**16
"""Of an error's body no more is read: its status says what it is."""

_CAUGHT: Final = (openai.OpenAIError, OSError, UnicodeError, http.InvalidURL)

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
    "InvalidURL": ConfigurationError,
}


class ServedModel(NamedTuple):
    """A model that an endpoint lists. ``n_params`` and ``context`` (tokens) are None where it does not say."""

    id: str
    n_params: int | None
    context: int | None = None


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
        client = _http_client(limits, self._receive, query, direct=loopback_host(url))
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
            call = self._client.get(path, cast_to=http.Response)
        else:
            call = self._client.post(path, cast_to=http.Response, body=body)
        return self._answered(await self._answer(call, timeout=self._timeout))

    async def upload(self, path: Path) -> bytes:
        """What the endpoint answers when it is given a file for a batch.

        Raises:
            PipelineError: as `fetch`.
        """
        with path.open("rb") as stream:
            call = self._client.post(
                "/files",
                cast_to=http.Response,
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
            except (openai.OpenAIError, TimeoutError, http.HTTPError, http.StreamError, _Unusable) as error:
                failed = self._broken_off(error)
        if failed is not None:
            self._answered(failed)

    def _broken_off(self, error: Exception) -> PipelineError:
        if isinstance(error, (openai.OpenAIError, TimeoutError, _Unusable)):
            return map_error(error, self.endpoint, self._secrets)
        return ConnectionFault(f"{self.endpoint}: {capped(safe(f'{type(error).__name__}: {error}', self._secrets))}")

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
        call = self._client.get("/models", cast_to=http.Response)
        models = _served(self._answered(await self._answer(call, timeout=timeout)))
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
        call = self._client.post("/chat/completions", cast_to=http.Response, body=body)
        return await self._answer(call, timeout=self._timeout, sent=[each["content"] for each in body["messages"]])

    async def _answer(
        self,
        call: Awaitable[http.Response],
        *,
        timeout: float,  # noqa: ASYNC109
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
        except (*_CAUGHT, _Unusable) as error:
            return map_error(error, self.endpoint, self._secrets)
        return response.content

    async def _receive(self, response: http.Response) -> None:
        """Runs when a response's headers are there, and its body is not: bounds what comes of it."""
        if self._on_headers is not None:
            headers = {name.lower(): without(value, self._secrets) for name, value in response.headers.items()}
            with contextlib.suppress(Exception):
                self._on_headers(headers)
        status = response.status_code
        if response.is_redirect:
            location = response.headers.get("location", "")
            raise _Unusable(redirected(status, location, self.endpoint, self._secrets))
        encoding = response.headers.pop("content-encoding", "")
        # JSON is UTF-8. Python would take other names of "encodings" from a server: among them compressions.
        response.headers["content-type"] = response.headers.get("content-type", "").partition(";")[0]
        stream = response.stream
        assert isinstance(stream, http.AsyncByteStream)  # noqa: S101 - an asynchronous client has no other
        most = MOST_FILE_BYTES if response.request.url.path.endswith("/content") else MOST_BYTES
        response.stream = _Bounded(stream, encoding, self.endpoint, failed=response.is_error, most=most)

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


class _Unusable(Exception):
    """Carries one of our errors through the HTTP client and the SDK, which may wrap it."""

    def __init__(self, error: PipelineError) -> None:
        super().__init__(error.message)
        self.error = error


class _Bounded(http.AsyncByteStream):
    """A response's body, unpacked, up to a limit.

    An answer beyond it is unusable. Of an error's body the beginning is enough, and if it cannot be unpacked, none
    of it: the status stands.
    """

    def __init__(self, inner: http.AsyncByteStream, encoding: str, endpoint: str, *, failed: bool, most: int) -> None:
        self._most = most
        self._inner = inner
        self._encoding = encoding
        self._endpoint = endpoint
        self._failed = failed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The unpacked bytes."""
        try:
            inflater = Inflater(self._encoding, MOST_ERROR_BYTES if self._failed else self._most)
            async for packed in self._inner:
                plain = inflater.feed(packed)
                if plain is None:
                    self._too_large()
                    return
                yield plain
            if not inflater.complete:
                raise ValueError("it breaks off")  # noqa: TRY301 - one place says what is wrong with a body
        except (ValueError, zlib.error) as error:
            if not self._failed:
                said = f"{self._endpoint} answered with a body that cannot be unpacked: {error}"
                raise _Unusable(GarbledReply(said)) from None

    async def aclose(self) -> None:
        """Close the connection, or give it back."""
        await self._inner.aclose()

    def _too_large(self) -> None:
        """Nothing more is read; for an answer, that is an error, and not one to try again."""
        if not self._failed:
            said = f"{self._endpoint} answered with more than {self._most // 2**20} MiB, which no model writes"
            raise _Unusable(ReplyError(said, hint="Is it a chat endpoint? Nothing more was read."))


def map_error(error: Exception, endpoint: str, secrets: Secrets) -> PipelineError:
    """Our error for an exception that carries no HTTP status."""
    ours = next((one for one in (error, error.__cause__) if isinstance(one, _Unusable)), None)
    if ours is not None:
        return ours.error
    kind = next(_KINDS[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in _KINDS)
    if kind is AttemptTimeout and not isinstance(error.__cause__, http.ConnectTimeout):
        return AttemptTimeout(f"{endpoint} gave no complete answer in time")
    if kind is RequestRefused:
        return RequestRefused("the request cannot be encoded: its text or headers hold characters that have no bytes")
    cause = error.__cause__
    if isinstance(cause, (http.ConnectError, http.ConnectTimeout)):
        kind = NoConnection
    reason = f" ({type(cause).__name__}: {cause})" if cause else ""
    return kind(f"{endpoint}: {capped(safe(f'{error}{reason}', secrets))}")


def _checked_key(api_key: str | None, *, hosted: bool) -> str:
    """The key to send. One with a line break in it would be quoted in an exception about the header."""
    key = (api_key or "").strip()
    if not key and hosted:
        raise CredentialsError("there is no API key", hint="Set OPENAI_API_KEY, or give --base-url.")
    if any(not "!" <= char <= "~" for char in key):
        raise CredentialsError("the API key holds characters that no key has (white space or non-ASCII)")
    return key or _NO_KEY


def _http_client(
    limits: openai.Timeout, receive: Callable[[http.Response], Any], query: str, *, direct: str | None
) -> http.AsyncClient:
    """The SDK's own client, that follows no redirect, asks for gzip only, and appends the query to every path.

    (The SDK would take a query, too, but some releases drop what has no value, and repeated names.)

    Proxies of the environment are used, but not on the way to this machine: articles and key would leave it.
    """
    try:
        return openai.DefaultAsyncHttpxClient(
            timeout=limits,
            params=query,
            follow_redirects=False,
            mounts={f"all://{direct}": None} if direct else {},
            headers={"Accept-Encoding": "gzip"},
            event_hooks={"response": [receive]},
        )
    except (ValueError, ImportError, OSError, http.InvalidURL) as error:
        problem = type(error).__name__  # its words may hold a proxy's password
    raise ConfigurationError(
        f"no HTTP client can be set up here ({problem})",
        hint="Check the proxy settings (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) and SSL_CERT_FILE of the environment.",
    )


def _served(content: bytes) -> list[ServedModel] | None:
    """The rows of a list of models, or None where there is none."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    rows = body.get("data") if isinstance(body, dict) else body
    if not isinstance(rows, list):
        return None
    named = [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    return [ServedModel(row["id"], _whole_number(_meta(row).get("n_params")), _context(row)) for row in named]


def _context(row: Mapping[str, Any]) -> int | None:
    """The context that is served, in tokens; the one that the model was trained with is better than none."""
    served = (_meta(row).get("n_ctx"), row.get("loaded_context_length"), row.get("max_model_len"))
    offered = (row.get("context_length"), row.get("context_window"), row.get("max_context_length"))
    found = (_whole_number(value) for value in (*served, *offered, _meta(row).get("n_ctx_train")))
    return next((value for value in found if value), None)


def _meta(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What llama.cpp says beside the protocol."""
    meta = row.get("meta")
    return meta if isinstance(meta, dict) else {}


def _whole_number(value: object) -> int | None:
    """What can be a count; a larger one would overflow in what reckons with it."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < _MOST_PARAMETERS else None
