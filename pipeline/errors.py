"""Every error a user can meet, in one tree.

Each class carries a stable ``code``, the ``exit_status`` of the command when the error ends it, whether trying
the same thing again may help (``retryable``) and a ``hint`` that says what to do next.

::

    PipelineError
    ├── InputError              2  a path, an article or a document that cannot be used
    ├── ConfigurationError      2  settings, prompts, options; a base URL under which no chat endpoint is
    │   ├── PromptError         2  a prompt file is malformed or not what the lock says
    │   ├── CredentialsError    2  the endpoint refused the key
    │   └── UnknownModelError   2  the endpoint does not know the model
    ├── OutputError             2  the results cannot be written
    ├── NoSummary               4  every article failed; carries each with its ``reasons``
    ├── RecordingError          3  a recording is missing, stale or not what it says it is
    ├── BudgetError             5  the next call could exceed --max-cost
    ├── QuotaError              5  the account's quota is used up
    ├── Deferred                4  the reply comes later, with a batch; whoever asks others meanwhile may do so
    └── ModelError              4  a model call failed; the article it was for fails, the others go on
        ├── ConnectionFault     4  retryable: the connection broke before the answer was there
        │   └── NoConnection    4  retryable: there was none, so nothing was sent
        ├── AttemptTimeout      4  retryable: no answer in time
        ├── RateLimited         4  retryable: 429; carries ``retry_after`` in seconds
        ├── ServerFault         4  retryable: 408, 409, 5xx
        ├── BatchFault          4  batches gave no answer: expired too often, were cancelled, or asked too much of them
        ├── RequestRefused      4  400, 422 …: the endpoint does not accept the request
        │   └── RequestTooLarge 4  the prompt does not fit the context
        │       └── PromptCut   4  an answer came, but the server had cut the prompt without saying so
        └── ReplyError          4  an answer came but cannot be used; itself for one without end
            ├── GarbledReply    4  retryable: not JSON, no choices, an error inside a 200 …
            ├── TruncatedReply  4  the answer ran into the token limit
            ├── RefusedReply    4  the model or a content filter refused
            └── InvalidReply    4  well-formed, but not what the schema or the rules ask for
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class PipelineError(Exception):
    """The root. ``message`` says what happened and where; ``hint`` what to do next (may be empty)."""

    code: ClassVar[str] = "pipeline"
    exit_status: ClassVar[int] = 2
    retryable: ClassVar[bool] = False
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint

    def __reduce__(self) -> tuple[object, ...]:
        """Keep message and hint across processes; the default drops keyword arguments."""
        return (_rebuild, (type(self), self.__dict__))


def _rebuild(kind: type[PipelineError], state: dict[str, object]) -> PipelineError:
    error = kind(str(state["message"]))
    error.__dict__.update(state)
    return error


class InputError(PipelineError):
    """A path, an article or a document that cannot be used."""

    code = "input"


class ConfigurationError(PipelineError):
    """Settings or options that cannot work."""

    code = "configuration"


class PromptError(ConfigurationError):
    """A prompt file is malformed, or differs from what the lock file says."""

    code = "prompt"
    default_hint = "If the edit is meant, raise the prompt's version and run `pipeline prompts --lock`."


class CredentialsError(ConfigurationError):
    """The endpoint refused the key (401, 403)."""

    code = "credentials"
    default_hint = "Check OPENAI_API_KEY and the base URL, then run the same command again; finished work is kept."


class UnknownModelError(ConfigurationError):
    """The endpoint does not know the model."""

    code = "unknown-model"
    default_hint = "Name a model that the endpoint serves with --model, then run the same command again."


class OutputError(PipelineError):
    """The results cannot be written where they should go."""

    code = "output"


class NoSummary(PipelineError):
    """Every article failed. ``reasons`` has a line for each: its path, the stage, and why."""

    code = "failed"
    exit_status = 4
    default_hint = "Each article's reason is among the error's `reasons`; finished calls are not repeated."

    def __init__(self, message: str, *, hint: str | None = None, reasons: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.reasons = tuple(reasons)


class RecordingError(PipelineError):
    """A recorded reply is missing or stale: nothing can be said without a live call, and none is made."""

    code = "recording"
    exit_status = 3
    default_hint = "Record again with --record (the project's own recordings: make record)."


class BudgetError(PipelineError):
    """The next call could exceed what the user allowed to be spent."""

    code = "budget"
    exit_status = 5
    default_hint = "Run the same command again, with a higher --max-cost if need be; replies so far are kept."


class QuotaError(PipelineError):
    """The account's quota is used up."""

    code = "quota"
    exit_status = 5
    default_hint = "Top up the account or raise its limit, then run the same command again; it resumes."


