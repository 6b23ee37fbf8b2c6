"""The protocol as pure functions: what is sent to OpenAI's own models, which no test can reach, and the ladder."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any, Literal

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, Field

from pipeline.errors import ModelError
from pipeline.llm.endpoint import REASONING_ALLOWANCE
from pipeline.llm.faults import Fault
from pipeline.llm.ladder import STEPS, is_runaway, rung_in_use, shape_of
from pipeline.llm.protocol import RUNGS, ChatRequest, Message, Rung
from pipeline.llm.structured import portable_schema
from pipeline.llm.wire import Inflater, decode, known_adaptations, rejected, request_body
from tests.llm.scripted import chat_request


def _hosted(model: str, *adapted: str) -> dict[str, Any]:
    body = request_body(chat_request(model), hosted=True, adapted=frozenset(adapted))
    return {name: value for name, value in body.items() if name not in {"model", "messages", "response_format"}}


@pytest.mark.parametrize("model", ["gpt-5-mini", "gpt-6", "o1", "o3-mini", "o4-mini"])
def test_reasoning_models_get_little_effort_and_no_temperature(model: str) -> None:
    """Reasoning models get low effort, room for hidden thoughts, and none of the parameters they refuse."""
    limit = 50 + REASONING_ALLOWANCE
    assert _hosted(model) == {"max_completion_tokens": limit, "reasoning_effort": "low"}


def test_other_hosted_models_get_temperature_zero() -> None:
    """OpenAI's other models get temperature 0 and the new name of the limit."""
    assert _hosted("gpt-4o-mini") == {"max_completion_tokens": 50, "temperature": 0}


def test_a_dropped_parameter_is_not_sent() -> None:
    """What was refused once is left out of the next body."""
    assert "reasoning_effort" not in _hosted("gpt-5-chat-latest", "reasoning_effort")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "Unsupported parameter: 'seed'"),
        (400, "seed was planted"),
        (400, "Unsupported parameter: 'top_k'"),
        (400, "max_tokens is too large: 40000. This model supports at most 16384 completion tokens"),
        (400, "unseeded is not supported"),
    ],
)
def test_other_refusals_change_nothing(status: int, text: str) -> None:
    """Only a refusal of a parameter that was sent leads to doing without it."""
    body = request_body(chat_request(), hosted=False, adapted=frozenset())
    assert rejected(Fault(status, frozenset(), None, text), body, frozenset()) is None


USED: dict[str, Any] = {"usage": {"prompt_tokens": 1000, "completion_tokens": 800}}
UNUSABLE: list[dict[str, Any]] = [
    {},
    {"choices": [{"message": None}]},
    {"error": {"message": "upstream failed"}},
    {"error": {"message": "flagged", "code": 400, "metadata": {"reasons": ["violence"]}}},
    {"error": {"message": "busy", "code": 503}},
    {"choices": [{"error": {"code": 502, "message": "died"}, "finish_reason": "error", "message": {"content": "ha"}}]},
    {"choices": [{"finish_reason": "error", "message": {"content": "ha"}}]},
    {"choices": [{"finish_reason": "stop", "message": {"content": " "}}]},
    {"choices": [{"finish_reason": "stop", "message": {"content": "\ud800"}}]},
]


@pytest.mark.parametrize("body", UNUSABLE)
def test_an_answer_that_cannot_be_used_says_what_it_cost(body: dict[str, Any]) -> None:
    """Whatever is wrong with a 200, the tokens that it was charged for are in the error."""
    with pytest.raises(ModelError) as caught:
        decode(json.dumps(body | USED).encode(), chat_request(), "http://here/v1", frozenset())
    assert caught.value.spent == (1, 1000, 800)


def test_an_answer_that_says_no_cost_is_one_answer() -> None:
    """Without a count, or with nonsense for one, it is still an answer that was given."""
    with pytest.raises(ModelError) as caught:
        decode(b'{"usage": {"prompt_tokens": "many"}}', chat_request(), "http://here/v1", frozenset())
    assert caught.value.spent == (1, 0, 0)


def test_a_property_named_like_a_keyword_stays() -> None:
    """Taking a keyword out of a schema does not take out a property of that name."""
    schema = {"properties": {"format": {"type": "string", "format": "date"}}, "required": ["format"]}
    request = chat_request(json_schema=schema)
    body = request_body(request, hosted=True, adapted=frozenset({"schema:format"}))
    sent = body["response_format"]["json_schema"]["schema"]
    assert sent == {"properties": {"format": {"type": "string"}}, "required": ["format"]}


def test_messages_without_a_system_get_one() -> None:
    """The form of the answer has a place in any conversation, and where there is no system role, too."""
    alone = chat_request(messages=(Message(role="user", content="Hi."),))
    roles = {
        name: _roles(alone, frozenset(adapted)) for name, adapted in {"all": set[str](), "none": {"system"}}.items()
    }
    assert roles == {"all": ["system", "user"], "none": ["user"]}
    answered = chat_request(messages=(Message(role="assistant", content="Hi."),))
    assert _roles(answered, frozenset({"system"})) == ["user", "assistant"]


def _roles(request: ChatRequest, adapted: frozenset[str]) -> list[str]:
    return [message["role"] for message in request_body(request, hosted=False, adapted=adapted)["messages"]]


