"""`pipeline review`: a person decides about a run, sentence by sentence; the decisions become labels."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.cli.console import INTERRUPTED, TERMINATED, Stopped, note, result
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.runs.review.session import Review


class _Terminated(BaseException):
    """SIGTERM has come."""


def review(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `pipeline run` has left (its --out).")],
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port on 127.0.0.1 [default: one that is free].")
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print the address; open no browser.")] = False,
    name: Annotated[
        str | None, typer.Option(help="Who decides [default: PIPELINE_REVIEWER, else the login name].")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="STORY_DIR", help="Write the decisions as labels for `pipeline eval`.")
    ] = None,
) -> None:
    """Review a run in the browser: accept, reject, edit, comment; every decision is saved at once, beside the run."""
    if export is not None:
        given = {"port": port, "no-open": no_open or None, "name": name}
        idle = next((flag for flag, value in given.items() if value is not None), None)
        if idle:
            raise ConfigurationError(f"--{idle} and --export contradict each other: nothing is served.")
        _export(folder, export)
    else:
        _serve(folder, port or 0, name, opened=not no_open)


def _export(folder: Path, story: Path) -> None:
    from pipeline.evaluation.from_review import export_review

    exported = export_review(folder, story)
    result(f"{exported.path}\n")
    for remark in exported.notes:
        note(remark)
    note(f"Try it: pipeline eval {story} --engine extractive")


def _serve(folder: Path, port: int, name: str | None, *, opened: bool) -> None:
    import os

    from pipeline.runs.folder import read_run
    from pipeline.runs.review.server import bind, serve
    from pipeline.runs.review.session import Review
    from pipeline.settings import load_settings

    settings = load_settings({"reviewer": name}, os.environ)
    session = Review(folder, read_run(folder), settings.reviewer or _login_name())
    _tell_earlier(session)
    try:
        with _terminable():
            bound = bind(port)
            note(f"Reviewing {folder} as {session.by}: {bound.access.address}")
            note("Every decision is saved at once; Ctrl-C ends the review.")
            if opened:
                _open(bound.access.address)
            serve(session, bound)
    except KeyboardInterrupt:
        _end(session, INTERRUPTED)
    except _Terminated:
        _end(session, TERMINATED)


def _tell_earlier(session: Review) -> None:
    """What there is already, and what of it is not of this run."""
    state = session.write()
    if state.decisions:
        note(f"{len(state.decisions)} earlier decision(s) in {session.folder}.")
    lost = len(state.standing.outdated) + len(state.standing.unmatched)
    if lost:
        note(f"{lost} of them are about what this run says otherwise, or not at all; they are kept.")
    if state.torn:
        note(f"{state.torn} line(s) of the file were cut off when a review was killed; they are passed over.")


def _end(session: Review, status: int) -> NoReturn:
    from pipeline.runs.review.reviewed_text import REVIEWED_MD

    state = session.write()
    counts = ", ".join(f"{count} {name}" for name, count in state.standing.counts.items())
    told = f"Statements: {counts}."
    written = f"The reviewed summary is {session.folder / REVIEWED_MD}." if state.decisions else ""
    raise Stopped(f"The review has ended. {told}", written, status)


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the server in order, as Ctrl-C does."""
    import signal

    def stop(*_: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise ConfigurationError(
            "Who is reviewing? This user has no login name.", hint="Give one with --name or PIPELINE_REVIEWER."
        ) from None


def _open(address: str) -> None:
    """Open the browser beside the server; where there is none, the printed address has to do."""
    import os
    import threading
    import webbrowser

    def opening() -> None:
        with contextlib.suppress(webbrowser.Error, OSError):
            browser = webbrowser.get()
            # A browser of the terminal would take it from the server.
            if type(browser) is not webbrowser.GenericBrowser or "BROWSER" in os.environ:
                browser.open(address)

    threading.Thread(target=opening, daemon=True).start()
