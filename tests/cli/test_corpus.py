"""`pipeline corpus`, as a user meets it."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import KEY, Model, Ran, environment, pipeline, program
from tests.fake_openai import FakeOpenAI, api_error
from tests.runs.corpus.stories import ids, lines, story, written

HERE = ("--workers", "0")
"""Small ones need no worker, and are done before one has started."""


def _run(path: str | Path, out: Path, *flags: str, stdin: bytes = b"") -> Ran:
    return pipeline("corpus", "run", path, "--out", out, *(flags or HERE), stdin=stdin)


def _failures(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "failures.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve stories and their results, by workers."""
    folder = tmp_path_factory.mktemp("whole")
    ran = _run(written(folder / "in.jsonl", 12), folder / "out", "--workers", "2")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "12 stories done, 0 failed.")
    return folder


def test_a_line_is_what_a_run_of_the_same_articles_gives(whole: Path, tmp_path: Path) -> None:
    """The synthesis in a line is `summary.json` of the same words in files."""
    for article in story(3)["articles"]:
        head = "".join(f"{name.title()}: {article[key]}\n" for name, key in HEAD.items() if key in article)
        name = article.get("id", "article-2")
        (tmp_path / f"{name}.txt").write_text(f"{head}\n{article['text']}", encoding="utf-8")
    ran = pipeline("run", tmp_path, "--out", tmp_path / "out", "--json")
    expected, line = (
        json.loads(ran.out),
        (whole / "out" / "syntheses.jsonl").read_text(encoding="utf-8").splitlines()[3],
    )
    found = json.loads(line)
    assert (found["schema_version"], found["story_id"], found["failures"]) == (1, "story-3", [])
    assert [s["text"] for s in found["synthesis"]["statements"]] == [s["text"] for s in expected["statements"]]
    assert found["synthesis"]["title"] == expected["title"] == "Ferry sinks off Vasquell"


HEAD = {"title": "title", "publisher": "publisher", "date": "published"}


def test_a_second_run_does_nothing_and_gives_the_same(whole: Path) -> None:
    """Every story is known; no byte changes."""
    before = (whole / "out" / "syntheses.jsonl").read_bytes()
    ran = _run(whole / "in.jsonl", whole / "out")
    assert ran.status == 0
    assert (whole / "out" / "syntheses.jsonl").read_bytes() == before
    assert json.loads((whole / "out" / "corpus.json").read_text())["stories"] == {"done": 12, "partial": 0, "failed": 0}


def test_stdin_shards_and_one_process_give_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    """Whichever way the stories come and are worked on."""
    expected = (whole / "out" / "syntheses.jsonl").read_bytes()
    ran = _run("-", tmp_path / "stdin", stdin=(whole / "in.jsonl").read_bytes())
    assert (ran.status, (tmp_path / "stdin" / "syntheses.jsonl").read_bytes()) == (0, expected)
    parts = [tmp_path / str(index) for index in (1, 2, 3)]
    for index, part in enumerate(parts, start=1):
        assert _run(whole / "in.jsonl", part, "--shard", f"{index}/3", *HERE).status == 0
    assert b"".join((part / "syntheses.jsonl").read_bytes() for part in parts) == expected


