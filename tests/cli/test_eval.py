"""`pipeline eval` as people and scripts use it: exit status, what is named, the JSON, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation.gold import load_gold
from pipeline.evaluation.results import EvalReport
from pipeline.evaluation.runs import load_run
from pipeline.evaluation.selftest import corruptions
from pipeline.evaluation.story import load_story
from tests.cli.command import Ran, environment, program
from tests.evaluation.tiny import SEEDS, STORIES, Home, edited, invoke, make_home, replace, second_story, shortened

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A working folder with the tiny story, its gates and a rewording."""
    return make_home(tmp_path / "home")


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A genuine extractive run over the tiny story."""
    home = make_home(tmp_path_factory.mktemp("tiny") / "home")
    ran = invoke("run", home.articles, "--out", home.folder / "out", "--engine", "extractive", folder=home.folder)
    assert ran.status == 0, ran.err
    return home.folder / "out"


@pytest.fixture(scope="session")
def seeds_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A genuine extractive run over the seeds."""
    folder = tmp_path_factory.mktemp("seeds")
    ran = invoke("run", SEEDS, "--out", folder / "out", "--engine", "extractive", folder=folder)
    assert ran.status == 0, ran.err
    return folder / "out"


@pytest.fixture
def held(home: Home, tiny_run: Path) -> Home:
    """A home whose baseline is the untouched run."""
    assert home.eval("tiny", "--run", tiny_run, "--update-baseline").status == 0
    assert home.eval("tiny", "--run", tiny_run).status == 0
    return home


