"""What a run may spend, where its replies come from, and where they go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import KEY, Model, Ran, files, load, numbered, pipeline, run_with
from tests.fake_openai import Answer, FakeOpenAI, chat_reply

PRICED = "http://newsroom.openai.azure.com/v1"
"""The price list knows this provider over plain HTTP, so a proxy on loopback can stand in for it."""
MODEL = "gpt-4o-mini"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Three short articles on one event."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, place in enumerate(("Tarn", "Pell Quay", "Orrin Point")):
        text = f"A ferry with 40 people on board sank off {place} on Monday, police said. Nobody was hurt.\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


class Costly(Model):
    """Says that each call took 1,000 tokens in and 800 out: $0.00063 at the list's price of the model."""

    def __call__(self, body: dict[str, Any]) -> Answer:
        answer = super().__call__(body)
        usage = {"prompt_tokens": 1000, "completion_tokens": 800}
        return answer._replace(body={**answer.body, "usage": usage})


def _priced(server: FakeOpenAI, articles: Path, out: Path, *extra: str) -> Ran:
    """A run that goes through the server as its proxy."""
    settings = {"OPENAI_API_KEY": KEY, "HTTP_PROXY": server.base_url.removesuffix("/v1"), "NO_PROXY": ""}
    flags = ("--base-url", PRICED, "--model", MODEL, "--synthesis", "cluster", "--concurrency", "1")
    return pipeline("run", articles, "--out", out, *flags, *extra, variables=settings)


def test_a_run_stops_before_the_budget_is_exceeded_and_goes_on_later(articles: Path, tmp_path: Path) -> None:
    """Exit 5 and no output; the replies so far are kept; with more money the same command pays for the rest only."""
    with FakeOpenAI(Costly()) as server:
        stopped = _priced(server, articles, tmp_path / "out", "--max-cost", "0.0012")
        asked = len(server.chats)
        assert (stopped.status, asked) == (5, 1), stopped.err
        assert "error[budget]: $0.0006 is spent" in stopped.err
        assert "--max-cost" in stopped.err
        assert not (tmp_path / "out").exists()
        again = _priced(server, articles, tmp_path / "out", "--max-cost", "1")
        assert again.status == 0, again.err
        bodies = [json.dumps(body) for body in server.chats]
    assert len(bodies) == len(set(bodies))
    run = load(tmp_path / "out", "run.json")
    spent = sum(stage["cost_usd"] for stage in run["stages"])
    assert spent == pytest.approx(0.00063 * (len(bodies) - asked))
    assert f"${spent:.4f} (of at most $" in again.err


def test_a_budget_that_no_call_fits_makes_no_call(articles: Path, tmp_path: Path) -> None:
    """Less than the most that the first call could cost: nobody is asked."""
    with FakeOpenAI(Costly()) as server:
        assert _priced(server, articles, tmp_path / "out", "--max-cost", "0.0001").status == 5
        assert server.chats == []


def test_a_budget_without_a_price_is_refused(articles: Path, tmp_path: Path) -> None:
    """Where the price is not known a cap cannot be kept, and that is said before anybody is asked."""
    with FakeOpenAI(Model()) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out", "--max-cost", "1")
        assert server.chats == []
    assert ran.status == 2
    assert "the price of 'tiny' at this endpoint is not known" in ran.err


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf", "much"])
def test_a_budget_that_is_none_is_refused(limit: str, articles: Path) -> None:
    """Zero, negative, endless and unreadable limits are usage errors."""
    ran = pipeline("run", articles, "--max-cost", limit)
    assert ran.status == 2
    assert "Traceback" not in ran.err


# --- recordings


def _record(server: FakeOpenAI, articles: Path, tmp_path: Path) -> Path:
    ran = run_with(server.base_url, [articles], tmp_path / "made", "--record", str(tmp_path / "recording"))
    assert ran.status == 0, ran.err
    return tmp_path / "recording"


def _replay(articles: Path, recording: Path, out: Path, *extra: str) -> Ran:
    return pipeline("run", articles, "--replay", recording, "--out", out, *extra)


