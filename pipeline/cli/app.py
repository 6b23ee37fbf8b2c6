"""The `pipeline` command: its commands, and what happens to errors."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated, Final

import typer

from pipeline.cli import cache, check, corpus, diff, doctor, evaluate, export, prompts, review, run, schema
from pipeline.cli.console import INTERRUPTED, Stopped, failure, note
from pipeline.errors import OutputError, PipelineError
from pipeline.runs.collector import collect_seldom

_USAGE: Final = 2
_COMMIT: Final = 12
"""Characters of a commit's digest that are shown."""

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
app.command("review")(review.review)
app.command("diff")(diff.diff)
app.add_typer(corpus.app, name="corpus")
app.command("export")(export.export)
app.command("cache")(cache.cache)
app.command("doctor")(doctor.doctor)
app.command("prompts")(prompts.prompts)
app.command("schema")(schema.schema)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        from pipeline.runs.commit import CHANGED, commit

        made_from = commit() or ""
        shown = f" (commit {made_from[:_COMMIT]}{', with changes' if made_from.endswith(CHANGED) else ''})"
        typer.echo(f"pipeline {version('pipeline-cited-summaries')}{shown if made_from else ''}")
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
    try:
        status = _ended()
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stderr.close()
        status = 0
    except KeyboardInterrupt:  # while we were telling of an error
        status = INTERRUPTED
    sys.exit(status)


def _ended() -> int:
    """The exit status; what ended the command is told, to people and as JSON."""
    try:
        return _status()
    except PipelineError as error:
        note(f"error[{error.code}]: {error.message}")
        if error.hint:
            note(f"  {error.hint}")
        return _told(error.exit_status, error.code, error.message, error.hint)
    except Stopped as stopped:
        note(" ".join(filter(None, (stopped.message, stopped.hint))))
        return _told(stopped.status, "interrupted", stopped.message, stopped.hint)
    except BrokenPipeError:
        raise
    except OSError as error:
        message = (error.strerror or str(error)) + (f" ({error.filename})" if error.filename else "")
        note(f"error[system]: {message}")
        return _told(OutputError.exit_status, "system", message)


def _status() -> int:
    """Run the command, and say how it ended where it did not raise an error of ours."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    collect_seldom()
    try:
        app()
    except KeyboardInterrupt:
        raise Stopped from None
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if status == INTERRUPTED:  # how typer puts a KeyboardInterrupt
            raise Stopped from None
        if status == _USAGE:
            failure("usage", "The command line cannot be understood; stderr says why.")
        return status
    return 0


def _told(status: int, code: str, message: str, hint: str = "") -> int:
    with contextlib.suppress(PipelineError):  # that stdout cannot be written is told already, or is the lesser evil
        failure(code, message, hint)
    return status
