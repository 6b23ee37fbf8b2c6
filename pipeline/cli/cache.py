"""`pipeline cache`: what the store of replies holds; verify it, or forget a part of it.

Beside it lies what corpora keep of finished stories. That can be made anew, and is checked whenever it is used, so
little is said of it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import note, result, table
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.llm.store import Group, ReplyStore
    from pipeline.runs.corpus.results import ResultStore

FOUND_FAULTS = 1

_PATIENCE = 5.0
"""Seconds to wait for a process that is writing; a run waits longer, but nobody sits before it."""
_SHOWN_FAULTS = 20
_LONGEST_AGE = 36500
_NO_WRITING = ("readonly", "unable to open")
"""SQLite's words where the file, or the folder in which it makes others, cannot be written."""
_HEADINGS = ("model", "prompt", "replies", "size", "oldest", "newest")


def cache(
    verify: Annotated[bool, typer.Option("--verify", help="Check the file, every digest and every reply.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Forget replies: --older-than or --all says which.")] = False,
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, max=_LONGEST_AGE, help="With --prune: older ones only.")
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="With --prune: all, and what was learned about endpoints.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show where replies are stored, how many and of which models; or verify them; or forget some."""
    import os

    from pipeline.runs.chat import store_path
    from pipeline.settings import load_settings

    _refuse_contradictions(verify=verify, prune=prune, chosen=(older_than is not None) + all_)
    path = store_path(load_settings({}, os.environ))
    if not (path.exists() and path.stat().st_size):
        _none(path, as_json=json_)
    elif verify:
        _verify(path, as_json=json_)
    elif prune:
        _prune(path, older_than, as_json=json_)
    else:
        _show(path, as_json=json_)


def _refuse_contradictions(*, verify: bool, prune: bool, chosen: int) -> None:
    """Deleting needs to be asked for in so many words."""
    if verify and prune:
        raise ConfigurationError("--verify and --prune are two things to do: give one.")
    if prune and chosen != 1:
        raise ConfigurationError("--prune needs either --older-than DAYS or --all.")
    if chosen and not prune:
        raise ConfigurationError("--older-than and --all say what --prune forgets: give it, too.")


def _none(path: Path, *, as_json: bool) -> None:
    if as_json:
        _print_json(path, stored=False)
    else:
        result(f"no replies are stored yet at {path}\n")


def _show(path: Path, *, as_json: bool) -> None:
    with _explained(path), _reading(path) as store:
        groups = store.groups()
    size = _size(path)
    count, finished = sum(group.replies for group in groups), _of_finished(path, lambda store: store.count())
    oldest = min(filter(_iso, (group.oldest for group in groups)), default=None)
    newest = max(filter(_iso, (group.newest for group in groups)), default=None)
    if as_json:
        rows = [group._asdict() | {"oldest": _iso(group.oldest), "newest": _iso(group.newest)} for group in groups]
        _print_json(
            path, bytes=size, replies=count, oldest=_iso(oldest), newest=_iso(newest), groups=rows, finished=finished
        )
        return
    lines = [f"Path: {path}", f"On disk: {_amount(size)}", f"Replies: {count:,}"]
    if finished:
        lines.append(f"Finished stories: {finished:,}, {_amount(_size(_results(path)))} beside it")
    if groups:
        lines += [f"From: {_iso(oldest)} to {_iso(newest)}", "", *table([_HEADINGS, *map(_row, groups)])]
    result("\n".join(lines) + "\n")


def _verify(path: Path, *, as_json: bool) -> None:
    with _explained(path), _reading(path) as store:
        faults = store.verify()
        count = None if any(fault.startswith("SQLite") for fault in faults) else store.count()
    if as_json:
        _print_json(path, replies=count, faults=faults)
    elif not faults:
        result(f"All is well with {_replies(count or 0)} at {path}\n")
    else:
        result("".join(f"{_named(fault)}\n" for fault in faults[:_SHOWN_FAULTS]))
        if len(faults) > _SHOWN_FAULTS:
            result(f"and {len(faults) - _SHOWN_FAULTS} more; --json names them all\n")
        note(_what_now(path, whole=count is not None))
    if faults:
        raise typer.Exit(FOUND_FAULTS)


