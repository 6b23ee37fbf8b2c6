"""`pipeline diff`: what changed between two runs, statement by statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import columns, has_colour, note, result


def diff(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The folder of a run.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The folder of a later one.")],
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as one self-contained HTML page.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> None:
    """Show what changed between two runs: statements, their words and citations, differences between sources."""
    from pipeline.cli.diff_text import layout, painted
    from pipeline.render.diff_page import render_diff
    from pipeline.render.diff_views import diff_view
    from pipeline.runs.diff.compare import compare
    from pipeline.runs.files import write_file
    from pipeline.runs.folder import read_run
    from pipeline.runs.job import to_json

    comparison = compare(read_run(before), read_run(after))
    view = diff_view(comparison, (str(before), str(after)))
    if page is not None:
        write_file(page, render_diff(view))
        note(f"Page: {page}")
    if json_:
        result(to_json(comparison))
    else:
        result(layout(view, columns()), paint=painted if has_colour() else None)
