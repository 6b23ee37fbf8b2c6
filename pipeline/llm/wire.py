"""The Chat Completions protocol as pure functions: a request's body, a reply, what to leave out next time.

Servers differ in the parameters they accept. `rejected` reads from a refusal which one it was about, and
`request_body` then does without it; an *adaptation* is the name of what is done without:

- ``temperature``, ``seed``, ``cache_prompt``, ``reasoning_effort``: left out;
- ``max_tokens``, ``max_completion_tokens``: sent under the other name;
- ``strict``, ``json_schema``, ``json_object``: that rung of the ladder and those above it (see `ladder`);
- ``schema:maxLength`` and the like: that keyword is taken out of the schema;
- ``system``: there is no system message, and its text begins the first message of the user.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pipeline.domain.claims import Usage
from pipeline.errors import GarbledReply, ModelError, PipelineError
from pipeline.llm.endpoint import REASONING_ALLOWANCE, is_reasoning
from pipeline.llm.faults import BASE_URL_HINT, Fault, error_in_success
from pipeline.llm.ladder import STEPS, is_runaway, order, response_format, rung_in_use
from pipeline.llm.protocol import ChatReply, ChatRequest, FinishReason, Message
from pipeline.llm.server_text import Secrets, without

_LONG_SECRET: Final = 16
"""Shorter keys, as local servers take, may be words; an answer is not to be spoilt by taking them out."""
_MOST_TOKENS: Final = 10**9
"""A count above it is nonsense, and would overflow in what reckons with it."""

_DROPPABLE: Final = ("temperature", "seed", "cache_prompt", "reasoning_effort")
_OTHER_NAME: Final[Mapping[str, str]] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
_KEYWORDS: Final = frozenset(
    "maxLength minLength pattern format minItems maxItems minimum maximum description "
    "exclusiveMinimum exclusiveMaximum multipleOf uniqueItems".split()
)
_KNOWN: Final = frozenset(
    {*_DROPPABLE, *_OTHER_NAME, *STEPS.values(), "system", *(f"schema:{name}" for name in _KEYWORDS)}
)
_UNSUPPORTED: Final = re.compile(
    r"unsupported|not support|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed|extra_forbidden"
    r"|unavailable|not available|not implemented|must be|only the default|failed to parse",
    re.IGNORECASE,
)
_UNSUPPORTED_LABELS: Final = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
_SCHEMA_COMPLAINT: Final = re.compile(r"'(\w+)' is not (?:permitted|supported|allowed)")
_NO_SYSTEM: Final = re.compile(
    r"\bsystem['\"`]? (?:role|message|prompt|instruction)s?\b[^.]{0,40}\bnot (?:supported|allowed|enabled)"
    r"|not support[^.]{0,30} ['\"`]?system\b|role:? ['\"`]?system['\"`]?[^.]{0,20} not (?:supported|allowed)"
    r"|(?:unexpected|unknown|invalid|unsupported) (?:message )?role:? ['\"`]?system"
    r"|developer instruction is not enabled|only user(?:,| and) assistant (?:and \w+ )?roles|roles must alternate user",
    re.IGNORECASE,
)
_SAID_BADLY: Final = frozenset({400, 422, 501})
_TEMPLATE_FAILED: Final = 500
_FORMAT_WORDS: Final = (
    "response_format", "response format", "json_schema", "json schema", "json_object", "structured output",
    "structured outputs", "guided_json", "grammar",
)  # fmt: skip
_FINISH: Final[Mapping[str, FinishReason]] = {
    **dict.fromkeys(("stop", "end_turn", "eos", "eos_token", "stop_sequence", "complete"), "stop"),
    **dict.fromkeys(("length", "max_tokens", "model_length"), "length"),
    **dict.fromkeys(("content_filter", "safety", "recitation", "prohibited_content", "refusal"), "content_filter"),
}
"""How servers say why a reply ended, in lower case; gateways pass on what Anthropic, Google and Mistral say."""
_NO_JSON: Final = object()
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
_BROKEN_OFF: Final = frozenset({"error", "abort", "cancelled", "insufficient_system_resource"})


def request_body(request: ChatRequest, *, hosted: bool, adapted: frozenset[str]) -> dict[str, Any]:
    """The JSON body of a call.

    Args:
        request: what to ask.
        hosted: whether OpenAI itself answers; its models and other servers take different parameters.
        adapted: what this endpoint is known not to accept.
    """
    rung = rung_in_use(request.rung, adapted)
    messages = _with_order(request.messages, order(request.json_schema, rung))
    if "system" in adapted:
        messages = _without_system(messages)
    body: dict[str, Any] = {"model": request.model, "messages": messages}
    body |= _limit(request, hosted=hosted, adapted=adapted)
    body |= {name: value for name, value in _sampling(request, hosted=hosted).items() if name not in adapted}
    keywords = frozenset(name.removeprefix("schema:") for name in adapted if name.startswith("schema:"))
    return body | response_format(request, rung, _without_keywords(request.json_schema, keywords))


def known_adaptations(names: Iterable[str]) -> frozenset[str]:
    """Those of the names that are adaptations; another version may have known others.

    >>> known_adaptations(["seed", "a word of the future"])
    frozenset({'seed'})
    """
    return _KNOWN.intersection(names)


def rejected(fault: Fault, body: Mapping[str, Any], adapted: frozenset[str]) -> str | None:
    """The adaptation that a refusal asks for, or None if it is about something else.

    >>> fault = Fault(400, frozenset(), None, "Unsupported parameter: 'seed'")
    >>> rejected(fault, {"seed": 0}, frozenset())
    'seed'
    """
    if _refuses_system(fault, body):
        return "system"
    if fault.status not in _SAID_BADLY:
        return None
    if "invalid schema" in fault.text.lower():
        return _rejected_keyword(fault.text, adapted) or _step(body, of_schema=True)
    if not (fault.labels & _UNSUPPORTED_LABELS or _UNSUPPORTED.search(fault.text)):
        return None
    named = _named(fault, _candidates(body, adapted))
    if named != "response_format":
        return named
    about_strict = _whole("strict", f"{fault.param or ''} {fault.text}".lower()) is not None
    return _step(body, of_schema=about_strict)


def decode(content: bytes, request: ChatRequest, endpoint: str, secrets: Secrets) -> ChatReply:
    """A reply from the bytes of a 200.

    A refusal becomes ``finish_reason`` content_filter with the refusal as text: its usage still counts.

    Raises:
        GarbledReply: it is not JSON, has no choice or no text where there should be one, or broken text.
        PipelineError: what an error object inside it says. A `ModelError` carries what was spent on it.
    """
    body = _json_object(content, endpoint)
    try:
        return _reply(body, request, endpoint, secrets)
    except ModelError as error:
        usage = _usage(body.get("usage"))
        error.spent = (usage.calls, usage.prompt_tokens, usage.completion_tokens)
        raise


def _reply(body: Mapping[str, Any], request: ChatRequest, endpoint: str, secrets: Secrets) -> ChatReply:
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        if body.get("error"):
            raise _error_inside(body["error"], request, endpoint, secrets)
        raise GarbledReply(f"{endpoint} answered without choices")
    reason = str(choice.get("finish_reason")).lower()
    if reason in _BROKEN_OFF or choice.get("error"):
        inner = choice.get("error") or body.get("error")
        if inner:
            raise _error_inside(inner, request, endpoint, secrets)
        raise GarbledReply(f"{endpoint} broke the answer off (finish reason {reason!r})")
    message = choice.get("message")
    if not isinstance(message, dict):
        raise GarbledReply(f"{endpoint} answered without a message")
    text, finish = _text_and_finish(message, reason, endpoint)
    shown = without(text, frozenset(secret for secret in secrets if len(secret) >= _LONG_SECRET))
    return ChatReply(text=shown, finish_reason=finish, usage=_usage(body.get("usage")))


class Inflater:
    """Takes a body's ``Content-Encoding`` off, never giving more than ``limit`` bytes: a bomb stays packed."""

    def __init__(self, encoding: str, limit: int) -> None:
        """``encoding`` is a header's value.

        Raises:
            ValueError: it is one that was not asked for.
        """
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise ValueError("it has an encoding that was not asked for")
        self.left = limit
        self._packed = name not in {"", "identity"}
        self._begun = False
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | (16 if "gzip" in name else 0))
        self._raw_allowed = name == "deflate"

    @property
    def complete(self) -> bool:
        """Whether the body may end here."""
        return not self._packed or not self._begun or self._inflate.eof

    def feed(self, data: bytes) -> bytes | None:
        """What the data unpacks to, or None where that is more than is left.

        Raises:
            zlib.error: it is not packed as the header says.
        """
        self._begun = self._begun or bool(data)
        plain = self._unpacked(data) if self._packed else data
        self.left -= max(len(plain), len(data))  # packed data that unpacks to nothing has an end, too
        return None if self.left < 0 else plain

    def _unpacked(self, data: bytes) -> bytes:
        """Some servers send "deflate" without its wrapper; only the first bytes can tell."""
        try:
            plain = self._inflate.decompress(data, self.left + 1)
        except zlib.error:
            if not self._raw_allowed:
                raise
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            plain = self._inflate.decompress(data, self.left + 1)
        self._raw_allowed = False
        return plain


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


