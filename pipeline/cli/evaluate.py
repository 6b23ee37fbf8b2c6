"""`pipeline eval`: which labelled facts a summary tells, and whether that is as good as it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import TERMINATED, Stopped, note, result
from pipeline.cli.run import EngineOption, only_given, terminable
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.evaluation.results import EvalReport
    from pipeline.evaluation.session import Request
    from pipeline.settings import Settings

GATE_FAILED = 1
NOT_MEASURED = 3

_RESUME = "The same command takes the replies that were stored."


def evaluate(
    stories: Annotated[
        list[str] | None,
        typer.Argument(metavar="[STORY]…", help="Stories in evals/stories, or their folders [default: all]."),
    ] = None,
    engine: Annotated[
        EngineOption | None, typer.Option(help="auto: a model if a key or base URL is set, else extractive.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model's name at the endpoint.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Any OpenAI-compatible server.")] = None,
    local_model: Annotated[
        str | None, typer.Option(metavar="GGUF", help="Serve this model file here (extra: local).")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", help="Stop before the call that could spend more in one story.")
    ] = None,
    run: Annotated[Path | None, typer.Option(metavar="DIR", help="Score what `pipeline run` left there.")] = None,
    record: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the replies to DIR/<story>.")] = None,
    replay: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Take all replies from DIR/<story>; call nobody.")
    ] = None,
    judge: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Ask this model, too, whether each fact is told.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep eval.json, eval.html and the runs there.")
    ] = None,
    rescore: Annotated[
        bool, typer.Option("--rescore", help="Score the runs that an earlier eval left in --out; no model.")
    ] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with this [default: evals/baselines/<engine>.json].")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Make these results the baseline.")
    ] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML, a case per fact.")] = None,
    summary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Add a Markdown summary, for a CI job's page.")
    ] = None,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Corrupt the gold summaries; does the harness notice?")
    ] = False,
    init: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="STORY DIR", help="Start labels for the articles in DIR, in evals/stories/STORY."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the measurements as JSON.")] = False,
) -> None:
    """Measure summaries of labelled stories against facts, gates and baseline.

    Exit 1: a gate fails. Exit 3: something could not be measured.
    """
    import os  # noqa: PLC0415

    from pipeline.evaluation.runs import Folders  # noqa: PLC0415
    from pipeline.evaluation.session import Request  # noqa: PLC0415
    from pipeline.settings import load_settings  # noqa: PLC0415

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
        settings = load_settings(flags, os.environ)
        if replay is not None:
            settings = only_given(given, settings)
        else:
            _refuse_unasked(request, given, settings)
        _evaluate(request, settings, as_json=json_)


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
    from pipeline.runs.engines import choose_engine  # noqa: PLC0415

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


def _evaluate(request: Request, settings: Settings, *, as_json: bool) -> None:
    import asyncio  # noqa: PLC0415

    from pipeline.evaluation.report.terminal import table  # noqa: PLC0415
    from pipeline.evaluation.session import run_evaluation  # noqa: PLC0415
    from pipeline.runs.job import to_json  # noqa: PLC0415

    try:
        evaluation = asyncio.run(terminable(run_evaluation(request, settings, note)))
    except KeyboardInterrupt:
        raise Stopped("Interrupted; nothing was measured.", _RESUME) from None
    except asyncio.CancelledError:
        raise Stopped("Terminated; nothing was measured.", _RESUME, TERMINATED) from None
    result(to_json(evaluation.report) if as_json else table(evaluation))
    _leave(evaluation.report)


def _leave(report: EvalReport) -> None:
    if report.failed():
        raise typer.Exit(GATE_FAILED)
    if report.undecided():
        raise typer.Exit(NOT_MEASURED)


def _self_test(stories: tuple[str, ...], *, as_json: bool) -> None:
    from pipeline.evaluation.selftest.run import self_test  # noqa: PLC0415
    from pipeline.runs.job import to_json  # noqa: PLC0415

    found = self_test(stories, note)
    result(to_json(found) if as_json else found.table())
    if not found.passed():
        raise typer.Exit(GATE_FAILED)


def _init(story: str, articles: Path) -> None:
    from pipeline.evaluation.skeleton import write_skeleton  # noqa: PLC0415

    path = write_skeleton(story, articles)
    result(f"{path}\n")
    note("Read the articles, write the facts, copy the quotes; then: pipeline eval " + story)
