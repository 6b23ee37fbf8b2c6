"""`pipeline run`: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.batches import batch_order, refuse_extractive, resume, tell_files, tell_open_batches
from pipeline.cli.console import SOME_FAILED, failure, note, result
from pipeline.cli.dry_run import Kind, dry_run as tell_dry_run
from pipeline.cli.flags import only_given, refuse_idle, refuse_with_update
from pipeline.cli.options import (
    BaseUrl,
    Batch,
    BatchFilesOnly,
    BatchReplies,
    Engine,
    Entailment,
    ModelName,
    Synthesis,
)
from pipeline.cli.stopping import RESUME, run_to_end, stoppable
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.domain.run import Bound, Failure, RunManifest
    from pipeline.runs.batch.order import BatchOrder
    from pipeline.runs.engines import Source
    from pipeline.runs.job import Done
    from pipeline.settings import Settings

_NO_SUMMARY = "No article could be used, so there is no summary; run.json says why."

Inputs = Annotated[list[str], typer.Argument(metavar="INPUT…", help="Files, folders, globs, or - for a text.")]
Out = Annotated[str | None, typer.Option(help="Folder for the results [default: pipeline-out].")]
Words = Annotated[int | None, typer.Option(help="Length of the statements [default: 300].")]
Language = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Language of the summary; quotations stay as they are [default: the articles']."),
]
Concurrency = Annotated[int | None, typer.Option(help="Calls under way at a time [default: 4].")]
LocalModel = Annotated[
    str | None, typer.Option(metavar="GGUF", help="Serve this model file here, for this run (extra: local).")
]
MaxCost = Annotated[
    float | None, typer.Option(metavar="USD", help="Stop before the call that could spend more in this run.")
]
Record = Annotated[str | None, typer.Option(metavar="DIR", help="Write the replies there, for --replay.")]
Replay = Annotated[str | None, typer.Option(metavar="DIR", help="Take all replies from there; call nobody.")]
Grouped = Annotated[
    bool, typer.Option("--group", help="Sort mixed articles into events first; one summary each, and an index.")
]
Embeddings = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="With --group: compare meanings by this ONNX encoder (extra: embeddings)."),
]
KeepDuplicates = Annotated[
    bool, typer.Option("--keep-duplicates", help="Use copies and earlier versions of an article, too.")
]
Update = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Take up this earlier run: summarize only what is new, and say what changed."),
]
Redo = Annotated[bool, typer.Option("--redo", help="With --update: summarize the earlier run's articles again, too.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Ask again even where a reply is stored.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what a run is likely to take, and at most.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


def run(  # long: each option is a parameter, and a line
    inputs: Inputs,
    out: Out = None,
    engine: Engine = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    synthesis: Synthesis = None,
    words: Words = None,
    language: Language = None,
    concurrency: Concurrency = None,
    local_model: LocalModel = None,
    max_cost: MaxCost = None,
    entailment: Entailment = None,
    record: Record = None,
    replay: Replay = None,
    group: Grouped = False,
    embeddings: Embeddings = None,
    keep_duplicates: KeepDuplicates = False,
    update: Update = None,
    redo: Redo = False,
    fresh: Fresh = False,
    batch: Batch = False,
    batch_files_only: BatchFilesOnly = False,
    batch_replies: BatchReplies = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Summarize the articles of one event into one cited summary; print it, and write it to a folder."""
    import os

    from pipeline.settings import load_settings  # pydantic is not needed for --help

    if embeddings is not None and not group:
        raise ConfigurationError("--embeddings is for --group: without it, nothing is sorted into events.")
    batched = batch or batch_files_only or batch_replies is not None
    refuse_with_update(update, {"--out": out is not None, "--group": group, "--batch": batched}, redo=redo)
    flags = {
        "out": out if update is None else update,
        "engine": engine.value if engine else None,
        "model": model,
        "base_url": base_url,
        "synthesis": synthesis.value if synthesis else None,
        "words": words,
        "language": language,
        "concurrency": concurrency,
        "local_model": local_model,
        "max_cost": max_cost,
        "entailment": entailment,
        "embeddings": embeddings,
        "keep_duplicates": keep_duplicates or None,
    }
    given = {name for name, value in flags.items() if value is not None}
    settings = load_settings(flags, os.environ)
    asked = {"batch": batch, "batch_files_only": batch_files_only, "fresh": fresh}
    refuse_idle(given | {name for name, on in asked.items() if on}, settings, record=record, replay=replay)
    order = batch_order(settings.out, batch=batch, files_only=batch_files_only, replies=batch_replies)
    source = _source(settings, fresh=fresh, record=record, replay=replay, batch=order)
    kind: Kind = "group" if group else "run" if update is None else "update"
    if dry_run:
        _refuse_with_dry_run(source, entailment)
        tell_dry_run(inputs, settings, kind=kind, batch=order is not None, as_json=json_)
        return
    settings = settings if replay is None else only_given(given, settings)
    _do(kind, inputs, settings, source, redo=redo, as_json=json_)


def _source(
    settings: Settings, *, fresh: bool, record: str | None, replay: str | None, batch: BatchOrder | None
) -> Source:
    """Where replies come from and go to; settings that contradict each other are refused."""
    from pathlib import Path

    from pipeline.runs.engines import Source, choose_engine

    if replay is None:
        settings.check_endpoint()
    if batch is not None:
        refuse_extractive(settings)
    if record is not None and choose_engine(settings) == "extractive":
        raise ConfigurationError(
            "There is nothing to record: the extractive engine calls no model.",
            hint="Set OPENAI_API_KEY, or give --base-url or --local-model.",
        )
    if record is not None and Path(record).resolve() == Path(settings.out).resolve():
        raise ConfigurationError("--record and --out name the same folder: a recording has one of its own.")
    return Source(
        fresh=fresh,
        record=None if record is None else Path(record),
        replay=None if replay is None else Path(replay),
        batch=batch,
    )


