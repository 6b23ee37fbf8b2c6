"""`pipeline doctor`: what it finds at endpoints that are well, ill, silent or gone."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.llm.store import ReplyStore
from pipeline.runs.doctor.diagnosis import CHECKS, Diagnosis
from pipeline.runs.doctor.probe import MOST_REPLIES
from tests.cli.command import KEY, Ran, environment, pipeline, program
from tests.fake_openai import FakeOpenAI, always, api_error, chat_reply
from tests.loopback import Answer, DropConnectionError

LISTED = [{"id": "tiny", "meta": {"n_ctx": 8192}}]
APPLE = json.dumps({"name": "apple", "kind": "pome", "months": [9, 10], "colour": None})
LIMITS = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "58",
    "x-ratelimit-reset-requests": "2s",
    "x-ratelimit-limit-tokens": "30000",
    "x-ratelimit-remaining-tokens": "29500",
    "x-ratelimit-reset-tokens": "1s",
}


def _about(body: dict[str, Any], word: str) -> bool:
    return word in body["messages"][-1]["content"]


def _long() -> Answer:
    body = chat_reply("one, two, three", "length").body
    return Answer(200, {}, body | {"usage": {"prompt_tokens": 20, "completion_tokens": 100}})


def _well(body: dict[str, Any]) -> Answer:
    """A server and a model that do as they are asked."""
    if any("apple" in message["content"] for message in body["messages"]):
        return chat_reply(APPLE)
    return _long() if _about(body, "sixty") else chat_reply("Hello.")


def _doctor(base_url: str | None, *options: str, **variables: str) -> Ran:
    where = ("--base-url", base_url) if base_url else ()
    return pipeline("doctor", *where, "--model", "tiny", *options, variables={"OPENAI_API_KEY": KEY, **variables})


def _diagnosis(base_url: str | None, **variables: str) -> Diagnosis:
    """The one JSON document; its exit status is the command's."""
    ran = _doctor(base_url, "--json", **variables)
    assert "Traceback" not in ran.err
    found = Diagnosis.model_validate_json(ran.out)
    assert found.exit_status == ran.status
    assert [check.name for check in found.checks] == list(CHECKS)
    return found


def _outcomes(found: Diagnosis) -> dict[str, str]:
    return {check.name: check.outcome for check in found.checks}


def _check(found: Diagnosis, name: str) -> Any:
    return next(check for check in found.checks if check.name == name)


def _examined(behaviour: Callable[[dict[str, Any]], Answer], models: Any = None, **variables: str) -> Diagnosis:
    with FakeOpenAI(behaviour, models) as server:
        return _diagnosis(server.base_url, **variables)


def test_an_endpoint_that_is_well() -> None:
    """Exit 0; four requests; context, speed and rung are measured; what cannot be known is unknown, not well."""
    with FakeOpenAI(_well, LISTED) as server:
        found = _diagnosis(server.base_url)
        assert len(server.requests) == found.requests == 4
        assert found.endpoint == server.base_url
    assert found.exit_status == 0
    unknown = {name for name, outcome in _outcomes(found).items() if outcome != "ok"}
    assert unknown == {"rate limits", "price"}
    assert (found.rung, found.adaptations, found.context) == ("json_schema_strict", (), 8192)
    assert found.tokens == 18 + 18 + 120
    assert found.tokens_per_second is not None
    assert found.tokens_per_second > 0
    assert found.round_trip_seconds is not None


def test_an_error_is_json_too() -> None:
    """--json leaves one document on stdout where nothing could be examined, and the words on stderr."""
    ran = _doctor(None, "--json", PIPELINE_WORDS="1")
    assert ran.status == 2
    said = json.loads(ran.out)
    assert (said["schema_version"], said["error"]["code"]) == (1, "configuration")
    assert said["error"]["message"] in ran.err
    assert _doctor(None, PIPELINE_WORDS="1").out == ""


