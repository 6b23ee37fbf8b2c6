"""How the summary was made: what a reader of the report may want to know of the run.

Nothing here depends on when the run took place, or on which replies came from the store: the page is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.domain.run import RunManifest, StageRecord
from pipeline.llm.prices import price
from pipeline.render import wording
from pipeline.render.report_views import RunView, StageView

_OF_THE_WAY: Final = frozenset({"base_url"})
"""Parameters that say how replies were had, not what was asked."""


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
        yield "Cost", _cost(manifest.model, prompt, completion)
    for name, value in sorted(manifest.parameters.items()):
        if value is not None and name not in _OF_THE_WAY:
            yield name.replace("_", " ").capitalize(), str(value)
    for name, value in sorted(manifest.versions.items()):
        yield f"Version of {name}", value


def _cost(model: str, prompt_tokens: int, completion_tokens: int) -> str:
    """What the tokens cost at the public price of the model; what was paid depends on the store, and is in run.json."""
    dollars = price(model, prompt_tokens, completion_tokens, None)
    return "no public price" if dollars is None else f"{dollars:.4f} US dollars at the public price"


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
