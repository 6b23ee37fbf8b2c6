"""How the summary was made: what a reader of the report may want to know of the run.

Nothing here depends on when the run took place, or on which replies came from the store: the page is the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.run import RunManifest, StageRecord
from pipeline.render import wording
from pipeline.render.report_views import RunView, StageView


def run_view(manifest: RunManifest) -> RunView:
    """The record of a run, for people."""
    return RunView(
        facts=tuple(_facts(manifest)),
        stages=tuple(_stage(stage) for stage in manifest.stages),
        prompts=tuple(sorted(manifest.prompts.items())),
        inputs=tuple(sorted(manifest.inputs.items())),
        notes=manifest.notes,
        failures=tuple(f"{failure.path}: {failure.message}" for failure in manifest.failures),
    )


def _facts(manifest: RunManifest) -> Iterator[tuple[str, str]]:
    yield "Engine", manifest.engine
    if manifest.model:
        yield "Model", manifest.model
        usages = [stage.usage.in_all() for stage in manifest.stages]
        prompt, completion = sum(u.prompt_tokens for u in usages), sum(u.completion_tokens for u in usages)
        yield "Replies", wording.count(sum(u.calls for u in usages), "reply", "replies")
        yield "Tokens", f"{prompt:,} of prompts, {completion:,} of replies"
        yield "Cost", _cost(manifest)
    for name, value in sorted(manifest.parameters.items()):
        if value is not None:
            yield name.replace("_", " ").capitalize(), str(value)
    for name, value in sorted(manifest.versions.items()):
        yield f"Version of {name}", value


def _cost(manifest: RunManifest) -> str:
    """What the run could cost at most; what it did cost depends on the store, and stands in run.json."""
    most = manifest.bound.cost_usd if manifest.bound else None
    return "not known" if most is None else f"{most:.4f} US dollars at most"


def _stage(stage: StageRecord) -> StageView:
    used = stage.usage.in_all()
    return StageView(
        name=stage.name,
        count_in=stage.count_in,
        count_out=stage.count_out,
        calls=used.calls,
        prompt_tokens=used.prompt_tokens,
        completion_tokens=used.completion_tokens,
    )
