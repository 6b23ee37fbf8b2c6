"""`pipeline eval`: which labelled facts a summary tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import result, table

if TYPE_CHECKING:
    from pipeline.evaluation.suite import EvalReport, StoryResult

GATE_FAILED = 1


def evaluate(
    stories: Annotated[
        list[str] | None,
        typer.Argument(metavar="[STORY]…", help="Stories in evals/stories, or their folders [default: all]."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the measurements as JSON.")] = False,
) -> None:
    """Summarize labelled stories (extractive engine); exit 1 if a vital fact is lost or wrongly cited."""
    import asyncio  # noqa: PLC0415

    from pipeline.engines.extractive import ExtractiveEngine  # noqa: PLC0415
    from pipeline.evaluation.story import find_stories, load_story  # noqa: PLC0415
    from pipeline.evaluation.suite import evaluate as measure  # noqa: PLC0415
    from pipeline.runs.job import to_json  # noqa: PLC0415

    loaded = [load_story(path) for path in find_stories(stories or [])]
    report = asyncio.run(measure(loaded, ExtractiveEngine()))
    result(to_json(report) if json_ else _table(report))
    if report.failed():
        raise typer.Exit(GATE_FAILED)


def _table(report: EvalReport) -> str:
    blocks = ["\n".join(_story_lines(name, story)) for name, story in report.stories.items()]
    words = {True: "passed", False: "FAILED", None: "not measured"}
    gates = [f"{words[gate.passed]}: {gate.name}: {gate.detail}" for gate in report.gates]
    return "\n\n".join([*blocks, "\n".join(gates)]) + "\n"


def _story_lines(name: str, story: StoryResult) -> list[str]:
    """A line a fact: which statement tells it and whether it is cited rightly, or which stage lost it."""
    rows = [(f"{name}: fact", "importance", "told by", "cited rightly", "lost at")]
    for fact in story.facts:
        cited = "" if fact.statement_id is None else "no" if "misattributed" in fact.flags else "yes"
        rows.append((fact.id, fact.importance, fact.statement_id or "-", cited, fact.lost_at or ""))
    return table(rows)
