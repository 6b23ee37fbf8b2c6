"""The Chat Completions protocol as pure functions: a request's body, a reply, what to leave out next time.

Servers differ in the parameters they accept. `rejected` reads from a refusal which one it was about, and
`request_body` then does without it; an *adaptation* is the name of what is done without:

- ``temperature``, ``seed``, ``cache_prompt``, ``reasoning_effort``: left out;
- ``max_tokens``, ``max_completion_tokens``: sent under the other name;
- ``json_schema``: a rung down the ladder, to ``json_object`` with the schema in the prompt;
- ``json_object``: the last rung, no response format at all;
- ``schema:maxLength`` and the like: that keyword is taken out of the schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from pipeline.domain.claims import Usage
from pipeline.errors import GarbledReply
from pipeline.llm.endpoint import REASONING_ALLOWANCE, is_reasoning
from pipeline.llm.faults import Fault, error_in_success
from pipeline.llm.protocol import ChatReply, ChatRequest, FinishReason
from pipeline.llm.server_text import without_key

Rung = Literal["json_schema", "json_object", "none"]

_LONG_KEY: Final = 16
"""Shorter keys, as local servers take, may be words; an answer is not to be spoilt by taking them out."""

_DROPPABLE: Final = ("temperature", "seed", "cache_prompt", "reasoning_effort")
_OTHER_NAME: Final[Mapping[str, str]] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
_KEYWORDS: Final = frozenset(
    {
        "maxLength",
        "minLength",
        "pattern",
        "format",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "description",
    }
    | {"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"}
)
_UNSUPPORTED: Final = re.compile(
    r"unsupported|not support|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed|extra_forbidden"
    r"|unavailable|not implemented|must be|only the default",
    re.IGNORECASE,
)
_UNSUPPORTED_LABELS: Final = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
_SCHEMA_COMPLAINT: Final = re.compile(r"'(\w+)' is not (?:permitted|supported|allowed)")
_FINISH: Final[Mapping[str, FinishReason]] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
}


def request_body(request: ChatRequest, *, hosted: bool, adapted: frozenset[str]) -> dict[str, Any]:
    """The JSON body of a call.

    Args:
        request: what to ask.
        hosted: whether OpenAI itself answers; its models and other servers take different parameters.
        adapted: what this endpoint is known not to accept.
    """
    rung = rung_of(adapted)
    messages = [message.model_dump(mode="json") for message in request.messages]
    if rung != "json_schema":
        messages = _with_schema(messages, request.json_schema)
    body: dict[str, Any] = {"model": request.model, "messages": messages}
    body |= _limit(request, hosted=hosted, adapted=adapted)
    body |= {name: value for name, value in _sampling(request, hosted=hosted).items() if name not in adapted}
    return body | _response_format(request, rung, adapted)


def rung_of(adapted: frozenset[str]) -> Rung:
    """The rung of the structured-output ladder that is in use."""
    if "json_object" in adapted:
        return "none"
    return "json_object" if "json_schema" in adapted else "json_schema"


def rejected(fault: Fault, body: Mapping[str, Any], adapted: frozenset[str]) -> str | None:
    """The adaptation that a refusal asks for, or None if it is about something else.

    >>> fault = Fault(400, frozenset(), None, "Unsupported parameter: 'seed'")
    >>> rejected(fault, {"seed": 0}, frozenset())
    'seed'
    """
    if fault.status not in {400, 422}:
        return None
    if "invalid schema" in fault.text.lower():
        return _rejected_keyword(fault.text, adapted)
    if not (fault.labels & _UNSUPPORTED_LABELS or _UNSUPPORTED.search(fault.text)):
        return None
    named = _named(fault, _candidates(body, adapted))
    return rung_of(adapted) if named == "response_format" else named


def decode(content: bytes, request: ChatRequest, endpoint: str, key: str | None) -> ChatReply:
    """A reply from the bytes of a 200.

    A refusal becomes ``finish_reason`` content_filter with the refusal as text: its usage still counts.

    Raises:
        GarbledReply: it is not JSON, has no choice or no text where there should be one, or broken text.
        PipelineError: what an error object inside it says.
    """
    body = _json_object(content, endpoint)
    choices = body.get("choices")
    if not (isinstance(choices, list) and choices and isinstance(choices[0], dict)):
        if body.get("error"):
            raise error_in_success(body["error"], request.model, endpoint, key)
        raise GarbledReply(f"{endpoint} answered without choices")
    message = choices[0].get("message")
    if not isinstance(message, dict):
        raise GarbledReply(f"{endpoint} answered without a message")
    text, finish = _text_and_finish(message, choices[0].get("finish_reason"), endpoint)
    shown = without_key(text, key) if len(key or "") >= _LONG_KEY else text
    return ChatReply(text=shown, finish_reason=finish, usage=_usage(body.get("usage")))


def _limit(request: ChatRequest, *, hosted: bool, adapted: frozenset[str]) -> dict[str, int]:
    name = "max_completion_tokens" if hosted else "max_tokens"
    if name in adapted:
        name = _OTHER_NAME[name]
    hidden = name == "max_completion_tokens" and is_reasoning(request.model)
    return {name: request.max_tokens + (REASONING_ALLOWANCE if hidden else 0)}


def _sampling(request: ChatRequest, *, hosted: bool) -> dict[str, Any]:
    """What makes replies repeatable, as far as the endpoint can.

    llama.cpp needs ``cache_prompt`` off: batches of another size round differently.
    """
    if not hosted:
        return {"temperature": 0, "seed": 0, "cache_prompt": False}
    return {"reasoning_effort": "low"} if is_reasoning(request.model) else {"temperature": 0}


def _response_format(request: ChatRequest, rung: Rung, adapted: frozenset[str]) -> dict[str, Any]:
    if rung == "none":
        return {}
    if rung == "json_object":
        return {"response_format": {"type": "json_object"}}
    keywords = frozenset(name.removeprefix("schema:") for name in adapted if name.startswith("schema:"))
    schema = _without_keywords(request.json_schema, keywords) if keywords else request.json_schema
    inner = {"name": request.schema_name, "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": inner}}


def _with_schema(messages: list[dict[str, Any]], schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The schema as part of the system message, for servers that cannot enforce it.

    There is one system message afterwards, the first: some chat templates take no second.
    """
    order = "Answer with one JSON object that matches this JSON Schema, and nothing else:\n"
    order += json.dumps(schema, ensure_ascii=False)
    if messages and messages[0]["role"] == "system":
        return [messages[0] | {"content": f"{messages[0]['content']}\n\n{order}"}, *messages[1:]]
    return [{"role": "system", "content": order}, *messages]


