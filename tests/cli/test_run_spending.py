"""What a run may spend, where its replies come from, and where they go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.llm.store import ReplyStore
from tests.cli.command import (
    KEY,
    Model,
    Ran,
    environment,
    files,
    load,
    numbered,
    pipeline,
    program,
    run_with,
)
from tests.fake_openai import FakeOpenAI, chat_reply
from tests.loopback import Answer

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


def test_a_replay_goes_before_the_users_defaults(articles: Path, tmp_path: Path) -> None:
    """A model, a length and a server that the user usually has are no reason to refuse a replay."""
    with FakeOpenAI(Model()) as server:
        recording = _record(server, articles, tmp_path)
    usual = {"PIPELINE_MODEL": "large", "PIPELINE_WORDS": "50", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    usual |= {"PIPELINE_LOCAL_MODEL": "/nowhere.gguf", "PIPELINE_MAX_COST": "1", "PIPELINE_ENGINE": "extractive"}
    ran = pipeline("run", articles, "--replay", recording, "--out", tmp_path / "out", variables=usual)
    assert ran.status == 0, ran.err
    run = load(tmp_path / "out", "run.json")
    assert (run["model"], run["parameters"]["words"]) == ("tiny", 300)


def _same(made: Path, replayed: Path) -> None:
    """All results are equal, but for times and for who was paid."""
    one, two = files(made), files(replayed)
    assert {n: c for n, c in one.items() if n != "run.json"} == {n: c for n, c in two.items() if n != "run.json"}
    assert load(made, "run.json")["failures"] == load(replayed, "run.json")["failures"]


def test_a_run_with_a_failed_article_can_be_replayed(articles: Path, tmp_path: Path) -> None:
    """Its failure is recorded, too: the replay ends with the same status, failure and summary."""
    model = Model()

    def ill(body: dict[str, Any]) -> Answer:
        orrin = any("Orrin" in sentence for sentence in numbered(body).values())
        return Answer(500, {}, {"error": {"message": "overloaded"}}) if orrin else model(body)

    recording = tmp_path / "recording"
    with FakeOpenAI(ill) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "made", "--record", str(recording))
    assert ran.status == 4, ran.err
    again = _replay(articles, recording, tmp_path / "out")
    assert (again.status, "Traceback" in again.err) == (4, False), again.err
    _same(tmp_path / "made", tmp_path / "out")


def test_a_recording_that_fails_in_the_end_leaves_the_results(articles: Path, tmp_path: Path) -> None:
    """The folder goes away while the model is paid: the summary is there, and the error says what is not."""
    recording = tmp_path / "recording"
    model = Model()

    def spoiling(body: dict[str, Any]) -> Answer:
        if recording.is_dir():
            recording.rmdir()
            recording.touch()
        return model(body)

    with FakeOpenAI(spoiling) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out", "--record", str(recording))
    assert (ran.status, "The recording cannot be written" in ran.err) == (2, True)
    assert load(tmp_path / "out", "summary.json")["statements"]
    assert load(tmp_path / "out", "run.json")["files"]


@pytest.mark.parametrize("place", ["file", "out"])
def test_an_unusable_folder_is_refused_before_the_first_call(place: str, articles: Path, tmp_path: Path) -> None:
    """A file in its place, or the folder of the results: exit 2, and nobody is asked."""
    (tmp_path / "file").touch()
    with FakeOpenAI(Model()) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out", "--record", str(tmp_path / place))
        assert (ran.status, server.chats) == (2, [])


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
        ("--replay", "x", "--base-url", "http://127.0.0.1:9/v1"),
        ("--replay", "x", "--max-cost", "1"),
        ("--replay", "x", "--engine", "extractive"),
        ("--replay", "x", "--local-model", "y"),
        ("--replay", "", "--fresh"),
        ("--record", "x", "--engine", "extractive"),
        ("--max-cost", "1", "--engine", "extractive"),
        ("--fresh", "--engine", "extractive"),
        ("--fresh", "--engine", "extractive", "--dry-run"),
    ],
)
def test_options_that_contradict_each_other_are_refused(flags: tuple[str, ...], articles: Path, tmp_path: Path) -> None:
    """No option is ignored in silence."""
    ran = pipeline("run", articles, "--out", tmp_path / "out", *flags)
    assert (ran.status, "error[configuration]" in ran.err) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [None, b"GGML no model"])
def test_a_dry_run_looks_at_the_model_file(content: bytes | None, articles: Path, tmp_path: Path) -> None:
    """A file that a run could not serve is refused, not estimated."""
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    ran = pipeline("run", articles, "--dry-run", "--local-model", path)
    assert (ran.status, "model.gguf" in ran.err, ran.out) == (2, True, "")
    path.write_bytes(b"GGUF and so on")
    assert pipeline("run", articles, "--dry-run", "--local-model", path).status == 0


def test_a_dry_run_knows_a_budget_that_cannot_be_kept(articles: Path) -> None:
    """An unknown price with --max-cost ends a dry run as it would end the run."""
    where = ("--base-url", "http://127.0.0.1:9/v1", "--model", "tiny")
    ran = pipeline("run", articles, "--dry-run", "--max-cost", "1", *where)
    assert (ran.status, "the price of 'tiny' at this endpoint is not known" in ran.err, ran.out) == (2, True, "")


# --- how it ends


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere"),
        ("run", "nowhere", "--dry-run"),
        ("run",),
        ("check", "nowhere", "--sources", "nowhere"),
        ("eval", "nowhere"),
    ],
)
def test_errors_are_json_too(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """--json leaves one document on stdout with the error's code, message and hint; the words are on stderr, too."""
    ran = pipeline(*arguments, "--json", variables={"PIPELINE_OUT": str(tmp_path / "out")})
    said = json.loads(ran.out)
    assert (ran.status, said["schema_version"]) == (2, 1)
    assert said["error"].keys() == {"code", "message", "hint"}
    assert ran.err


