"""The evals of the extractive engine and of the recorded real model, side by side: the table of the README.

    python evals/benchmarks/side_by_side.py            # print it
    python evals/benchmarks/side_by_side.py --write    # put it into README.md, between its marks

No model, no key, no network: one engine runs live, the other's replies are replayed.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.gates import pooled
from pipeline.evaluation.results import Metric
from pipeline.evaluation.runs import Folders
from pipeline.evaluation.session import Request, run_evaluation
from pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "evals" / "stories"
RECORDINGS = ROOT / "evals" / "recordings"
README = ROOT / "README.md"
MARKS = "<!-- evals: written by evals/benchmarks/side_by_side.py -->", "<!-- /evals -->"
ROWS = {
    "vital_recall": "vital facts told, rightly cited",
    "weighted_recall": "all facts, weighted",
    "statement_precision": "statements borne out",
    "citation_recall": "citation recall (ALCE)",
    "citation_precision": "citation precision (ALCE)",
    "attribution_accuracy": "handed to the right speaker",
    "disagreement_coverage": "disagreements shown",
    "falsehoods_stated": "falsehoods stated",
}


def main(arguments: Sequence[str]) -> None:
    """Print or write the table."""
    table = asyncio.run(side_by_side())
    if "--write" in arguments:
        README.write_text(with_table(README.read_text(encoding="utf-8"), table), encoding="utf-8")
    else:
        print(table)


async def side_by_side() -> str:
    """The table as Markdown: a column an engine and story."""
    stories = tuple(str(path.parent) for path in sorted(STORIES.glob("*/facts.yaml")))
    extractive = await _evaluate(Request(stories=stories), Settings(engine="extractive"))
    recorded = await _evaluate(Request(stories=stories, folders=Folders(replay=RECORDINGS)), Settings())
    return _table({"extractive": extractive, "recorded": recorded})


def with_table(readme: str, table: str) -> str:
    """The README with the table between its marks."""
    start, end = map(re.escape, MARKS)
    return re.sub(f"{start}.*{end}", lambda _: f"{MARKS[0]}\n{table}{MARKS[1]}", readme, flags=re.DOTALL)


async def _evaluate(request: Request, settings: Settings) -> Evaluation:
    return await run_evaluation(request, settings, lambda _: None)


def _table(columns: Mapping[str, Evaluation]) -> str:
    first = next(iter(columns.values()))
    names = [story.id for story in first.stories]
    heads = [f"{engine}, {name}" for engine in columns for name in (*names, "all")]
    lines = [f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for metric, words in ROWS.items():
        cells = [cell for evaluation in columns.values() for cell in _cells(evaluation, metric)]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    counted = ", ".join(f"{story.id} {len(story.result.facts)}" for story in first.stories)
    models = ", ".join(f"{name}: {one.report.model}" for name, one in columns.items() if one.report.model)
    lines += ["", f"Shares: 1.00 is all. Facts labelled: {counted}. At most 300 words. {models.capitalize()}."]
    return "\n".join(lines) + "\n"


def _cells(evaluation: Evaluation, name: str) -> list[str]:
    metrics = [story.result.metrics[name] for story in evaluation.stories]
    return [_cell(metric) for metric in (*metrics, pooled(metrics))]


def _cell(metric: Metric) -> str:
    return "–" if metric.value is None else f"{metric.value:.2f}"


if __name__ == "__main__":
    main(sys.argv[1:])
