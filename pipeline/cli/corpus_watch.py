"""How a run over many stories goes: a live view on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.cli.console import note, safe

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.llm.limits import SeenLimit
    from pipeline.runs.corpus.manifest import Snapshot

EVERY_SECONDS: Final = 10.0
"""Between two plain lines."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Watching(NamedTuple):
    """``show`` takes how it goes, ``tell`` a remark that must not break the view."""

    show: Callable[[Snapshot], None]
    tell: Callable[[str], None]


@contextmanager
def watching() -> Iterator[Watching]:
    """The live view where stderr is a terminal, erased at the end; plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield Watching(_Lines(), note)
        return
    from rich.console import Console  # only a terminal needs it
    from rich.live import Live
    from rich.text import Text

    console = Console(stderr=True)
    with Live(console=console, transient=True, auto_refresh=False) as live:

        def show(snapshot: Snapshot) -> None:
            live.update(_view(snapshot), refresh=True)

        yield Watching(show, lambda text: console.print(Text(safe(text))))


class _Lines:
    """Prints a line every so many seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, snapshot: Snapshot) -> None:
        if time.monotonic() - self._last >= EVERY_SECONDS:
            self._last = time.monotonic()
            note(line(snapshot))


def line(snapshot: Snapshot) -> str:
    """All of it in one line."""
    return ", ".join(text for _, text in facts(snapshot))


def facts(snapshot: Snapshot) -> list[tuple[str, str]]:
    """What there is to know, by its name; what is not known is left out."""
    counts = snapshot.counts
    found = [("stories", f"{counts.done + counts.partial:,} done")]
    found += [("partial", f"{counts.partial:,} of them partly")] if counts.partial else []
    found.append(("failed", f"{counts.failed:,} failed"))
    waiting = f", {snapshot.held:,} waiting for an earlier one" if snapshot.held else ""
    found.append(("in flight", f"{snapshot.under_way:,} in flight{waiting}"))
    usage = snapshot.usage
    if usage.calls or usage.cached:
        tokens = f"{usage.calls:,} calls, {sum(usage.paid_tokens()):,} tokens"
        dollars = "price unknown" if snapshot.cost_usd is None else f"${snapshot.cost_usd:.4f}"
        found += [("tokens", tokens), ("cost", dollars)]
    found += [("limit", text) for text in map(_limit, snapshot.limits) if text]
    left = snapshot.seconds_left()
    if left is not None:
        found.append(("left", f"about {duration(left)} left"))
    return found


def duration(seconds: float) -> str:
    """How long, in the unit that one would say it in.

    >>> duration(42), duration(150), duration(9000), duration(200000)
    ('42 s', '2 min 30 s', '2 h 30 min', '2 d 7 h')
    """
    whole = round(seconds)
    for unit, name, smaller, small in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s")):
        if whole >= unit:
            return f"{whole // unit} {name} {whole % unit // smaller} {small}"
    return f"{whole} s"


def _limit(limit: SeenLimit) -> str:
    """How much of a limit is in use, as the last header said."""
    if limit.remaining is None or not limit.limit:
        return f"at most {limit.limit:,.0f} {limit.what} in {limit.per_seconds:.0f} s"
    used = max(0.0, 1 - limit.remaining / limit.limit)
    return f"{used:.0%} of {limit.limit:,.0f} {limit.what} in {limit.per_seconds:.0f} s in use"


def _view(snapshot: Snapshot) -> RenderableType:
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for name, text in facts(snapshot):
        table.add_row(f"[dim]{name}[/dim]", text)
    if snapshot.total is None:
        return table
    return Group(ProgressBar(total=max(1, snapshot.total), completed=snapshot.position, width=60), table)
