"""`pipeline eval`: which labelled facts a summary tells, and whether that is as good as it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import note, result
from pipeline.cli.flags import only_given
from pipeline.cli.options import BaseUrl, Engine, ModelName
from pipeline.cli.stopping import RESUME_FROM_STORE, run_to_end, stoppable
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.evaluation.results import EvalReport
    from pipeline.evaluation.session import Request
    from pipeline.settings import Settings

GATE_FAILED = 1
NOT_MEASURED = 3


Stories = Annotated[
    list[str] | None,
    typer.Argument(metavar="[STORY]…", help="Stories in evals/stories, or their folders [default: all]."),
]
LocalModel = Annotated[str | None, typer.Option(metavar="GGUF", help="Serve this model file here (extra: local).")]
MaxCost = Annotated[
    float | None, typer.Option(metavar="USD", help="Stop before the call that could spend more in one story.")
]
Scored = Annotated[Path | None, typer.Option(metavar="DIR", help="Score what `pipeline run` left there.")]
Record = Annotated[Path | None, typer.Option(metavar="DIR", help="Write the replies to DIR/<story>.")]
Replay = Annotated[Path | None, typer.Option(metavar="DIR", help="Take all replies from DIR/<story>; call nobody.")]
JudgeModel = Annotated[
    str | None, typer.Option(metavar="MODEL", help="Ask this model, too, whether each fact is told.")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Keep eval.json, eval.html and the runs there.")]
Rescore = Annotated[
    bool, typer.Option("--rescore", help="Score the runs that an earlier eval left in --out; no model.")
]
Baseline = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Compare with this [default: evals/baselines/<engine>.json].")
]
UpdateBaseline = Annotated[bool, typer.Option("--update-baseline", help="Make these results the baseline.")]
Junit = Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML, a case per fact.")]
Summary = Annotated[Path | None, typer.Option(metavar="FILE", help="Add a Markdown summary, for a CI job's page.")]
SelfTest = Annotated[bool, typer.Option("--self-test", help="Corrupt the gold summaries; does the harness notice?")]
Init = Annotated[
    tuple[str, Path] | None,
    typer.Option(metavar="STORY DIR", help="Start labels for the articles in DIR, in evals/stories/STORY."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the measurements as JSON.")]


def evaluate(
    stories: Stories = None,
    engine: Engine = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    local_model: LocalModel = None,
    max_cost: MaxCost = None,
    run: Scored = None,
    record: Record = None,
    replay: Replay = None,
    judge: JudgeModel = None,
    out: Out = None,
    rescore: Rescore = False,
    baseline: Baseline = None,
    update_baseline: UpdateBaseline = False,
    junit: Junit = None,
    summary: Summary = None,
    self_test: SelfTest = False,
    init: Init = None,
    json_: Json = False,
) -> None:
    """Measure summaries of labelled stories against facts, gates and baseline.

    Exit 1: a gate fails. Exit 3: something could not be measured.
    """
    from pipeline.evaluation.runs import Folders
    from pipeline.evaluation.session import Request

    flags = {
        "engine": engine.value if engine else None,
        "model": model,
        "base_url": base_url,
        "local_model": local_model,
        "max_cost": max_cost,
    }
    request = Request(
        stories=tuple(stories or ()),
        folders=Folders(record, replay),
        run=run,
        out=out,
        rescore=rescore,
        baseline=baseline,
        update_baseline=update_baseline,
        judge=judge,
        junit=junit,
        summary=summary,
    )
    alone = {"init": init, "self-test": self_test or None}
    given = {name for name, value in flags.items() if value is not None}
    _refuse_beside(alone, request)
    _refuse_idle(request, given, alone)
    if init is not None:
        _init(*init)
    elif self_test:
        _self_test(request.stories, as_json=json_)
    else:
        _evaluate(request, flags, as_json=json_)


def _refuse_beside(alone: Mapping[str, object], request: Request) -> None:
    """Refuse what only an evaluation does, beside a flag that asks for something else."""
    asked = next((name for name, value in alone.items() if value is not None), None)
    others = {
        "out": request.out,
        "baseline": request.baseline,
        "update-baseline": request.update_baseline or None,
        "judge": request.judge,
        "junit": request.junit,
        "summary": request.summary,
    }
    idle = next((name for name, value in others.items() if value is not None), None)
    if asked and idle:
        raise ConfigurationError(f"--{asked} and --{idle} contradict each other: no summary is measured.")


def _refuse_unasked(request: Request, given: set[str], settings: Settings) -> None:
    """Refuse two endpoints, and flags about a model where none is asked for anything."""
    from pipeline.runs.engines import choose_engine

    settings.check_endpoint()
    if request.judge is not None or choose_engine(settings) != "extractive":
        return
    idle = (given & {"max_cost"}) if settings.engine == "extractive" else set()
    if request.folders.record is not None:
        idle = {"record"}
    if idle:
        flag = min(idle).replace("_", "-")
        raise ConfigurationError(f"--{flag} and the extractive engine contradict each other: it calls no model.")


def _refuse_idle(request: Request, asked: set[str], alone: Mapping[str, object]) -> None:
    """Refuse flags that would do nothing."""
    chosen = [name for name, value in alone.items() if value is not None]
    chosen += ["run"] if request.run else []
    chosen += ["replay"] if request.folders.replay else []
    chosen += ["record"] if request.folders.record else []
    chosen += ["rescore"] if request.rescore else []
    if len(chosen) > 1:
        raise ConfigurationError(f"--{chosen[0]} and --{chosen[1]} contradict each other.")
    idle = asked - ({"model"} if request.folders.replay else set())
    if request.judge is not None:
        idle -= {"base_url", "local_model", "max_cost"}
    if idle and chosen and chosen[0] != "record":
        flag = min(idle).replace("_", "-")
        raise ConfigurationError(f"--{flag} and --{chosen[0]} contradict each other: no summary is written.")
    if request.junit is not None and request.junit == request.summary:
        raise ConfigurationError("--junit and --summary name the same file.")
    if request.rescore and request.out is None:
        raise ConfigurationError("--rescore needs --out: the folder of an earlier eval.")


def _evaluate(request: Request, flags: Mapping[str, object], *, as_json: bool) -> None:
    import os

    from pipeline.evaluation.report.terminal import table
    from pipeline.evaluation.session import run_evaluation
    from pipeline.runs.job import to_json
    from pipeline.settings import load_settings

    given = {name for name, value in flags.items() if value is not None}
    settings = load_settings(flags, os.environ)
    if request.folders.replay is not None:
        settings = only_given(given, settings)
    else:
        _refuse_unasked(request, given, settings)
    with stoppable("nothing was measured.", RESUME_FROM_STORE):
        evaluation = run_to_end(run_evaluation(request, settings, note))
    result(to_json(evaluation.report) if as_json else table(evaluation))
    _leave(evaluation.report)


def _leave(report: EvalReport) -> None:
    if report.failed():
        raise typer.Exit(GATE_FAILED)
    if report.undecided():
        raise typer.Exit(NOT_MEASURED)


def _self_test(stories: tuple[str, ...], *, as_json: bool) -> None:
    from pipeline.evaluation.selftest.run import self_test
    from pipeline.runs.job import to_json

    found = self_test(stories, note)
    result(to_json(found) if as_json else found.table())
    if not found.passed():
        raise typer.Exit(GATE_FAILED)


def _init(story: str, articles: Path) -> None:
    from pipeline.evaluation.skeleton import write_skeleton

    path = write_skeleton(story, articles)
    result(f"{path}\n")
    note("Read the articles, write the facts, copy the quotes; then: pipeline eval " + story)
