"""An evaluation from its stories to its gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import NamedTuple

from pipeline.errors import RecordingError
from pipeline.evaluation.baseline import Baseline, compare, least_telling
from pipeline.evaluation.evaluated import Evaluated, Evaluation
from pipeline.evaluation.gates import Thresholds, decide
from pipeline.evaluation.gold import load_gold
from pipeline.evaluation.licence import Licensed
from pipeline.evaluation.outcome import Outcome
from pipeline.evaluation.results import Comparison, EvalReport, Gate, Metric, StoryResult
from pipeline.evaluation.runs import RUNS, Folders, load_run, run_live
from pipeline.evaluation.score import score, unmeasured
from pipeline.evaluation.story import LabelledStory
from pipeline.evaluation.yardstick import Yardstick
from pipeline.settings import Settings

Tell = Callable[[str], None]


class Subject(NamedTuple):
    """Who is evaluated."""

    engine: str
    model: str | None


class Measures(NamedTuple):
    """What the results are held against. ``baseline`` and ``judge`` are None where there is none."""

    thresholds: Thresholds
    baseline: Baseline | None
    judge: Licensed | None = None


async def run_stories(
    stories: Sequence[LabelledStory],
    settings: Settings,
    folders: Folders = Folders(),  # noqa: B008  immutable
    out: Path | None = None,
    tell: Tell = lambda _: None,
) -> list[tuple[LabelledStory, Outcome | str]]:
    """Run every story; in place of an outcome, why there is none: its recording is missing or stale.

    Args:
        stories: whose labels passed the lint.
        settings: engine, model, words.
        folders: recordings to write, or to replay.
        out: below which the runs are kept; a temporary folder, gone afterwards, where it is None.
        tell: told what the user should know while it runs.
    """
    with TemporaryDirectory() as scratch:
        root = (out or Path(scratch)) / RUNS
        return [(story, await _run(story, settings, folders, root, tell)) for story in stories]


async def _run(story: LabelledStory, settings: Settings, folders: Folders, root: Path, tell: Tell) -> Outcome | str:
    name = story.labels.id
    folder = root / name
    try:
        await run_live(
            story,
            settings.model_copy(update={"out": str(folder)}),
            folders.source(name),
            lambda text: tell(f"{name}: {text}"),
        )
    except RecordingError as error:
        if folders.replay is None:
            raise
        return " ".join(filter(None, (error.message, error.hint)))
    return load_run(folder)


def evaluate(
    outcomes: Sequence[tuple[LabelledStory, Outcome | str]],
    subject: Subject,
    measures: Measures,
    judged: Mapping[str, Mapping[str, Metric]] = MappingProxyType({}),
) -> Evaluation:
    """Score every outcome, and decide the gates. A story without an outcome is unmeasured, never zero.

    Args:
        outcomes: each story with its outcome, or why there is none.
        subject: who wrote the summaries.
        measures: what they are held against.
        judged: metrics of a model judge, by story.
    """
    stories = [_with_metrics(_score(story, outcome), judged.get(story.labels.id, {})) for story, outcome in outcomes]
    return decide_results(stories, subject, measures)


def _with_metrics(story: Evaluated, more: Mapping[str, Metric]) -> Evaluated:
    result = story.result.model_copy(update={"metrics": {**story.result.metrics, **more}})
    return story._replace(result=result)


def decide_results(stories: Sequence[Evaluated], subject: Subject, measures: Measures) -> Evaluation:
    """The gates and the comparison with the baseline, over scored stories."""
    results: Mapping[str, StoryResult] = {story.id: story.result for story in stories}
    gates = decide(measures.thresholds, results, subject, measures.judge)
    comparison: Comparison = Comparison()
    more: tuple[Gate, ...] = ()
    if measures.baseline is not None:
        comparison, more = compare(measures.baseline, results)
    report = EvalReport(
        engine=subject.engine,
        model=subject.model,
        stories=results,
        gates=(*gates, *more),
        baseline=comparison,
    )
    return Evaluation(report, tuple(stories), _notes(stories, measures))


def _score(story: LabelledStory, outcome: Outcome | str) -> Evaluated:
    if isinstance(outcome, str):
        return unmeasured(story.labels, outcome)
    gold = load_gold(story.path)
    yardstick = Yardstick(story.labels, outcome.articles())
    return score(yardstick, outcome, gold.text() if gold else None)


def _notes(stories: Sequence[Evaluated], measures: Measures) -> tuple[str, ...]:
    facts = sum(len(story.result.facts) for story in stories)
    least = least_telling(facts)
    if least is None:
        detectable = f"With {facts} facts no change can be told from noise."
    else:
        detectable = (
            f"The smallest change that can be told from noise: {least} of {facts} facts lost and none gained"
            f" ({least / facts:.0%}; McNemar, exact, p < .05)."
        )
    notes = [detectable]
    if len(stories) == 1:
        notes.append(f"Conditional on this story: nothing is said of others than {stories[0].id}.")
    if measures.baseline is None:
        notes.append("There is no baseline to compare with; --update-baseline makes one.")
    return tuple(notes)
