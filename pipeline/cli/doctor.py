"""`pipeline doctor`: whether the configured endpoint and model can be used, how well, and what to do if not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import note, result, safe
from pipeline.cli.options import BaseUrl, LocalModel, ModelName

if TYPE_CHECKING:
    from pipeline.runs.doctor.diagnosis import Check, Diagnosis

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "bold red", "unknown": "dim"}


def doctor(
    base_url: BaseUrl = None,
    model: ModelName = None,
    local_model: LocalModel = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the diagnosis as JSON.")] = False,
) -> None:
    """Ask the configured model a few short things; say what works, how well, and what to do about the rest."""
    import asyncio
    import os

    from pipeline.runs.doctor.examination import examine
    from pipeline.runs.job import to_json
    from pipeline.settings import load_settings

    flags = {"base_url": base_url, "model": model, "local_model": local_model}
    settings = load_settings(flags, os.environ)
    diagnosis = asyncio.run(examine(settings, note))
    if json_:
        result(to_json(diagnosis))
    elif sys.stdout.isatty():
        _show(diagnosis)
    else:
        result(_plain(diagnosis))
    if diagnosis.exit_status:
        raise typer.Exit(diagnosis.exit_status)


def _plain(diagnosis: Diagnosis) -> str:
    """A line a check, in columns; what to do about it in the line below."""
    width = max(len(check.name) for check in diagnosis.checks)
    lines = [_about(diagnosis)]
    for check in diagnosis.checks:
        lines.append(f"{check.outcome:<9}{check.name:<{width}}  {check.detail}")
        if check.advice:
            lines.append(f"{'':<{9 + width}}  -> {check.advice}")
    return "\n".join(lines) + "\n"


def _about(diagnosis: Diagnosis) -> str:
    return f"{diagnosis.model} at {diagnosis.endpoint or 'no endpoint'}"


def _show(diagnosis: Diagnosis) -> None:
    """A table for people. Cells are `Text`: a server's words are no markup."""
    from rich.console import Console  # only a terminal needs it
    from rich.table import Table
    from rich.text import Text

    table = Table("check", "outcome", "found", title=Text(safe(_about(diagnosis))), title_justify="left")
    for check in diagnosis.checks:
        table.add_row(Text(check.name), Text(check.outcome, _COLOURS[check.outcome]), Text(safe(_found(check))))
    Console().print(table)


def _found(check: Check) -> str:
    return f"{check.detail}\n→ {check.advice}" if check.advice else check.detail
