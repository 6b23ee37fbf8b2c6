"""From what an endpoint says went wrong to our error tree: pure functions, no SDK."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from pipeline.errors import (
    ConfigurationError,
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
from pipeline.llm.echoes import before_echo, pruned, unechoed
from pipeline.llm.endpoint import public_name
from pipeline.llm.server_text import Secrets, capped, safe
from pipeline.llm.waits import retry_after, wait_in_words

BASE_URL_HINT: Final = "Is the base URL right? It usually ends in /v1."

_TEXT_LIMIT: Final = 4000
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})
_NO_SUCH_PATH: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
_QUOTA_LABELS: Final = frozenset(
    "insufficient_quota billing_hard_limit_reached billing_not_active insufficient_balance insufficient_credits "
    "exceeded_current_quota_error credit_balance_too_low billing_error billing_disabled".split()
)
_QUOTA_WORDS: Final = re.compile(
    r"credit balance is too low|insufficient (?:account )?(?:balance|credits?|funds|quota)|out of credits"
    r"|credits? (?:are |is |limit |have been )?(?:depleted|exhausted|exceeded)|have any credits|all available credits"
    r"|(?:spending|spend|billing|budget) (?:hard )?(?:limit|cap)|\blimit: 0\b(?!\.)|budget has been exceeded",
    re.IGNORECASE,
)
_OWN_QUOTA_WORDS: Final = re.compile(r"exceeded your current quota", re.IGNORECASE)
_PER_DAY: Final = re.compile(r"per ?day", re.IGNORECASE)
_SIZE_LABELS: Final = frozenset({"context_length_exceeded", "exceed_context_size_error", "request_too_large"})
_FILTER_LABELS: Final = frozenset({"content_filter", "content_policy_violation", "responsibleaipolicyviolation"})
_MODEL_LABELS: Final = frozenset(
    "model_not_found invalid_model unknown_model model_decommissioned model_not_available model_not_supported "
    "deploymentnotfound".split()
)
_KEY_LABELS: Final = frozenset({"invalid_api_key", "api_key_invalid", "authentication_error"})
_SIZE_WORDS: Final = re.compile(
    r"maximum (?:context|model) length|context (?:size|window|length)\b|request too large|prompt is too long"
    r"|input token count\b.*\bexceeds|`inputs` (?:must have|tokens)",
    re.IGNORECASE,
)
_NO_SUCH_MODEL: Final = re.compile(
    r"not a valid model|(?:invalid|unknown|no such) model\b(?! (?:param|arg|out))|no models? (?:is |are )?loaded"
    r"|models?\b.*\b(?:not found|does not exist|not exist|decommissioned|not deployed)",
    re.IGNORECASE,
)
_BAD_KEY: Final = re.compile(
    r"api[ _-]?key (?:is )?(?:not valid|invalid|expired)|(?:invalid|incorrect) api[ _-]?key", re.IGNORECASE
)
_NO_ENDPOINT: Final = re.compile(r"unexpected endpoint|unknown (?:url|endpoint|path|route)|no route", re.IGNORECASE)
_MODERATED: Final = re.compile(
    r"\bmoderation\b|\b(?:input|prompt|content|request|message|text)s? (?:was|were|is|has been|have been) flagged",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"(?<!\w)['\"`“‘«][^'\"`”’»\s]+\s")
"""The beginning of a quoted text; a quoted name has no white space."""
_OWN_LENGTH: Final = 200
_WORDS_MAY_END_THE_RUN: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PAYMENT_REQUIRED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_WORDS_MAY_SAY_WHEN: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True)
class Fault:
    """An endpoint's refusal: ``labels`` are its codes, in lower case; ``text`` is safe to show, but long.

    The words may be an article's: servers give back what they were sent. So words alone end a run only where
    they are clearly the server's own; see `_words_that_end`.
    """

    status: int
    labels: frozenset[str]
    param: str | None
    text: str
    retry_after: float | None = None


def read_fault(
    status: int, body: object, headers: Mapping[str, str], secrets: Secrets, sent: Iterable[str] = ()
) -> Fault:
    """What an error response says.

    Args:
        status: the HTTP status.
        body: the decoded body: the whole object, its ``error`` member, a list with either (Google), or text.
        headers: the response's headers; names are looked up in lower case.
        secrets: are taken out of the text.
        sent: what the request said; where the text repeats it, it is taken out, too.
    """
    first = body[0] if isinstance(body, list) and body else body
    inner = first.get("error") or first if isinstance(first, dict) else first
    fields: dict[str, Any] = inner if isinstance(inner, dict) else {}
    param = fields.get("param")
    text = unechoed(safe(_words(inner), secrets)[:_TEXT_LIMIT], sent)
    asked = retry_after(headers, datetime.now(UTC))
    return Fault(
        status=status,
        labels=_labels(fields),
        param=param if isinstance(param, str) else None,
        text=text,
        retry_after=wait_in_words(before_echo(text)) if asked is None and status in _WORDS_MAY_SAY_WHEN else asked,
    )


def error_for(fault: Fault, model: str | None, endpoint: str) -> PipelineError:
    """The error that a fault is. Codes are believed before statuses: 403 may mean an unknown model.

    ``model`` is None for a request that was about none.
    """
    said = capped(fault.text) or "(no message)"
    about = f" for model {model!r}" if model else ""
    message = f"{endpoint} answered {fault.status}{about}: {said}"
    labelled = _labelled(fault, model or "")
    if labelled is not None:
        return labelled(message)
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(message, retry_after=fault.retry_after)
    if fault.status in _PASSING or fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerFault(message, retry_after=fault.retry_after)
    if _is_no_such_path(fault):  # every article would meet it, so it ends the run
        return ConfigurationError(message, hint=BASE_URL_HINT)
    return RequestRefused(message)


def error_in_success(
    inner: object, model: str, endpoint: str, secrets: Secrets, sent: Iterable[str] = ()
) -> PipelineError:
    """The error for an error object inside a 200, as gateways send; without a status in it, garbled."""
    code = _status_in(inner)
    fault = read_fault(code or HTTPStatus.OK, {"error": inner}, {}, secrets, sent)
    error = error_for(fault, model, endpoint)
    if code is None and type(error) is RequestRefused:
        return GarbledReply(f"{endpoint} answered 200 with an error inside: {capped(fault.text)}")
    return error


def redirected(status: int, location: str, endpoint: str, secrets: Secrets) -> RequestRefused:
    """The error for a redirect. None is followed: it would take the article, if not the key, somewhere else."""
    to = f" to {capped(safe(public_name(location), secrets))}" if "://" in location else ""
    return RequestRefused(f"{endpoint} answered {status}: it redirects{to}, which is not followed", hint=BASE_URL_HINT)


def _labels(fields: Mapping[str, Any]) -> frozenset[str]:
    """The codes, those among the details included: Google gives its reasons and the names of quotas there."""
    details = fields.get("details")
    nested = [item for item in details if isinstance(item, dict)] if isinstance(details, list) else []
    violations = [item.get("violations") for item in nested]
    quotas = [one for some in violations if isinstance(some, list) for one in some if isinstance(one, dict)]
    found = [fields.get(name) for name in ("code", "type", "status")]
    found += [item.get("reason") for item in nested] + [quota.get("quotaId") for quota in quotas]
    inner = fields.get("innererror")  # Azure
    found += [inner.get("code")] if isinstance(inner, dict) else []
    metadata = fields.get("metadata")  # OpenRouter
    if isinstance(metadata, dict) and ("reasons" in metadata or "flagged_input" in metadata):
        found.append("content_filter")
    return frozenset(str(label).lower() for label in found if isinstance(label, str | int))


def _labelled(fault: Fault, model: str) -> type[PipelineError] | None:
    """The error whose cause a code, or wording that is as good as one, names. The first that fits counts."""
    bad_key = bool(fault.labels & _KEY_LABELS) or bool(_BAD_KEY.search(_words_that_end(fault)))
    causes: tuple[tuple[bool, type[PipelineError]], ...] = (
        (_is_filtered(fault), RefusedReply),
        (_is_quota(fault), QuotaError),
        (fault.status == HTTPStatus.UNAUTHORIZED, CredentialsError),
        (_is_unknown_model(fault, model), UnknownModelError),
        (fault.status == HTTPStatus.FORBIDDEN, CredentialsError),
        (fault.status == HTTPStatus.BAD_REQUEST and bad_key, CredentialsError),
        (_is_too_large(fault), RequestTooLarge),
    )
    return next((kind for holds, kind in causes if holds), None)


def _words_that_end(fault: Fault) -> str:
    """The words that may end the run: all where the status leaves little else, else what is surely the server's.

    >>> _words_that_end(Fault(400, frozenset(), None, "cannot parse 'He said: model not found'"))
    'cannot parse '
    """
    if fault.status in _WORDS_MAY_END_THE_RUN:
        return before_echo(fault.text)
    if fault.status != HTTPStatus.BAD_REQUEST:
        return ""
    return _QUOTED.split(before_echo(fault.text), maxsplit=1)[0][:_OWN_LENGTH]


def _is_filtered(fault: Fault) -> bool:
    """The article's content is refused, which says nothing of the next one's."""
    if fault.status == HTTPStatus.FORBIDDEN and _MODERATED.search(before_echo(fault.text)):
        return True
    return fault.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN} and bool(fault.labels & _FILTER_LABELS)


def _is_quota(fault: Fault) -> bool:
    """What only money or another day mends.

    Google words a limit per minute like OpenAI words an empty account, so there the quota's name decides.
    """
    if fault.labels & _QUOTA_LABELS or fault.status == HTTPStatus.PAYMENT_REQUIRED:
        return True
    words = "" if fault.status == HTTPStatus.NOT_FOUND else _words_that_end(fault)
    if _QUOTA_WORDS.search(words):
        return True
    if "resource_exhausted" in fault.labels:
        return any(_PER_DAY.search(said) for said in (*fault.labels, words))
    return _OWN_QUOTA_WORDS.search(words) is not None


def _is_unknown_model(fault: Fault, model: str) -> bool:
    if fault.labels & _MODEL_LABELS:
        return True
    words = _words_that_end(fault).lower()
    if fault.status == HTTPStatus.NOT_FOUND and "model" in words and model and model.lower() in words:
        return True
    may_say_so = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
    return fault.status in may_say_so and _NO_SUCH_MODEL.search(words) is not None


def _is_too_large(fault: Fault) -> bool:
    """413, a context code, or a rate limit that no wait can meet ("Request too large for …")."""
    if fault.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or fault.labels & _SIZE_LABELS:
        return True
    statuses = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS}
    return fault.status in statuses and _SIZE_WORDS.search(before_echo(fault.text)) is not None


def _is_no_such_path(fault: Fault) -> bool:
    """A path that is not there; LM Studio says so in a 200."""
    return fault.status in _NO_SUCH_PATH or (
        fault.status == HTTPStatus.OK and _NO_ENDPOINT.search(before_echo(fault.text)) is not None
    )


def _status_in(inner: object) -> int | None:
    """The HTTP status that an error object carries, as a number or as digits."""
    code = inner.get("code") if isinstance(inner, dict) else None
    if isinstance(code, str) and re.fullmatch("[45][0-9][0-9]", code):
        return int(code)
    return code if isinstance(code, int) and code in range(400, 600) else None


def _words(inner: object) -> str:
    """The message, or the body where it has none, so that a validator's details are seen.

    Gateways hide the provider's own words behind "Provider returned error".
    """
    if inner is None or isinstance(inner, str):
        return inner or ""
    if isinstance(inner, dict):
        said = (inner.get(name) for name in ("message", "detail", "msg"))
        message = next((words for words in said if isinstance(words, str) and words), None)
        if message is not None:
            raw = _provider_words(inner.get("metadata"))
            return f"{message}: {raw}" if raw else message
    try:
        return json.dumps(pruned(inner), ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return ""


def _provider_words(metadata: object) -> str:
    """What OpenRouter passes on: the provider's body, as a text."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if not isinstance(raw, str):
        return ""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    return _words(body.get("error") or body) if isinstance(body, dict) else raw