def test_a_recording_is_replayed_without_anybody(articles: Path, tmp_path: Path) -> None:
    """Without server, key or model name the same summary comes, to the byte; nothing was paid for."""
    with FakeOpenAI(Model()) as server:
        recording = _record(server, articles, tmp_path)
    ran = _replay(articles, recording, tmp_path / "out")
    assert ran.status == 0, ran.err
    made, replayed = files(tmp_path / "made"), files(tmp_path / "out")
    assert {n: c for n, c in made.items() if n != "run.json"} == {n: c for n, c in replayed.items() if n != "run.json"}
    run = load(tmp_path / "out", "run.json")
    assert (run["model"], sum(stage["cost_usd"] for stage in run["stages"])) == ("tiny", 0)
    assert "recorded replies" in ran.err
    assert KEY not in "".join(path.read_text(encoding="utf-8") for path in recording.iterdir())
    assert "127.0.0.1" not in "".join(path.read_text(encoding="utf-8") for path in recording.iterdir())


def test_replies_from_the_store_can_be_recorded(articles: Path, tmp_path: Path) -> None:
    """A rerun that asks nobody records the same replies as the run that asked."""
    with FakeOpenAI(Model()) as server:
        first = _record(server, articles, tmp_path)
        replies = (first / "replies.jsonl").read_bytes()
        asked = len(server.chats)
        again = _record(server, articles, tmp_path)
        assert len(server.chats) == asked
    assert (again / "replies.jsonl").read_bytes() == replies


def test_a_request_that_was_not_recorded_is_named(articles: Path, tmp_path: Path) -> None:
    """Another article: exit 3, the request named, nothing written, nobody asked."""
    with FakeOpenAI(Model()) as server:
        recording = _record(server, articles, tmp_path)
        asked = len(server.chats)
        (articles / "0.txt").write_text("The mayor of Tarn closed the quay on Tuesday.\n", encoding="utf-8")
        ran = _replay(articles, recording, tmp_path / "out")
        assert len(server.chats) == asked
    assert ran.status == 3
    assert "error[recording]" in ran.err
    assert "no reply to “summarize”" in ran.err
    assert "sha256:" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_recording_of_other_prompts_is_stale(articles: Path, tmp_path: Path) -> None:
    """Prompts that changed since are named with both versions."""
    with FakeOpenAI(Model()) as server:
        recording = _record(server, articles, tmp_path)
    about = load(recording, "recording.json")
    about["prompts"]["summarize"] = {"version": 99, "digest": "sha256:0"}
    (recording / "recording.json").write_text(json.dumps(about), encoding="utf-8")
    ran = _replay(articles, recording, tmp_path / "out")
    assert ran.status == 3
    assert "stale: “summarize” was recorded with version 99" in ran.err


def test_a_recording_that_was_tampered_with_is_refused(articles: Path, tmp_path: Path) -> None:
    """A request that is not the one under whose digest it stands is named by its line; so is a missing folder."""
    with FakeOpenAI(Model()) as server:
        recording = _record(server, articles, tmp_path)
    lines = (recording / "replies.jsonl").read_text(encoding="utf-8")
    (recording / "replies.jsonl").write_text(lines.replace("40 people", "50 people"), encoding="utf-8")
    ran = _replay(articles, recording, tmp_path / "out")
    assert (ran.status, "line 1" in ran.err) == (3, True)
    gone = _replay(articles, tmp_path / "nowhere", tmp_path / "out")
    assert (gone.status, "no recording" in gone.err) == (3, True)


def test_a_replay_takes_the_recordings_settings(articles: Path, tmp_path: Path) -> None:
    """Words and model come from the recording; other ones that the user asks for are refused, not ignored."""
    with FakeOpenAI(Model()) as server:
        recording = tmp_path / "recording"
        run_with(server.base_url, [articles], tmp_path / "made", "--record", str(recording), "--words", "40")
    assert _replay(articles, recording, tmp_path / "1").status == 0
    assert load(tmp_path / "1", "run.json")["parameters"]["words"] == 40
    assert _replay(articles, recording, tmp_path / "2", "--words", "40", "--model", "tiny").status == 0
    for flags in (("--words", "41"), ("--model", "large"), ("--synthesis", "brief")):
        refused = _replay(articles, recording, tmp_path / "3", *flags)
        assert (refused.status, f"not {flags[1]}" in refused.err) == (3, True)


def test_replies_nobody_asked_for_are_mentioned(articles: Path, tmp_path: Path) -> None:
    """An orphan in a recording is a sign that it belongs to other articles."""
    with FakeOpenAI(Model()) as server:
        recording = _record(server, articles, tmp_path)
    (articles / "2.txt").unlink()
    ran = _replay(articles, recording, tmp_path / "out")
    assert "recorded replies were not asked for" in ran.err or ran.status == 3


