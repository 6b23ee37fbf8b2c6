"""The tiny story (`story/`) in a home of its own, the command in this process, and summaries made from its run."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pipeline.cli import console
from pipeline.cli.app import run_app
from pipeline.domain.claims import Evidence
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.results import FactCoverage, StoryResult
from pipeline.evaluation.score import score
from pipeline.evaluation.yardstick import Yardstick
from tests.cli.command import Ran

STORY = Path(__file__).parent / "story"
SEEDS = Path(__file__).parents[2] / "seeds"
STORIES = Path(__file__).parents[2] / "evals" / "stories"

GATES = """\
schema_version = 1
[[gate]]
metric = "vital_recall"
min = 1.0
[[gate]]
metric = "citation_precision"
min = 0.95
[[gate]]
metric = "contradicted"
max = 0
[[gate]]
metric = "unsupported"
max = 0
[[gate]]
metric = "falsehoods_stated"
max = 0
[[gate]]
metric = "origins_overcounted"
max = 0
[[gate]]
metric = "traps_sprung"
max = 0
"""

REWORDINGS = """\
schema_version: 1
annotators:
  first: {kind: model, labelled: "2026-11-22"}
paraphrases:
  - id: tiny-g4-a
    story: tiny
    statement: g4
    text: A ferry will take walkers over the river until the bridge reopens in September.
    by: [first]
"""


class Home(NamedTuple):
    """A working folder with ``evals/`` in it."""

    folder: Path

    @property
    def evals(self) -> Path:
        """Gates, baselines, stories."""
        return self.folder / "evals"

    @property
    def story(self) -> Path:
        """The tiny story."""
        return self.evals / "stories" / "tiny"

    @property
    def articles(self) -> Path:
        """Its articles."""
        return self.story / "articles"

    @property
    def labels(self) -> Path:
        """Its labels."""
        return self.story / "facts.yaml"

    def eval(self, *arguments: str | Path) -> Ran:
        """`pipeline eval` there."""
        return invoke("eval", *arguments, folder=self.folder)

    def mend(self, old: str, new: str) -> None:
        """Replace the one occurrence of a text in the labels."""
        replace(self.labels, old, new)


def make_home(folder: Path) -> Home:
    """A home with the tiny story, its gates and a rewording."""
    home = Home(folder)
    home.story.parent.mkdir(parents=True)
    shutil.copytree(STORY, home.story)
    (home.evals / "gates.toml").write_text(GATES, encoding="utf-8")
    (home.evals / "calibration").mkdir()
    (home.evals / "calibration" / "paraphrases.yaml").write_text(REWORDINGS, encoding="utf-8")
    return home


def replace(path: Path, old: str, new: str) -> None:
    """Replace the one occurrence of a text in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def second_story(home: Home, name: str = "other") -> Path:
    """The tiny story once more, under another name, with a word more in one article; its folder."""
    folder = home.story.with_name(name)
    shutil.copytree(home.story, folder)
    article = folder / "articles" / "courier.txt"
    before = sha256(article.read_bytes()).hexdigest()
    replace(article, "by the Orvane company.", "by the Orvane company of Brackwell.")
    replace(folder / "facts.yaml", before, sha256(article.read_bytes()).hexdigest())
    replace(folder / "facts.yaml", "id: tiny\n", f"id: {name}\n")
    replace(folder / "gold.yaml", "story: tiny\n", f"story: {name}\n")
    return folder


def invoke(*arguments: str | Path, folder: Path) -> Ran:
    """The command in this process, with its working folder: an exception that it does not expect is the test's end."""
    out, err = io.StringIO(), io.StringIO()
    argv = sys.argv
    console._printed.clear()
    try:
        sys.argv = ["pipeline", *map(str, arguments)]
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            run_app()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.argv = argv
        console._printed.clear()
    assert "Traceback" not in err.getvalue()
    return Ran(status, out.getvalue(), err.getvalue())


# --- summaries


def result_of(yardstick: Yardstick, outcome: Outcome) -> StoryResult:
    """What the harness measures."""
    return score(yardstick, outcome).result


def fact_of(yardstick: Yardstick, outcome: Outcome, name: str) -> FactCoverage:
    """What becomes of one fact."""
    return next(fact for fact in result_of(yardstick, outcome).facts if fact.id == name)


def summary_of(outcome: Outcome) -> Synthesis:
    """The summary, which is there."""
    assert outcome.synthesis is not None
    return outcome.synthesis


def changed(outcome: Outcome, **changes: object) -> Outcome:
    """The run with fields of its summary changed."""
    return outcome._replace(synthesis=summary_of(outcome).model_copy(update=changes))


def saying(outcome: Outcome, *texts: tuple[str, str]) -> Outcome:
    """The run with a summary of these texts, each cited to the whole of an article."""
    made = [
        summary_of(outcome)
        .statements[0]
        .model_copy(update={"id": f"s{number}", "text": text, "citations": (whole(outcome, article),), "origins": 1})
        for number, (text, article) in enumerate(texts, start=1)
    ]
    return changed(outcome, statements=tuple(made), disagreements=(), dropped=())


def whole(outcome: Outcome, name: str) -> Citation:
    """A citation of all of an article."""
    article = next(file.article for file in outcome.files if file.article.path == name)
    evidence = Evidence(article_id=article.id, start=0, end=len(article.text), quote=article.text, prefix="", suffix="")
    return Citation(claim_id=None, evidence=evidence)


def without(outcome: Outcome, name: str) -> Outcome:
    """The run without one statement."""
    return changed(outcome, statements=tuple(s for s in summary_of(outcome).statements if s.id != name))


# --- files of a run


def edited(run: Path, to: Path, old: str, new: str) -> Path:
    """A copy of a run's folder with a text of its summary.json changed: the first statement that has it."""
    shutil.copytree(run, to)
    summary = json.loads((to / "summary.json").read_text(encoding="utf-8"))
    statement = next(one for one in summary["statements"] if old in one["text"])
    statement["text"] = statement["text"].replace(old, new, 1)
    (to / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return to


def shortened(run: Path, to: Path, old: str) -> Path:
    """A copy of a run's folder without the statements and disagreements that have a text."""
    shutil.copytree(run, to)
    summary = json.loads((to / "summary.json").read_text(encoding="utf-8"))
    kept = [one for one in summary["statements"] if old not in one["text"]]
    assert len(kept) == len(summary["statements"]) - 1
    summary["statements"] = kept
    (to / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return to