def _in_a_process(folder: Path, *arguments: str | Path, **variables: str) -> Ran:
    done = subprocess.run(
        [program(), "eval", *map(str, arguments)],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def _failed(ran: Ran) -> dict[str, str]:
    return {gate["name"]: gate["detail"] for gate in json.loads(ran.out)["gates"] if gate["passed"] is False}


# --- exit status


def test_good_summary_exits_0(home: Home) -> None:
    """The extractive engine tells the whole tiny story; no key that happens to be set is used where it is asked for."""
    ran = _in_a_process(
        home.folder, "--engine", "extractive", OPENAI_API_KEY="rubbish", OPENAI_BASE_URL="http://127.0.0.1:9"
    )
    assert ran.status == 0, ran.err
    assert "vital_recall" in ran.out
    assert "Traceback" not in ran.err


def _emptied(run: Path, to: Path, **fields: Any) -> Path:
    shutil.copytree(run, to)
    summary = json.loads((to / "summary.json").read_text("utf-8"))
    summary.update(fields)
    (to / "summary.json").write_text(json.dumps(summary), "utf-8")
    return to


@pytest.mark.parametrize("gates", ["own", "built in"])
def test_empty_summary_exits_1(home: Home, tiny_run: Path, tmp_path: Path, gates: str) -> None:
    """A summary that says nothing fails, whatever it does not say wrongly; its precision is null."""
    if gates == "built in":
        (home.evals / "gates.toml").unlink()
    empty = _emptied(tiny_run, tmp_path / "empty", statements=[], disagreements=[])
    ran = home.eval("tiny", "--run", empty, "--json")
    assert ran.status == 1
    metrics = json.loads(ran.out)["stories"]["tiny"]["metrics"]
    assert metrics["vital_recall"]["value"] == 0.0
    assert (metrics["citation_precision"]["value"], metrics["statement_precision"]["value"]) == (None, None)


def test_committed_gates_fail_an_empty_summary_of_any_engine(home: Home, tiny_run: Path, tmp_path: Path) -> None:
    """By evals/gates.toml, too, a summary that says nothing fails, whoever wrote it: it is not merely undefined."""
    shutil.copy(STORIES.parent / "gates.toml", home.evals / "gates.toml")
    empty = _emptied(tiny_run, tmp_path / "empty", statements=[], disagreements=[], engine="openai", model="any")
    assert home.eval("tiny", "--run", empty).status == 1


def test_article_that_nobody_labelled_is_refused(home: Home) -> None:
    """One more file in the folder would be summarized like the others, and nobody has read it for the labels."""
    (home.articles / "extra.txt").write_text("A swan was seen on the river on Sunday, a walker said.\n", "utf-8")
    ran = home.eval("tiny")
    assert ran.status == 2
    assert "extra.txt lies among the articles and was not labelled" in ran.err


def test_no_summary_exits_1(home: Home, tiny_run: Path, tmp_path: Path) -> None:
    """A run whose summary is not there fails likewise."""
    folder = _emptied(tiny_run, tmp_path / "none")
    (folder / "summary.json").unlink()
    ran = home.eval("tiny", "--run", folder, "--json")
    assert ran.status == 1
    assert json.loads(ran.out)["stories"]["tiny"]["metrics"]["vital_recall"]["value"] == 0.0


# --- a genuine run, tampered with


def test_deleted_statement_is_noticed(held: Home, tiny_run: Path, tmp_path: Path) -> None:
    """Without the only statement that tells a vital fact: exit 1, and the fact is named."""
    ran = held.eval("tiny", "--run", shortened(tiny_run, tmp_path / "run", "A ferry will carry walkers"))
    assert ran.status == 1
    assert "lost: tiny/ferry-until-september" in ran.out
    assert "synthesize" in ran.out


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        (("About 900 people", "About 1,900 people"), "nine-hundred-a-day"),
        (("on Monday", "on Friday"), "closed-on-monday"),
        (("in September", "in November"), "ferry-until-september"),
        (("will carry", "will not carry"), "ferry-until-september"),
        (("according to the town council", "according to Hanna Lisk"), "nine-hundred-a-day"),
        (("Piet Oudekerk accused Ines Calloway", "Ines Calloway accused Piet Oudekerk"), "hiding-the-bill"),
    ],
)
def test_changed_word_is_noticed(
    held: Home, tiny_run: Path, tmp_path: Path, change: tuple[str, str], fact: str
) -> None:
    """One number, day, month, denial or speaker changed in summary.json: exit 1, and the fact is named."""
    ran = held.eval("tiny", "--run", edited(tiny_run, tmp_path / "run", *change), "--json")
    assert ran.status == 1
    failed = _failed(ran)
    assert f"tiny/{fact}" in failed["baseline: no vital fact is lost"]
    wrong = ("unsupported", "contradicted", "falsehoods_stated")
    assert any(f"tiny: {name} at most 0" in failed for name in wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [("the engineer Hanna Lisk", "the engineer Ines Calloway"), ("two metres", "nine metres"), ("1932", "1952")],
)
def test_changed_word_of_an_okay_fact_is_noticed(
    held: Home, tiny_run: Path, tmp_path: Path, old: str, new: str
) -> None:
    """Where no vital fact is touched the statement is not borne out any more: exit 1."""
    run = edited(tiny_run, tmp_path / "run", old, new)
    assert held.eval("tiny", "--run", run).status == 1
    named = next(
        s["id"] for s in json.loads((run / "summary.json").read_text("utf-8"))["statements"] if new in s["text"]
    )
    assert named in held.eval("tiny", "--run", run).out


def test_tampered_run_fails_without_a_baseline(home: Home, tiny_run: Path, tmp_path: Path) -> None:
    """The thresholds alone notice a changed number."""
    ran = home.eval("tiny", "--run", edited(tiny_run, tmp_path / "run", "About 900", "About 1,900"), "--json")
    assert ran.status == 1
    assert "tiny: contradicted at most 0" in _failed(ran)


@pytest.fixture(scope="session")
def seeds_home(tmp_path_factory: pytest.TempPathFactory, seeds_run: Path) -> tuple[Path, dict[str, Any]]:
    """A baseline file of the untouched run over the seeds, and its measurements."""
    path = tmp_path_factory.mktemp("baseline") / "seeds.json"
    ran = invoke("eval", "seeds", "--run", seeds_run, "--baseline", path, "--update-baseline", "--json", folder=ROOT)
    assert ran.status in {0, 1}, ran.err
    return path, json.loads(ran.out)["stories"]["seeds"]


def _against(seeds_home: tuple[Path, dict[str, Any]], run: Path) -> tuple[Ran, dict[str, str]]:
    """The seeds' run held against the untouched one, with the baseline's gates that fail."""
    ran = invoke("eval", "seeds", "--run", run, "--baseline", seeds_home[0], "--json", folder=ROOT)
    return ran, {name: detail for name, detail in _failed(ran).items() if name.startswith("baseline")}