def _refuse_with_dry_run(source: Source, entailment: str | None) -> None:
    """Refuse what a dry run leaves without effect."""
    if source.record or source.replay:
        raise ConfigurationError("--dry-run calls nobody: there is nothing to record, and a replay costs nothing.")
    if entailment is not None:
        raise ConfigurationError("--dry-run and --entailment contradict each other: nothing is written to be read.")


def _do(kind: Kind, inputs: list[str], settings: Settings, source: Source, *, redo: bool, as_json: bool) -> None:
    """The run; where only batch files were to be written, it ends by telling of them."""
    from pipeline.runs.batch.rounds import FilesWritten

    try:
        if kind == "update":
            _run_update(inputs, settings, source, redo=redo, as_json=as_json)
        else:
            tell_open_batches(settings.out, source.batch)
            (_run_groups if kind == "group" else _run_story)(inputs, settings, source, as_json=as_json)
    except FilesWritten as written:
        tell_files(written, settings.model, as_json=as_json)


def _run_story(inputs: list[str], settings: Settings, source: Source, *, as_json: bool) -> None:
    from pipeline.cli.progress import progress_bar
    from pipeline.runs.job import run_job
    from pipeline.runs.output import REPORT

    with stoppable("nothing was written.", resume(source.batch)), progress_bar() as progress:
        done = run_to_end(run_job(inputs, settings, source=source, progress=progress, tell=note))
    failures = done.manifest.failures
    _tell_failures(failures)
    if done.synthesis is None:
        note(_NO_SUMMARY)
        failure("failed", _NO_SUMMARY)
    else:
        _print_summary(done, as_json=as_json)
        _tell_dropped(done)
        note(_took(done.manifest))
        note(f"Report: {settings.out}/{REPORT}")
    _end(failures)


def _run_update(inputs: list[str], settings: Settings, source: Source, *, redo: bool, as_json: bool) -> None:
    from pipeline.cli.progress import progress_bar
    from pipeline.cli.update_text import tell_changes
    from pipeline.runs.updates.job import How, run_update

    with stoppable("the earlier run is as it was.", RESUME), progress_bar() as progress:
        updated = run_to_end(run_update(inputs, settings, how=How(source, redo), progress=progress, tell=note))
    _tell_failures(updated.failures)
    _print_summary(updated.done, as_json=as_json)
    tell_changes(updated, settings.out)
    if updated.changes is not None:
        note(_took(updated.done.manifest))
    _end(updated.failures)


def _run_groups(inputs: list[str], settings: Settings, source: Source, *, as_json: bool) -> None:
    from pipeline.cli.progress import progress_bar
    from pipeline.render.index import render_list
    from pipeline.runs.group_output import INDEX
    from pipeline.runs.grouped import run_groups
    from pipeline.runs.job import to_json

    left = "the stories that were finished are written, the list of them is not."
    with stoppable(left, resume(source.batch)), progress_bar() as progress:
        grouped = run_to_end(run_groups(inputs, settings, source=source, progress=progress, tell=note))
    failures = [*grouped.failures, *(failed for story in grouped.stories for failed in story.failures)]
    _tell_failures(failures)
    result(to_json(grouped) if as_json else render_list(grouped, settings.out))
    note(f"Index: {settings.out}/{INDEX}")
    _end(failures)


def _tell_failures(failures: Sequence[Failure]) -> None:
    for failed in failures:
        note(f"failed: {failed.path} ({failed.stage}): {failed.message}")


def _end(failures: Sequence[Failure]) -> None:
    """Exit 4 where some articles failed."""
    if failures:
        raise typer.Exit(SOME_FAILED)


def _print_summary(done: Done, *, as_json: bool) -> None:
    from pipeline.runs.job import to_json

    if done.synthesis is not None and done.markdown is not None:
        result(to_json(done.synthesis) if as_json else done.markdown)


def _tell_dropped(done: Done) -> None:
    dropped = done.synthesis.dropped if done.synthesis else ()
    count = sum(d.verdict.status != "supported" for d in dropped)
    if count:
        note(f"{count} drafted statement(s) were not borne out as written; the report says which and why.")


def _took(manifest: RunManifest) -> str:
    """Articles, calls, tokens, cost, in one line; of how much at most."""
    usages = [stage.usage for stage in manifest.stages]
    calls, cached = sum(u.calls for u in usages), sum(u.cached for u in usages)
    count = len(manifest.inputs)
    parts = [f"{count} article{'' if count == 1 else 's'}"]
    if calls or cached:
        tokens = sum(sum(u.paid_tokens()) for u in usages)
        costs = [stage.cost_usd for stage in manifest.stages]
        known = [cost for cost in costs if cost is not None]
        bound = manifest.bound
        parts += [
            f"{calls} calls" + (f" (of at most {bound.calls:,})" if bound else ""),
            f"{cached} replies from the store" if bound else f"{cached} recorded replies",
            f"{tokens:,} tokens"
            + (f" (of at most {bound.prompt_tokens + bound.completion_tokens:,})" if bound else ""),
            _dollars(sum(known) if len(known) == len(costs) else None, bound),
        ]
    parts.append(f"{sum(stage.seconds for stage in manifest.stages):.1f} s")
    return ", ".join(parts)


def _dollars(cost: float | None, bound: Bound | None) -> str:
    if cost is None:
        return "price unknown"
    most = bound.cost_usd if bound else None
    return f"${cost:.4f}" + (f" (of at most ${most:.4f})" if most is not None else "")
