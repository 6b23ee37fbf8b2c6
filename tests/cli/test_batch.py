"""`--batch` and `--batch-files-only` as commands: killed, interrupted, resumed, by other programs, over a corpus."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.llm.prices import price
from tests.batch_server import BatchServer, Fate, run_batch
from tests.cli.command import KEY, Model, Ran, claims_for, environment, files, load, numbered, pipeline, without_times
from tests.cli.conftest import THREE
from tests.cli.forked import ForkedProcess, Place, run_forked, started
from tests.cli.test_run_group import COMET, STRIKE, texts_in
from tests.cli.test_run_spending import MODEL, PRICED, Costly
from tests.fake_openai import FakeOpenAI, api_error
from tests.runs.corpus.stories import ids, lines, story, written

QUICK = {"PIPELINE_BATCH_POLL": "0.01", "PIPELINE_MAX_WAIT": "0.02", "OPENAI_API_KEY": KEY, "PIPELINE_MODEL": "tiny"}


def _place(folder: Path, cache: str = "cache", **variables: str) -> Place:
    (folder / "streams").mkdir(exist_ok=True)
    given = environment(**QUICK, PIPELINE_CACHE_DIR=str(folder / cache), **variables)
    return Place(folder, given, folder / "streams")


def _said(folder: Path) -> str:
    err = folder / "streams" / "err"
    return err.read_text(encoding="utf-8") if err.exists() else ""


def _batch(server: BatchServer, *more: str) -> list[str]:
    return ["run", "articles", "--base-url", server.base_url, "--batch", *more]


def _comparable(folder: Path) -> dict[str, Any]:
    """The files of a run; of its record what neither time nor the server's port changes."""
    found: dict[str, Any] = dict(files(folder))
    record = without_times(found.pop("run.json"))
    record["parameters"].pop("base_url")
    record["notes"] = record["notes"][1:]
    return {**found, "run.json": record}


PHASES = {
    "after the upload": ("POST", r"/files$"),
    "after the batch was made": ("POST", r"/batches$"),
    "at the first look": ("GET", r"/batches/batch_1$"),
    "during the download": ("GET", r"/content$"),
    "in the second round": ("GET", r"/batches/batch_2$"),
}


@pytest.mark.parametrize("phase", PHASES)
def test_killed_in_each_phase_each_request_is_answered_once(articles: Path, tmp_path: Path, phase: str) -> None:
    """SIGKILL while the server holds its answer; the same command ends as a run that was never killed."""
    assert articles.exists()
    with BatchServer(Model()) as server:
        assert run_forked([*_batch(server), "--out", "calm"], _place(tmp_path, "calm-cache"), 60) == 0, _said(tmp_path)
    with BatchServer(Model()) as server:
        held = server.interfere(*PHASES[phase], after=True, hold=True)
        process = started([*_batch(server), "--out", "stormy"], _place(tmp_path))
        assert held.seen.wait(60)
        process.kill()
        process.join()
        held.release.set()
        assert run_forked([*_batch(server), "--out", "stormy"], _place(tmp_path), 60) == 0, _said(tmp_path)
        assert len(server.batches) == 2
        assert max(server.answered.values()) == 1
    assert _comparable(tmp_path / "stormy") == _comparable(tmp_path / "calm")