def _telling(seeds_home: tuple[Path, dict[str, Any]], seeds_run: Path) -> list[tuple[str, str]]:
    """Vital facts that count, each told by one statement that tells no other; with that statement's text."""
    summary = json.loads((seeds_run / "summary.json").read_text("utf-8"))
    texts = {statement["id"]: statement["text"] for statement in summary["statements"]}
    facts = [fact for fact in seeds_home[1]["facts"] if fact["level"] == "full" and not fact["flags"]]
    return [
        (f["id"], texts[f["statement_id"]]) for f in facts if f["importance"] == "vital" and f["statement_id"] in texts
    ]


def test_untouched_seeds_pass_against_themselves(seeds_home: tuple[Path, dict[str, Any]], seeds_run: Path) -> None:
    """Nothing lost, nothing gained, p = 1."""
    ran, failed = _against(seeds_home, seeds_run)
    assert failed == {}
    assert json.loads(ran.out)["baseline"] == {"lost": [], "gained": [], "p": 1.0}


def test_deleted_statement_of_the_seeds_is_noticed(
    seeds_home: tuple[Path, dict[str, Any]], seeds_run: Path, tmp_path: Path
) -> None:
    """Without the only statement of the seeds that tells a vital fact: exit 1, and the fact is named."""
    for number, (fact, text) in enumerate(_telling(seeds_home, seeds_run)):
        ran, failed = _against(seeds_home, shortened(seeds_run, tmp_path / str(number), text))
        after = {one["id"]: one for one in json.loads(ran.out)["stories"]["seeds"]["facts"]}
        if after[fact]["level"] != "full" or after[fact]["flags"]:  # else another text tells it, too
            assert ran.status == 1
            assert f"seeds/{fact}" in failed["baseline: no vital fact is lost"]
            return
    pytest.fail("no vital fact of the seeds is told by one statement alone")


@pytest.mark.parametrize("kind", ["number", "speaker", "date"])
def test_changed_word_of_the_seeds_is_noticed(
    seeds_home: tuple[Path, dict[str, Any]], seeds_run: Path, tmp_path: Path, kind: str
) -> None:
    """One number, day or speaker changed in each of several statements: exit 1, and a fact or a statement is named."""
    speakers = list(dict.fromkeys(who.name for who in load_story(STORIES / "seeds" / "facts.yaml").labels.speakers()))
    ways: dict[str, Callable[[str], Iterator[str]]] = {
        "number": corruptions.other_numbers,
        "date": corruptions.other_dates,
        "speaker": partial(corruptions.other_speakers, speakers=speakers),
    }
    summary = json.loads((seeds_run / "summary.json").read_text("utf-8"))
    changes = [(s["text"], new) for s in summary["statements"] for new in list(ways[kind](s["text"]))[:1]]
    assert changes
    for number, (old, new) in enumerate(changes[:2]):
        ran, failed = _against(seeds_home, edited(seeds_run, tmp_path / str(number), old, new))
        more = {
            name for name in _failed(ran) if name in {"seeds: contradicted at most 0", "seeds: unsupported at most 0"}
        }
        assert ran.status == 1, new
        assert failed or more, new


# --- the JSON


FACT = {"id", "importance", "level", "statement_id", "lost_at", "flags"}


def test_json_is_the_contract(home: Home) -> None:
    """Keys as DESIGN.md, 5 says, to the letter; at the top engine, model and the metrics' version are more."""
    ran = _in_a_process(home.folder, "--json", "--out", "out")
    printed = json.loads(ran.out)
    assert set(printed) - {"engine", "model", "metrics_version"} == {"schema_version", "stories", "gates", "baseline"}
    story = printed["stories"]["tiny"]
    assert list(story) == ["metrics", "facts", "disagreements", "falsehoods"]
    for metric in story["metrics"].values():
        assert list(metric) == ["value", "low", "high", "n", "unmeasured"]
    assert all(set(fact) == FACT for fact in story["facts"])
    assert set(story["disagreements"][0]) == {"id", "positions_stated", "positions", "collapsed"}
    assert set(story["falsehoods"][0]) == {"id", "stated_in"}
    assert set(printed["gates"][0]) == {"name", "passed", "detail"}
    assert printed["baseline"] == {"lost": [], "gained": [], "p": None}
    assert EvalReport.model_validate(printed).failed() == (ran.status == 1)
    assert (home.folder / "out" / "eval.json").read_text("utf-8") == ran.out


