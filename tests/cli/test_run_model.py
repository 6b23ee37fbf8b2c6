"""`pipeline run` with a model behind HTTP: what it does when the model is right, wrong, silent or gone."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import (
    KEY,
    Model,
    claims_for,
    environment,
    files,
    kind_of,
    load,
    numbered,
    passages,
    pipeline,
    program,
    quotes,
    run_with,
    without_times,
)
from tests.fake_openai import FakeOpenAI, always, api_error, chat_reply
from tests.loopback import Answer


def _about(body: dict[str, Any], words: str) -> bool:
    return kind_of(body) == "summarize" and any(words in sentence for sentence in numbered(body).values())


def test_a_model_that_answers_well(articles: Path, tmp_path: Path) -> None:
    """One call an article, statements cited to the character, the model named in the results."""
    model = Model()
    with FakeOpenAI(model) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out")
    assert ran.status == 0, ran.err
    assert model.asked.count("summarize") == 3
    summary = load(tmp_path / "out", "summary.json")
    assert (summary["engine"], summary["model"]) == ("openai", "tiny")
    assert summary["statements"]
    for _, evidence in quotes(summary):
        text = load(tmp_path / "out", f"articles/{evidence['article_id']}.json")["article"]["text"]
        assert text[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_one_article_that_fails_loses_no_other(articles: Path, tmp_path: Path) -> None:
    """500 after 500 for one article: exit 4, the article and the reason in run.json, the others summarised."""
    model = Model(
        summarize=lambda body: api_error(500, "overloaded") if _about(body, "union") else claims_for(numbered(body))
    )
    with FakeOpenAI(model) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out")
    assert ran.status == 4
    (failure,) = load(tmp_path / "out", "run.json")["failures"]
    assert (failure["path"], failure["stage"], failure["code"]) == ("three.txt", "summarize", "server")
    assert {s["path"] for s in load(tmp_path / "out", "summary.json")["sources"]} == {"one.txt", "two.txt"}


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (api_error(401, "bad key"), 2, "credentials"),
        (api_error(404, "no such model", code="model_not_found"), 2, "unknown-model"),
        (api_error(429, "quota", code="insufficient_quota", type="insufficient_quota"), 5, "quota"),
    ],
)
def test_what_makes_a_run_meaningless_ends_it(
    answer: Answer, status: int, code: str, articles: Path, tmp_path: Path
) -> None:
    """A refused key, an unknown model and a used-up quota end the run with their status, and nothing is written."""
    with FakeOpenAI(lambda _: answer) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out")
    assert ran.status == status
    assert f"error[{code}]" in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


def test_a_reply_that_is_no_json_is_asked_for_again(articles: Path, tmp_path: Path) -> None:
    """The model is shown what was wrong, once; its second reply is used."""

    def summarize(body: dict[str, Any]) -> Any:
        return (
            claims_for(numbered(body)) if len(body["messages"]) > 2 else chat_reply("Sure! Here are the claims: none")
        )

    with FakeOpenAI(Model(summarize=summarize)) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out")
    assert ran.status == 0, ran.err
    assert load(tmp_path / "out", "summary.json")["statements"]


def test_words_that_do_not_stand_there_are_rejected(articles: Path, tmp_path: Path) -> None:
    """A claim with invented words or an invented number is listed as rejected, with the reason, and told nowhere."""

    def summarize(body: dict[str, Any]) -> Any:
        reply = claims_for(numbered(body))
        invented = {**reply["claims"][0], "words": "the captain was drunk", "claim": "The captain was drunk."}
        wrong = {**reply["claims"][0], "claim": reply["claims"][0]["claim"].replace("40", "400").replace("12", "120")}
        return {"claims": [invented, wrong, *reply["claims"]]}

    with FakeOpenAI(Model(summarize=summarize)) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out")
    assert ran.status == 0
    rejected = load(tmp_path / "out", "articles/one.json")["summary"]["rejected"]
    assert ["do not stand" in r["reason"] for r in rejected] == [True, False]
    assert "drunk" not in ran.out
    assert "400" not in ran.out


@pytest.mark.parametrize("repaired", [True, False])
def test_a_statement_with_a_wrong_number_is_replaced_and_listed(repaired: bool, articles: Path, tmp_path: Path) -> None:
    """A number that no source gives never reaches the summary; the draft is listed with what was wrong."""

    def wrong(body: dict[str, Any]) -> Any:
        return {"sentence": passages(body)[0].replace("40", "47")}

    answers = {"synthesize_cluster": wrong} | ({} if repaired else {"repair": wrong})
    model = Model(**answers)
    with FakeOpenAI(model) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out")
    assert ran.status == 0
    summary = load(tmp_path / "out", "summary.json")
    assert "repair" in model.asked
    assert "47" not in ran.out
    (dropped,) = [d for d in summary["dropped"] if "47" in d["text"]]
    assert "47" in dropped["reason"]
    assert dropped["verdict"]["status"] == "contradicted"
    assert any("40 people" in s["text"] for s in summary["statements"])


def test_a_rerun_asks_nobody(articles: Path, tmp_path: Path) -> None:
    """The second run takes every reply from the store and writes the same bytes; --fresh asks again."""
    model = Model()
    with FakeOpenAI(model) as server:
        first = run_with(server.base_url, [articles], tmp_path / "one")
        asked = len(model.asked)
        second = run_with(server.base_url, [articles], tmp_path / "two")
        assert len(model.asked) == asked
        run_with(server.base_url, [articles], tmp_path / "three", "--fresh")
        assert len(model.asked) == 2 * asked
    assert first.out == second.out
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    for kept in (one, two):
        kept.pop("run.json")
    assert one == two


PASSWORD = "hunter2hunter2hunter2"


@pytest.mark.parametrize("command", ["run", "doctor"])
@pytest.mark.parametrize(
    "echo",
    [
        None,
        api_error(401, f"Incorrect API key provided: {KEY}"),
        api_error(500, f"Bearer {KEY} {PASSWORD}"),
        api_error(400, f"bad\x1b header: authorization: Bearer {KEY}", headers={"X-Echo": KEY}),
        Answer(200, {"Location": f"http://{KEY}@elsewhere/"}, f"<html>{KEY} {PASSWORD}</html>".encode()),
        Answer(307, {"Location": f"http://127.0.0.1:9/{KEY}?{PASSWORD}"}, b""),
        chat_reply(f"The key is {KEY}."),
    ],
)
def test_secrets_are_written_nowhere(command: str, echo: Answer | None, articles: Path, tmp_path: Path) -> None:
    """Not the key, nor the password and the query of the base URL: in no file, store, recording, output or error."""
    with FakeOpenAI(always(echo) if echo else Model()) as server:
        url = server.base_url.replace("http://", f"http://editor:{PASSWORD}@") + f"?token={PASSWORD}"
        settings = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url, "PIPELINE_CACHE_DIR": str(tmp_path / "cache")}
        settings |= {"PIPELINE_MODEL": "tiny", "PIPELINE_MAX_ATTEMPTS": "2", "PIPELINE_MAX_WAIT": "0.01"}
        where = (articles, "--out", tmp_path / "out", "--record", tmp_path / "recording") if command == "run" else ()
        ran = pipeline(command, *where, variables=settings)
    written = [path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 3
    for secret in (KEY, PASSWORD):
        assert not any(secret in text for text in (ran.out, ran.err, *written))
    assert "Traceback" not in ran.err


def test_an_article_that_failed_is_asked_about_again(articles: Path, tmp_path: Path) -> None:
    """Replies that were cut fail the article; mended, the same command asks again, for that article alone."""

    def cut(body: dict[str, Any]) -> Answer:
        return chat_reply('{"claims": [', "length") if _about(body, "union") else model(body)

    model = Model()
    with FakeOpenAI(cut) as server:
        first = run_with(server.base_url, [articles], tmp_path / "out")
        assert (first.status, "did not fit" in first.err) == (4, True)
        server.behaviour, model.asked = model, []
        again = run_with(server.base_url, [articles], tmp_path / "out")
    assert again.status == 0, again.err
    assert model.asked.count("summarize") == 1


# --- killed and interrupted


def _started(base_url: str, articles: Path, out: Path) -> subprocess.Popen[bytes]:
    settings = {"OPENAI_API_KEY": KEY, "PIPELINE_MAX_ATTEMPTS": "1"}
    command = [
        program(),
        "run",
        str(articles),
        "--out",
        str(out),
        "--base-url",
        base_url,
        "--model",
        "tiny",
        "--concurrency",
        "1",
    ]
    return subprocess.Popen(command, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _until(condition: Any) -> None:
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit, "it never happened"
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_goes_on_where_it_was(how: signal.Signals, articles: Path, tmp_path: Path) -> None:
    """Stopped in the second call: nothing is written; run again, the first reply is not paid for twice and the
    results are those of a run that was never stopped."""  # noqa: D205, D209  one promise of two lines
    release = threading.Event()
    model = Model()

    def slow(body: dict[str, Any]) -> Answer:
        if len(model.asked) >= 1 and not release.is_set():
            model.asked.append("held")
            release.wait(30)
            return api_error(500, "gone")
        return model(body)

    with FakeOpenAI(slow) as server:
        process = _started(server.base_url, articles, tmp_path / "out")
        _until(lambda: "held" in model.asked)
        os.kill(process.pid, how)
        _, err = process.communicate(timeout=30)
        assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
        assert how is not signal.SIGINT or b"Interrupted" in err
        assert not (tmp_path / "out").exists()
        release.set()
        again = run_with(server.base_url, [articles], tmp_path / "out", "--concurrency", "1")
        assert again.status == 0, again.err
        assert model.asked.count("summarize") == 3
        whole = run_with(server.base_url, [articles], tmp_path / "whole", "--concurrency", "1", "--fresh")
    assert whole.out == again.out
    first, second = files(tmp_path / "out"), files(tmp_path / "whole")
    assert first["summary.json"] == second["summary.json"]
    assert first["report.html"] == second["report.html"]
    assert without_times(first["run.json"]).keys() == without_times(second["run.json"]).keys()