def test_a_folder_with_other_files_is_not_recorded_into(articles: Path, tmp_path: Path) -> None:
    """A recording has a folder of its own: nothing of the user's is overwritten."""
    (tmp_path / "recording").mkdir()
    (tmp_path / "recording" / "thesis.doc").write_text("mine")
    with FakeOpenAI(Model()) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out", "--record", str(tmp_path / "recording"))
    assert (ran.status, "thesis.doc" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "flags",
    [
        ("--dry-run", "--replay", "x"),
        ("--local-model", "x", "--engine", "extractive"),
        ("--replay", "x", "--record", "y"),
        ("--replay", "x", "--fresh"),
        ("--record", "x", "--engine", "extractive"),
    ],
)
def test_options_that_contradict_each_other_are_refused(flags: tuple[str, ...], articles: Path, tmp_path: Path) -> None:
    """No option is ignored in silence."""
    ran = pipeline("run", articles, "--out", tmp_path / "out", *flags)
    assert (ran.status, "error[configuration]" in ran.err) == (2, True)


# --- the store


def test_a_store_that_cannot_be_is_an_error_or_not_as_the_user_chose(articles: Path, tmp_path: Path) -> None:
    """By default the run ends with the reason; “optional” goes on and says so; “off” does not even try."""
    (tmp_path / "file").touch()
    place = {"PIPELINE_CACHE_DIR": str(tmp_path / "file" / "cache")}
    with FakeOpenAI(Model()) as server:
        required = run_with(server.base_url, [articles], tmp_path / "1", **place)
        optional = run_with(server.base_url, [articles], tmp_path / "2", **place, PIPELINE_CACHE="optional")
        off = run_with(server.base_url, [articles], tmp_path / "3", **place, PIPELINE_CACHE="off")
    assert (required.status, "PIPELINE_CACHE=off" in required.err) == (2, True)
    assert (optional.status, "Going on without stored replies" in optional.err) == (0, True)
    assert (off.status, "store" in off.err.split("\n")[0]) == (0, False)


def test_what_was_learned_about_an_endpoint_is_remembered(articles: Path, tmp_path: Path) -> None:
    """A server that takes no seed is told one once, in the first run, and not in the second."""

    def picky(body: dict[str, Any]) -> Answer:
        if "seed" in body:
            return Answer(400, {}, {"error": {"message": "Unsupported parameter: 'seed'", "param": "seed"}})
        return model(body)

    model = Model()
    with FakeOpenAI(picky) as server:
        run_with(server.base_url, [articles], tmp_path / "1", "--concurrency", "1")
        assert sum("seed" in body for body in server.chats) == 1
        again = run_with(server.base_url, [articles], tmp_path / "2", "--fresh", "--concurrency", "1")
        assert sum("seed" in body for body in server.chats) == 1
    assert again.status == 0


def test_an_article_that_does_not_fit_is_read_in_parts(tmp_path: Path) -> None:
    """A server that takes short prompts only gets the halves; the claims of both are told."""
    folder = tmp_path / "articles"
    folder.mkdir()
    lines = [f"Ferry number {n} sank off Tarn on Monday with {n + 10} people on board." for n in range(30)]
    (folder / "long.txt").write_text(" ".join(lines), encoding="utf-8")

    def narrow(body: dict[str, Any]) -> Answer:
        if len(numbered(body)) > 20:
            return Answer(400, {}, {"error": {"message": "too long", "code": "context_length_exceeded"}})
        return model(body)

    model = Model()
    with FakeOpenAI(narrow) as server:
        ran = run_with(server.base_url, [folder], tmp_path / "out")
    assert ran.status == 0, ran.err
    claims = load(tmp_path / "out", "articles/long.json")["summary"]["claims"]
    numbers = {int(claim["text"].split()[2]) for claim in claims}
    assert (min(numbers) < 15, max(numbers) >= 15) == (True, True)


def test_a_cut_prompt_is_named(articles: Path, tmp_path: Path) -> None:
    """A server that reads 200 tokens of everything fails the articles, and says what to raise."""

    def forgetful(_: dict[str, Any]) -> Answer:
        answer = chat_reply("{}")
        return answer._replace(body={**answer.body, "usage": {"prompt_tokens": 200, "completion_tokens": 5}})

    for number in range(3):
        (articles / f"{number}.txt").write_text("A ferry sank off Tarn on Monday. " * 200, encoding="utf-8")
    with FakeOpenAI(forgetful) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out")
    assert ran.status == 4
    assert "num_ctx" in ran.err
