"""``run.json``: what went in, what it was done with, and what it took."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import RunManifest, StageRecord
from pipeline.domain.synthesis import Synthesis
from pipeline.engines.llm import LlmEngine
from pipeline.llm.endpoint import public_name
from pipeline.runs.costs import cost
from pipeline.runs.engines import Opened
from pipeline.runs.runner import Story
from pipeline.runs.versions import versions
from pipeline.stages.ingest import Ingested


def make_manifest(opened: Opened, ingested: Ingested, story: Story, times: tuple[datetime, datetime]) -> RunManifest:
    """The record of a finished run. Times aside, the same inputs and replies give the same record."""
    engine, settings = opened.engine, opened.settings
    parameters: dict[str, str | int | float | bool | None] = {"words": settings.words}
    if settings.language is not None:
        parameters["language"] = settings.language
    if isinstance(engine, LlmEngine):
        parameters["synthesis"] = engine.mode
        parameters["base_url"] = public_name(settings.base_url) if settings.base_url else None
    batched = opened.batch.described() if opened.batch is not None else ""
    return RunManifest(
        inputs={article.path: article.sha256 for article in ingested.articles},
        prompts={name: prompt.digest for name, prompt in opened.prompts.items()},
        schema_digest=schema_digest(),
        engine=engine.name,
        model=engine.model,
        parameters=parameters,
        versions=versions(),
        stages=tuple(_with_cost(stage, opened) for stage in story.stages),
        failures=story.failures,
        duplicates=ingested.duplicates,
        notes=(*opened.notes, *([batched] if batched else []), *story.notes),
        files=(),
        settings=settings.public(),
        started=times[0].isoformat(timespec="seconds"),
        finished=times[1].isoformat(timespec="seconds"),
    )


def schemas() -> dict[str, dict[str, object]]:
    """The JSON Schemas of the files that a run writes, by file name."""
    return {
        "summary.json": Synthesis.model_json_schema(),
        "articles/<id>.json": ArticleFile.model_json_schema(),
        "run.json": RunManifest.model_json_schema(),
    }


def schema_digest() -> str:
    """``sha256:`` of the schemas' canonical JSON."""
    canonical = json.dumps(schemas(), sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _with_cost(stage: StageRecord, opened: Opened) -> StageRecord:
    """The stage with its price; None where the model's price is not known."""
    if opened.engine.model is None:
        return stage
    paid = stage.usage.paid_tokens()
    dollars = cost(opened.settings, *paid, batch=opened.batch is not None) if any(paid) else 0.0
    return stage.model_copy(update={"cost_usd": dollars})
