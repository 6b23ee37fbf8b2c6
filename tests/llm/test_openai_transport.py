"""What the SDK raises, by its own list of classes: each is one of our errors."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from pipeline.errors import (
    AttemptTimeout,
    ConfigurationError,
    ConnectionFault,
    GarbledReply,
    PipelineError,
    RefusedReply,
    RequestRefused,
    TruncatedReply,
)
from pipeline.llm.openai_transport import _KINDS, map_error

KEY = "sk-planted-0123456789abcdef"

# What the SDK raises only for parts of it that we do not use; each is the bare OpenAIError to us.
NOT_OURS = {
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
    "StreamAlreadyConsumed",
    "_AmbiguousModuleClientUsageError",
    "AgentOutputParseError",
    "AgentTurnResultError",
    "AgentFilePreparationError",
    "AgentFileStagingError",
    "MutuallyExclusiveAuthError",
    "APIRemovedInV1",
    "MissingDependencyError",
    "InvalidWebhookSignatureError",
}


def below(cls: type[BaseException]) -> Iterator[type[BaseException]]:
    """The class and all that inherit from it."""
    yield cls
    for child in cls.__subclasses__():
        yield from below(child)


def _exceptions_of_the_sdk() -> set[type[BaseException]]:
    """All that inherit from its root, and all that it offers by name."""
    offered = [thing for module in (openai, openai._exceptions) for thing in vars(module).values()]
    named = {thing for thing in offered if isinstance(thing, type) and issubclass(thing, BaseException)}
    return {*below(openai.OpenAIError), *named}


def test_every_exception_of_the_sdk_is_mapped() -> None:
    """A class that a new release of the SDK brings has to be looked at before this passes."""
    unmapped = []
    for cls in _exceptions_of_the_sdk():
        if issubclass(cls, openai.APIStatusError) or cls.__name__ in NOT_OURS:
            continue
        nearest = next((parent.__name__ for parent in cls.__mro__ if parent.__name__ in _KINDS), None)
        if nearest in {"OpenAIError", "APIError", None} and cls.__name__ != nearest:
            unmapped.append(cls.__name__)
    assert unmapped == []


@pytest.mark.parametrize(
    ("cls", "kind"),
    [
        (openai.APITimeoutError, AttemptTimeout),
        (openai.APIConnectionError, ConnectionFault),
        (openai.APIResponseValidationError, GarbledReply),
        (openai.LengthFinishReasonError, TruncatedReply),
        (openai.ContentFilterFinishReasonError, RefusedReply),
        (openai.OpenAIError, ConfigurationError),
        (TimeoutError, AttemptTimeout),
        (ConnectionResetError, ConnectionFault),
        (UnicodeEncodeError, RequestRefused),
    ],
)
def test_exceptions_without_a_status_map_to_our_errors(cls: type[Exception], kind: type[PipelineError]) -> None:
    """Each exception that comes without an answer is one of ours, of the right kind."""
    assert type(map_error(cls.__new__(cls), "http://here/v1", frozenset({KEY}))) is kind
