"""One evaluation from its request to its files: whose results, which baseline, what could not be measured."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.errors import InputError, OutputError, PipelineError
from pipeline.evaluation.baseline import load_baseline
from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.results import EvalReport
from pipeline.evaluation.runs import Folders, load_run
from pipeline.evaluation.session import Request, run_evaluation, write_reports
from pipeline.settings import load_settings
from tests.cli.command import KEY, Model, claims_for, numbered
from tests.evaluation.tiny import Home, edited, invoke, make_home, second_story
from tests.fake_openai import FakeOpenAI, always, api_error


def _run(request: Request, engine: str = "auto") -> tuple[Evaluation, list[str]]:
    """The evaluation and what was told."""
    told: list[str] = []
    settings = load_settings({"engine": engine}, {})
    return asyncio.run(run_evaluation(request, settings, told.append)), told


def _names(home: Home, *more: Path) -> tuple[str, ...]:
    return tuple(map(str, (home.story, *more)))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two stories and ``recordings/`` of both, made through HTTP by `pipeline eval --record`."""
    home = make_home(tmp_path_factory.mktemp("recorded") / "home")
    second_story(home)
    with FakeOpenAI(Model()) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", KEY)
        patch.setenv("PIPELINE_CACHE_DIR", str(home.folder / "cache"))
        ran = home.eval("--base-url", server.base_url, "--model", "fake", "--record", "recordings", "--out", "live")
    assert ran.status in {0, 1, 3}, ran.err
    assert sorted(path.name for path in (home.folder / "recordings").iterdir()) == ["other", "tiny"]
    return home.folder


@pytest.fixture
def two(recorded: Path, tmp_path: Path) -> Home:
    """A copy of it, to be altered."""
    shutil.copytree(recorded, tmp_path / "two")
    return Home(tmp_path / "two")


# --- replay


def test_replay_gives_what_was_recorded(two: Home) -> None:
    """No server, no key: the same measurements as the live evaluation had."""
    ran = two.eval("--replay", "recordings", "--out", "replayed", "--json")
    live, again = (json.loads((two.folder / name / "eval.json").read_text("utf-8")) for name in ("live", "replayed"))
    assert again == live == json.loads(ran.out)
    assert (again["engine"], again["model"]) == ("openai", "fake")


def _unmeasured(report: EvalReport, name: str) -> bool:
    return {fact.level for fact in report.stories[name].facts} == {"unmeasured"}


@pytest.mark.parametrize("fault", ["missing", "stale", "short", "edited"])
def test_recording_that_does_not_hold(two: Home, fault: str) -> None:
    """Missing, of other prompts, without a reply or edited: that story is unmeasured and named, the other measured."""
    folder = two.folder / "recordings" / "other"
    replies = (folder / "replies.jsonl").read_text("utf-8")
    if fault == "missing":
        shutil.rmtree(folder)
    elif fault == "stale":
        about = json.loads((folder / "recording.json").read_text("utf-8"))
        about["prompts"]["summarize"]["digest"] = "sha256:" + "0" * 64
        (folder / "recording.json").write_text(json.dumps(about), "utf-8")
    elif fault == "short":
        (folder / "replies.jsonl").write_text("".join(replies.splitlines(keepends=True)[:-1]), "utf-8")
    else:
        (folder / "replies.jsonl").write_text(replies.replace("Brackwell", "Brockwell", 1), "utf-8")
    found, _ = _run(Request(_names(two, two.story.with_name("other")), Folders(replay=two.folder / "recordings")))
    assert _unmeasured(found.report, "other")
    assert not _unmeasured(found.report, "tiny")
    assert found.report.undecided()
    other = next(story for story in found.stories if story.id == "other")
    assert other.notes
    assert "recording" in other.notes[0] or "has no reply" in other.notes[0] or "replies.jsonl" in other.notes[0]
    assert [gate.name for gate in found.report.gates if gate.name.startswith("other:") and gate.passed] == []