def test_values_are_those_of_the_contract(home: Home, tiny_run: Path, tmp_path: Path) -> None:
    """Levels, stages, flags and importances are of the contract's lists, in a good summary and in a bad one."""
    bad = edited(tiny_run, tmp_path / "bad", "About 900 people", "About 1,900 people")
    for run in (tiny_run, bad, _emptied(tiny_run, tmp_path / "empty", statements=[], disagreements=[])):
        facts = json.loads(home.eval("tiny", "--run", run, "--json").out)["stories"]["tiny"]["facts"]
        assert {fact["importance"] for fact in facts} == {"vital", "okay"}
        assert {fact["level"] for fact in facts} <= {"full", "part", "none", "unmeasured"}
        assert {fact["lost_at"] for fact in facts} <= {None, "ingest", "summarize", "reconcile", "synthesize", "verify"}
        assert {flag for fact in facts for flag in fact["flags"]} <= {"contradicted", "misattributed", "wrong_number"}


def test_same_bytes_on_a_second_run(home: Home) -> None:
    """stdout, eval.json, eval.html and JUnit are the same to the byte."""
    second_story(home)
    shown = []
    for name in ("one", "two"):
        ran = home.eval("--json", "--out", name, "--junit", f"{name}.xml", "--summary", f"{name}.md")
        files = [home.folder / name / "eval.json", home.folder / name / "eval.html"]
        files += [home.folder / f"{name}.xml", home.folder / f"{name}.md"]
        shown.append((ran.out, [path.read_bytes() for path in files]))
    assert shown[0] == shown[1]


def test_results_go_to_stdout_and_notes_to_stderr(home: Home) -> None:
    """What is told while it runs, and where the page is, is no part of the result."""
    ran = home.eval("--out", "out")
    assert "Engine: extractive" in ran.err
    assert "eval.html" in ran.err
    assert "Engine:" not in ran.out


# --- replay and rescore, as commands


def test_missing_recording_exits_3(home: Home) -> None:
    """Nothing could be measured: exit 3, the story named with what is missing, one JSON document, JUnit with errors."""
    ran = home.eval("--replay", "nowhere", "--json", "--junit", "junit.xml")
    assert ran.status == 3, ran.err
    assert {fact["level"] for fact in json.loads(ran.out)["stories"]["tiny"]["facts"]} == {"unmeasured"}
    assert 'errors="6"' in (home.folder / "junit.xml").read_text("utf-8")
    shown = home.eval("--replay", "nowhere")
    assert shown.status == 3
    assert "There is no recording in" in " ".join(shown.out.split())


def test_rescore_needs_no_engine(home: Home) -> None:
    """After --out, --rescore gives the same eval.json to the byte, though the articles are gone from every cache."""
    first = home.eval("--out", "out", "--json")
    again = home.eval("--out", "out", "--rescore", "--json")
    assert (again.status, again.out) == (first.status, first.out)
    assert (home.folder / "out" / "eval.json").read_text("utf-8") == first.out