def _without_keywords(schema: Any, keywords: frozenset[str]) -> Any:
    """The schema without some keywords; a property that happens to have such a name stays."""
    if isinstance(schema, list):
        return [_without_keywords(item, keywords) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _kept(name, value, keywords) for name, value in schema.items() if name not in keywords}


def _kept(name: str, value: Any, keywords: frozenset[str]) -> Any:
    if name == "properties" and isinstance(value, dict):
        return {prop: _without_keywords(inner, keywords) for prop, inner in value.items()}
    return value if name in {"enum", "const", "required"} else _without_keywords(value, keywords)


def _rejected_keyword(text: str, adapted: frozenset[str]) -> str | None:
    for match in _SCHEMA_COMPLAINT.finditer(text):
        name = f"schema:{match[1]}"
        if match[1] in _KEYWORDS and name not in adapted:
            return name
    return None


def _candidates(body: Mapping[str, Any], adapted: frozenset[str]) -> list[str]:
    """What could be done without, of what was sent."""
    limits = [name for name, other in _OTHER_NAME.items() if name in body and other not in adapted]
    formats = ["response_format"] if "response_format" in body else []
    return [name for name in _DROPPABLE if name in body] + limits + formats


def _named(fault: Fault, candidates: Iterable[str]) -> str | None:
    """The candidate that the refusal names: in ``param`` if there is one, else the first in its words."""
    names = list(candidates)
    param = (fault.param or "").split(".")[0]
    if param in names:
        return param
    aliases = {name: name for name in names}
    if "response_format" in names:
        aliases |= {"json_schema": "response_format", "json_object": "response_format"}
    found = [(hit.start(), name) for word, name in aliases.items() if (hit := _whole(word, fault.text))]
    return min(found)[1] if found else None


def _whole(word: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b{word}\b", text)


def _json_object(content: bytes, endpoint: str) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise GarbledReply(f"{endpoint} answered 200, but not with JSON: is the base URL right?") from None
    if not isinstance(body, dict):
        raise GarbledReply(f"{endpoint} answered with JSON that is no object")
    return body


def _text_and_finish(message: Mapping[str, Any], reason: object, endpoint: str) -> tuple[str, FinishReason]:
    finish: FinishReason = _FINISH.get(reason, "other") if isinstance(reason, str) else "other"
    refusal = message.get("refusal")
    text = _content(message.get("content"))
    if isinstance(refusal, str) and refusal:
        text, finish = refusal, "content_filter"
    if text is None and finish not in {"length", "content_filter"}:
        raise GarbledReply(f"{endpoint} answered without text")
    text = text or ""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise GarbledReply(f"{endpoint} answered with broken text (half a surrogate pair)") from None
    return text, finish


def _content(content: object) -> str | None:
    """The text of a message; some servers send it in parts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str)) or None
    return content if isinstance(content, str) else None


def _usage(usage: object) -> Usage:
    """What the server counted; what it did not count is 0."""
    fields = usage if isinstance(usage, dict) else {}
    prompt, completion = (_count(fields.get(name)) for name in ("prompt_tokens", "completion_tokens"))
    return Usage(calls=1, prompt_tokens=prompt, completion_tokens=completion)


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
