"""`pipeline check`: verify any cited summary against its sources."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli.console import columns, has_colour, note, result
from pipeline.cli.options import Entailment
from pipeline.cli.stopping import RESUME_FROM_STORE, run_to_end, stoppable

if TYPE_CHECKING:
    from pipeline.domain.checked import CheckReport
    from pipeline.domain.run import Failure
    from pipeline.runs.checking import Summary
    from pipeline.runs.inputs import Inputs
    from pipeline.settings import Settings

FOUND_FAULTS = 1
NOT_MEASURED = 3
_COLOURS: Final = {
    "supported": typer.colors.GREEN,
    "unverified": typer.colors.YELLOW,
    "partial": typer.colors.YELLOW,
    "unsupported": typer.colors.RED,
    "contradicted": typer.colors.RED,
    "uncited": typer.colors.MAGENTA,
}
_VERDICT: Final = re.compile(rf"^(?:{'|'.join(_COLOURS)})(?= )", re.MULTILINE)


def check(
    summary: Annotated[
        str, typer.Argument(metavar="SUMMARY", help="Our JSON, Markdown, HTML, or text with [1] citations; or -.")
    ],
    sources: Annotated[list[str], typer.Option(help="Folder or files that the citations mean.")],
    entailment: Entailment = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="Ask a language model, too, whether each sentence follows.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="With --judge: the model's name at the endpoint.")] = None,
    base_url: Annotated[str | None, typer.Option(help="With --judge: any OpenAI-compatible server.")] = None,
    local_model: Annotated[
        str | None, typer.Option(metavar="GGUF", help="With --judge: serve this model file here (extra: local).")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", help="With --judge: stop before the call that could spend more.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
) -> None:
    """Check every sentence of a cited summary against the sources; exit 1 if one is not borne out."""
    from pathlib import Path

    from pipeline.render.checked_text import check_table
    from pipeline.runs.check import read_document
    from pipeline.runs.checking import Summary, refuse_idle
    from pipeline.runs.inputs import Inputs
    from pipeline.runs.job import to_json
    from pipeline.settings import load_settings

    asked = {"model": model, "base_url": base_url, "local_model": local_model, "max_cost": max_cost}
    refuse_idle(asked, judge=judge)
    settings = load_settings({"entailment": entailment, **asked}, os.environ)
    if judge:
        settings.check_endpoint()
    path = Path(summary)
    report = _checked(Summary(read_document(path), path), Inputs(sources), settings, judge=judge)
    if json_:
        result(to_json(report))
    else:
        result(check_table(report, columns()), paint=_painted if has_colour() else None)
    if not report.passed():
        raise typer.Exit(FOUND_FAULTS)
    if report.counts.get("unverified"):
        raise typer.Exit(NOT_MEASURED)


def _checked(summary: Summary, sources: Inputs, settings: Settings, *, judge: bool) -> CheckReport:
    from pipeline.runs.checking import run_check

    def failed(failure: Failure) -> None:
        note(f"failed: {failure.path}: {failure.message}")

    with stoppable("nothing was printed.", RESUME_FROM_STORE):
        return run_to_end(run_check(summary, sources, settings, judge=judge, tell=note, failed=failed))


def _painted(table: str) -> str:
    """Only a verdict stands at the start of a line; what comes from a file is indented."""
    return _VERDICT.sub(lambda match: typer.style(match.group(), fg=_COLOURS[match.group()], bold=True), table)
