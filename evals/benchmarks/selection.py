"""Which facts the extractive engine's choice of sentences keeps, beside the leads of the articles.

    python evals/benchmarks/selection.py DATA [--grid]

DATA is a folder of stories: each a folder with ``*_doc.txt`` articles and ``facts.jsonl`` (one ``{"fact": …}`` a line,
written by people). The news text is not ours to ship, so the folder is an argument. The seeds' own labels are added.

A fact counts as kept if one statement holds 65 % of its content words: a floor that word overlap alone can tell, to
compare choices with each other in one run, never to be quoted as quality. ``--grid`` tries the constants of
``pipeline/engines/salience.py`` and prints the best; few stories, so prefer a plateau to a peak.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from pipeline.engines import salience
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.engines.protocol import Brief
from pipeline.stages.ground import ground
from pipeline.stages.ingest import ingest
from pipeline.stages.reconcile import reconcile, trace_origins
from pipeline.text.similarity import coverage

HELD = 0.65
BUDGETS = (200, 300)
SEEDS = Path(__file__).parents[1] / "stories" / "seeds" / "facts.yaml"
GRID = {
    "_LENGTH_EXPONENT": (0.7, 0.85, 1.0, 1.15),
    "_LEAD_BONUS": (0.6, 1.2),
    "_ALONE": (0.1, 0.25, 0.4),
    "_REDUNDANT": (0.5, 0.6, 0.7),
}


class Story(NamedTuple):
    """A story with its facts and its leads, ready to be summarized at any length."""

    name: str
    brief: Brief
    leads: list[str]
    facts: list[str]


def main(arguments: Sequence[str]) -> None:
    """Print fact recall per story and budget."""
    stories = [_seeds(), *(_story(folder) for folder in sorted(Path(arguments[0]).iterdir()) if folder.is_dir())]
    print(f"{'story':<44}" + "".join(f"{f'lead {b}':>10}{f'ours {b}':>10}" for b in BUDGETS))
    for story in stories:
        cells = [value for b in BUDGETS for value in (_kept(_lead(story, b), story), _kept(_ours(story, b), story))]
        print(f"{story.name:<44}" + "".join(f"{cell:>10.2f}" for cell in cells))
    if "--grid" in arguments:
        _grid(stories)


def _seeds() -> Story:
    labels = yaml.safe_load(SEEDS.read_text(encoding="utf-8"))
    folder = (SEEDS.parent / labels["articles"]).resolve()
    return _prepare("seeds", [str(folder)], [fact["text"] for fact in labels["facts"]])


def _story(folder: Path) -> Story:
    lines = (folder / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    return _prepare(
        folder.name, sorted(map(str, folder.glob("*_doc.txt"))), [json.loads(line)["fact"] for line in lines]
    )


def _prepare(name: str, inputs: list[str], facts: list[str]) -> Story:
    articles = {article.id: article for article in ingest(inputs).articles}
    engine = ExtractiveEngine()
    drafts = {key: asyncio.run(engine.summarize(article)).claims for key, article in articles.items()}
    claims = trace_origins([claim for key, article in articles.items() for claim in ground(article, drafts[key])[0]])
    clusters = reconcile(claims, articles)
    brief = Brief(articles=articles, claims={c.id: c for c in claims}, clusters=clusters, words=BUDGETS[0])
    rows = itertools.zip_longest(*(article.sentence_texts() for article in articles.values()))
    return Story(name, brief, [text for row in rows for text in row if text], facts)


def _ours(story: Story, budget: int) -> list[str]:
    draft = asyncio.run(ExtractiveEngine().synthesize(story.brief.model_copy(update={"words": budget})))
    return [statement.text for statement in draft.statements]


def _lead(story: Story, budget: int) -> list[str]:
    """First sentences of all articles, then second ones, while there is room."""
    chosen: list[str] = []
    for text in story.leads:
        if len(text.split()) <= budget:
            chosen.append(text)
            budget -= len(text.split())
    return chosen


def _kept(texts: Sequence[str], story: Story) -> float:
    return sum(any(coverage(fact, [text]) >= HELD for text in texts) for fact in story.facts) / len(story.facts)


def _grid(stories: Sequence[Story]) -> None:
    results = []
    for values in itertools.product(*GRID.values()):
        for name, value in zip(GRID, values, strict=True):
            setattr(salience, name, value)
        recall = [_kept(_ours(story, budget), story) for story in stories for budget in BUDGETS]
        results.append((sum(recall) / len(recall), values))
    print("\nmean recall", *GRID)
    for mean, values in sorted(results, reverse=True)[:12]:
        print(f"{mean:11.3f}", *values)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(sys.argv[1:])
