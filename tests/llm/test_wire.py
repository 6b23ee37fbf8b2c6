"""What is sent to OpenAI's own models, which no test can reach."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.llm.endpoint import REASONING_ALLOWANCE
from pipeline.llm.faults import Fault
from pipeline.llm.wire import rejected, request_body
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


def test_a_property_named_like_a_keyword_stays() -> None:
    """Taking a keyword out of a schema does not take out a property of that name."""
    schema = {"properties": {"format": {"type": "string", "format": "date"}}, "required": ["format"]}
    request = chat_request(json_schema=schema)
    body = request_body(request, hosted=True, adapted=frozenset({"schema:format"}))
    sent = body["response_format"]["json_schema"]["schema"]
    assert sent == {"properties": {"format": {"type": "string"}}, "required": ["format"]}
