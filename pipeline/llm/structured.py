"""From a reply's text to a validated pydantic model, with one repair; and schemas that servers take."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import InvalidReply, PromptCut, RefusedReply, RequestTooLarge, TruncatedReply
from pipeline.llm.protocol import RUNGS, ChatModel, ChatReply, ChatRequest, FinishReason, Message
from pipeline.llm.server_text import capped, printable
from pipeline.llm.tokens import fewest_tokens

M = TypeVar("M", bound=BaseModel)

MOST_CALLS: Final = 3
"""What `ask` can take: an answer, the same with more room, and a repair. Transport retries are counted elsewhere."""

_SMALLEST_CONTEXT: Final = 128
_ECHO_LIMIT: Final = 4000
"""Characters of a bad reply that the repair turn shows the model again."""
_PROBLEMS: Final = 8
_THOUGHT: Final = re.compile(r"\A\s*(?:<think>)?.*?</think>", re.DOTALL)
_OBJECT_START: Final = re.compile(r"\{\s*[\"}]")
_DROPPED_KEYWORDS: Final = frozenset({"title", "default", "$defs", "discriminator", "examples"})
_REPAIR: Final = (
    "That reply cannot be used: {problem}\n"
    "Answer again with the whole JSON object, corrected, and with nothing before or after it."
)


async def ask(chat: ChatModel, request: ChatRequest, output: type[M]) -> M:
    """Ask, and read the answer as ``output``.

    A cut reply is asked for once more, with twice the room or down the ladder. A reply that does not validate is
    shown to the model with what is wrong, once. So it takes `MOST_CALLS` at most.

    Raises:
        TruncatedReply: it ran into the limit in spite of that.
        PromptCut: the server dropped a part of the prompt.
        RefusedReply: the model or a filter refused.
        InvalidReply: it does not validate after the repair either.
        PipelineError: what the model raises.
    """
    reply = await _answer(chat, request)
    wider = _another_try(request, reply.finish_reason)
    if wider is not None:
        request, reply = wider, await _answer(chat, wider)
    _check_whole(reply, request)
    try:
        return parse(reply.text, output)
    except InvalidReply as error:
        problem = error.message
    repair = _repair_request(request, reply.text, problem)
    try:
        second = await _answer(chat, repair)
    except RequestTooLarge:
        raise InvalidReply(f"{problem} (and there is no room for a repair)") from None
    _check_whole(second, repair)
    return parse(second.text, output)


def parse(text: str, output: type[M]) -> M:
    """The reply's text as ``output``.

    Raises:
        InvalidReply: there is no JSON object in it, or not the right one. The message is short and names no
            value of the reply, so that it can be shown and sent back.
    """
    with suppress(ValidationError):  # the usual case, and a quarter of the time
        return output.model_validate_json(text)
    try:
        value = extract_json(text)
    except (ValueError, RecursionError):
        _reject(output, "it holds no complete JSON object")
    try:
        return output.model_validate_json(json.dumps(value))
    except ValidationError as error:
        _reject(output, _problems(error))


def extract_json(text: str) -> Any:
    """The JSON value of a text: all of it, or the first whole object among thoughts, fences and prose.

    >>> extract_json('<think>{hm}</think>Sure: ```json {"a": 1} ```')
    {'a': 1}

    Raises:
        ValueError: there is none, or it is cut off. The inside of a cut object is never taken for the whole.
        RecursionError: it is nested without end.
    """
    decoder = json.JSONDecoder(strict=False, parse_constant=_no_constant)
    try:
        return decoder.decode(text.strip())
    except ValueError:
        return _first_object(_THOUGHT.sub("", text, count=1), decoder)


def portable_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON Schema in the subset that strict servers take.

    References are inlined, objects are closed, every property is required (one that may be missing has to be
    nullable), and titles and defaults are gone. Properties keep the order of the fields: it is the order in
    which a model writes them.

    Raises:
        ValueError: the model refers to itself.
    """
    schema: dict[str, Any] = json.loads(_portable_schema(model))  # a copy, since callers fill in what they bound
    return schema


