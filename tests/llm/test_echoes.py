"""What servers give back of an article: its words are not taken for the server's, and are not shown."""

from __future__ import annotations

import asyncio
import json
from typing import Final

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import PipelineError, RateLimited, RequestRefused, ServerFault
from pipeline.llm.faults import Fault as Refusal, error_for, read_fault
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import ChatReply
from tests.llm.fault_server import Fault, FaultServer, error, http
from tests.llm.scripted import chat_request

TROUBLING: Final = (
    "The firm had insufficient funds for a new radar, said the mayor.",
    "The new model of the car was not found in the lake on Tuesday.",
    "The thieves said that it was an invalid api key all along.",
    "Beyond the spending cap of the ministry there is no money.",
    "They exceeded your current quota of fish, the inspector said.",
    "He wrote that the context window of history is closing now.",
    "Police told people to try again in 5 hours at the latest.",
)
"""What an article may say, and a server give back."""


async def _ask(base_url: str, text: str) -> ChatReply:
    async with OpenAIChat(base_url, "sk-planted'0123456789abcdef", timeout=10.0) as chat:
        return await chat.complete(chat_request(text=text))


def _given_back(status: int, said: str) -> list[Fault]:
    """In a validator's details, quoted, announced, and without any sign."""
    complaint = {
        "type": "string_type",
        "loc": ["body", "messages"],
        "msg": "bad",
        "input": said,
        "ctx": {"error": said},
    }
    return [
        http(status, {"detail": [complaint]}),
        error(status, f"[{complaint}]"),
        http(status, {"object": "error", "message": {"detail": [complaint]}}),
        error(status, f"bad request: input: {said}"),
        error(status, f"cannot read “{said}”"),
        error(status, f"cannot read {said}"),
        error(status, f"cannot read {json.dumps(json.dumps(said))}"),
        http(status, f"cannot read {said}".encode()),
    ]


@pytest.mark.parametrize("said", TROUBLING)
@pytest.mark.parametrize(
    ("status", "kind"), [(400, RequestRefused), (422, RequestRefused), (429, RateLimited), (500, ServerFault)]
)
def test_an_articles_own_words_decide_nothing(said: str, status: int, kind: type[PipelineError]) -> None:
    """However a server gives an article back, its words are not taken for the server's, and are not shown."""
    script = _given_back(status, said)
    todo = iter(script)
    with FaultServer(lambda _: next(todo)) as server:
        for _ in script:
            with pytest.raises(PipelineError) as caught:
                asyncio.run(_ask(server.base_url, f"A headline\n\n{said}\nAnd more."))
            assert type(caught.value) is kind, caught.value
            assert getattr(caught.value, "retry_after", None) is None
            assert said not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "422 input: The new model of Tesla was not found in the lake",
        "input: invalid api key stolen by hackers",
        "bad input: the spending cap of the ministry",
        "bad input 'text': the context window of history",
        "cannot parse 'He said that the model was not found'",
        "cannot parse " + "word " * 50 + "the model was not found",
    ],
)
def test_words_that_may_be_an_echo_end_no_run(text: str) -> None:
    """Even where nobody knows what was sent: what is quoted, announced as input or far behind is not the server's."""
    assert type(error_for(Refusal(400, frozenset(), None, text), "small", "here")) is RequestRefused


@pytest.mark.parametrize("status", [400, 403, 500])
def test_only_limits_and_busy_servers_say_in_words_how_long_to_wait(status: int) -> None:
    """Elsewhere the words are not read for a wait."""
    body = {"error": {"message": "Please try again in 5 hours"}}
    assert read_fault(status, body, {}, frozenset()).retry_after is None
    assert read_fault(503, body, {}, frozenset()).retry_after == 5 * 3600


@given(st.text(min_size=1, max_size=300), st.lists(st.text(max_size=300), max_size=3))
def test_taking_an_echo_out_breaks_nothing(said: str, sent: list[str]) -> None:
    """Whatever comes back of whatever was sent; and what was not sent stays."""
    body = {"error": {"message": said}}
    assert read_fault(400, body, {}, frozenset(), sent=[]) == read_fault(400, body, {}, frozenset())
    assert len(read_fault(400, body, {}, frozenset(), sent=[*sent, said]).text) <= len(said)