class Thing(BaseModel):
    words: str = Field(max_length=300)
    sentences: list[int] = Field(min_length=1, max_length=3)
    speaker: str | None
    kind: Literal["event", "statement"]
    source: Literal["a-long-identifier-1", "a-long-identifier-2", "a-long-identifier-3", "a-long-identifier-4"]


class Things(BaseModel):
    things: list[Thing] = Field(max_length=14)
    marks: list[Literal["x", "y"]]
    pair: list[float] = Field(min_length=2, max_length=2)
    some: list[str] = Field(min_length=1)
    count: int
    sure: bool


SHAPE = (
    '{"things": [{"words": string, "sentences": [1 to 3 integers], "speaker": string or null, '
    '"kind": "event"|"statement", "source": string}, at most 14], "marks": ["x"|"y", ...], '
    '"pair": [exactly 2 numbers], "some": [at least 1 strings], "count": integer, "sure": boolean}'
)


def test_a_shape_is_one_line_that_says_what_counts() -> None:
    """Names, kinds, short choices and counts are in it; lengths and long choices are not."""
    assert shape_of(portable_schema(Things)) == SHAPE


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ({}, "any"),
        ({"type": "object"}, "object"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"anyOf": [{"type": "string"}, {"$ref": "#/x"}, {"type": "string"}]}, "string or any"),
        ({"enum": [1, 2, None]}, "1|2|null"),
        ({"enum": list(range(99))}, "integer"),
        ({"enum": [*range(99), "x", 1.5, True, []]}, "integer or string or number or boolean or any"),
        ({"type": "array"}, "[any, ...]"),
        ({"properties": {"a": None}}, '{"a": any}'),
    ],
)
def test_any_schema_has_a_shape(schema: dict[str, Any], shape: str) -> None:
    """What the shape has no words for is "any", not a crash."""
    assert shape_of(schema) == shape


@given(st.sets(st.sampled_from(sorted(STEPS.values()))), st.sampled_from(RUNGS))
def test_the_rung_in_use_is_neither_refused_nor_above_what_is_asked_for(names: set[str], asked: Rung) -> None:
    """Whatever is known, there is a rung: the last is never refused."""
    rung = rung_in_use(asked, frozenset(names))
    assert RUNGS.index(rung) >= RUNGS.index(asked)
    assert STEPS.get(rung) not in names


@given(st.sets(st.text()))
def test_what_is_known_is_known_again(names: set[str]) -> None:
    """Keeping what is known twice is keeping it once."""
    once = known_adaptations({*names, "seed"})
    assert known_adaptations(once) == once >= {"seed"}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1' + " " * 200,
        '{"a": 1' + "\n\t " * 99,
        '{"a": "' + "the cat sat on the mat, " * 20,
        '{"a": "' + "\\n" * 150,
        '{"a": [' + json.dumps({"words": "x" * 60, "of": [1, 2]}) * 9,
        '{"a": [' + (json.dumps({"words": "So he said to them. " * 12}) + ", ") * 5 + '{"wor',
        '{"a": ' + "0" * 300,
    ],
)
def test_an_end_without_end_is_a_runaway(text: str) -> None:
    """White space, a word or a whole object again and again: more room would not help."""
    assert is_runaway(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"a": "short',
        '{"a": "' + "no " * 20,
        '{"a": 1' + " " * 199,
        " " * 400 + '{"a": 1',
        json.dumps(list(range(1000))),
        json.dumps([{"words": f"He said so {number} times.", "of": [1, 2], "kind": "event"} for number in range(99)]),
        json.dumps([{"words": "He said so.", "of": [number]} for number in range(10, 99)], indent=4),
        "the cat sat on the mat, " * 20 + "and then it left for good.",
    ],
)
def test_an_honest_list_is_none(text: str) -> None:
    """A reply that was cut while it still said something new is only cut."""
    assert not is_runaway(text)


@given(st.lists(st.integers(), min_size=20, max_size=300, unique=True), st.text(max_size=20))
def test_lists_of_different_things_are_never_runaways(numbers: list[int], word: str) -> None:
    """However alike their objects look, and wherever they are cut."""
    whole = json.dumps([{"word": "so it went", "number": number} for number in numbers])
    assert not is_runaway(whole)
    assert not is_runaway(whole + json.dumps(word))


def _packed(encoding: str, data: bytes) -> bytes:
    if encoding == "gzip":
        return gzip.compress(data)
    return zlib.compress(data) if encoding == "deflate" else data


@given(st.binary(max_size=3000), st.integers(1, 50), st.sampled_from(["", "identity", "gzip", "deflate"]))
def test_unpacking_is_packing_undone(data: bytes, step: int, encoding: str) -> None:
    """In pieces of any size, the same bytes come out, and never more than the limit."""
    packed = _packed(encoding, data)
    inflater = Inflater(encoding, 4000)
    pieces = [inflater.feed(packed[start : start + step]) for start in range(0, len(packed), step)]
    assert b"".join(piece or b"" for piece in pieces) == data
    assert inflater.complete


@given(st.integers(0, 5000), st.integers(0, 5000), st.sampled_from(["", "gzip", "deflate"]))
def test_nothing_beyond_the_limit_is_unpacked(size: int, limit: int, encoding: str) -> None:
    """What is more than the limit is not given, however small it is packed."""
    packed = _packed(encoding, b" " * size)
    plain = Inflater(encoding, limit).feed(packed)
    assert (plain is None) == (max(size, len(packed)) > limit)