def test_killed_again_and_again_nothing_is_paid_for_twice(tmp_path: Path) -> None:
    """Ten kills at random moments, several batches, an expiry: once for each request, and the same bytes."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for n, quay in enumerate("Tarn Orrin Pell Vasquell Merrow Haldane Skerry Lowen".split()):
        text = f"A ferry with {n + 20} people sank off {quay} on Monday, police said. It was {n + 3} years old.\n"
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    chance = random.Random(20230302)  # noqa: S311  no secret
    with BatchServer(Model()) as server:
        assert run_forked([*_batch(server), "--out", "calm"], _place(tmp_path, "calm-cache"), 60) == 0
    kills, written_last = 0, tmp_path / "stormy" / "run.json"
    with BatchServer(Model(), Fate(), Fate("expired", reached=lambda n: n < 1)) as server:
        command, place = [*_batch(server), "--out", "stormy"], _place(tmp_path, PIPELINE_BATCH_REQUESTS="3")
        for wait in (0.05, 0.1, *(chance.uniform(0.1, 0.6) for _ in range(8))):
            process = started(command, place)
            process.join(wait)
            if process.exitcode is not None:
                break  # done before the blow: a run after it would find all replies stored, and ask for nothing
            process.kill()
            process.join()
            kills += 1
            if written_last.is_file():
                break  # the blow fell between the last result and the exit: done all the same
        if not written_last.is_file():
            assert run_forked(command, place, 60) == 0, _said(tmp_path)
        assert max(server.answered.values()) == 1
    assert kills >= 2
    one, two = _comparable(tmp_path / "calm"), _comparable(tmp_path / "stormy")
    for record in (one.pop("run.json"), two.pop("run.json")):
        assert record["stages"][0]["usage"]["calls"] == 8
    assert one == two


def _until(process: ForkedProcess, folder: Path, words: str) -> None:
    until = time.monotonic() + 60
    while words not in _said(folder) and time.monotonic() < until:
        assert process.exitcode is None, _said(folder)
        time.sleep(0.01)


@pytest.mark.parametrize(("signalled", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_says_how_to_go_on(articles: Path, tmp_path: Path, signalled: int, status: int) -> None:
    """Ctrl-C while waiting: the batches go on, and the same command takes them in."""
    assert articles.exists()
    with BatchServer(Model()) as server:
        server.interfere("GET", r"/batches/batch_1$", times=10**6, answer=api_error(503, "down"))
        process = started(_batch(server), _place(tmp_path))
        _until(process, tmp_path, "cannot be asked about")
        assert process.pid is not None
        os.kill(process.pid, signalled)
        process.join(30)
        assert process.exitcode == status
        assert "the same command takes them in" in _said(tmp_path).splitlines()[-1]
        server.interferences.clear()
        assert run_forked(_batch(server), _place(tmp_path), 60) == 0
        assert max(server.answered.values()) == 1


def test_a_run_without_batches_says_that_some_are_under_way(articles: Path, tmp_path: Path) -> None:
    """Whoever forgets --batch the next day is told what it costs."""
    assert articles.exists()
    with BatchServer(Model(), Fate("cancelled", reached=lambda _: False)) as server:
        held = server.interfere("GET", r"/batches/batch_1$", after=True, hold=True)
        process = started(_batch(server), _place(tmp_path))
        assert held.seen.wait(60)
        process.kill()
        process.join()
        plain = ["run", "articles", "--base-url", server.base_url]
        assert run_forked(plain, _place(tmp_path), 60) == 0
        assert "paid for again" in _said(tmp_path)
        assert server.chats > 0


# --- files for others


def _files_only(tmp_path: Path, *more: str, **variables: str) -> Ran:
    here = {**QUICK, "PIPELINE_CACHE_DIR": str(tmp_path / "cache"), "OPENAI_API_KEY": "", **variables}
    out = str(tmp_path / "out")
    base = ["--base-url", "http://127.0.0.1:9/v1", "--out", out, "--batch-files-only"]
    return pipeline("run", str(tmp_path / "articles"), *base, *more, variables=here)


def test_files_for_another_program(articles: Path, tmp_path: Path) -> None:
    """Files, replies, files, replies, summary: nobody is called, and the result is that of an ordinary run."""
    model, replies = Model(), tmp_path / "replies.jsonl"
    ran = _files_only(tmp_path)
    assert ran.status == 0, ran.err
    assert "vllm run-batch -i" in ran.err
    assert "--batch-replies" in ran.err
    assert _files_only(tmp_path).out == ran.out, "the same command says the same"
    rounds = 0
    while ran.out.strip().endswith(".jsonl"):
        rounds += 1
        run_batch(model, Path(ran.out.strip()), replies)
        ran = _files_only(tmp_path, "--batch-replies", str(replies))
        assert ran.status == 0, ran.err
    assert rounds == 2
    assert ran.out.startswith("# Ferry sinks")
    plain = Model()
    with FakeOpenAI(plain) as server:
        there = tmp_path / "plain"
        done = pipeline("run", articles, "--out", there, "--base-url", server.base_url, variables=QUICK)
    assert done.out == ran.out
    assert load(tmp_path / "out", "summary.json") == load(there, "summary.json")
    assert not (tmp_path / "out" / "batch").exists()


def test_a_line_that_another_program_left_out_is_written_again(articles: Path, tmp_path: Path) -> None:
    """A file of answers that lacks one: a new file asks for that one alone."""
    assert articles.exists()
    first = Path(json.loads(_files_only(tmp_path, "--json").out)["batch_files"][0])
    run_batch(Model(), first, tmp_path / "replies.jsonl", leave_out=1)
    ran = _files_only(tmp_path, "--json", "--batch-replies", str(tmp_path / "replies.jsonl"))
    listed = json.loads(ran.out)
    assert listed["requests"] == 1
    assert len(listed["batch_files"]) == 1


def test_an_error_of_another_program_fails_its_article(articles: Path, tmp_path: Path) -> None:
    """VLLM's form of an error, beside a response without a body: exit 4, the article named."""
    assert articles.exists()
    model = Model(
        summarize=lambda body: (
            api_error(400, "maximum context length is 10 tokens", type="BadRequestError")
            if any("union" in sentence for sentence in numbered(body).values()) and len(numbered(body)) < 2
            else api_error(400, "It cannot be.", code=400)
            if any("union" in sentence for sentence in numbered(body).values())
            else claims_for(numbered(body))
        )
    )
    ran = _files_only(tmp_path)
    while ran.out.strip().endswith(".jsonl"):
        run_batch(model, Path(ran.out.strip()), tmp_path / "replies.jsonl")
        ran = _files_only(tmp_path, "--batch-replies", str(tmp_path / "replies.jsonl"))
    assert ran.status == 4
    assert "failed: three.txt (summarize)" in ran.err
    assert "It cannot be." in ran.err