def test_no_recording_at_all(two: Home) -> None:
    """Nothing was measured, of a model that nobody knows; it is not taken for the extractive engine's result."""
    baseline = two.evals / "baselines" / "extractive.json"
    _run(Request(_names(two), update_baseline=True), "extractive")
    assert baseline.is_file()
    found, _ = _run(Request(_names(two), Folders(replay=two.folder / "nowhere")))
    assert found.report.engine == "openai"
    assert _unmeasured(found.report, "tiny")
    assert [gate.name for gate in found.report.gates if gate.passed is not None] == []
    assert found.report.undecided()


def test_unmeasured_story_is_no_pass_without_gates_on_recall(two: Home) -> None:
    """Where the gates speak only of what is said, not of what is left out, a missing recording is undecided still."""
    gates = 'schema_version = 1\n[[gate]]\nmetric = "contradicted"\nmax = 0\n'
    (two.evals / "gates.toml").write_text(gates, "utf-8")
    shutil.rmtree(two.folder / "recordings" / "other")
    found, _ = _run(Request(_names(two, two.story.with_name("other")), Folders(replay=two.folder / "recordings")))
    assert [(gate.name, gate.passed) for gate in found.report.gates] == [
        ("tiny: contradicted at most 0", True),
        ("other: contradicted at most 0", None),
    ]


def test_unmeasured_is_no_baseline(two: Home) -> None:
    """With a recording missing, --update-baseline writes nothing and says what is unmeasured."""
    shutil.rmtree(two.folder / "recordings" / "other")
    request = Request(_names(two, two.story.with_name("other")), Folders(replay=two.folder / "recordings"))
    with pytest.raises(InputError, match="other/closed-on-monday"):
        _run(request._replace(update_baseline=True))
    assert not (two.evals / "baselines").exists()


def test_one_storys_recording_can_be_named_itself(two: Home) -> None:
    """A replay folder that is a recording is that of the one story."""
    found, _ = _run(Request(_names(two), Folders(replay=two.folder / "recordings" / "tiny")))
    assert not _unmeasured(found.report, "tiny")


def test_junit_has_errors_for_what_was_not_measured(two: Home) -> None:
    """Every fact of the story is an error with the reason; the other story has none."""
    shutil.rmtree(two.folder / "recordings" / "other")
    found, _ = _run(Request(_names(two, two.story.with_name("other")), Folders(replay=two.folder / "recordings")))
    write_reports(found, two.folder / "junit.xml", None)
    suites = {suite.get("name"): suite for suite in ET.parse(two.folder / "junit.xml").getroot()}  # noqa: S314  ours
    assert suites["other"].get("errors") == "6"
    assert suites["tiny"].get("errors") == "0"
    assert "There is no recording" in "".join(suites["other"].itertext()) + str(ET.tostring(suites["other"]))


# --- live runs


