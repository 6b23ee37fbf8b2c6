"""What lies beneath the SDK: its HTTP client, how much of an answer is read, and what its exceptions mean.

The SDK brings an HTTP client, which is httpx up to 2.x and httpx2 from 3.x on; both are used in the same way.
What a server can do to a client is bounded here: redirects are not followed, so that articles go where the user
said and nowhere else; a body is unpacked by us and only up to a limit.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

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
from pipeline.llm.faults import redirected
from pipeline.llm.server_text import Secrets, capped, safe
from pipeline.llm.wire import Inflater

if TYPE_CHECKING:
    import httpx2 as http
else:
    http = importlib.import_module(openai.DefaultAsyncHttpxClient.__base__.__module__.partition(".")[0])

Response: TypeAlias = http.Response

CONNECT_TIMEOUT: Final = 10.0
"""Seconds to reach a server; a longer request timeout is for the answer."""
MOST_BYTES: Final = 8 * 2**20
"""Unpacked bytes of an answer. The longest answers of any model take a tenth of it."""
MOST_FILE_BYTES: Final = 2**31
"""Of a file that is downloaded: fifty thousand answers of forty thousand bytes."""
MOST_ERROR_BYTES: Final = 2**16
"""Of an error's body no more is read: its status says what it is."""


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


class Unusable(Exception):
    """Carries one of our errors through the HTTP client and the SDK, which may wrap it."""

    def __init__(self, error: PipelineError) -> None:
        super().__init__(error.message)
        self.error = error


NO_ANSWER: Final = (openai.OpenAIError, OSError, UnicodeError, http.InvalidURL, Unusable)
"""What a call raises that has no answer; see `map_error`."""
BROKEN_OFF: Final = (openai.OpenAIError, TimeoutError, http.HTTPError, http.StreamError, Unusable)
"""What a download raises, which the SDK leaves to the HTTP client once it has begun; see `broken_off`."""


class _BoundedBody(http.AsyncByteStream):
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
                raise Unusable(GarbledReply(said)) from None

    async def aclose(self) -> None:
        """Close the connection, or give it back."""
        await self._inner.aclose()

    def _too_large(self) -> None:
        """Nothing more is read; for an answer, that is an error, and not one to try again."""
        if not self._failed:
            said = f"{self._endpoint} answered with more than {self._most // 2**20} MiB, which no model writes"
            raise Unusable(ReplyError(said, hint="Is it a chat endpoint? Nothing more was read."))


def bound(response: Response, endpoint: str, secrets: Secrets) -> None:
    """Bound what comes of a response whose headers are there, and whose body is not.

    Raises:
        Unusable: it is a redirect.
    """
    if response.is_redirect:
        location = response.headers.get("location", "")
        raise Unusable(redirected(response.status_code, location, endpoint, secrets))
    encoding = response.headers.pop("content-encoding", "")
    # JSON is UTF-8. Python would take other names of "encodings" from a server: among them compressions.
    response.headers["content-type"] = response.headers.get("content-type", "").partition(";")[0]
    stream = response.stream
    assert isinstance(stream, http.AsyncByteStream)  # noqa: S101 - an asynchronous client has no other
    most = MOST_FILE_BYTES if response.request.url.path.endswith("/content") else MOST_BYTES
    response.stream = _BoundedBody(stream, encoding, endpoint, failed=response.is_error, most=most)


def http_client(
    limits: openai.Timeout, receive: Callable[[Response], Any], query: str, *, direct: str | None
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


def map_error(error: Exception, endpoint: str, secrets: Secrets) -> PipelineError:
    """Our error for an exception that carries no HTTP status."""
    ours = next((one for one in (error, error.__cause__) if isinstance(one, Unusable)), None)
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


def broken_off(error: Exception, endpoint: str, secrets: Secrets) -> PipelineError:
    """Our error for a download that did not come to its end."""
    if isinstance(error, (openai.OpenAIError, TimeoutError, Unusable)):
        return map_error(error, endpoint, secrets)
    return ConnectionFault(f"{endpoint}: {capped(safe(f'{type(error).__name__}: {error}', secrets))}")
