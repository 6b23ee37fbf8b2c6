"""`pipeline run --update`: the command, with a model behind HTTP that counts what it is asked."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import (
    KEY,
    Model,
    Ran,
    claims_for,
    environment,
    files,
    load,
    numbered,
    pipeline,
    run_with,
    without_times,
)
from tests.cli.forked import Place, started
from tests.fake_openai import FakeOpenAI, api_error
from tests.loopback import Answer
from tests.runs.ran import ARTICLES

LATER = {
    "wire.txt": "The ferry Marigold ran aground off Tarn on Monday with 40 people on board, police said. "
    "Three people were taken to hospital in Orrin, the mayor said.\n",
}


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Three articles."""
    return _write(tmp_path / "first", ARTICLES)


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """A new one."""
    return _write(tmp_path / "later", LATER)


def _write(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _update(base_url: str, given: Path, out: Path, *extra: str, **variables: str) -> Ran:
    settings = {"OPENAI_API_KEY": KEY, "PIPELINE_MAX_ATTEMPTS": "2", "PIPELINE_MAX_WAIT": "0.01", **variables}
    flags = ("--update", str(out), "--base-url", base_url, *extra)
    return pipeline("run", given, *flags, variables=settings)


def _results(out: Path) -> dict[str, bytes]:
    found = {name: data for name, data in files(out).items() if not name.startswith(("previous/", "."))}
    return {name: data for name, data in found.items() if name not in {"run.json", "report.html"}}


def test_only_the_new_article_is_asked_about(first: Path, later: Path, tmp_path: Path) -> None:
    """One call to summarize, none for the three that were there, even with an empty store; and what changed is said."""
    out = tmp_path / "out"
    with FakeOpenAI(Model()) as server:
        assert run_with(server.base_url, [first], out).status == 0
    model = Model()
    with FakeOpenAI(model) as server:
        ran = _update(server.base_url, later, out, PIPELINE_CACHE_DIR=str(tmp_path / "empty"))
    assert ran.status == 0, ran.err
    assert model.asked.count("summarize") == 1
    assert "Sources: 1 new." in ran.err
    assert "wire" in ran.err
    record = load(out, "run.json")
    assert (record["update"]["added"], record["update"]["kept"]) == (["wire"], 3)
    assert record["model"] == "tiny", "the model of the earlier run, which was not named again"
    assert [s["article_id"] for s in load(out, "summary.json")["sources"]] == ["courier", "ledger", "radio", "wire"]


def test_an_update_is_a_run_over_everything(first: Path, later: Path, tmp_path: Path) -> None:
    """With a model that answers from the prompt: the same results as at once, claims that others contest included."""
    out, once = tmp_path / "out", tmp_path / "once"
    with FakeOpenAI(Model()) as server:
        assert run_with(server.base_url, [first], out).status == 0
        assert _update(server.base_url, later, out).status == 0
        assert run_with(server.base_url, [first, later], once).status == 0
    mine = {name: data for name, data in _results(out).items() if not name.startswith("changes.")}
    assert mine == _results(once)


def test_the_same_articles_again(first: Path, tmp_path: Path) -> None:
    """Nobody is asked, nothing is written, the summary is printed, and it is said; exit 0."""
    out = tmp_path / "out"
    model = Model()
    with FakeOpenAI(model) as server:
        ran = run_with(server.base_url, [first], out)
        before, asked = files(out), len(model.asked)
        again = _update(server.base_url, first, out)
        as_json = _update(server.base_url, first, out, "--json")
    assert (again.status, as_json.status) == (0, 0)
    assert "Nothing new" in again.err
    assert again.out == ran.out
    assert json.loads(as_json.out) == load(out, "summary.json")
    assert files(out) == before
    assert len(model.asked) == asked


def test_another_model_is_refused_unless_all_is_done_again(first: Path, later: Path, tmp_path: Path) -> None:
    """Status 2 and what to do, the run untouched; with --redo each article is asked about."""
    out = tmp_path / "out"
    model = Model()
    with FakeOpenAI(model) as server:
        run_with(server.base_url, [first], out)
        before, asked = files(out), len(model.asked)
        refused = _update(server.base_url, later, out, "--model", "other")
        assert (refused.status, files(out), len(model.asked)) == (2, before, asked)
        assert "the model tiny, not other" in refused.err
        assert "--redo" in refused.err
        done = _update(server.base_url, later, out, "--model", "other", "--redo")
    assert done.status == 0, done.err
    assert model.asked[asked:].count("summarize") == 4
    assert load(out, "run.json")["model"] == "other"


def test_another_prompt_is_refused(first: Path, later: Path, tmp_path: Path) -> None:
    """Summaries that were asked for in other words are not mixed with today's."""
    out = tmp_path / "out"
    with FakeOpenAI(Model()) as server:
        run_with(server.base_url, [first], out)
        record = load(out, "run.json")
        record["prompts"]["summarize"] = "sha256:0"
        (out / "run.json").write_text(json.dumps(record), encoding="utf-8")
        refused = _update(server.base_url, later, out)
    assert refused.status == 2
    assert "another version of the prompt" in refused.err


def test_a_new_article_that_fails_loses_nothing(first: Path, later: Path, tmp_path: Path) -> None:
    """Its calls fail: exit 4, named, and the run is as it was; with another one beside it, that one is taken up."""
    out = tmp_path / "out"

    def summarize(body: dict[str, Any]) -> Any:
        fails = any("Three people" in text for text in numbered(body).values())
        return api_error(500, "overloaded") if fails else claims_for(numbered(body))

    with FakeOpenAI(Model(summarize=summarize)) as server:
        run_with(server.base_url, [first], out)
        before = files(out)
        failed = _update(server.base_url, later, out)
        assert (failed.status, files(out)) == (4, before)
        assert "wire.txt" in failed.err
        _write(later, {"b.txt": "The mayor of Tarn closed the quay on Tuesday, police said.\n"})
        some = _update(server.base_url, later, out)
    assert some.status == 4
    assert load(out, "run.json")["update"]["added"] == ["b"]
    assert [failure["path"] for failure in load(out, "run.json")["failures"]] == ["wire.txt"]


def test_a_newer_version_that_fails_replaces_nothing(first: Path, later: Path, tmp_path: Path) -> None:
    """The older version keeps its number and its text."""
    out = tmp_path / "out"
    _write(later, {"courier.txt": ARTICLES["courier.txt"].replace("38 people", "39 people")})

    def summarize(body: dict[str, Any]) -> Any:
        fails = any("39 people" in text for text in numbered(body).values())
        return api_error(500, "overloaded") if fails else claims_for(numbered(body))

    with FakeOpenAI(Model(summarize=summarize)) as server:
        run_with(server.base_url, [first], out)
        assert _update(server.base_url, later, out).status == 4
    record = load(out, "run.json")
    assert (record["update"]["replaced"], record["update"]["added"], record["duplicates"]) == ([], ["wire"], [])
    assert "38 people" in load(out, "articles/courier.json")["article"]["text"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--update", "out", "--out", "other"), "--update and --out"),
        (("--update", "out", "--group"), "--update and --group"),
        (("--redo",), "--redo is for --update"),
    ],
)
def test_flags_that_contradict_each_other(flags: tuple[str, ...], said: str, first: Path) -> None:
    """Said before anything is done."""
    ran = pipeline("run", first, *flags)
    assert ran.status == 2
    assert said in ran.err


