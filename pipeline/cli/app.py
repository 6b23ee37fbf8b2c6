"""The `pipeline` command: its commands, and what happens to errors."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli import cache, check, doctor, evaluate, prompts, run, schema
from pipeline.cli.console import note
from pipeline.errors import OutputError, PipelineError

app = typer.Typer(
    name="pipeline",
    help="Several news articles about one event in; one summary out, every sentence cited down to the characters.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("eval")(evaluate.evaluate)
app.command("cache")(cache.cache)
app.command("doctor")(doctor.doctor)
app.command("prompts")(prompts.prompts)
app.command("schema")(schema.schema)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"pipeline {version('pipeline-cited-summaries')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command."""
    del version


def run_app() -> None:
    """Run the command; an error of ours is one clear message and its exit status, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except PipelineError as error:
        note(f"error[{error.code}]: {error.message}")
        if error.hint:
            note(f"  {error.hint}")
        sys.exit(error.exit_status)
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        note(f"error[system]: {error.strerror or error}" + (f" ({error.filename})" if error.filename else ""))
        sys.exit(OutputError.exit_status)