def test_a_run_without_a_summary_is_json_too(articles: Path, tmp_path: Path) -> None:
    """Every article failed: exit 4, and the one document says so."""
    with FakeOpenAI(lambda _: Answer(500, {}, {"error": {"message": "overloaded"}})) as server:
        ran = run_with(server.base_url, [articles], tmp_path / "out", "--json")
    assert (ran.status, json.loads(ran.out)["error"]["code"]) == (4, "failed")


def test_ctrl_c_while_it_is_starting(tmp_path: Path) -> None:
    """Interrupted while modules are loaded: one line and exit 130, no traceback."""
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    ran = pipeline("run", "nowhere", variables={"PYTHONPATH": str(tmp_path)})
    assert ran == Ran(130, "", "Interrupted.\n")


def _started(*arguments: str | Path) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command = [program(), *map(str, arguments)]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(OPENAI_API_KEY=KEY))


def test_a_terminated_run_keeps_the_reply_on_its_way(articles: Path, tmp_path: Path) -> None:
    """SIGTERM, as `docker stop` sends it: the reply under way is waited for and stored, and never paid for again."""
    asked, release = threading.Event(), threading.Event()
    model = Model()

    def slow(body: dict[str, Any]) -> Answer:
        asked.set()
        assert release.wait(60)
        return model(body)

    with FakeOpenAI(slow) as server:
        where = ("--base-url", server.base_url, "--model", "tiny", "--concurrency", "1", "--json")
        with _started("run", articles, "--out", tmp_path / "out", *where) as process:
            assert asked.wait(60)
            process.send_signal(signal.SIGTERM)
            assert process.stderr is not None
            while b"on their way" not in process.stderr.readline():
                assert process.poll() is None
            release.set()
            out, err = process.communicate(timeout=60)
    assert (process.returncode, b"Terminated" in err) == (143, True), err
    assert json.loads(out)["error"]["code"] == "interrupted"
    assert not (tmp_path / "out").exists()
    with ReplyStore(Path(os.environ["PIPELINE_CACHE_DIR"]) / "replies.sqlite") as store:
        assert store.count() == 1


def test_a_run_that_waits_for_its_text_can_be_terminated() -> None:
    """SIGTERM ends a run that nobody has typed an article for."""
    for starting in (1, 5, 25):  # seconds; one that was still loading its modules simply dies of the signal
        with _started("run", "-", "--engine", "extractive") as process:
            time.sleep(starting)
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            status = process.wait(60)
        if status != -signal.SIGTERM:
            break
    assert status == 143


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
    assert (optional.status, "Going on without storing replies" in optional.err) == (0, True)
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
    """A server that takes short prompts only gets the halves; the claims of both are told, and can be replayed."""
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
        ran = run_with(server.base_url, [folder], tmp_path / "out", "--record", str(tmp_path / "recording"))
    assert ran.status == 0, ran.err
    claims = load(tmp_path / "out", "articles/long.json")["summary"]["claims"]
    numbers = {int(claim["text"].split()[2]) for claim in claims}
    assert (min(numbers) < 15, max(numbers) >= 15) == (True, True)
    again = _replay(folder, tmp_path / "recording", tmp_path / "again")
    assert again.status == 0, again.err
    _same(tmp_path / "out", tmp_path / "again")


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