def test_a_shard_is_done_once(whole: Path, tmp_path: Path) -> None:
    """Its second run says so, and touches nothing, not even where the input is gone by then."""
    data = (whole / "in.jsonl").read_bytes()
    (tmp_path / "in.jsonl").write_bytes(data)
    spec = {"schema_version": 1, "input": str(tmp_path / "in.jsonl"), "out": str(tmp_path / "out"), "workers": 0}
    cut = data.index(b"\n", len(data) // 2) + 1
    (tmp_path / "spec.json").write_text(json.dumps({**spec, "start": cut}), encoding="utf-8")
    first = pipeline("corpus", "run-shard", tmp_path / "spec.json", "--json")
    manifest = json.loads(first.out)
    assert (first.status, manifest["finished"]) == (0, True)
    assert (
        ids(tmp_path / "out" / "syntheses.jsonl")
        == ids(whole / "out" / "syntheses.jsonl")[-manifest["stories"]["done"] :]
    )
    (tmp_path / "in.jsonl").unlink()
    again = pipeline("corpus", "run-shard", tmp_path / "spec.json", "--json")
    assert (again.status, json.loads(again.out)) == (0, manifest)
    assert "done already" in again.err
    (tmp_path / "spec.json").write_text(json.dumps({**spec, "base_url": "http://example.org"}), encoding="utf-8")
    refused = pipeline("corpus", "run-shard", tmp_path / "spec.json")
    assert (refused.status, "base_url" in refused.err) == (2, True)


def test_bad_lines_and_taken_ids_are_failures_with_their_line(tmp_path: Path) -> None:
    """Exit 4; the others are done; each failure says where it is and why; status shows it."""
    path = tmp_path / "in.jsonl"
    hollow = {"id": "hollow", "articles": [{"text": " "}]}
    hostile = {"id": "\u202e\x1b[31m", "articles": [{"text": ""}]}
    path.write_bytes(lines([story(0), story(1)]) + b"{oops\n\n" + lines([story(0), hollow, hostile, story(2)]))
    ran = _run(path, tmp_path / "out")
    assert ran.status == 4
    assert ids(tmp_path / "out" / "syntheses.jsonl") == ["story-0", "story-1", "story-2"]
    found = _failures(tmp_path / "out")
    assert [(one["story_id"], one["where"], one["code"]) for one in found] == [
        (None, "line 3", "input"),
        ("story-0", "line 5", "duplicate"),
        ("hollow", "line 6", "input"),
        ("\u202e\x1b[31m", "line 7", "input"),
    ]
    assert "story 1" in found[1]["message"]
    assert found[2]["articles"][0]["path"] == "article-1"
    assert "\x1b" not in ran.err
    shown = pipeline("corpus", "status", tmp_path / "out")
    assert (shown.status, "\x1b" not in shown.out, "line 5" in shown.out) == (0, True, True)
    told = json.loads(pipeline("corpus", "status", tmp_path / "out", "--json").out)
    assert (told["stories"]["failed"], told["reasons"], told["finished"]) == (4, {"input": 3, "duplicate": 1}, True)


def test_mended_lines_are_retried_into_their_places(tmp_path: Path) -> None:
    """`retry-failed` takes up what failed, and only that; the output is in order again."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines([story(0)]) + b"{oops\n" + lines([story(2), story(0)]))
    assert _run(path, tmp_path / "out").status == 4
    path.write_bytes(lines(map(story, range(4))))
    again = pipeline("corpus", "retry-failed", tmp_path / "out", *HERE)
    assert (again.status, again.err.count("failed")) == (0, 0)
    assert ids(tmp_path / "out" / "syntheses.jsonl") == [f"story-{n}" for n in range(4)]
    assert _failures(tmp_path / "out") == []


def test_a_folder_of_folders(tmp_path: Path) -> None:
    """Each subfolder is a story; one without articles fails; results inside the input are none."""
    for number in range(3):
        for place, article in enumerate(story(number)["articles"]):
            folder = tmp_path / "in" / f"event-{number}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{place}.txt").write_text(article["text"], encoding="utf-8")
    (tmp_path / "in" / "empty").mkdir()
    ran = _run(tmp_path / "in", tmp_path / "in" / "out", "--unordered", *HERE)
    assert ran.status == 4
    assert ids(tmp_path / "in" / "out" / "syntheses.jsonl") == ["event-0", "event-1", "event-2"]
    assert [(one["story_id"], one["where"]) for one in _failures(tmp_path / "in" / "out")] == [
        ("empty", "folder empty")
    ]


def test_other_parameters_are_refused_until_fresh(tmp_path: Path) -> None:
    """Words, order, part: each is named, and nothing is lost."""
    path, out = written(tmp_path / "in.jsonl", 2), tmp_path / "out"
    assert _run(path, out).status == 0
    before = (out / "syntheses.jsonl").read_bytes()
    for flags, named in (
        (("--words", "50"), "words 300, not 50"),
        (("--unordered",), "ordered"),
        (("--shard", "1/2"), "end"),
    ):
        ran = _run(path, out, *flags, *HERE)
        assert (ran.status, named in ran.err) == (2, True), ran.err
    assert (out / "syntheses.jsonl").read_bytes() == before
    assert _run(path, out, "--words", "50", "--fresh", *HERE).status == 0


def test_an_input_that_grew_is_gone_on_with_and_an_edited_one_refused(tmp_path: Path) -> None:
    """New lines are done; a line that was done and is another now ends the run with its place."""
    path, out = written(tmp_path / "in.jsonl", 2), tmp_path / "out"
    assert _run(path, out).status == 0
    assert _run(written(path, 3), out).status == 0
    assert ids(out / "syntheses.jsonl") == ["story-0", "story-1", "story-2"]
    path.write_bytes(lines([story(5), story(1), story(2)]))
    ran = _run(path, out)
    assert (ran.status, "line 1" in ran.err, "--fresh" in ran.err) == (2, True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        "missing.jsonl --out o",
        "in.jsonl --out file",
        "in.jsonl --out o --shard 3/2",
        "in.jsonl --out o --engine extractive --max-cost 1",
    ],
)
def test_bad_usage_is_told(wrong: str, tmp_path: Path) -> None:
    """Exit 2, one message, no traceback."""
    written(tmp_path / "in.jsonl", 1)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    words = [str(tmp_path / word) if "." in word or word in {"o", "file"} else word for word in shlex.split(wrong)]
    ran = pipeline("corpus", "run", *words)
    assert (ran.status, "Traceback" in ran.err, "error[" in ran.err) == (2, False, True)
    assert pipeline("corpus", "status", tmp_path).status == 2


def test_a_full_disk_ends_it_in_words_and_the_next_run_completes_it(whole: Path, tmp_path: Path) -> None:
    """Exit 2 where no more can be written; with room, the same bytes as ever."""
    command = [program(), "corpus", "run", str(whole / "in.jsonl"), "--out", str(tmp_path / "out"), *HERE]
    limited = f"ulimit -f 40; exec {shlex.join(command)}"
    full = subprocess.run(["bash", "-c", limited], env=environment(), capture_output=True, check=False, timeout=60)
    assert (full.returncode, b"Traceback" in full.stderr) == (2, False), full.stderr
    assert b"resumes" in full.stderr
    assert _run(whole / "in.jsonl", tmp_path / "out").status == 0
    expected = (whole / "out" / "syntheses.jsonl").read_bytes()
    assert (tmp_path / "out" / "syntheses.jsonl").read_bytes() == expected


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_asks_to_stop_is_heard_and_can_go_on(sent: signal.Signals, status: int, tmp_path: Path) -> None:
    """While it waits for standard input, too: what was done is kept, and no worker is left behind."""
    command = [program(), "corpus", "run", "-", "--out", str(tmp_path / "out"), "--workers", "1"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(), **pipes) as process:  # type: ignore[call-overload]  # mypy does not look into a dict of arguments
        process.stdin.write(lines([story(0)]))
        process.stdin.flush()
        _until(lambda: (tmp_path / "out" / "syntheses.jsonl").exists() and ids(tmp_path / "out" / "syntheses.jsonl"))
        process.send_signal(sent)
        assert process.wait(20) == status
        assert b"goes on" in process.stderr.read()
    ran = _run("-", tmp_path / "out", stdin=lines(map(story, range(2))))
    assert (ran.status, ids(tmp_path / "out" / "syntheses.jsonl")) == (0, ["story-0", "story-1"])


def _until(true: Any) -> None:
    for _ in range(400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_a_budget_ends_it_with_its_status(tmp_path: Path) -> None:
    """Exit 5 where the next call could cost too much; what is done stays."""
    path = written(tmp_path / "in.jsonl", 3)
    flags = ("--model", "gpt-4o-mini", "--engine", "openai", "--max-cost", "0.0001", *HERE)
    ran = pipeline("corpus", "run", path, "--out", tmp_path / "out", *flags, variables={"OPENAI_API_KEY": KEY})
    assert (ran.status, "--max-cost" in ran.err) == (5, True)


def test_a_story_of_which_the_model_failed_on_a_part_is_retried(tmp_path: Path) -> None:
    """Its line says which article is missing; `retry-failed` puts a whole one in its place, and keeps the others."""

    def refuse(body: dict[str, Any]) -> Any:
        told = json.dumps(body["messages"])
        return api_error(400, "no") if "24 people" in told and "carrying" in told else Model.summarize(body)

    path, out = written(tmp_path / "in.jsonl", 6), tmp_path / "out"
    keys = {"OPENAI_API_KEY": KEY, "PIPELINE_MAX_ATTEMPTS": "1"}
    with FakeOpenAI(Model(summarize=refuse)) as server:
        flags = ("--base-url", server.base_url, "--model", "tiny")
        ran = pipeline("corpus", "run", path, "--out", out, "--workers", "1", *flags, variables=keys)
        assert (ran.status, "1 of them without" in ran.out) == (4, True), ran.err
        found = [json.loads(line) for line in (out / "syntheses.jsonl").read_text().splitlines()]
        assert [len(one["failures"]) for one in found] == [0, 0, 0, 0, 1, 0]
    model = Model()
    with FakeOpenAI(model) as server:
        again = pipeline("corpus", "retry-failed", out, "--base-url", server.base_url, *HERE, variables=keys)
        assert (again.status, model.asked.count("summarize")) == (0, 2), "only that story's articles"
    after = [json.loads(line) for line in (out / "syntheses.jsonl").read_text().splitlines()]
    assert [one["story_id"] for one in after] == [f"story-{n}" for n in range(6)]
    assert [len(one["failures"]) for one in after] == [0] * 6
    assert [x == y for x, y in zip(found, after, strict=True)] == [True, True, True, True, False, True]
