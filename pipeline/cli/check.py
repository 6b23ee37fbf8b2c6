"""`pipeline check`: verify any cited summary against its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import note, result

if TYPE_CHECKING:
    from pipeline.runs.check import CheckedSentence, CheckReport

FOUND_FAULTS = 1


def check(
    summary: Annotated[str, typer.Argument(metavar="SUMMARY", help="Our JSON, Markdown, or text with [1] citations.")],
    sources: Annotated[list[str], typer.Option(help="Folder or files that the citations mean.")],
    json_: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
) -> None:
    """Check every sentence of a cited summary against the sources; exit 1 if one is not borne out."""
    from pathlib import Path  # noqa: PLC0415

    from pipeline.runs.check import check_summary  # noqa: PLC0415
    from pipeline.runs.job import to_json  # noqa: PLC0415
    from pipeline.stages.ingest import ingest  # noqa: PLC0415

    ingested = ingest(sources)
    for failure in ingested.failures:
        note(f"failed: {failure.path}: {failure.message}")
    report = check_summary(Path(summary), ingested.articles)
    result(to_json(report) if json_ else _table(report))
    if not report.passed():
        raise typer.Exit(FOUND_FAULTS)


def _table(report: CheckReport) -> str:
    lines = [line for sentence in report.sentences for line in _lines(sentence)]
    counts = ", ".join(f"{count} {status}" for status, count in sorted(report.counts.items()))
    lines.append(_count(len(report.sentences), "sentence") + (f": {counts}" if counts else ""))
    skipped = ", ".join(_count(count, kind) for kind, count in sorted(report.skipped.items()) if count)
    if skipped:
        lines.append(f"Not checked: {skipped}.")
    return "\n".join(lines) + "\n"


def _count(count: int, noun: str) -> str:
    """A number and its noun.

    >>> _count(1, "heading"), _count(5, "source entry")
    ('1 heading', '5 source entries')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def _lines(sentence: CheckedSentence) -> list[str]:
    verdict = sentence.verdict
    lines = [f"{verdict.status:<13}{sentence.text}"]
    lines += [f"{'':<13}- {guard.name}: {guard.detail}" for guard in verdict.failures()]
    if verdict.status != "supported":
        for citation in sentence.citations[:2]:
            word = "nearest passage" if citation.cited == "proposed" else "cited passage"
            lines.append(f"{'':<13}  {word} ({citation.evidence.article_id}): “{citation.evidence.quote}”")
    return lines