def test_answers_to_something_else_are_refused(articles: Path, tmp_path: Path) -> None:
    """A file of the wrong answers, of none, or that is not there."""
    assert articles.exists()
    _files_only(tmp_path)
    for name, content in (("wrong", '{"custom_id": "a", "response": null, "error": null}\n'), ("empty", "")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        ran = _files_only(tmp_path, "--batch-replies", str(tmp_path / name))
        assert (ran.status, "no answer to a request of this job" in ran.err) == (2, True), ran.err
    assert _files_only(tmp_path, "--batch-replies", str(tmp_path / "nowhere")).status == 2


@pytest.mark.parametrize(
    "flags",
    [
        ["--batch", "--batch-files-only"],
        ["--batch", "--batch-replies", "x"],
        ["--batch", "--fresh"],
        ["--batch", "--replay", "x"],
        ["--batch", "--engine", "extractive"],
        ["--batch", "--local-model", "x.gguf"],
    ],
)
def test_flags_that_contradict_each_other(articles: Path, tmp_path: Path, flags: list[str]) -> None:
    """Each is refused before anything is written."""
    base = [] if "--local-model" in flags else ["--base-url", "http://127.0.0.1:9/v1"]
    ran = pipeline("run", articles, "--out", tmp_path / "out", *base, *flags)
    assert ran.status == 2
    assert "contradict" in ran.err or "goes with" in ran.err, ran.err
    assert not (tmp_path / "out").exists()


def test_batches_need_a_model(articles: Path, tmp_path: Path) -> None:
    """Without a key or a base URL there is nothing to send."""
    ran = pipeline("run", articles, "--out", tmp_path / "out", "--batch")
    assert (ran.status, "nothing to send" in ran.err) == (2, True)


def test_a_dry_run_knows_the_price_of_batches(articles: Path) -> None:
    """Half, for the default model."""
    costs = []
    for flags in ([], ["--batch"]):
        ran = pipeline("run", articles, "--dry-run", "--json", *flags, variables={"OPENAI_API_KEY": KEY})
        costs.append(json.loads(ran.out)["most"]["cost_usd"])
    assert costs[1] == pytest.approx(costs[0] / 2)


def _priced(server: BatchServer, articles: Path, out: Path, *extra: str) -> Ran:
    """A run that goes through the server as its proxy, to a provider that the price list knows."""
    proxy = {"HTTP_PROXY": server.base_url.removesuffix("/v1"), "NO_PROXY": ""}
    flags = ("--base-url", PRICED, "--model", MODEL, "--synthesis", "cluster", "--batch")
    return pipeline("run", articles, "--out", out, *flags, *extra, variables={**QUICK, **proxy})


def test_a_budget_is_kept_at_the_price_of_batches(articles: Path, tmp_path: Path) -> None:
    """Requests that do not fit wait for what the others turn out to cost; then exit 5, and the same command goes on."""
    with BatchServer(Costly()) as server:
        stopped = _priced(server, articles, tmp_path / "out", "--max-cost", "0.0012")
        assert (stopped.status, "--max-cost" in stopped.err) == (5, True), stopped.err
        assert "requests wait" in stopped.err
        before = server.answered.total()
        assert 0 < before < 3
        ran = _priced(server, articles, tmp_path / "out", "--max-cost", "1")
        assert ran.status == 0, ran.err
        assert max(server.answered.values()) == 1
    calls = server.answered.total()
    at_most = price(MODEL, 1000 * calls, 800 * calls, PRICED, batch=True)
    costs = [stage["cost_usd"] for stage in load(tmp_path / "out", "run.json")["stages"]]
    assert sum(costs) == pytest.approx(at_most)


# --- groups and corpora


def test_groups_go_out_together(tmp_path: Path) -> None:
    """The stories of a heap share their batches."""
    texts_in(tmp_path / "articles", comet=COMET, strike=STRIKE, one=THREE["one.txt"], two=THREE["two.txt"])
    with BatchServer(Model()) as server:
        status = run_forked([*_batch(server), "--group", "--out", "out"], _place(tmp_path), 60)
        assert status == 0, _said(tmp_path)
        assert [len(lines) for lines in server.inputs()] == [4, 1]
        assert max(server.answered.values()) == 1
    assert len(load(tmp_path / "out", "groups.json")["stories"]) == 3


def _corpus(server: BatchServer, out: str, *more: str) -> list[str]:
    return ["corpus", "run", "in.jsonl", "--base-url", server.base_url, "--out", out, "--workers", "0", *more]


def test_a_corpus_in_batches(tmp_path: Path) -> None:
    """Forty stories in a few files, killed in between: each request once, the output that of a run without batches."""
    written(tmp_path / "in.jsonl", 40)
    with FakeOpenAI(Model()) as plain:
        command = ["corpus", "run", "in.jsonl", "--base-url", plain.base_url, "--out", "plain", "--workers", "0"]
        assert run_forked(command, _place(tmp_path, "plain-cache"), 120) == 0
        calls = len(plain.chats)
    with BatchServer(Model(), Fate(), Fate("expired", reached=lambda n: n < 20)) as server:
        place = _place(tmp_path, PIPELINE_BATCH_REQUESTS="50")
        for phase in (("POST", r"/batches$"), ("GET", r"/content$")):
            held = server.interfere(*phase, after=True, hold=True)
            process = started(_corpus(server, "out", "--batch"), place)
            assert held.seen.wait(60), _said(tmp_path)
            process.kill()
            process.join()
            held.release.set()
        assert run_forked(_corpus(server, "out", "--batch", "--json"), place, 120) == 0, _said(tmp_path)
        assert (server.chats, max(server.answered.values())) == (0, 1)
        assert server.answered.total() == calls
        assert len(server.batches) <= 5
    out = tmp_path / "out"
    assert (out / "syntheses.jsonl").read_bytes() == (tmp_path / "plain" / "syntheses.jsonl").read_bytes()
    record = load(out, "corpus.json")
    assert record["usage"]["calls"] == calls
    assert record["batches"].startswith(f"In batches: requests {calls}, ")
    assert not (out / "batch").exists()
    with BatchServer(Model()) as server:
        added = lines(map(story, range(41)))
        (tmp_path / "in.jsonl").write_bytes(added)
        assert run_forked(_corpus(server, "out", "--batch"), _place(tmp_path), 120) == 0, _said(tmp_path)
        assert 0 < server.answered.total() <= 6
    assert load(out, "corpus.json")["usage"]["calls"] == calls + server.answered.total()
    assert ids(out / "syntheses.jsonl") == [f"story-{n}" for n in range(41)]


def test_a_corpus_in_batches_by_workers_and_an_error_fails_one_story(tmp_path: Path) -> None:
    """Worker processes note what they ask, too; an error line is the failure of its story, which can be retried."""
    written(tmp_path / "in.jsonl", 6)
    model = Model(
        summarize=lambda body: (
            api_error(400, "It cannot be.")
            if any("23 people" in sentence for sentence in numbered(body).values())
            else claims_for(numbered(body))
        )
    )
    with BatchServer(model) as server:
        command = ["corpus", "run", "in.jsonl", "--base-url", server.base_url, "--out", "out", "--workers", "1"]
        assert run_forked([*command, "--batch"], _place(tmp_path), 120) == 4, _said(tmp_path)
        assert max(server.answered.values()) == 1
        failures = (tmp_path / "out" / "failures.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["story_id"] for line in failures] == ["story-3"]
        server.model = Model()
        retry = ["corpus", "retry-failed", "out", "--base-url", server.base_url, "--workers", "0"]
        assert run_forked(retry, _place(tmp_path), 120) == 0, _said(tmp_path)
    assert ids(tmp_path / "out" / "syntheses.jsonl") == [f"story-{n}" for n in range(6)]


def test_a_corpus_by_files(tmp_path: Path) -> None:
    """Files and answers until it is done; a stream, which can be read only once, is refused."""
    written(tmp_path / "in.jsonl", 4)
    command = ["corpus", "run", "in.jsonl", "--base-url", "http://127.0.0.1:9/v1", "--out", "out", "--workers", "0"]
    place, given = _place(tmp_path), [*command, "--batch-files-only"]
    answered = 0
    while not (tmp_path / "out" / "corpus.json").exists() and answered < 5:
        assert run_forked(given, place, 60) == 0, _said(tmp_path)
        listed = (tmp_path / "streams" / "out").read_text(encoding="utf-8").split()
        if listed and listed[0].endswith(".jsonl"):
            run_batch(Model(), tmp_path / listed[0], tmp_path / "replies.jsonl")
            given = [*command, "--batch-files-only", "--batch-replies", "replies.jsonl"]
            answered += 1
    assert ids(tmp_path / "out" / "syntheses.jsonl") == [f"story-{n}" for n in range(4)]
    command[2] = "-"
    assert run_forked([*command, "--batch", "--out", "other"], place, 60) == 2
    assert "a stream only once" in _said(tmp_path)