def _check_whole(reply: ChatReply, request: ChatRequest) -> None:
    """Nothing, if the reply was neither cut nor refused."""
    if reply.finish_reason in {"length", "runaway"}:
        said = "ran on without end" if reply.finish_reason == "runaway" else "did not fit"
        hint = "Another model or server may do better." if reply.finish_reason == "runaway" else None
        raise TruncatedReply(f"the answer {said} in {request.max_tokens} tokens", hint=hint)
    if reply.finish_reason == "content_filter":
        said = capped(printable(reply.text))
        raise RefusedReply(f"the model or a content filter refused{': ' + said if said else ''}")


def _another_try(request: ChatRequest, finish: FinishReason) -> ChatRequest | None:
    """How to ask again after a cut reply: with more room, or, where it ran on and on, without constraint.

    Grammars that enforce a schema allow white space without end, and small models take it.
    """
    if finish == "length":
        return request.model_copy(update={"max_tokens": request.max_tokens * 2})
    return request.model_copy(update={"rung": RUNGS[-1]}) if finish == "runaway" else None


async def _answer(chat: ChatModel, request: ChatRequest) -> ChatReply:
    """A reply to the whole prompt.

    Some servers (Ollama before all) drop what does not fit their context and say nothing but the count. A count
    below the smallest context in use is none: gateways make such numbers up.

    Raises:
        PromptCut: the server counted far fewer tokens than the prompt can have.
    """
    reply = await chat.complete(request)
    counted = reply.usage.prompt_tokens
    fewest = fewest_tokens("".join(message.content for message in request.messages))
    if _SMALLEST_CONTEXT <= counted < fewest:
        raise PromptCut(
            f"the server read {counted} tokens of a prompt that has {fewest} at least, and dropped the rest"
        )
    return reply


def _repair_request(request: ChatRequest, text: str, problem: str) -> ChatRequest:
    turns = (
        Message(role="assistant", content=text.strip()[:_ECHO_LIMIT] or "(empty)"),
        Message(role="user", content=_REPAIR.format(problem=problem)),
    )
    return request.model_copy(update={"messages": request.messages + turns})


def _reject(output: type[BaseModel], problem: str) -> NoReturn:
    raise InvalidReply(f"the reply is no valid {output.__name__}: {problem}") from None


def _problems(error: ValidationError) -> str:
    """The first problems, each with its place. Places and messages may quote keys the model made up."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(str(part) for part in item['loc']) or 'root'}: {item['msg']}" for item in found]
    more = f"; and {len(lines) - _PROBLEMS} more" if len(lines) > _PROBLEMS else ""
    return "; ".join(capped(printable(line), 200) for line in lines[:_PROBLEMS]) + more


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _first_object(text: str, decoder: json.JSONDecoder) -> Any:
    """The object at the first brace that can begin one; inside a broken one is no answer."""
    match = _OBJECT_START.search(text)
    if match is None:
        raise ValueError("no JSON object")
    return decoder.raw_decode(text, match.start())[0]


def _portable(node: Any, definitions: dict[str, Any], above: tuple[str, ...]) -> Any:
    """One node of a schema; ``above`` names the definitions it stands in."""
    if isinstance(node, list):
        return [_portable(item, definitions, above) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        if name in above:
            raise ValueError(f"{name} refers to itself: its schema cannot be inlined")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _portable(definitions[name] | beside, definitions, (*above, name))
    kept = {key: value for key, value in node.items() if key not in _DROPPED_KEYWORDS}
    return _closed({_keyword(key): _value(key, value, definitions, above) for key, value in kept.items()})


@cache
def _portable_schema(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    return json.dumps(_portable(schema, schema.get("$defs", {}), ()))


def _keyword(key: str) -> str:
    """Strict servers do not all take ``oneOf`` and ``const``; as pydantic uses them, these say the same."""
    return {"oneOf": "anyOf", "const": "enum"}.get(key, key)


def _value(key: str, value: Any, definitions: dict[str, Any], above: tuple[str, ...]) -> Any:
    if key == "const":
        return [value]
    if key in {"enum", "required"}:
        return value
    if key == "properties":
        return {name: _portable(inner, definitions, above) for name, inner in value.items()}
    return _portable(value, definitions, above)


def _closed(node: dict[str, Any]) -> dict[str, Any]:
    if "properties" not in node:
        return node
    return node | {"required": list(node["properties"]), "additionalProperties": False}