def test_ctrl_c_is_told_and_nothing_else() -> None:
    """Interrupted while the server says nothing: exit 130, one line, no traceback, and a document where asked for."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        command = [program(), "doctor", "--json", "--base-url", url, "--model", "tiny"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(OPENAI_API_KEY=KEY)
        ) as process:
            connection, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            connection.close()
    assert process.returncode == 130
    assert json.loads(out)["error"]["code"] == "interrupted"
    assert (err.endswith(b"Interrupted.\n"), b"Traceback" in err) == (True, False)


def test_a_server_that_is_not_there() -> None:
    """A refused connection: exit 4, said at once, and all that needs the server is unknown."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = _diagnosis(f"http://127.0.0.1:{unused.getsockname()[1]}/v1")
    assert found.exit_status == 4
    outcomes = _outcomes(found)
    assert outcomes["reachable"] == "problem"
    assert "address and port" in _check(found, "reachable").advice
    between = CHECKS[CHECKS.index("authenticated") : CHECKS.index("price")]
    assert {outcomes[name] for name in between} == {"unknown"}
    assert "reachable" in _check(found, "model known").detail


def test_a_server_that_says_nothing() -> None:
    """A connection that is taken and never answered: exit 4, in the time that one request has."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        found = _diagnosis(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", PIPELINE_REQUEST_TIMEOUT="0.5")
    assert time.monotonic() - begun < 20
    assert (found.exit_status, _outcomes(found)["reachable"]) == (4, "problem")
    assert _outcomes(found)["round trip"] == "unknown"


@pytest.mark.parametrize("base_url", [KEY, f"ftp://{KEY}@there/v1", f"http://[{KEY}"])
def test_a_base_url_that_is_none(base_url: str) -> None:
    """Exit 2 for what is no http URL, which is not repeated: it may be a key in the wrong place."""
    found = _diagnosis(base_url)
    assert (found.exit_status, found.endpoint) == (2, None)
    assert _outcomes(found)["configuration"] == "problem"
    assert KEY not in found.model_dump_json()


def test_a_budget_without_a_price() -> None:
    """A run with a budget would end at once, so an unknown price is a problem then."""
    found = _examined(_well, LISTED, PIPELINE_MAX_COST="1")
    assert (found.exit_status, _outcomes(found)["price"]) == (2, "problem")


def test_no_endpoint_at_all() -> None:
    """Nothing configured: exit 2, and that runs use the extractive engine; nothing else is claimed."""
    found = _diagnosis(None, OPENAI_API_KEY="")
    assert (found.exit_status, found.endpoint) == (2, None)
    first, *rest = found.checks
    assert first.outcome == "problem"
    assert "extractive" in first.detail
    assert "OPENAI_API_KEY" in first.advice
    assert {check.outcome for check in rest} == {"unknown"}


@pytest.mark.parametrize("listing", [LISTED, api_error(401, "bad key")])
def test_a_key_that_is_refused(listing: Any) -> None:
    """401: exit 2 with what to do, even where the list of models is public."""
    found = _examined(lambda _: api_error(401, f"Incorrect API key provided: {KEY}"), listing)
    assert found.exit_status == 2
    assert _outcomes(found)["reachable"] == "ok"
    assert _outcomes(found)["authenticated"] == "problem"
    assert "OPENAI_API_KEY" in _check(found, "authenticated").advice
    assert _outcomes(found)["structured output"] == "unknown"


def test_a_model_that_is_unknown() -> None:
    """404 for the model: exit 2, and the advice names those that are served."""
    listed = [{"id": "other-one"}, {"id": "other-two"}]
    found = _examined(lambda _: api_error(404, "no such model", code="model_not_found"), listed)
    assert found.exit_status == 2
    assert _outcomes(found)["model known"] == "problem"
    assert "other-one, other-two" in _check(found, "model known").advice
    assert _outcomes(found)["authenticated"] == "unknown"


def test_a_model_that_is_not_listed_but_answers() -> None:
    """A server that answers to any name: a warning, with the name that it lists."""
    found = _examined(_well, [{"id": "tiny-instruct.gguf", "meta": {"n_ctx": 8192}}])
    assert (found.exit_status, found.context) == (0, 8192)
    assert _outcomes(found)["model known"] == "warning"
    assert "tiny-instruct.gguf" in _check(found, "model known").advice


def test_a_quota_that_is_used_up() -> None:
    """Exit 5: the account is known, and has nothing left."""
    found = _examined(lambda _: api_error(429, "quota", code="insufficient_quota"), LISTED)
    assert found.exit_status == 5
    assert (_outcomes(found)["authenticated"], _outcomes(found)["round trip"]) == ("ok", "problem")


def test_a_server_that_knows_no_response_format() -> None:
    """The refusals lead down to plain text, which works: a warning, what is not accepted, and it is remembered."""

    def plain_only(body: dict[str, Any]) -> Answer:
        if "response_format" in body:
            return api_error(400, "Unknown parameter: 'response_format'", param="response_format")
        return _well(body)

    with FakeOpenAI(plain_only, LISTED) as server:
        found = _diagnosis(server.base_url)
        with ReplyStore(Path(os.environ["PIPELINE_CACHE_DIR"]) / "replies.sqlite") as store:
            learned = store.recall(server.base_url, "tiny", newer_than=time.time() - 60)
    assert (found.exit_status, found.rung) == (0, "text")
    assert set(found.adaptations) == learned >= {"json_schema", "json_object"}
    assert _outcomes(found)["structured output"] == "warning"
    assert "json_object" in _check(found, "structured output").detail


def test_a_server_that_ignores_response_format() -> None:
    """Prose whatever is asked: exit 4 after a bounded number of replies; the rest is measured all the same."""

    def prose(body: dict[str, Any]) -> Answer:
        return _long() if _about(body, "sixty") else chat_reply("Apples are lovely.")

    with FakeOpenAI(prose, LISTED) as server:
        found = _diagnosis(server.base_url)
        assert len(server.chats) <= MOST_REPLIES
    assert (found.exit_status, found.rung) == (4, None)
    assert _outcomes(found)["structured output"] == "problem"
    assert _check(found, "structured output").advice
    assert _outcomes(found)["tokens per second"] == "ok"


def test_prose_on_a_rung_that_is_ignored_is_no_pass() -> None:
    """A server that takes a schema and ignores it, and does what plain text asks for: the rung found is plain text."""

    def ignores(body: dict[str, Any]) -> Answer:
        return chat_reply("Apples are lovely.") if "response_format" in body else _well(body)

    found = _examined(ignores, LISTED)
    assert (found.exit_status, found.rung) == (0, "text")
    assert _outcomes(found)["structured output"] == "warning"


def test_a_reply_that_is_valid_when_asked_again() -> None:
    """A repair that was needed is told: a warning, on the rung where it happened."""

    def second_try(body: dict[str, Any]) -> Answer:
        asked_once = _about(body, "apple")
        return chat_reply(json.dumps({"name": "apple"})) if asked_once else _well(body)

    found = _examined(second_try, LISTED)
    assert (found.exit_status, found.rung) == (0, "json_schema_strict")
    assert _outcomes(found)["structured output"] == "warning"
    assert "again" in _check(found, "structured output").detail


def test_no_list_of_models() -> None:
    """The model is known by its answer, and the context is unknown."""
    found = _examined(_well)
    assert found.exit_status == 0
    outcomes = _outcomes(found)
    assert (outcomes["reachable"], outcomes["model known"], outcomes["context size"]) == ("ok", "ok", "unknown")
    assert found.context is None


@pytest.mark.parametrize(("context", "outcome"), [(4095, "warning"), (4096, "ok")])
def test_a_context_that_is_small(context: int, outcome: str) -> None:
    """Below 4,096 tokens: a warning, and how to serve the model with more."""
    found = _examined(_well, [{"id": "tiny", "max_model_len": context}])
    assert (found.exit_status, found.context) == (0, context)
    assert _outcomes(found)["context size"] == outcome
    assert ("num_ctx" in _check(found, "context size").advice) is (outcome == "warning")


def test_limits_that_headers_tell() -> None:
    """Requests and tokens, as the last response told them."""
    found = _examined(lambda body: _well(body)._replace(headers=LIMITS), LISTED)
    assert [(limit.what, limit.limit, limit.remaining) for limit in found.limits] == [
        ("requests", 60, 58),
        ("tokens", 30000, 29500),
    ]
    assert _outcomes(found)["rate limits"] == "ok"
    assert "30,000 tokens" in _check(found, "rate limits").detail


def test_a_limit_that_is_met_meanwhile_leaves_the_rest_unknown() -> None:
    """429 after the first answer is neither a pass nor a fault of the endpoint."""

    def limited(body: dict[str, Any]) -> Answer:
        return _well(body) if _about(body, "hello") else api_error(429, "slow down", {"retry-after": "60"})

    found = _examined(limited, LISTED)
    assert found.exit_status == 0
    outcomes = _outcomes(found)
    assert (outcomes["structured output"], outcomes["tokens per second"]) == ("unknown", "unknown")
    assert found.rung is None


def test_a_server_that_counts_no_tokens_has_no_speed() -> None:
    """Without a count, tokens per second are unknown instead of made up."""

    def uncounted(body: dict[str, Any]) -> Answer:
        answer = _well(body)
        return answer._replace(body={name: value for name, value in answer.body.items() if name != "usage"})

    found = _examined(uncounted, LISTED)
    assert found.tokens_per_second is None
    assert _outcomes(found)["tokens per second"] == "unknown"


def test_a_connection_that_breaks_after_the_list() -> None:
    """The server is there and its answers are not: the round trip is the problem, and nothing after it passes."""

    def drop(_: dict[str, Any]) -> Answer:
        raise DropConnectionError

    found = _examined(drop, LISTED)
    assert found.exit_status == 4
    outcomes = _outcomes(found)
    assert (outcomes["reachable"], outcomes["round trip"], outcomes["structured output"]) == (
        "ok",
        "problem",
        "unknown",
    )


def test_a_store_that_cannot_be_used(tmp_path: Path) -> None:
    """A run would end because of it, so it is a problem here; where the store is optional, a warning."""
    (tmp_path / "replies.sqlite").write_bytes(b"no database" * 100)
    found = _examined(_well, LISTED, PIPELINE_CACHE_DIR=str(tmp_path))
    assert (found.exit_status, _outcomes(found)["reply store"]) == (2, "problem")
    found = _examined(_well, LISTED, PIPELINE_CACHE_DIR=str(tmp_path), PIPELINE_CACHE="optional")
    assert (found.exit_status, _outcomes(found)["reply store"]) == (0, "warning")


@pytest.mark.parametrize("answer", [api_error(401, f"bad {KEY}"), api_error(500, f"Bearer {KEY}"), None])
def test_the_key_is_never_shown(answer: Answer | None) -> None:
    """Neither in JSON nor in the table, even where the server sends it back, in names too, or it stands in the URL."""
    listed = [{"id": f"model-{KEY}\x1b[31m"}]
    with FakeOpenAI(always(answer) if answer else _well, listed) as server:
        secret = server.base_url.replace("http://", f"http://me:{KEY}@")
        for options in ((), ("--json",)):
            ran = _doctor(secret, *options)
            assert KEY not in ran.out + ran.err
            assert "\x1b" not in ran.out + ran.err
            assert "model-" in ran.out


def test_plain_lines_where_there_is_no_terminal() -> None:
    """A line a check, without colour, and an arrow before each advice; only results go to stdout."""
    with FakeOpenAI(_well, [{"id": "[red]tiny[/red]", "max_model_len": 2048}]) as server:
        ran = _doctor(server.base_url, FORCE_COLOR="1")
    first, *lines = ran.out.splitlines()
    assert first == f"tiny at {server.base_url}"
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [
        *("ok", "ok", "ok", "warning", "ok", "ok", "warning", "unknown", "ok", "unknown", "ok", "ok")
    ]
    assert all(line.lstrip().startswith("-> ") for line in lines if line.startswith(" "))
    assert "at most" in ran.err


def test_a_table_on_a_terminal() -> None:
    """Borders and colours; a server's words are shown as they are, not as markup."""
    with FakeOpenAI(_well, [{"id": "[red]tiny[/red]", "max_model_len": 2048}]) as server:
        command = [program(), "doctor", "--base-url", server.base_url, "--model", "tiny"]
        shown, status = _on_terminal(command, environment(TERM="xterm-256color", COLUMNS="120"))
    assert status == 0
    assert "│" in shown
    assert "\x1b[33mwarning" in shown
    assert "[red]tiny[/red]" in shown


def _on_terminal(command: list[str], variables: dict[str, str]) -> tuple[str, int]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=variables)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    return shown.decode(), process.wait(60)
