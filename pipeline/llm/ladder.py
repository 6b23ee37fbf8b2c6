"""The ladder of structured output: which rung is in use, what it sends, and when a reply says to step down.

Servers enforce a JSON schema, take it as a wish, know only "some JSON object", or know nothing; and some accept
what they then ignore. So a compact shape of the schema stands in the system message on every rung.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pipeline.llm.protocol import RUNGS, ChatRequest, Rung
from pipeline.llm.structured import extract_json

STEPS: Final[Mapping[Rung, str]] = {
    "json_schema_strict": "strict",
    "json_schema": "json_schema",
    "json_object": "json_object",
}
"""The adaptation that means: not this rung. ``json_schema`` rules out the strict form, too."""

VIOLATIONS: Final = 2
"""Replies in a row that ignore what was asked for before the client steps down by itself."""

_SCALARS: Final = frozenset({"string", "integer", "number", "boolean", "null", "object"})
_SHOWN_VALUES: Final = 8
_SHOWN_CHARACTERS: Final = 80
"""An enumeration longer than either is shown as its type: ids and sentence numbers tell the model nothing."""

_TAIL: Final = 2400
_RUN: Final = 200
_REPEATS: Final = 4
_UNIT: Final = 500


def rung_in_use(asked: Rung, adapted: frozenset[str]) -> Rung:
    """The highest rung, from the one that is asked for down, that the endpoint is not known to refuse.

    >>> rung_in_use("json_schema", frozenset({"strict"})), rung_in_use("json_schema", frozenset({"json_schema"}))
    ('json_schema', 'json_object')
    """
    if not adapted:
        return asked
    refused = {rung for rung, name in STEPS.items() if name in adapted}
    if "json_schema" in refused:
        refused.add("json_schema_strict")
    return next(rung for rung in RUNGS[RUNGS.index(asked) :] if rung not in refused)


def response_format(request: ChatRequest, rung: Rung, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The ``response_format`` of a rung; nothing on the last.

    Where strictness is not wanted, the word is left out: some servers refuse it with either value.
    """
    if rung == "text":
        return {}
    if rung == "json_object":
        return {"response_format": {"type": "json_object"}}
    strict = {"strict": True} if rung == "json_schema_strict" else {}
    inner = {"name": request.schema_name, **strict, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": inner}}


def order(schema: Mapping[str, Any], rung: Rung) -> str:
    """What the system message says about the form of the answer.

    The shape on every rung; the whole schema, too, where the server does not get it as such.
    """
    shape = f"Answer with one JSON object of this shape, and nothing else:\n{shape_of(schema)}"
    if rung in {"json_schema_strict", "json_schema"}:
        return shape
    return f"{shape}\nIt must match this JSON Schema:\n{json.dumps(schema, ensure_ascii=False)}"


def shape_of(schema: Mapping[str, Any]) -> str:
    """A schema in one short line, as a model reads it best.

    >>> shape_of({"properties": {"of": {"type": "array", "items": {"type": "integer"}, "maxItems": 3}}})
    '{"of": [at most 3 integers]}'
    """
    return _shape(schema)


def follows(text: str, schema: Mapping[str, Any]) -> bool:
    """Whether a JSON object with the required keys can be read from a reply: the least that a rung promises.

    >>> follows('```json {"a": 1} ```', {"required": ["a"]}), follows("Sure! a is 1.", {"required": ["a"]})
    (True, False)
    """
    try:
        value = extract_json(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.keys() >= set(schema.get("required", ()))


def is_runaway(text: str) -> bool:
    r"""Whether a text ends in white space without end, or in the same words again and again.

    Only exact repetition counts: objects or numbers that differ are an honest list, however long.

    >>> is_runaway('{"a": "' + "of the " * 60), is_runaway('{"a": 1' + "\n" * 300)
    (True, True)
    """
    tail = text[-_TAIL:]
    return len(tail) - len(tail.rstrip()) >= _RUN or _repeats(tail[::-1])


def _repeats(backwards: str) -> bool:
    """Whether some beginning, long enough, is one short unit several times (its period, by Knuth, Morris, Pratt)."""
    borders = [0] * len(backwards)
    border = 0
    for end in range(1, len(backwards)):
        while border and backwards[end] != backwards[border]:
            border = borders[border - 1]
        border += backwards[end] == backwards[border]
        borders[end] = border
        unit = end + 1 - border
        if unit <= _UNIT and end + 1 >= max(_RUN, _REPEATS * unit):
            return True
    return False


def _shape(node: Any) -> str:
    if not isinstance(node, Mapping):
        return "any"
    kinds = node.get("type")
    if "enum" in node:
        return _values(node["enum"])
    ways = [{**node, "type": kind} for kind in kinds] if isinstance(kinds, list) else node.get("anyOf")
    if ways:
        return " or ".join(dict.fromkeys(_shape(way) for way in ways))
    if "properties" in node:
        fields = (f"{json.dumps(name)}: {_shape(inner)}" for name, inner in node["properties"].items())
        return f"{{{', '.join(fields)}}}"
    if kinds == "array":
        return _list(node)
    return kinds if kinds in _SCALARS else "any"


def _values(values: list[Any]) -> str:
    if len(values) <= _SHOWN_VALUES:
        shown = "|".join(json.dumps(value, ensure_ascii=False) for value in values)
        if len(shown) <= _SHOWN_CHARACTERS:
            return shown
    return " or ".join(dict.fromkeys(_type_name(value) for value in values))


def _type_name(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return names.get(type(value), "any")


def _list(node: Mapping[str, Any]) -> str:
    """Scalars are counted in words, ``[1 to 3 integers]``; anything else is shown, with the count after it."""
    item, count = _shape(node.get("items")), _count(node)
    if item in {"string", "integer", "number", "boolean"}:
        return f"[{count} {item}s]" if count else f"[{item}s]"
    return f"[{item}, {count or '...'}]"


def _count(node: Mapping[str, Any]) -> str:
    least, most = node.get("minItems", 0), node.get("maxItems")
    if most is None:
        return f"at least {least}" if least else ""
    if least == most:
        return f"exactly {most}"
    return f"{least} to {most}" if least else f"at most {most}"