# --- flags that contradict each other


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--run", "x", "--replay", "y"), ("--run", "--replay")),
        (("--run", "x", "--record", "y"), ("--run", "--record")),
        (("--record", "x", "--replay", "y"), ("--record", "--replay")),
        (("--run", "x", "--rescore", "--out", "y"), ("--run", "--rescore")),
        (("--replay", "x", "--rescore", "--out", "y"), ("--replay", "--rescore")),
        (("--rescore",), ("--rescore", "--out")),
        (("--run", "x", "--engine", "extractive"), ("--run", "--engine")),
        (("--run", "x", "--base-url", "http://127.0.0.1:9"), ("--run", "--base-url")),
        (("--rescore", "--out", "y", "--model", "m"), ("--rescore", "--model")),
        (("--replay", "x", "--engine", "extractive"), ("--replay", "--engine")),
        (("--replay", "x", "--max-cost", "1"), ("--replay", "--max-cost")),
        (("--self-test", "--run", "x"), ("--self-test", "--run")),
        (("--self-test", "--engine", "openai"), ("--self-test", "--engine")),
        (("--self-test", "--init", "x", "y"), ("--self-test", "--init")),
        (("--init", "x", "y", "--replay", "z"), ("--init", "--replay")),
        (("--self-test", "--update-baseline"), ("--self-test", "--update-baseline")),
        (("--self-test", "--junit", "x"), ("--self-test", "--junit")),
        (("--self-test", "--out", "x"), ("--self-test", "--out")),
        (("--init", "x", "y", "--summary", "z"), ("--init", "--summary")),
        (("--init", "x", "y", "--baseline", "z"), ("--init", "--baseline")),
        (("--engine", "extractive", "--record", "x"), ("--record", "extractive")),
        (("--record", "x"), ("--record", "extractive")),
        (("--local-model", "x.gguf", "--base-url", "http://127.0.0.1:9"), ("--local-model", "base URL")),
        (("--engine", "extractive", "--max-cost", "1"), ("--max-cost", "extractive")),
    ],
)
def test_contradictions_are_refused(home: Home, flags: tuple[str, ...], named: tuple[str, str]) -> None:
    """Exit 2, both named on stderr, nothing run, nothing written, nothing but an error on stdout."""
    before = sorted(home.folder.rglob("*"))
    ran = home.eval("tiny", *flags)
    assert ran.status == 2, ran.err
    assert all(name in ran.err for name in named), ran.err
    assert ran.out == ""
    assert sorted(home.folder.rglob("*")) == before


# --- what goes wrong


def test_unknown_story(home: Home) -> None:
    """Exit 2, with the stories that there are; with --json the error is JSON."""
    ran = _in_a_process(home.folder, "tiney", "--json")
    assert (ran.status, json.loads(ran.out)["error"]["code"]) == (2, "input")
    assert "tiny" in json.loads(ran.out)["error"]["hint"]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("content", ["", "facts: [", "just words", "schema_version: 2\n", "a: &a [*a]"])
def test_malformed_labels(home: Home, content: str) -> None:
    """Exit 2, the file named, no traceback, nothing on stdout."""
    home.labels.write_text(content, "utf-8")
    ran = home.eval("tiny")
    assert (ran.status, ran.out) == (2, "")
    assert "facts.yaml" in ran.err


@pytest.mark.parametrize("name", ["gates.toml", "stories/tiny/gold.yaml"])
def test_malformed_gates_and_gold(home: Home, name: str) -> None:
    """What stands beside the labels is checked as well: exit 2, the file named."""
    (home.evals / name).write_text("nonsense [", "utf-8")
    ran = home.eval("tiny")
    assert (ran.status, ran.out) == (2, "")
    assert Path(name).name in ran.err


def test_folder_that_is_no_run(home: Home) -> None:
    """Exit 2; the folder is named."""
    for name in ("evals", "nowhere", "evals/stories/tiny/facts.yaml"):
        ran = home.eval("tiny", "--run", name)
        assert (ran.status, ran.out) == (2, "")
        assert "holds no run" in ran.err


def test_run_over_other_articles(home: Home, seeds_run: Path) -> None:
    """Exit 2: the labels hold for the bytes of their articles alone."""
    ran = home.eval("tiny", "--run", seeds_run)
    assert (ran.status, ran.out) == (2, "")
    assert "tiny" in ran.err


def test_articles_that_changed_since(home: Home) -> None:
    """Exit 2, the article named: labels of other bytes measure nothing."""
    replace(home.articles / "courier.txt", "About 900 people", "About 950 people")
    ran = home.eval("tiny")
    assert (ran.status, ran.out) == (2, "")
    assert "courier.txt has changed" in ran.err


@pytest.mark.parametrize("flag", ["--junit", "--summary"])
def test_report_that_cannot_be_written(home: Home, tiny_run: Path, flag: str) -> None:
    """Exit 2, the path named; no traceback."""
    (home.folder / "file").write_text("", "utf-8")
    ran = home.eval("tiny", "--run", tiny_run, flag, home.folder / "file" / "below.xml")
    assert ran.status == 2
    assert "below.xml" in ran.err


