"""The adapter against a real server on loopback: what it sends, what it reads, what it says went wrong."""

from __future__ import annotations

import asyncio
import socket
import traceback
from typing import Any

import openai
import pytest

from pipeline.errors import (
    AttemptTimeout,
    ConfigurationError,
    ConnectionFault,
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
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.protocol import RUNGS, ChatReply, Rung
from tests.fake_openai import Behaviour, FakeOpenAI, Received, always, api_error, chat_reply, in_turn
from tests.llm.scripted import chat_request
from tests.llm.test_openai_transport import below
from tests.loopback import Answer, DropConnectionError

KEY = "sk-planted-0123456789abcdef"


async def _complete(base_url: str, *, seconds: float = 5.0, model: str = "small", key: str = KEY) -> ChatReply:
    async with OpenAIChat(base_url, key, timeout=seconds) as chat:
        return await chat.complete(chat_request(model))


def _ask(behaviour: Behaviour, **options: Any) -> ChatReply:
    with FakeOpenAI(behaviour) as server:
        return asyncio.run(_complete(server.base_url, **options))


def _failure(answer: Answer, **options: Any) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        _ask(always(answer), **options)
    return caught.value


def test_reply_and_usage_are_read() -> None:
    """A plain completion gives its text, its ending and its token counts."""
    reply = _ask(always(chat_reply('{"answer": "Hi"}')))
    assert (reply.text, reply.finish_reason) == ('{"answer": "Hi"}', "stop")
    assert (reply.usage.calls, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (1, 11, 7)


def test_other_servers_get_deterministic_settings() -> None:
    """A server that is not OpenAI's gets the schema, temperature and seed 0, and no prompt cache."""
    with FakeOpenAI(always(chat_reply("{}"))) as server:
        asyncio.run(_complete(server.base_url))
        sent = server.chats[0]
        headers = server.requests[0].headers
    assert (sent["max_tokens"], sent["temperature"], sent["seed"], sent["cache_prompt"]) == (50, 0, 0, False)
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert sent["response_format"]["json_schema"]["schema"] == chat_request().json_schema
    assert headers["authorization"] == f"Bearer {KEY}"


def test_key_is_optional_elsewhere_and_not_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a key another server gets a placeholder, never a key that happens to be set."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FakeOpenAI(always(chat_reply("{}"))) as server:
        asyncio.run(_complete(server.base_url, key=""))
        assert server.requests[0].headers["authorization"] == "Bearer unused"


def _received(at: str, key: str, path: str = "") -> Received:
    """The request that a server gets at a base URL with this before its host and this after its path."""
    with FakeOpenAI(always(chat_reply("{}"))) as server:
        asyncio.run(_complete(server.base_url.replace("//", f"//{at}") + path, key=key))
        return server.requests[0]


def test_a_key_goes_before_a_password() -> None:
    """With a key, user and password of the base URL are not sent in its place; without one, they are sent."""
    assert _received("me:secret@", KEY).headers["authorization"] == f"Bearer {KEY}"
    assert _received("me:secret@", "").headers["authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("?api-version=2024-10-21", "?api-version=2024-10-21"),
        ("?key=T&empty=", "?key=T&empty="),
        ("?sig=a%2Fb%26c", "?sig=a%2Fb%26c"),
        ("?tag=a&tag=b", "?tag=a&tag=b"),
        ("?token", "?token="),
        ("?", ""),
        ("#part", ""),
    ],
)
def test_the_query_of_a_base_url_stays_behind_the_path(query: str, sent: str, slash: str) -> None:
    """Azure's version and a gateway's token arrive where the server looks for them."""
    assert _received("", KEY, slash + query).path == f"/v1/chat/completions{sent}"


def test_another_server_is_not_told_whose_account_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The organization and project of an OpenAI account are for OpenAI alone."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-mine")
    with FakeOpenAI(always(chat_reply("{}"))) as server:
        asyncio.run(_complete(server.base_url))
        assert "mine" not in str(server.requests[0].headers)


