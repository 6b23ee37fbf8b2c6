"""`pipeline export`: a finished run in the formats that other programs read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import note, result
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.runs.folder import RunFolder


class Format(StrEnum):
    """What the run is written as."""

    footnotes = "footnotes"
    annotations = "annotations"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run.")],
    format_: Annotated[
        Format,
        typer.Option(
            "--format", help="footnotes: Markdown with footnotes; annotations: JSON lines of W3C Web Annotations."
        ),
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there instead of printing it.")] = None,
    all_claims: Annotated[
        bool, typer.Option("--all-claims", help="With annotations: those that the summary does not use, too.")
    ] = False,
) -> None:
    """Write a run's summary as Markdown with footnotes, or its claims as annotations of the articles."""
    from pipeline.runs.files import write_file  # noqa: PLC0415
    from pipeline.runs.folder import read_run  # noqa: PLC0415

    if all_claims and format_ is not Format.annotations:
        raise ConfigurationError("--all-claims is for --format annotations: footnotes are of the summary alone.")
    text = _rendered(read_run(folder), format_, all_claims=all_claims)
    if out is None:
        result(text)
    else:
        write_file(out, text)
        note(f"Written: {out}")


def _rendered(run: RunFolder, format_: Format, *, all_claims: bool) -> str:
    """The run in that format."""
    if format_ is Format.footnotes:
        from pipeline.render.footnotes import render_footnotes  # noqa: PLC0415

        return render_footnotes(run.synthesis, list(run.articles().values()))
    from pipeline.render.annotations import render_annotations  # noqa: PLC0415

    return render_annotations(run.synthesis, run.files, all_claims=all_claims)
