"""From text to validated models: salvage, repair, cut and refused replies, and portable schemas."""

from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext
from typing import Any, Literal

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, Field

from pipeline.domain.base import Model
from pipeline.domain.claims import Usage
from pipeline.errors import InvalidReply, PromptCut, RefusedReply, ReplyError, RequestTooLarge, TruncatedReply
from pipeline.llm.protocol import RUNGS
from pipeline.llm.structured import MOST_CALLS, ask, extract_json, parse, portable_schema
from tests.llm.scripted import ScriptedChat, chat_request, reply


class Quote(Model):
    """A quote."""

    words: str = Field(max_length=20)
    title: str | None = None


class Claims(Model):
    """What the tests ask for."""

    kind: Literal["event"] = "event"
    quotes: tuple[Quote, ...] = Field(max_length=3)


GOOD = '{"kind": "event", "quotes": [{"words": "met", "title": null}]}'
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), JSON_VALUES, max_size=4)
NOISE = st.text(alphabet=st.characters(exclude_characters="{}<"), max_size=30)


def _ask(chat: ScriptedChat, text: str = "Hello.") -> Claims:
    found = asyncio.run(ask(chat, chat_request(text=text), Claims))
    assert chat.left == []
    return found


@given(NOISE, OBJECTS, NOISE)
def test_an_object_is_found_in_any_noise(before: str, value: dict[str, Any], after: str) -> None:
    """Prose around an object does not hide it, nor change it."""
    assert extract_json(f"{before}\n{json.dumps(value)}\n{after}") == value


@given(OBJECTS, st.data())
def test_a_cut_object_is_never_taken_for_a_whole_one(value: dict[str, Any], data: st.DataObject) -> None:
    """However a reply is cut, no inner object passes for the answer."""
    text = json.dumps({"outer": {"inner": value}, "end": 1})
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(ValueError, match=r".*"):
        extract_json(text[:cut])


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f'<think>{{not this}} nor {{"this": 1}}</think>\n{GOOD}',
        f'thoughts whose beginning is missing {{"a": 1}}</think>{GOOD}',
        f"Use {{braces}} so: {GOOD} Done.",
    ],
)
def test_usual_wrappings_are_taken_off(text: str) -> None:
    """Fences, thoughts and prose are no reason to ask again."""
    chat = ScriptedChat(reply(text))
    assert _ask(chat).quotes[0].words == "met"


def test_a_thought_inside_a_string_is_kept() -> None:
    """Whole JSON is read as it is, whatever its strings say."""
    assert extract_json('{"a": "<think>x</think>"}') == {"a": "<think>x</think>"}


BAD = [
    "",
    "no",
    "[1]",
    "{",
    "[" * 50_000,
    '{"quotes": NaN}',
    '{"quotes": [{"words": "\\ud800", "title": null}]}',
    '{"x": 1}',
]


@pytest.mark.parametrize("text", BAD)
def test_one_repair_turn_shows_the_reply_and_the_problem(text: str) -> None:
    """A reply that does not validate is shown to the model with what is wrong."""
    chat = ScriptedChat(reply(text), reply(GOOD))
    assert _ask(chat).quotes[0].words == "met"
    assistant, user = chat.requests[1].messages[-2:]
    assert (assistant.role, user.role) == ("assistant", "user")
    assert 0 < len(assistant.content) <= 4000
    assert "no valid Claims" in user.content
    assert len(user.content) < 2500


def test_a_second_bad_reply_is_an_error() -> None:
    """There is one repair, not two."""
    chat = ScriptedChat(reply("no"), reply("still no"))
    with pytest.raises(InvalidReply, match="Claims"):
        _ask(chat)
    assert chat.left == []


def test_no_room_for_a_repair_is_an_invalid_reply() -> None:
    """If the repair does not fit the context, the first problem is what is reported."""
    with pytest.raises(InvalidReply, match="no room"):
        _ask(ScriptedChat(reply("no"), RequestTooLarge("too long")))


def test_a_cut_reply_gets_twice_the_room_once() -> None:
    """A reply that ran into the limit is asked for again with double the limit."""
    chat = ScriptedChat(reply('{"kind"', "length"), reply(GOOD))
    _ask(chat)
    assert [request.max_tokens for request in chat.requests] == [50, 100]


def test_a_reply_that_runs_on_is_asked_for_without_constraint() -> None:
    """More room would not help against white space without end; the last rung of the ladder may."""
    chat = ScriptedChat(reply('{"kind": ' + " " * 300, "runaway"), reply(GOOD))
    _ask(chat)
    assert [(request.max_tokens, request.rung) for request in chat.requests] == [(50, RUNGS[0]), (50, RUNGS[-1])]


def test_whatever_goes_wrong_there_are_three_calls_at_most() -> None:
    """Cut, then invalid, then invalid or cut again: the repair has the wider limit, and there is no fourth call."""
    for last in (reply("no"), reply(GOOD, "length")):
        chat = ScriptedChat(reply("{", "length"), reply("no"), last)
        with pytest.raises(ReplyError):
            _ask(chat)
        assert [request.max_tokens for request in chat.requests] == [50, 100, 100]
        assert len(chat.requests) == MOST_CALLS


@pytest.mark.parametrize(("counted", "cut"), [(0, False), (20, False), (512, True), (1500, False)])
def test_a_prompt_that_was_cut_in_silence_is_an_error(counted: int, cut: bool) -> None:
    """A count far below what the prompt must have means that a part was dropped; a made-up one does not."""
    usage = Usage(calls=1, prompt_tokens=counted, completion_tokens=2)
    chat = ScriptedChat(reply(GOOD).model_copy(update={"usage": usage}))
    with pytest.raises(PromptCut, match="512 tokens") if cut else nullcontext():
        _ask(chat, text="seven words to fill it up " * 250)


def test_a_reply_cut_twice_is_an_error() -> None:
    """Twice too long is an error, even if what came happens to be JSON."""
    with pytest.raises(TruncatedReply, match="100 tokens"):
        _ask(ScriptedChat(reply(GOOD, "length"), reply(GOOD, "length")))


def test_a_refusal_is_an_error_with_its_words() -> None:
    """A refused reply is not repaired, and says what the model said."""
    with pytest.raises(RefusedReply, match="I will not"):
        _ask(ScriptedChat(reply("I will\x1b not.", "content_filter")))


def test_problems_are_short_and_printable() -> None:
    """What the model made up cannot flood or control the terminal."""
    made_up = json.dumps({f"\x1b[31m{'k' * 999}{n}": 1 for n in range(50)})
    with pytest.raises(InvalidReply) as caught:
        parse(made_up, Claims)
    assert len(caught.value.message) < 2000
    assert "\x1b" not in caught.value.message


def test_portable_schema_is_closed_inlined_and_bare() -> None:
    """No reference, title or default is left; objects are closed; every property is required, in order."""
    schema = portable_schema(Claims)
    text = json.dumps(schema)
    assert not any(word in text for word in ("$ref", "$defs", "default", "const", '"title": "'))
    assert schema["required"] == ["kind", "quotes"]
    assert schema["properties"]["kind"] == {"type": "string", "enum": ["event"]}
    quote = schema["properties"]["quotes"]["items"]
    assert (quote["required"], quote["additionalProperties"]) == (["words", "title"], False)
    assert quote["properties"]["words"] == {"type": "string", "maxLength": 20}


class Node(BaseModel):
    """Refers to itself."""

    child: Node | None


def test_a_recursive_model_has_no_portable_schema() -> None:
    """A model that refers to itself is refused, not inlined for ever."""
    with pytest.raises(ValueError, match="refers to itself"):
        portable_schema(Node)