@pytest.mark.parametrize("key", [None, "", "  "])
def test_openai_itself_needs_a_key(key: str | None) -> None:
    """Without a key, OpenAI's own endpoint is refused before anything is sent."""
    with pytest.raises(CredentialsError, match="no API key"):
        OpenAIChat(None, key)


def test_a_key_that_cannot_be_a_header_is_refused_unseen() -> None:
    """A key with a line break inside is refused, and not shown."""
    with pytest.raises(CredentialsError) as caught:
        OpenAIChat(None, "sk-first\nsk-second")
    assert "sk-first" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8081", "ftp://host/v1", "", "http://", "http://host:port/v1"])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    """What is no http URL is a configuration error, not a connection that fails again and again."""
    with pytest.raises(ConfigurationError, match="base URL"):
        OpenAIChat(url, KEY)


STATUSES: list[tuple[Answer, type[PipelineError]]] = [
    (api_error(401, "Incorrect API key provided"), CredentialsError),
    (api_error(403, "Country not supported"), CredentialsError),
    (api_error(403, "no access to model", code="model_not_found"), UnknownModelError),
    (api_error(404, "The model `x` does not exist", code="model_not_found"), UnknownModelError),
    (api_error(404, "model 'small' not found"), UnknownModelError),
    (api_error(400, "small is not a valid model ID"), UnknownModelError),
    (api_error(404, "Not Found"), ConfigurationError),
    (Answer(404, {"Content-Type": "text/html"}, b"<h1>Not Found</h1>"), ConfigurationError),
    (api_error(400, "Invalid 'messages'"), RequestRefused),
    (api_error(422, "cannot do that"), RequestRefused),
    (api_error(413, "Payload too large"), RequestTooLarge),
    (api_error(400, "too long", code="context_length_exceeded"), RequestTooLarge),
    (api_error(400, "exceeds", code=400, type="exceed_context_size_error"), RequestTooLarge),
    (api_error(400, "This model's maximum context length is 4096 tokens."), RequestTooLarge),
    (
        api_error(429, "Request too large for m on tokens per min", code="rate_limit_exceeded"),
        RequestTooLarge,
    ),
    (api_error(400, "filtered", code="content_filter"), RefusedReply),
    (api_error(402, "Insufficient Balance"), QuotaError),
    (api_error(429, "You exceeded your current quota", code="insufficient_quota"), QuotaError),
    (api_error(429, "Slow down"), RateLimited),
    (api_error(408, "Timeout"), ServerFault),
    (api_error(409, "Conflict"), ServerFault),
    (api_error(500, "Oops"), ServerFault),
    (Answer(503, {}, b""), ServerFault),
    (api_error(529, "Overloaded"), ServerFault),
]


@pytest.mark.parametrize(("answer", "kind"), STATUSES)
def test_statuses_and_codes_map_to_our_errors(answer: Answer, kind: type[PipelineError]) -> None:
    """Each kind of refusal becomes exactly one kind of error, named with endpoint and status."""
    error = _failure(answer)
    assert type(error) is kind
    assert f"answered {answer.status}" in error.message


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "7", "retry-after-ms": "250"}, 0.25),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "Thu, 02 Mar 2023 10:00:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    """The wait a server asks for is read in all its forms; nonsense counts as none."""
    limited, busy = _failure(api_error(429, "slow", headers)), _failure(api_error(503, "busy", headers))
    assert isinstance(limited, RateLimited)
    assert isinstance(busy, ServerFault)
    assert limited.retry_after == busy.retry_after == seconds


GARBLED = [
    Answer(200, {}, b"<html>sign in</html>"),
    Answer(200, {}, b"\xff\xfe"),
    Answer(200, {}, b"[" * 100_000),
    Answer(200, {}, [1]),
    Answer(200, {}, {}),
    Answer(200, {}, {"choices": []}),
    Answer(200, {}, {"choices": None, "error": None}),
    Answer(200, {}, {"choices": [{"message": None}]}),
    Answer(200, {}, {"choices": [{"message": {"content": None}, "finish_reason": "stop"}]}),
    Answer(200, {}, {"error": {"message": "upstream failed"}}),
    Answer(200, {}, {"error": "upstream failed"}),
    Answer(200, {"Content-Encoding": "gzip"}, b"no gzip"),
    chat_reply("half a pair \ud800"),
]


@pytest.mark.parametrize("answer", GARBLED)
def test_unusable_successes_are_retryable_errors(answer: Answer) -> None:
    """A 200 that holds no usable answer is an error that may pass, not a crash."""
    error = _failure(answer)
    assert isinstance(error, GarbledReply | ConnectionFault)
    assert error.retryable


def test_an_error_with_a_status_inside_a_success_is_that_error() -> None:
    """A gateway's 200 around a 429 is a rate limit."""
    assert type(_failure(Answer(200, {}, {"error": {"code": 429, "message": "slow"}}))) is RateLimited