def test_out_that_cannot_be_written(home: Home) -> None:
    """A file where the folder should be: exit 2."""
    (home.folder / "file").write_text("", "utf-8")
    for flags in (("--out", "file"), ("--out", "file/below")):
        ran = home.eval("tiny", *flags)
        assert ran.status == 2
        assert "file" in ran.err


def test_baseline_that_is_none(home: Home, tiny_run: Path) -> None:
    """Missing or of another form: exit 2."""
    (home.folder / "b.json").write_text("{}", "utf-8")
    for name in ("none.json", "b.json"):
        ran = home.eval("tiny", "--run", tiny_run, "--baseline", name)
        assert (ran.status, ran.out) == (2, "")
        assert name in ran.err


def test_wrong_labels_of_any_story_stop_all(home: Home) -> None:
    """Labels that misquote an article are an input error, named on stderr, with nothing on stdout."""
    replace(second_story(home) / "facts.yaml", 'hiding the real bill"', 'hiding the true bill"')
    ran = home.eval()
    assert (ran.status, ran.out) == (2, "")
    assert "other: hiding-the-bill: not word for word" in ran.err


def test_outside_a_checkout(tmp_path: Path) -> None:
    """Where there are no stories: exit 2, and what to do."""
    ran = invoke("eval", folder=tmp_path)
    assert ran.status == 2
    assert "no stories" in ran.err


# --- --init and --self-test


def test_init_starts_a_story(home: Home) -> None:
    """The path on stdout; the labels are refused until somebody has read the articles."""
    ran = home.eval("--init", "mine", "evals/stories/tiny/articles")
    assert ran.status == 0, ran.err
    assert ran.out == "evals/stories/mine/facts.yaml\n"
    assert "pipeline eval mine" in ran.err
    again = home.eval("--init", "mine", "evals/stories/tiny/articles")
    assert (again.status, again.out) == (2, "")
    unread = home.eval("mine")
    assert unread.status == 2
    assert "mine/facts.yaml" in unread.err


@pytest.mark.parametrize("name", ["My Story", "../x", "a/b"])
def test_init_refuses_bad_names(home: Home, name: str) -> None:
    """Exit 2, nothing written."""
    before = sorted(home.folder.rglob("*"))
    assert home.eval("--init", name, home.articles).status == 2
    assert sorted(home.folder.rglob("*")) == before


def test_self_test_of_the_tiny_story(home: Home) -> None:
    """Exit 0, a table of sixteen kinds; as JSON, too."""
    ran = home.eval("tiny", "--self-test")
    assert ran.status == 0, ran.out
    assert "wire copy counted twice" in ran.out
    printed = json.loads(home.eval("tiny", "--self-test", "--json").out)
    assert set(printed) == {"schema_version", "kinds", "reworded", "alarms"}
    assert len(printed["kinds"]) == 16


def test_self_test_that_fails_exits_1(home: Home) -> None:
    """A dishonest rewording in place of an honest one: the self-test fails and says why."""
    replace(home.evals / "calibration" / "paraphrases.yaml", "in September", "in November")
    ran = home.eval("tiny", "--self-test")
    assert ran.status == 1
    assert "FAILED" in ran.out


def test_closed_pipe_is_no_error(home: Home) -> None:
    """`pipeline eval | head -0` ends without a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [program(), "eval", "tiny"],
        cwd=home.folder,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert b"Traceback" not in done.stderr


def test_gold_of_every_story_can_be_scored_as_a_run() -> None:
    """The committed stories are what the command finds in a checkout."""
    for path in sorted(STORIES.glob("*/facts.yaml")):
        assert load_gold(path) is not None


def test_tiny_run_is_genuine(tiny_run: Path) -> None:
    """The run that is tampered with was made by the command, and says by which engine."""
    synthesis = load_run(tiny_run).synthesis
    assert synthesis is not None
    assert synthesis.engine == "extractive"


# --- what a stored run says of itself is not believed


def test_source_that_nobody_labelled_bears_nothing_out(held: Home, tiny_run: Path, tmp_path: Path) -> None:
    """An article slipped into a run, with a statement that cites it: the citation leads nowhere, exit 1."""
    run = tmp_path / "run"
    shutil.copytree(tiny_run, run)
    path = min((run / "articles").glob("*.json"))
    file = json.loads(path.read_text(encoding="utf-8"))
    file["article"]["sha256"] = "0" * 64
    path.write_text(json.dumps(file), encoding="utf-8")
    ran = held.eval("tiny", "--run", run, "--json")
    assert ran.status == 1
    assert json.loads(ran.out)["stories"]["tiny"]["metrics"]["citations_out_of_range"]["value"] > 0


def test_date_of_an_article_is_read_from_the_article(held: Home, tiny_run: Path, tmp_path: Path) -> None:
    """A run that moves its articles' date cannot make another day right."""
    run = tmp_path / "run"
    shutil.copytree(tiny_run, run)
    for path in (run / "articles").glob("*.json"):
        file = json.loads(path.read_text(encoding="utf-8"))
        file["article"]["published"] = "1999-01-01"
        path.write_text(json.dumps(file), encoding="utf-8")
    again, before = (json.loads(held.eval("tiny", "--run", one, "--json").out) for one in (run, tiny_run))
    assert again == before