def _with_order(messages: Iterable[Message], order: str) -> list[dict[str, Any]]:
    """The form of the answer as part of the system message.

    There is one system message afterwards, the first: some chat templates take no second.
    """
    sent = [message.model_dump(mode="json") for message in messages]
    if sent and sent[0]["role"] == "system":
        return [sent[0] | {"content": f"{sent[0]['content']}\n\n{order}"}, *sent[1:]]
    return [{"role": "system", "content": order}, *sent]


def _without_system(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first message's text at the head of the user's own, so that roles still take turns."""
    first, *rest = messages
    if rest and rest[0]["role"] == "user":
        return [rest[0] | {"content": f"{first['content']}\n\n{rest[0]['content']}"}, *rest[1:]]
    return [first | {"role": "user"}, *rest]


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


def _refuses_system(fault: Fault, body: Mapping[str, Any]) -> bool:
    """Templates raise their refusal inside the server, so that some say 500."""
    sent = any(message["role"] == "system" for message in body.get("messages", ()))
    if not sent or fault.status not in _SAID_BADLY | {_TEMPLATE_FAILED}:
        return False
    return fault.param == "messages[0].role" or _NO_SYSTEM.search(fault.text) is not None


def _step(body: Mapping[str, Any], *, of_schema: bool) -> str | None:
    """The step down from what was sent: past both rungs with a schema, unless it is about the schema's form."""
    sent = body.get("response_format", {})
    if sent.get("type") == "json_schema":
        strict = sent["json_schema"].get("strict", False)
        return "strict" if strict and of_schema else "json_schema"
    return "json_object" if sent and not of_schema else None


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
        aliases |= dict.fromkeys((*_FORMAT_WORDS, "strict"), "response_format")
    words = fault.text.lower()
    found = [(hit.start(), name) for word, name in aliases.items() if (hit := _whole(word, words))]
    return min(found)[1] if found else None


def _whole(word: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b{word}\b", text)


def _json_object(content: bytes, endpoint: str) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = _NO_JSON
    if body is _NO_JSON:  # raised out here: the exception above holds the whole body, and would be the context
        raise _no_json(content, endpoint)
    if isinstance(body, list) and body and isinstance(body[0], dict) and "error" in body[0]:
        body = body[0]  # Google's errors come in a list
    if not isinstance(body, dict):
        raise GarbledReply(f"{endpoint} answered with JSON that is no object")
    return body


def _no_json(content: bytes, endpoint: str) -> GarbledReply:
    if not content.strip():
        return GarbledReply(f"{endpoint} answered 200, but with nothing")
    if content.lstrip()[:1] == b"<":
        return GarbledReply(f"{endpoint} answered 200 with a web page", hint=BASE_URL_HINT)
    return GarbledReply(f"{endpoint} answered 200, but not with JSON, or with half of it")


def _error_inside(inner: object, request: ChatRequest, endpoint: str, secrets: Secrets) -> PipelineError:
    sent = [message.content for message in request.messages]
    return error_in_success(inner, request.model, endpoint, secrets, sent)


def _text_and_finish(message: Mapping[str, Any], reason: str, endpoint: str) -> tuple[str, FinishReason]:
    finish: FinishReason = _FINISH.get(reason, "other")
    text = _content(message.get("content"))
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        text, finish = refusal, "content_filter"
    if finish == "length" and is_runaway(text):
        finish = "runaway"
    if not text.strip() and finish in {"stop", "other"}:
        raise GarbledReply(f"{endpoint} answered without text")
    if _HALF_PAIR.search(text):
        raise GarbledReply(f"{endpoint} answered with broken text (half a surrogate pair)")
    return text, finish


def _content(content: object) -> str:
    """The text of a message; some servers send it in parts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _usage(usage: object) -> Usage:
    """What the server counted; what it did not count is 0."""
    fields = usage if isinstance(usage, dict) else {}
    prompt, completion = (_count(fields.get(name)) for name in ("prompt_tokens", "completion_tokens"))
    return Usage(calls=1, prompt_tokens=prompt, completion_tokens=completion)


def _count(value: object) -> int:
    """A count of tokens; servers written in languages with one kind of number send 12.0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MOST_TOKENS:
        return 0
    return int(value)