def test_a_folder_that_is_no_run(first: Path, tmp_path: Path) -> None:
    """Status 2, no traceback, and nothing is made there."""
    for name in ("nowhere", "first"):
        ran = pipeline("run", first, "--update", tmp_path / name)
        assert ran.status == 2
        assert "holds no run" in ran.err
        assert "Traceback" not in ran.err
    assert not (tmp_path / "nowhere").exists()


def test_a_dry_run_counts_only_what_is_new(first: Path, later: Path, tmp_path: Path) -> None:
    """One article of four is to be summarized; nobody is asked."""
    out = tmp_path / "out"
    model = Model()
    with FakeOpenAI(model) as server:
        run_with(server.base_url, [first], out)
        asked = len(model.asked)
        dry = _update(server.base_url, later, out, "--dry-run", "--json")
        words = _update(server.base_url, later, out, "--dry-run")
        whole = pipeline("run", first, later, "--dry-run", "--json", "--base-url", server.base_url, "--model", "tiny")
    assert len(model.asked) == asked
    assert "4, of which 1 are to be summarized" in words.out
    update, everything = json.loads(dry.out)["most"], json.loads(whole.out)["most"]
    assert update["prompt_tokens"] < everything["prompt_tokens"]


class _Slow(Model):
    """Answers late, so that there is time to be killed in."""

    def __call__(self, body: dict[str, Any]) -> Answer:
        time.sleep(0.02)
        return super().__call__(body)


def test_killed_at_random_it_is_the_old_run_or_the_new_one(first: Path, later: Path, tmp_path: Path) -> None:
    """SIGKILL again and again: a run that can be read is there each time, and in the end the one that was meant."""
    out, chance = tmp_path / "out", random.Random(7)  # noqa: S311  no secret
    with FakeOpenAI(_Slow()) as server:
        run_with(server.base_url, [first], out)
        old = _results(out)
        run_with(server.base_url, [first, later], tmp_path / "once")
        new = _results(tmp_path / "once")
        streams = tmp_path / "streams"
        streams.mkdir()
        variables = environment(OPENAI_API_KEY=KEY, PIPELINE_CACHE_DIR=str(tmp_path / "cache"))
        command = ["run", str(later), "--update", str(out), "--base-url", server.base_url]
        seen = set()
        for wait in (0.02, 0.05, *(chance.uniform(0.1, 1.2) for _ in range(10))):
            process = started(command, Place(Path.cwd(), variables, streams))
            process.join(wait)
            process.kill()
            process.join()
            assert pipeline("diff", out, out).status == 0, "whole, and of one run"
            now = {name: data for name, data in _results(out).items() if not name.startswith("changes.")}
            assert now in (old, new)
            seen.add(now == new)
        process = started(command, Place(Path.cwd(), variables, streams))
        process.join(60)
    assert process.exitcode == 0, (streams / "err").read_text(encoding="utf-8")
    assert False in seen, "it was never killed in time"
    assert {n: d for n, d in _results(out).items() if not n.startswith("changes.")} == new
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_records_say_what_was_paid_now(first: Path, later: Path, tmp_path: Path) -> None:
    """The stage's calls are those of the new article alone; the earlier articles' files keep what they took."""
    out = tmp_path / "out"
    with FakeOpenAI(Model()) as server:
        run_with(server.base_url, [first], out)
        _update(server.base_url, later, out)
    record = without_times((out / "run.json").read_bytes())
    (summarize,) = (stage for stage in record["stages"] if stage["name"] == "summarize")
    assert (summarize["count_in"], summarize["usage"]["calls"]) == (1, 1)
    assert load(out, "articles/courier.json")["summary"]["usage"]["calls"] == 1
