"""Lists of models as servers give them, read through the adapter."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.errors import ConfigurationError, CredentialsError, GarbledReply, PipelineError, ServerFault
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.served_models import ServedModel
from tests.fake_openai import FakeOpenAI, always, api_error, chat_reply
from tests.loopback import Answer

KEY = "sk-planted-0123456789abcdef"


def _listing(models: Any, *, strictly: bool) -> list[ServedModel]:
    async def call(base_url: str) -> list[ServedModel]:
        async with OpenAIChat(base_url, KEY) as chat:
            return await (chat.list_models() if strictly else chat.served_models())

    with FakeOpenAI(always(chat_reply("{}")), models) as server:
        return asyncio.run(call(server.base_url))


def test_served_models_carry_their_size_where_it_is_said() -> None:
    """llama.cpp's parameter count is read; a model without one has None."""
    listed = [{"id": "qwen", "meta": {"n_params": 1_543_714_304}}, {"id": "gpt"}, {"no": "id"}]
    expected = [ServedModel("qwen", 1_543_714_304, None), ServedModel("gpt", None, None)]
    assert _listing(listed, strictly=False) == _listing(listed, strictly=True) == expected


@pytest.mark.parametrize("number", [10**400, 10**15, 0, -5, 1.5, True, "many"])
def test_a_size_that_is_none_is_not_told(number: Any) -> None:
    """No number of a server can break what reckons with it."""
    row = {"id": "m", "meta": {"n_params": number, "n_ctx": number}, "context_length": number}
    assert _listing([row], strictly=True) == [ServedModel("m", None, None)]


@pytest.mark.parametrize(
    ("row", "context"),
    [
        ({"max_model_len": 4096}, 4096),
        ({"context_length": 8192}, 8192),
        ({"context_length": 131072, "loaded_context_length": 4096}, 4096),
        ({"context_window": 131072}, 131072),
        ({"max_context_length": 32768}, 32768),
        ({"meta": {"n_ctx": 4096, "n_ctx_train": 32768}}, 4096),
        ({"meta": {"n_ctx_train": 32768}}, 32768),
        ({"context_length": None, "max_model_len": "many", "meta": [1]}, None),
        ({"context_length": 0}, None),
    ],
)
def test_the_context_is_read_as_each_server_says_it(row: dict[str, Any], context: int | None) -> None:
    """What is served counts before what the model could do."""
    assert _listing([{"id": "m", **row}], strictly=True) == [ServedModel("m", None, context)]


def test_a_list_without_a_wrapper_is_a_list() -> None:
    """Some servers give the rows alone."""
    assert _listing(Answer(200, {}, [{"id": "m"}]), strictly=True) == [ServedModel("m", None, None)]


@pytest.mark.parametrize(
    ("models", "kind"),
    [
        (None, ConfigurationError),
        (api_error(401, "no"), CredentialsError),
        (Answer(500, {}, {}), ServerFault),
        (Answer(200, {}, b"<html>"), GarbledReply),
        (Answer(200, {}, b"[" * 99_999), GarbledReply),
        ({"not": "a list"}, GarbledReply),
    ],
)
def test_where_there_is_no_list_that_is_said_or_nothing(models: Any, kind: type[PipelineError]) -> None:
    """One way of asking says what is wrong; the other lists nothing."""
    with pytest.raises(PipelineError) as caught:
        _listing(models, strictly=True)
    assert type(caught.value) is kind
    assert "model" not in caught.value.message.partition(":")[0]
    assert _listing(models, strictly=False) == []