def _prune(path: Path, older_than: int | None, *, as_json: bool) -> None:
    from pipeline.llm.store import ReplyStore

    before = _size(path)
    bound = None if older_than is None else time.time() - older_than * 86400
    with _explained(path):
        with _reading(path) as store:  # a damaged file, or one that is no store, is left as it is
            damage = store.damage()
            store.count()
        if damage:
            raise ConfigurationError(f"the reply store {path} is damaged: {damage[0]}")
        with ReplyStore(path, patience=_PATIENCE) as store:
            gone = store.prune(older_than=bound)
            left = store.count()
    _of_finished(path, lambda finished: finished.prune(older_than=bound))
    freed = before - _size(path)
    if as_json:
        _print_json(path, removed=gone, replies=left, bytes_freed=freed)
        return
    result(f"Forgot {_replies(gone)}, {left:,} left; {_amount(max(0, freed))} given back.\n")
    if gone and freed <= 0:
        note("Another process has the store open; the space comes back when that has ended.")


def _results(path: Path) -> Path:
    """Where finished stories are, beside the replies."""
    from pipeline.runs.corpus.results import RESULTS_FILE

    return path.with_name(RESULTS_FILE)


def _of_finished(path: Path, asked: Callable[[ResultStore], int]) -> int:
    """What is asked of the store of finished stories; 0 where there is none, or none that can be used."""
    from pipeline.runs.corpus.results import ResultStore

    if not _results(path).exists():
        return 0
    try:
        with ResultStore(_results(path)) as store:
            return asked(store)
    except (sqlite3.Error, OSError):
        return 0


def _reading(path: Path) -> ReplyStore:
    from pipeline.llm.store import ReplyStore

    return ReplyStore(path, read_only=True, patience=_PATIENCE)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say what to do about the file at hand; where a store could be instead is no help here."""
    try:
        yield
    except ConfigurationError as error:
        reason = str(error.__cause__)
        if "locked" in reason:
            error.hint = "Another process is writing to it; run the same command again when that has ended."
        elif isinstance(error.__cause__, PermissionError) or any(words in reason for words in _NO_WRITING):
            error.hint = "Nothing was changed: the file or its folder cannot be written. Check their permissions."
        else:
            error.hint = _what_now(path, whole=False)
        raise


def _what_now(path: Path, *, whole: bool) -> str:
    if whole:
        return "`pipeline cache --prune --all` forgets all replies; they would be asked for and paid for again."
    return f"Nothing was changed. Move {path} away to begin anew; its replies would be asked for and paid for again."


def _named(fault: str) -> str:
    """A digest alone says nothing; the rest are SQLite's words."""
    from pipeline.llm.server_text import printable

    return printable(fault if fault.startswith("SQLite") else f"{fault}: not of its request, or an unreadable reply")


def _row(group: Group) -> tuple[str, ...]:
    from pipeline.llm.server_text import capped, printable

    names = (capped(printable(str(name or "?")), 60) for name in (group.model, group.prompt))
    dates = (str(_iso(moment) or "?")[:10] for moment in (group.oldest, group.newest))
    return (*names, f"{group.replies:,}", _amount(group.size), *dates)


def _size(path: Path) -> int:
    """Bytes on disk; what was written last may be in the log beside the file."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _iso(moment: object) -> str | None:
    """UTC; None where it is not known, or is no time: SQLite keeps a text in a column of numbers, too."""
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat() if isinstance(moment, int) and moment else None
    except (ValueError, OverflowError, OSError):
        return None


def _amount(size: int) -> str:
    """Bytes as a person reads them.

    >>> _amount(900), _amount(1_234_567)
    ('900 bytes', '1.2 MB')
    """
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"


def _replies(count: int) -> str:
    return f"{count:,} {'reply' if count == 1 else 'replies'}"


def _print_json(path: Path, *, stored: bool = True, **fields: Any) -> None:
    from pipeline.domain.base import SCHEMA_VERSION

    head = {"schema_version": SCHEMA_VERSION, "path": str(path), "exists": stored}
    result(json.dumps(head | fields, indent=2) + "\n")
