"""What `pipeline eval` does: find the stories, get their outcomes, hold them against gates and baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, get_args

from pipeline.engines.protocol import EngineName
from pipeline.errors import InputError, OutputError
from pipeline.evaluation import lint
from pipeline.evaluation.baseline import BASELINES, Baseline, baseline_path, load_baseline, make_baseline
from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.gates import DEFAULT, GATES, Thresholds, load_thresholds
from pipeline.evaluation.judging import Asked, Judged, judge_stories
from pipeline.evaluation.metrics.catalogue import METRICS
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.report.junit import junit_xml
from pipeline.evaluation.report.markdown import job_summary
from pipeline.evaluation.report.page import render_page
from pipeline.evaluation.results import EvalReport
from pipeline.evaluation.runs import RUNS, Folders, as_labelled, load_run, story_of, with_articles
from pipeline.evaluation.story import LABELS, STORIES, LabelledStory, find_stories, load_story
from pipeline.evaluation.suite import Measures, Subject, evaluate, run_stories
from pipeline.runs.engines import choose_engine
from pipeline.runs.files import write_file
from pipeline.runs.job import to_json
from pipeline.settings import Settings
from pipeline.stages.ingest import ingest

EVAL_JSON: Final = "eval.json"
EVAL_PAGE: Final = "eval.html"
JUDGE: Final = "judge"
"""Beside the stories' recordings: the judge's."""

Tell = Callable[[str], None]
Outcomes = Sequence[tuple[LabelledStory, Outcome | str]]


class Request(NamedTuple):
    """What was asked. ``run`` is a folder to score instead of running anything, ``rescore`` the runs below ``out``."""

    stories: tuple[str, ...]
    folders: Folders = Folders()
    run: Path | None = None
    out: Path | None = None
    rescore: bool = False
    baseline: Path | None = None
    update_baseline: bool = False
    judge: str | None = None
    junit: Path | None = None
    summary: Path | None = None


async def run_evaluation(request: Request, settings: Settings, tell: Tell) -> Evaluation:
    """Everything but the printing.

    Raises:
        InputError: no such story, labels that are wrong, a run or a baseline that cannot be read.
        PipelineError: whatever makes a run meaningless.
    """
    stories = [load_story(path) for path in find_stories(request.stories)]
    lint.check(stories)
    outcomes = await _outcomes(request, stories, settings, tell)
    subject = _subject([outcome for _, outcome in outcomes], request, settings)
    home = home_of([story for story, _ in outcomes])
    path = request.baseline or baseline_path(*subject, home / BASELINES.name)
    earlier = _baseline(path, request, subject)
    judged = await _judged(request, outcomes, settings, home, tell)
    licence = judged.licence if judged else None
    measures = Measures(thresholds_of(home, tell), None if request.update_baseline else earlier, licence)
    evaluation = evaluate(outcomes, subject, measures, judged.metrics if judged else {})
    accepted = _accepted(evaluation.report, earlier) if request.update_baseline else ""
    write_reports(evaluation, request.junit, request.summary)
    if request.out is not None:
        write_file(request.out / EVAL_JSON, to_json(evaluation.report))
        write_file(request.out / EVAL_PAGE, render_page(evaluation))
        tell(f"Page: {request.out / EVAL_PAGE}")
    if accepted:  # last: what cannot be reported is not accepted
        write_file(path, accepted)
        tell(f"Baseline: {path}")
    return evaluation


async def _outcomes(
    request: Request, stories: Sequence[LabelledStory], settings: Settings, tell: Tell
) -> list[tuple[LabelledStory, Outcome | str]]:
    if request.run is not None:
        outcome = load_run(request.run)
        story = story_of(outcome, stories)
        return [(story, _believed(as_labelled(outcome, story.labels), story))]
    if request.rescore and request.out is not None:
        return [(story, _stored(request.out / RUNS / story.labels.id, story)) for story in stories]
    return await run_stories(stories, settings, request.folders, request.out, tell)


def _accepted(report: EvalReport, earlier: Baseline | None) -> str:
    """The report as a baseline file.

    Raises:
        InputError: it holds what no baseline may: something unmeasured, or a falsehood.
    """
    false = [f"{name}/{f.id}" for name, story in report.stories.items() for f in story.falsehoods if f.stated_in]
    if false:
        raise InputError(f"No baseline that holds a falsehood: {', '.join(false)}.", hint="Mend the summary first.")
    return to_json(make_baseline(report, earlier))


def _stored(folder: Path, story: LabelledStory) -> Outcome:
    outcome = load_run(folder)
    story_of(outcome, [story])
    return _believed(as_labelled(outcome, story.labels), story)


def _believed(outcome: Outcome, story: LabelledStory) -> Outcome:
    return with_articles(outcome, ingest([str(story.folder)]).articles)


async def _judged(request: Request, outcomes: Outcomes, settings: Settings, home: Path, tell: Tell) -> Judged | None:
    if request.judge is None:
        return None
    asked = Asked(request.judge, request.folders.source(JUDGE), home)
    return await judge_stories(outcomes, settings, asked, tell)


def _subject(outcomes: Sequence[Outcome | str], request: Request, settings: Settings) -> Subject:
    """Who wrote the summaries, as they say; where there is none, who should have."""
    written = [o.synthesis for o in outcomes if isinstance(o, Outcome) and o.synthesis]
    found = {Subject(synthesis.engine, synthesis.model) for synthesis in written}
    if len(found) > 1:
        named = " and ".join(sorted(f"{engine} {model or ''}".strip() for engine, model in found))
        raise InputError(f"The runs are of different engines: {named}.", hint="Evaluate them one at a time.")
    if found:
        subject = found.pop()
        if subject.engine not in get_args(EngineName):
            raise InputError(f"There is no engine “{subject.engine}”; its gates cannot be known.")
        return subject
    engine = "openai" if request.folders.replay else choose_engine(settings)
    return Subject(engine, None if engine == "extractive" else settings.model)


def home_of(stories: Sequence[LabelledStory]) -> Path:
    """The folder of gates and baselines: where the stories' own folder lies, else ``evals`` of the working folder."""
    homes = {_home(story) for story in stories}
    if len(homes) > 1:
        named = " and ".join(sorted(map(str, homes)))
        raise InputError(f"The stories are of different homes: {named}.", hint="Evaluate them one at a time.")
    return homes.pop()


