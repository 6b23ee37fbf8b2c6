"""`pipeline export`: a finished run in the formats that other programs read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import note, result
from pipeline.errors import ConfigurationError, InputError

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
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="With footnotes: the summary as `pipeline review` left it.")
    ] = False,
) -> None:
    """Write a run's summary as Markdown with footnotes, or its claims as annotations of the articles."""
    from pipeline.runs.files import write_file
    from pipeline.runs.folder import read_run

    if all_claims and format_ is not Format.annotations:
        raise ConfigurationError("--all-claims is for --format annotations: footnotes are of the summary alone.")
    if reviewed and format_ is not Format.footnotes:
        raise ConfigurationError("--reviewed is for --format footnotes: annotations are of the run as it was made.")
    run = read_run(folder)
    text = _reviewed(folder, run) if reviewed else _rendered(run, format_, all_claims=all_claims)
    if out is None:
        result(text)
    else:
        write_file(out, text)
        note(f"Written: {out}")


def _reviewed(folder: Path, run: RunFolder) -> str:
    """The reviewed summary with footnotes.

    Raises:
        InputError: nobody has reviewed the run.
    """
    from pipeline.runs.review.items import Items
    from pipeline.runs.review.reviewed_text import reviewed_footnotes
    from pipeline.runs.review.standing import standing
    from pipeline.runs.review.store import REVIEW_FILE, read

    decisions = read(folder / REVIEW_FILE).decisions
    if not decisions:
        raise InputError(f"There is no review of the run in “{folder}”.", hint=f"First: pipeline review {folder}")
    return reviewed_footnotes(run, standing(decisions, Items(run)))


def _rendered(run: RunFolder, format_: Format, *, all_claims: bool) -> str:
    """The run in that format."""
    if format_ is Format.footnotes:
        from pipeline.render.footnotes import render_footnotes

        return render_footnotes(run.synthesis, list(run.articles().values()))
    from pipeline.render.annotations import render_annotations

    return render_annotations(run.synthesis, run.files, all_claims=all_claims)
