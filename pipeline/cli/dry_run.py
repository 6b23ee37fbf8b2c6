"""`pipeline run --dry-run`: what a run is likely to take, and at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pipeline.cli.console import note, result

if TYPE_CHECKING:
    from pipeline.domain.run import Bound
    from pipeline.runs.dry_run import Estimate
    from pipeline.settings import Settings
    from pipeline.stages.ingest import Ingested

Kind = Literal["run", "group", "update"]
"""What a run is of: one story, a heap of them, or an earlier run."""


def dry_run(inputs: list[str], settings: Settings, *, kind: Kind, batch: bool, as_json: bool) -> None:
    """Print what the command is likely to take, and what at most."""
    from pathlib import Path

    from pipeline.llm.local_server import identity
    from pipeline.runs.costs import known_price
    from pipeline.runs.engines import choose_engine
    from pipeline.runs.job import to_json

    if choose_engine(settings) != "extractive":
        if settings.local_model:
            identity(Path(settings.local_model))
        if settings.max_cost is not None:
            known_price(settings, batch=batch)
    estimated, articles = _estimated(inputs, settings, kind, batch=batch)
    if as_json:
        result(to_json(estimated))
        return
    counts = "counted exactly" if estimated.exact_counts else "estimated: the model's token table is not at hand"
    lines = [
        f"Engine: {estimated.engine}" + (f", model {estimated.model}" if estimated.model else ""),
        f"Articles: {articles}",
        f"Likely:  {_amounts(estimated.likely)}",
        f"At most: {_amounts(estimated.most)}",
    ]
    if estimated.model:
        again = "What batches leave out" if batch else "Retries of failed connections"
        lines.append(f"Tokens are {counts}. {again} come{'s' if batch else ''} on top.")
    result("\n".join(lines) + "\n")


def _estimated(inputs: list[str], settings: Settings, kind: Kind, *, batch: bool) -> tuple[Estimate, str]:
    if kind == "update":
        return _of_update(inputs, settings)
    return (_of_run if kind == "run" else _of_groups)(inputs, settings, batch=batch)


def _of_run(inputs: list[str], settings: Settings, *, batch: bool) -> tuple[Estimate, str]:
    from pipeline.runs.dry_run import estimate
    from pipeline.runs.duplicates import read_articles

    ingested = read_articles(inputs, settings, note)
    _tell_unread(ingested)
    return estimate(ingested.articles, settings, batch=batch), f"{len(ingested.articles)}"


def _of_groups(inputs: list[str], settings: Settings, *, batch: bool) -> tuple[Estimate, str]:
    from pipeline.runs.grouped import estimate_groups, read_heap

    heap = read_heap(inputs, settings, note)
    _tell_unread(heap.ingested)
    estimated = estimate_groups(heap, settings, batch=batch)
    return estimated, f"{estimated.articles}, of {len(heap.groups)} stories"


def _of_update(inputs: list[str], settings: Settings) -> tuple[Estimate, str]:
    from pipeline.runs.updates.job import estimate_update

    estimated, taken = estimate_update(inputs, settings)
    _tell_unread(taken.ingested)
    return estimated, f"{estimated.articles}, of which {len(taken.unread())} are to be summarized"


def _tell_unread(ingested: Ingested) -> None:
    for failed in ingested.failures:
        note(f"failed: {failed.path}: {failed.message}")


def _amounts(bound: Bound) -> str:
    cost = "price unknown" if bound.cost_usd is None else f"${bound.cost_usd:.4f}"
    return f"{bound.calls:,} calls, {bound.prompt_tokens:,} tokens in, {bound.completion_tokens:,} out, {cost}"