def test_run_in_which_every_article_failed(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No summary tells nothing: live and from its folder, the evaluation fails; the facts were lost at summarize."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("PIPELINE_MAX_ATTEMPTS", "1")
    with FakeOpenAI(always(api_error(400, "no"))) as server:
        flags = ("--base-url", server.base_url, "--model", "fake")
        live = home.eval("tiny", "--json", *flags)
        ran = invoke("run", home.articles, "--out", tmp_path / "out", *flags, folder=home.folder)
        assert ran.status == 4
    again = home.eval("tiny", "--run", tmp_path / "out", "--json")
    for done in (live, again):
        assert done.status == 1, done.err
        story = json.loads(done.out)["stories"]["tiny"]
        assert {(fact["level"], fact["lost_at"]) for fact in story["facts"]} == {("none", "summarize")}
        assert story["metrics"]["citation_precision"]["value"] is None


def test_one_article_that_fails_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts that it alone has were lost at summarize, and the notes say which article failed."""
    monkeypatch.setenv("PIPELINE_MAX_ATTEMPTS", "1")

    def answer(body: dict[str, object]) -> object:
        sentences = numbered(body)
        return api_error(400, "no") if any("1971" in text for text in sentences.values()) else claims_for(sentences)

    with FakeOpenAI(Model(summarize=answer)) as server:
        told: list[str] = []
        settings = load_settings({"base_url": server.base_url, "model": "fake"}, {"OPENAI_API_KEY": KEY})
        found = asyncio.run(run_evaluation(Request(_names(home)), settings, told.append))
    assert "tribune.txt failed at summarize" in found.stories[0].notes[0]
    lost = {fact.id: fact.lost_at for fact in found.stories[0].result.facts}
    assert lost["two-metres"] == "summarize"


# --- baselines


def test_baseline_is_written_and_held_against(home: Home, run_folder: Path) -> None:
    """Beside the stories, named after the engine; the same results again pass against it, with p = 1."""
    request = Request(_names(home), run=run_folder)
    _run(request._replace(update_baseline=True))
    path = home.evals / "baselines" / "extractive.json"
    assert list(load_baseline(path).stories) == ["tiny"]
    found, _ = _run(request)
    assert (found.report.baseline.lost, found.report.baseline.gained, found.report.baseline.p) == ((), (), 1.0)
    assert [gate.passed for gate in found.report.gates if gate.name.startswith("baseline")] == [True] * 4
    before = path.read_bytes()
    _run(request._replace(update_baseline=True))
    assert path.read_bytes() == before


def test_without_a_baseline_that_is_said(home: Home, run_folder: Path) -> None:
    """P is null, there is no gate on it, and a note says how one is made."""
    found, _ = _run(Request(_names(home), run=run_folder))
    assert found.report.baseline.p is None
    assert [gate for gate in found.report.gates if gate.name.startswith("baseline")] == []
    assert any("--update-baseline" in note for note in found.notes)


def test_update_of_one_story_keeps_the_other(home: Home) -> None:
    """A baseline of two stories, one of which is evaluated anew."""
    other = second_story(home)
    _run(Request(_names(home, other), update_baseline=True), "extractive")
    path = home.evals / "baselines" / "extractive.json"
    before = load_baseline(path)
    text = home.labels.read_text("utf-8")
    home.labels.write_text(text.replace("importance: vital", "importance: okay", 1), "utf-8")
    _run(Request(_names(home), update_baseline=True), "extractive")
    after = load_baseline(path)
    assert list(after.stories) == ["other", "tiny"]
    assert after.stories["other"] == before.stories["other"]
    assert after.stories["tiny"] != before.stories["tiny"]


def test_baseline_can_be_named(home: Home, run_folder: Path, tmp_path: Path) -> None:
    """One of another name is written and read; one that is not there is refused."""
    request = Request(_names(home), run=run_folder, baseline=tmp_path / "mine" / "b.json")
    with pytest.raises(InputError, match="cannot be read"):
        _run(request)
    _run(request._replace(update_baseline=True))
    found, _ = _run(request)
    assert found.report.baseline.p == 1.0
    assert not (home.evals / "baselines").exists()


def test_baseline_of_another_version_is_undecided(home: Home, run_folder: Path) -> None:
    """It neither passes nor fails: the gate says what to do."""
    request = Request(_names(home), run=run_folder)
    _run(request._replace(update_baseline=True))
    path = home.evals / "baselines" / "extractive.json"
    loaded = json.loads(path.read_text("utf-8")) | {"metrics_version": 1}
    path.write_text(json.dumps(loaded), "utf-8")
    found, _ = _run(request)
    assert (found.report.failed(), found.report.undecided()) == (False, True)


def test_gained_facts_pass(home: Home, run_folder: Path, tmp_path: Path) -> None:
    """Against the baseline of a poorer summary, the whole one has gained a fact and passes."""
    poorer = edited(run_folder, tmp_path / "poorer", "built in 1932 by the Orvane company", "built long ago")
    _run(Request(_names(home), run=poorer, update_baseline=True))
    found, _ = _run(Request(_names(home), run=run_folder))
    assert found.report.baseline.gained == ("tiny/built-in-1932",)
    assert not found.report.failed()
    assert not found.report.undecided()


# --- --out and --rescore


def test_rescoring_gives_the_same_file(two: Home) -> None:
    """From the runs that were kept: eval.json to the byte, without engine, key, recording or article."""
    names = _names(two, two.story.with_name("other"))
    _run(Request(names, Folders(replay=two.folder / "recordings"), out=two.folder / "out"))
    before = (two.folder / "out" / "eval.json").read_bytes()
    page = (two.folder / "out" / "eval.html").read_bytes()
    shutil.rmtree(two.folder / "recordings")
    (two.folder / "out" / "eval.json").unlink()
    _run(Request(names, out=two.folder / "out", rescore=True))
    assert (two.folder / "out" / "eval.json").read_bytes() == before
    assert (two.folder / "out" / "eval.html").read_bytes() == page


def test_rescoring_what_is_not_there(home: Home, tmp_path: Path) -> None:
    """A story that the earlier evaluation did not run is an error that names the folder."""
    with pytest.raises(InputError, match="holds no run"):
        _run(Request(_names(home), out=tmp_path, rescore=True))


def test_runs_of_two_engines_are_not_mixed(two: Home) -> None:
    """What two engines wrote is not one result."""
    names = _names(two, two.story.with_name("other"))
    _run(Request(names[:1], out=two.folder / "out"), "extractive")
    _run(Request(names[1:], Folders(replay=two.folder / "recordings"), out=two.folder / "out"))
    with pytest.raises(InputError, match="different engines: extractive and openai fake"):
        _run(Request(names, out=two.folder / "out", rescore=True))


def test_evaluation_leaves_no_runs_behind_unless_asked(home: Home) -> None:
    """Without --out nothing is written anywhere near the stories."""
    before = sorted(home.folder.rglob("*"))
    _run(Request(_names(home)), "extractive")
    assert sorted(home.folder.rglob("*")) == before


# --- reports


def test_job_summary_is_added_to(home: Home, run_folder: Path) -> None:
    """CI services collect it from several commands: what stands there stays."""
    found, _ = _run(Request(_names(home), run=run_folder))
    path = home.folder / "summary.md"
    path.write_text("# Earlier\n", "utf-8")
    write_reports(found, None, path)
    once = path.read_text("utf-8")
    assert once.startswith("# Earlier\n")
    assert "tiny" in once
    write_reports(found, None, path)
    assert path.read_text("utf-8").startswith(once)


@pytest.mark.parametrize("name", ["file/junit.xml", "folder"])
def test_report_that_cannot_be_written(home: Home, run_folder: Path, name: str) -> None:
    """A file where a folder should be, a folder where the file should be: an error of the output."""
    found, _ = _run(Request(_names(home), run=run_folder))
    (home.folder / "file").write_text("", "utf-8")
    (home.folder / "folder").mkdir()
    for junit, summary in ((home.folder / name, None), (None, home.folder / name)):
        with pytest.raises(OutputError, match="cannot be written"):
            write_reports(found, junit, summary)


def test_job_summary_that_is_no_text(home: Home, run_folder: Path) -> None:
    """A file of bytes where the summary should be added is an error, and stays as it is."""
    found, _ = _run(Request(_names(home), run=run_folder))
    path = home.folder / "summary.md"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OutputError, match=r"summary\.md"):
        write_reports(found, None, path)
    assert path.read_bytes() == b"\xff\xfe\x00"


# --- folders that are no run


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("summary.json", ""),
        ("summary.json", "{}"),
        ("summary.json", '{"statements": 3}'),
        ("run.json", "[]"),
        ("articles/courier.json", "{"),
    ],
)
def test_broken_run_is_refused(run_folder: Path, tmp_path: Path, name: str, content: str) -> None:
    """A file of it that is not of its form is an input error that names it."""
    shutil.copytree(run_folder, tmp_path / "run")
    (tmp_path / "run" / name).write_text(content, "utf-8")
    with pytest.raises(InputError, match=name.rsplit("/", 1)[-1]):
        load_run(tmp_path / "run")


def test_what_is_no_run_is_refused(tmp_path: Path, home: Home) -> None:
    """No folder, an empty one, a file, a story's folder."""
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty", home.labels, home.story):
        with pytest.raises(PipelineError, match="holds no run"):
            load_run(folder)
