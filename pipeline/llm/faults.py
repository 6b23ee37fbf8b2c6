"""From what an endpoint says went wrong to our error tree: pure functions, no SDK."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from pipeline.errors import (
    CredentialsError,
    GarbledReply,
    PipelineError,
    QuotaError,
    RateLimited,
    RefusedReply,
    RequestRefused,
    RequestTooLarge,
    ServerFault,
    UnknownModelError,
)
from pipeline.llm.server_text import capped, safe

_TEXT_LIMIT: Final = 4000
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})
_QUOTA_LABELS: Final = frozenset({"insufficient_quota", "billing_hard_limit_reached", "insufficient_balance"})
_SIZE_LABELS: Final = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_FILTER_LABELS: Final = frozenset({"content_filter", "content_policy_violation"})
_SIZE_WORDS: Final = re.compile(
    r"maximum context length|context (?:size|window|length)\b|request too large", re.IGNORECASE
)
_NO_SUCH_MODEL: Final = re.compile(
    r"not a valid model|model\b.*\b(?:not found|does not exist|not exist)", re.IGNORECASE
)


@dataclass(frozen=True)
class Fault:
    """An endpoint's refusal: ``labels`` are its codes; ``text`` is safe to show, but long."""

    status: int
    labels: frozenset[str]
    param: str | None
    text: str
    retry_after: float | None = None


def read_fault(status: int, body: object, headers: Mapping[str, str], key: str | None) -> Fault:
    """What an error response says.

    Args:
        status: the HTTP status.
        body: the decoded body: the whole object, its ``error`` member, or text.
        headers: the response's headers; names are looked up in lower case.
        key: the API key, which is taken out of the text.
    """
    inner = body.get("error", body) if isinstance(body, dict) else body
    fields: dict[str, Any] = inner if isinstance(inner, dict) else {}
    labels = (fields.get(name) for name in ("code", "type"))
    param = fields.get("param")
    return Fault(
        status=status,
        labels=frozenset(str(label) for label in labels if label is not None),
        param=param if isinstance(param, str) else None,
        text=safe(_words(inner), key)[:_TEXT_LIMIT],
        retry_after=retry_after(headers, datetime.now(UTC)),
    )


def error_for(fault: Fault, model: str, endpoint: str) -> PipelineError:
    """The error that a fault is. Codes are believed before statuses: 403 may mean an unknown model."""
    said = capped(fault.text) or "(no message)"
    message = f"{endpoint} answered {fault.status} for model {model!r}: {said}"
    labelled = _labelled(fault, model)
    if labelled is not None:
        return labelled(message)
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(message, retry_after=fault.retry_after)
    if fault.status in _PASSING or fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFault(message, retry_after=fault.retry_after)
    if fault.status == HTTPStatus.NOT_FOUND:
        return RequestRefused(message, hint="Is the base URL right? It usually ends in /v1.")
    return RequestRefused(message)


def error_in_success(inner: object, model: str, endpoint: str, key: str | None) -> PipelineError:
    """The error for an error object inside a 200, as gateways send; without a status in it, garbled."""
    code = inner.get("code") if isinstance(inner, dict) else None
    status = code if isinstance(code, int) and code >= HTTPStatus.BAD_REQUEST else HTTPStatus.OK
    fault = read_fault(status, {"error": inner}, {}, key)
    error = error_for(fault, model, endpoint)
    if status == HTTPStatus.OK and type(error) is RequestRefused:
        return GarbledReply(f"{endpoint} answered 200 with an error inside: {capped(fault.text)}")
    return error


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait, from ``retry-after-ms`` or ``Retry-After`` (RFC 9110, 10.2.3).

    >>> retry_after({"retry-after": "2"}, datetime.now(UTC))
    2.0
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return seconds if seconds is not None else _seconds_until(value, now)


def _labelled(fault: Fault, model: str) -> type[PipelineError] | None:
    """The error whose cause a code, or wording that is as good as one, names. The first that fits counts."""
    filtered = bool(fault.labels & _FILTER_LABELS) and fault.status == HTTPStatus.BAD_REQUEST
    causes: tuple[tuple[bool, type[PipelineError]], ...] = (
        (bool(fault.labels & _QUOTA_LABELS) or fault.status == HTTPStatus.PAYMENT_REQUIRED, QuotaError),
        (fault.status == HTTPStatus.UNAUTHORIZED, CredentialsError),
        (_is_unknown_model(fault, model), UnknownModelError),
        (fault.status == HTTPStatus.FORBIDDEN, CredentialsError),
        (_is_too_large(fault), RequestTooLarge),
        (filtered, RefusedReply),
    )
    return next((kind for holds, kind in causes if holds), None)


def _is_unknown_model(fault: Fault, model: str) -> bool:
    if fault.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        return False
    if "model_not_found" in fault.labels:
        return True
    words = fault.text.lower()
    if fault.status == HTTPStatus.NOT_FOUND:
        return "model" in words and model.lower() in words
    return fault.status == HTTPStatus.BAD_REQUEST and _NO_SUCH_MODEL.search(words) is not None


def _is_too_large(fault: Fault) -> bool:
    """413, a context code, or a rate limit that no wait can meet ("Request too large for …")."""
    if fault.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or fault.labels & _SIZE_LABELS:
        return True
    statuses = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS}
    return fault.status in statuses and _SIZE_WORDS.search(fault.text) is not None


def _words(inner: object) -> str:
    """The message, or the whole body where it has none, so that a validator's details are seen."""
    if isinstance(inner, dict):
        message = inner.get("message")
        if isinstance(message, str) and message:
            return message
    if inner is None:
        return ""
    return inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False, default=str)


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _seconds_until(value: str | None, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value) if value else None
    except (TypeError, ValueError):
        return None
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