@pytest.mark.parametrize(
    ("answer", "finish", "text"),
    [
        (chat_reply("half", "length"), "length", "half"),
        (chat_reply(None, "length"), "length", ""),
        (chat_reply(None, "content_filter"), "content_filter", ""),
        (chat_reply(None, "stop", refusal="I will not."), "content_filter", "I will not."),
        (chat_reply("{}", "tool_calls"), "other", "{}"),
    ],
)
def test_endings_are_told_apart(answer: Answer, finish: str, text: str) -> None:
    """Cut, filtered and refused replies say so, and keep their usage."""
    reply = _ask(always(answer))
    assert (reply.finish_reason, reply.text, reply.usage.calls) == (finish, text, 1)


def test_missing_usage_counts_as_nothing() -> None:
    """A server that counts no tokens, or nonsense, does not break the call."""
    body = dict(chat_reply("{}").body) | {"usage": {"prompt_tokens": "many", "completion_tokens": -1}}
    usage = _ask(always(Answer(200, {}, body))).usage
    assert (usage.calls, usage.prompt_tokens, usage.completion_tokens) == (1, 0, 0)


def _refusing(*rules: tuple[str, Answer]) -> Behaviour:
    """Refuse a body as long as it holds a rule's parameter."""

    def behave(body: dict[str, Any]) -> Answer:
        return next((answer for name, answer in rules if name in body), chat_reply("{}"))

    return behave