def test_unknown_engine_is_refused(held: Home, tiny_run: Path, tmp_path: Path) -> None:
    """Its gates cannot be known: a run could choose the lenient ones."""
    run = tmp_path / "run"
    shutil.copytree(tiny_run, run)
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    (run / "summary.json").write_text(json.dumps(summary | {"engine": "other"}), encoding="utf-8")
    assert held.eval("tiny", "--run", run).status == 2


def test_baseline_of_another_engine_is_refused(held: Home, tiny_run: Path) -> None:
    """Comparing with somebody else's results says nothing."""
    path = held.evals / "baselines" / "extractive.json"
    other = json.loads(path.read_text(encoding="utf-8")) | {"engine": "openai", "model": "any"}
    (held.folder / "other.json").write_text(json.dumps(other), encoding="utf-8")
    assert held.eval("tiny", "--run", tiny_run, "--baseline", held.folder / "other.json").status == 2


def test_baseline_that_does_not_know_the_story_decides_nothing(held: Home, tiny_run: Path) -> None:
    """Nothing compared is not nothing lost."""
    path = held.evals / "baselines" / "extractive.json"
    baseline = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(baseline | {"stories": {}}), encoding="utf-8")
    assert held.eval("tiny", "--run", tiny_run).status == 3


@pytest.mark.parametrize(
    "gate",
    [
        'metric = "vital_recall"\nmin = -1',
        'metric = "contradicted"\nmax = 1',
        'metric = "contradicted"\nmax = inf',
        'metric = "vital_recall"\nmin = nan',
        'metric = "rouge_1"\nmin = 0.5',
        'metric = "judge_rouge_1"\nmin = 0.5',
        'metric = "vital_recall"\nmin = 0.5\nstories = []',
        'metric = "vital_recall"\nmin = 0.5\nengine = "other"',
    ],
)
def test_gate_that_cannot_fail_is_refused(home: Home, gate: str) -> None:
    """Or that can never pass, or rests on what is reported only."""
    (home.evals / "gates.toml").write_text(f"schema_version = 1\n[[gate]]\n{gate}\n", encoding="utf-8")
    ran = home.eval("tiny")
    assert ran.status == 2
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "text",
    ["labelled: 2023-02-30", f"a: {'1' * 5000}", "a: !!float x", 'a: !!int ""', "[" * 5000, "a: &a [*a]"],
)
def test_absurd_labels_are_an_error_and_no_traceback(home: Home, text: str) -> None:
    """Whatever the YAML parser makes of it."""
    home.labels.write_text(text, encoding="utf-8")
    ran = home.eval("tiny")
    assert ran.status == 2
    assert "Traceback" not in ran.err


def test_pipe_is_written_to_and_not_replaced(held: Home, tiny_run: Path, tmp_path: Path) -> None:
    """Nor is the file that a link leads to left behind."""
    real = tmp_path / "real.md"
    real.write_text("before\n", encoding="utf-8")
    (tmp_path / "link.md").symlink_to(real)
    held.eval("tiny", "--run", tiny_run, "--summary", tmp_path / "link.md")
    assert (tmp_path / "link.md").is_symlink()
    assert real.read_text(encoding="utf-8").startswith("before\n")
    assert held.eval("tiny", "--run", tiny_run, "--junit", "/dev/null").status == 0
    assert not Path("/dev/null").is_file()
