"""The evals of the extractive engine and of the recorded real model, side by side: what the documents' tables are of.

    python evals/benchmarks/side_by_side.py            # print the figures as JSON
    python evals/benchmarks/side_by_side.py --write    # keep them in evals/results/evals.json

``make pages`` makes the tables anew from what is kept. No model, no key, no network: one engine runs live, the other's
replies are replayed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.gates import pooled
from pipeline.evaluation.results import Metric
from pipeline.evaluation.runs import Folders
from pipeline.evaluation.session import Request, run_evaluation
from pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "evals" / "stories"
RECORDINGS = ROOT / "evals" / "recordings"
RESULTS = ROOT / "evals" / "results" / "evals.json"
ALL = "all"
"""The column of all stories together."""
METRICS = (
    "vital_recall",
    "weighted_recall",
    "statement_precision",
    "citation_recall",
    "citation_precision",
    "attribution_accuracy",
    "disagreement_coverage",
    "falsehoods_stated",
)


def main(arguments: Sequence[str]) -> None:
    """Print or write the figures."""
    found = json.dumps(asyncio.run(side_by_side()), indent=2) + "\n"
    if "--write" in arguments:
        RESULTS.write_text(found, encoding="utf-8")
    else:
        print(found, end="")


async def side_by_side() -> dict[str, Any]:
    """The figures: by engine, metric and story; shares of 1, None where one is not defined."""
    stories = tuple(str(path.parent) for path in sorted(STORIES.glob("*/facts.yaml")))
    extractive = await _evaluate(Request(stories=stories), Settings(engine="extractive"))
    recorded = await _evaluate(Request(stories=stories, folders=Folders(replay=RECORDINGS)), Settings())
    return {
        "by": "evals/benchmarks/side_by_side.py",
        "words": Settings().words,
        "facts": {story.id: len(story.result.facts) for story in extractive.stories},
        "engines": {"extractive": _figures(extractive), "recorded": _figures(recorded)},
    }


async def _evaluate(request: Request, settings: Settings) -> Evaluation:
    return await run_evaluation(request, settings, lambda _: None)


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    return {"model": evaluation.report.model, "metrics": {name: _shares(evaluation, name) for name in METRICS}}


def _shares(evaluation: Evaluation, name: str) -> Mapping[str, float | None]:
    metrics = {story.id: story.result.metrics[name] for story in evaluation.stories}
    return {story: _share(metric) for story, metric in {**metrics, ALL: pooled(list(metrics.values()))}.items()}


def _share(metric: Metric) -> float | None:
    return None if metric.value is None else round(metric.value, 4)


if __name__ == "__main__":
    main(sys.argv[1:])