def test_unsupported_parameters_are_dropped_and_remembered() -> None:
    """What a server does not accept is left out at once, and not sent again in the next call."""
    behaviour = _refusing(
        ("temperature", api_error(400, "Unsupported parameter: 'temperature'", param="temperature")),
        (
            "max_tokens",
            api_error(
                400,
                "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            ),
        ),
        (
            "cache_prompt",
            Answer(422, {}, {"detail": [{"loc": ["body", "cache_prompt"], "msg": "not permitted"}]}),
        ),
        ("seed", api_error(400, "Unrecognized request argument supplied: seed")),
    )

    async def two_calls(base_url: str) -> frozenset[str]:
        async with OpenAIChat(base_url, KEY) as chat:
            await chat.complete(chat_request())
            await chat.complete(chat_request())
            return chat.adaptations

    with FakeOpenAI(behaviour) as server:
        adapted = asyncio.run(two_calls(server.base_url))
        assert len(server.chats) == 6
        assert server.chats[-1].keys() == {"model", "messages", "max_completion_tokens", "response_format"}
    assert adapted == {"temperature", "max_tokens", "cache_prompt", "seed"}


def test_calls_under_way_adapt_together() -> None:
    """Calls that were all refused for one parameter each try again without it."""
    behaviour = _refusing(("seed", api_error(400, "Unknown field: seed")))

    async def calls(base_url: str) -> list[ChatReply]:
        async with OpenAIChat(base_url, KEY) as chat:
            return await asyncio.gather(*(chat.complete(chat_request()) for _ in range(4)))

    with FakeOpenAI(behaviour) as server:
        assert len(asyncio.run(calls(server.base_url))) == 4


def _rungs(bodies: list[dict[str, Any]]) -> list[Rung]:
    """The rungs that requests were sent on."""
    formats = [body.get("response_format", {}) for body in bodies]
    strict = {True: "_strict", None: ""}
    return [form.get("type", "text") + strict[form.get("json_schema", {}).get("strict")] for form in formats]


def _after(
    behaviour: Behaviour, calls: int = 1, rung: Rung = "json_schema_strict"
) -> tuple[list[dict[str, Any]], Rung]:
    """The bodies that were sent in some calls, and the client's rung at the end."""

    async def call(base_url: str) -> Rung:
        async with OpenAIChat(base_url, KEY) as chat:
            for _ in range(calls):
                await chat.complete(chat_request(rung=rung))
            return chat.rung

    with FakeOpenAI(behaviour) as server:
        rung_at_end = asyncio.run(call(server.base_url))
        return server.chats, rung_at_end


def test_servers_without_schemas_get_the_schema_in_the_prompt() -> None:
    """A server that refuses every format is asked in words: with the whole schema, in one system message."""

    def behave(body: dict[str, Any]) -> Answer:
        form = body.get("response_format", {}).get("type")
        return api_error(400, f"response_format type '{form}' is not supported") if form else chat_reply("{}")

    bodies, rung = _after(behave)
    assert (rung, _rungs(bodies)) == ("text", ["json_schema_strict", "json_object", "text"])
    messages = bodies[-1]["messages"]
    assert [message["role"] for message in messages] == ["system", "user"]
    assert messages[0]["content"].startswith("Be brief.")
    assert '"maxLength"' in messages[0]["content"]


@pytest.mark.parametrize("rung", RUNGS)
def test_every_rung_says_the_shape(rung: Rung) -> None:
    """Where a server ignores the format without a word, the model still knows what to write."""
    bodies, _ = _after(always(chat_reply("{}")), rung=rung)
    assert _rungs(bodies) == [rung]
    assert '{"answer": string}' in bodies[0]["messages"][0]["content"]
    assert ('"maxLength"' in bodies[0]["messages"][0]["content"]) == (rung in {"json_object", "text"})


REFUSED_FORMATS: list[tuple[Answer, Rung]] = [
    (api_error(400, "json_schema.strict: Extra inputs are not permitted"), "json_schema"),
    (
        api_error(422, "not supported", param="response_format.json_schema.strict", code="unsupported_value"),
        "json_schema",
    ),
    (api_error(400, "Invalid schema for response_format 'answer': schema must be closed"), "json_schema"),
    (api_error(400, "'response_format' of type 'json_schema' is not supported with this model."), "json_object"),
    (api_error(400, "This response_format type is unavailable now"), "json_object"),
    (api_error(501, "The provided JSON schema contains features not supported by xgrammar."), "json_object"),
    (Answer(400, {}, {"error": "'response_format.type' must be 'text' or 'json_object'"}), "json_object"),
    (api_error(400, "failed to parse grammar"), "json_object"),
]


@pytest.mark.parametrize(("answer", "rung"), REFUSED_FORMATS)
def test_a_refused_format_steps_down_as_far_as_it_says(answer: Answer, rung: Rung) -> None:
    """A refusal of strictness costs only that; a refusal of the format costs the schema."""
    bodies, in_use = _after(in_turn(answer, chat_reply("{}")))
    assert (in_use, _rungs(bodies)) == (rung, ["json_schema_strict", rung])


def test_schemas_that_are_always_invalid_end_in_words() -> None:
    """Complaints about the schema lead to the rung that sends none, and there they are the error."""
    refuse = api_error(400, "Invalid schema: nobody knows why")
    bodies, rung = _after(in_turn(refuse, refuse, chat_reply("{}")))
    assert (rung, _rungs(bodies)[1:]) == ("json_object", ["json_schema", "json_object"])
    assert type(_failure(refuse)) is RequestRefused


def test_a_request_may_ask_for_less() -> None:
    """A request's own rung is kept to, and a refusal of it does not cost the rungs above."""
    refusing = in_turn(api_error(400, "response_format 'json_object' is not supported"), chat_reply("{}"))
    bodies, rung = _after(refusing, rung="json_object")
    assert (rung, _rungs(bodies)) == ("json_schema_strict", ["json_object", "text"])


REQUIRED = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


def _rung_after(*texts: str, finish: str = "stop", together: bool = False) -> Rung:
    async def calls(base_url: str) -> Rung:
        async with OpenAIChat(base_url, KEY) as chat:
            pending = [chat.complete(chat_request(json_schema=REQUIRED)) for _ in texts]
            for group in [pending] if together else [[one] for one in pending]:
                await asyncio.gather(*group)
            return chat.rung

    with FakeOpenAI(in_turn(*(chat_reply(text, finish) for text in texts))) as server:
        return asyncio.run(calls(server.base_url))


@pytest.mark.parametrize(
    ("texts", "rung"),
    [
        (["prose", "more prose"], "json_schema"),
        (['{"other": 1}', "[1]"], "json_schema"),
        (["prose"] * 4, "json_object"),
        (["prose"] * 9, "text"),
        (["prose", '{"answer": "x"}', "prose"], "json_schema_strict"),
        (['```json\n{"answer": "x"}\n```'] * 3, "json_schema_strict"),
    ],
)
def test_formats_that_are_ignored_are_given_up(texts: list[str], rung: Rung) -> None:
    """Two replies in a row without the object that was asked for cost a rung; one that can be read costs none."""
    assert _rung_after(*texts) == rung


def test_replies_of_a_rung_that_is_left_do_not_count() -> None:
    """Calls that were under way together cost one rung, not one for each pair."""
    assert _rung_after(*["prose"] * 4, together=True) == "json_schema"


def test_cut_replies_say_nothing_of_the_format() -> None:
    """A reply that ran into the limit is no sign that the schema is ignored."""
    assert _rung_after("prose", "prose", "prose", finish="length") == "json_schema_strict"


NO_SYSTEM: list[Answer] = [
    api_error(400, "System role not supported", type="BadRequestError"),
    api_error(500, "raise_exception: System role not supported"),
    api_error(400, "Only user and assistant roles are supported!"),
    api_error(400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    api_error(400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
    api_error(400, "Developer instruction is not enabled for models/gemma-3-4b-it"),
    api_error(400, "Unexpected role 'system' in messages"),
    api_error(400, "nope", param="messages[0].role", code="unsupported_value"),
]


@pytest.mark.parametrize("answer", NO_SYSTEM)
def test_templates_without_a_system_role_get_its_text_from_the_user(answer: Answer) -> None:
    """What the system message says then begins the user's, and roles still take turns."""
    bodies, _ = _after(in_turn(answer, chat_reply("{}")))
    (message,) = bodies[1]["messages"]
    assert message["role"] == "user"
    assert message["content"].startswith("Be brief.")
    assert message["content"].endswith("\n\nHello.")


def test_what_was_learned_before_is_done_without_from_the_start() -> None:
    """Adaptations of an earlier run spare the refusals; names that nobody knows are ignored."""

    async def call(base_url: str) -> frozenset[str]:
        learned = ["seed", "system", "strict", "schema:maxLength", "schema:of doom", "telepathy"]
        async with OpenAIChat(base_url, KEY, adapted=learned) as chat:
            await chat.complete(chat_request())
            return chat.adaptations

    with FakeOpenAI(always(chat_reply("{}"))) as server:
        assert asyncio.run(call(server.base_url)) == {"seed", "system", "strict", "schema:maxLength"}
        (body,) = server.chats
    assert "seed" not in body
    assert _rungs([body]) == ["json_schema"]
    assert "maxLength" not in str(body)


def test_schema_keywords_a_server_does_not_take_are_left_out() -> None:
    """A strict server that does not take maxLength gets the schema without it; other complaints are shown."""
    said = "Invalid schema for response_format 'answer': In context=('x',), 'maxLength' is not permitted."
    with FakeOpenAI(in_turn(api_error(400, said), chat_reply("{}"))) as server:
        asyncio.run(_complete(server.base_url))
        schema = server.chats[1]["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["answer"] == {"type": "string"}
    assert type(_failure(api_error(400, "Invalid schema: 'required' is not supported"))) is RequestRefused


def test_a_server_that_refuses_both_names_of_the_limit_is_not_asked_for_ever() -> None:
    """Adapting ends: the second refusal of the limit is the error."""
    behaviour = _refusing(
        ("max_tokens", api_error(400, "Unsupported parameter: 'max_tokens'")),
        ("max_completion_tokens", api_error(400, "Unsupported parameter: 'max_completion_tokens'")),
    )
    with FakeOpenAI(behaviour) as server:
        with pytest.raises(RequestRefused):
            asyncio.run(_complete(server.base_url))
        assert len(server.chats) == 2


def _echo_key(body: dict[str, Any]) -> Answer:
    return api_error(int(body["model"]), f"\x1b[31mWrong key {KEY}, or {KEY[:9]}\u200b{KEY[9:]}\n" + "x" * 999)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 500])
def test_errors_never_hold_the_key_nor_a_flood(status: int) -> None:
    """A server that echoes the key, hidden or not, gets it into no message, hint or traceback."""
    with pytest.raises(PipelineError) as caught:
        _ask(_echo_key, model=str(status))
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert KEY not in shown
    assert "\x1b" not in shown
    assert len(caught.value.message) < 400
    assert caught.value.__context__ is None


def test_a_key_echoed_in_an_answer_is_taken_out() -> None:
    """A server that puts the key into its answer does not get it written to a file."""
    assert KEY not in _ask(always(chat_reply(f'{{"answer": "{KEY}"}}'))).text


def test_a_key_that_may_be_a_word_does_not_spoil_an_answer() -> None:
    """A local server's key such as "none" is not taken out of what the model says."""
    assert _ask(always(chat_reply("none of them")), key="none").text == "none of them"


def test_a_server_that_is_not_there_is_a_connection_fault() -> None:
    """Nothing listening is an error that says so and may pass."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(ConnectionFault, match="Connect"):
        asyncio.run(_complete(url))


def test_a_dropped_connection_is_a_connection_fault() -> None:
    """A server that hangs up without an answer is an error that may pass."""

    def drop(_: dict[str, Any]) -> Answer:
        raise DropConnectionError

    with pytest.raises(ConnectionFault):
        _ask(drop)


def test_a_server_that_hangs_is_a_timeout() -> None:
    """An answer that does not come in time ends the attempt."""
    with FakeOpenAI(always(chat_reply("{}"))) as server:
        server.behaviour = lambda _: chat_reply("{}") if server.stopping.wait(5) else chat_reply("late")
        with pytest.raises(AttemptTimeout):
            asyncio.run(_complete(server.base_url, seconds=0.1))


def test_a_server_that_drips_is_a_timeout() -> None:
    """Bytes that keep coming, each in time, do not keep an attempt alive beyond its deadline."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            for _ in range(100):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            return
        finally:
            writer.close()

    async def call() -> ChatReply:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await _complete(f"http://127.0.0.1:{port}/v1", seconds=0.15)

    with pytest.raises(AttemptTimeout):
        asyncio.run(call())


def test_text_without_bytes_is_refused_not_a_crash() -> None:
    """A request with half a surrogate pair fails as that request's own error."""

    async def call(base_url: str) -> ChatReply:
        async with OpenAIChat(base_url, KEY) as chat:
            return await chat.complete(chat_request(text="\ud800"))

    with FakeOpenAI(always(chat_reply("{}"))) as server, pytest.raises(RequestRefused):
        asyncio.run(call(server.base_url))


def test_every_status_class_of_the_sdk_has_a_status_that_is_mapped() -> None:
    """The SDK's classes for statuses are those we have a rule, and a case above, for."""
    cases = {answer.status for answer, _ in STATUSES}
    classes = [cls for cls in below(openai.APIStatusError) if "status_code" in vars(cls)]
    assert {vars(cls)["status_code"] for cls in classes} <= cases