class Deferred(PipelineError):
    """The request is noted and goes out with the next batch, or is in one: its reply comes later.

    It ends what depends on the reply, and nothing else: siblings go on, so that they are noted, too.
    """

    code = "deferred"
    exit_status = 4
    default_hint = "Run the same command again: it waits for the batches that are under way."


class ModelError(PipelineError):
    """A model call failed for good.

    ``spent`` is what the server counted for answers that could not be used: how many, prompt and completion tokens.
    """

    code = "model"
    exit_status = 4
    default_hint = "Run the same command again: finished calls are not repeated."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.spent: tuple[int, int, int] = (0, 0, 0)


class ConnectionFault(ModelError):
    """The connection broke before the answer was there."""

    code = "connection"
    retryable = True
    default_hint = "Is the server running at the base URL? Run the same command again; it resumes."


class NoConnection(ConnectionFault):
    """No connection could be made, so nothing was sent."""

    code = "no-connection"


class AttemptTimeout(ModelError):
    """No complete answer in time."""

    code = "timeout"
    retryable = True
    default_hint = "Raise PIPELINE_REQUEST_TIMEOUT, or lower --concurrency, and run the same command again."


class RateLimited(ModelError):
    """The endpoint says that there were too many requests (429).

    ``retry_after`` is the wait the server asked for, in seconds, or None.
    """

    code = "rate-limited"
    retryable = True
    default_hint = "Lower --concurrency, wait, and run the same command again; it resumes."

    def __init__(self, message: str, *, hint: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class ServerFault(ModelError):
    """The server failed, or was too busy (408, 409, 5xx). ``retry_after`` as in `RateLimited`."""

    code = "server"
    retryable = True

    def __init__(self, message: str, *, hint: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class BatchFault(ModelError):
    """Batches gave no answer to a request, and it is not sent with another."""

    code = "batch"
    default_hint = "The same command without --batch asks for what is missing at once; replies so far are kept."


class RequestRefused(ModelError):
    """The endpoint does not accept the request (400, 422 …)."""

    code = "request-refused"
    default_hint = "The endpoint's own words are above; another model or endpoint may accept the request."


class RequestTooLarge(RequestRefused):
    """The prompt does not fit the model's context or the endpoint's size limit."""

    code = "too-large"
    default_hint = "Use a model or server with a larger context, or shorten the article."


class PromptCut(RequestTooLarge):
    """The server counted far fewer prompt tokens than were sent: it dropped a part without saying so."""

    code = "prompt-cut"
    default_hint = "Serve the model with a larger context (llama.cpp: -c, Ollama: num_ctx, vLLM: --max-model-len)."


class ReplyError(ModelError):
    """An answer came, but it cannot be used."""

    code = "reply"


class GarbledReply(ReplyError):
    """Not JSON, no choices, an error inside a 200, broken text."""

    code = "garbled-reply"
    retryable = True


class TruncatedReply(ReplyError):
    """The answer ran into the token limit."""

    code = "truncated-reply"
    default_hint = "Use a model with a larger output limit."


class RefusedReply(ReplyError):
    """The model or a content filter refused to answer."""

    code = "refused-reply"
    default_hint = "Another model may accept the article."


class InvalidReply(ReplyError):
    """Well-formed, but not what the schema asks for, even after a repair turn."""

    code = "invalid-reply"
    default_hint = "A more capable model, or a server that enforces JSON schemas, will do better."