def _home(story: LabelledStory) -> Path:
    above = story.path.resolve().parents
    return next((near for near in above[2:3] if (near / GATES.name).is_file()), STORIES.parent)


def thresholds_of(home: Path, tell: Tell) -> Thresholds:
    """The gates beside the stories; the built-in ones where there are none."""
    path = home / GATES.name
    if path.is_file():
        found = load_thresholds(path, tuple(METRICS))
        _tell_idle(found, home, path, tell)
        return found
    tell(f"There is no {path}: the built-in gates are used.")
    return DEFAULT


def _tell_idle(thresholds: Thresholds, home: Path, path: Path, tell: Tell) -> None:
    """A gate on a story that does not exist gates nothing; a misspelt name must not pass unseen."""
    known = {labels.parent.name for labels in home.glob(f"*/*/{LABELS}")}
    idle = {name for one in thresholds.gate for name in one.stories or () if name not in known}
    if idle:
        tell(f"{path} has gates on stories that are not there: {', '.join(sorted(idle))}.")


def _baseline(path: Path, request: Request, subject: Subject) -> Baseline | None:
    if not path.is_file() and (request.baseline is None or request.update_baseline):
        return None
    found = load_baseline(path)
    if (found.engine, found.model) != subject and not request.update_baseline:
        made = f"{found.engine} {found.model or ''}".strip()
        raise InputError(f"The baseline {path} is of {made}, not of what is evaluated.")
    return found


def write_reports(evaluation: Evaluation, junit: Path | None, summary: Path | None) -> None:
    """The files for CI: JUnit XML is replaced, the job's summary is added to, as CI services collect it.

    Raises:
        OutputError: a file cannot be written.
    """
    if junit is not None:
        write_file(junit, junit_xml(evaluation))
    if summary is not None:
        try:
            earlier = summary.read_text(encoding="utf-8") if summary.is_file() else ""
        except UnicodeDecodeError:
            raise OutputError(f"“{summary}” cannot be added to: it is no text in UTF-8.") from None
        write_file(summary, earlier + job_summary(evaluation))
