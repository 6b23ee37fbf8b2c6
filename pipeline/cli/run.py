"""`pipeline run`: the main job."""

from __future__ import annotations

from collections.abc import Coroutine
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from pipeline.cli.console import TERMINATED, Stopped, failure, note, result
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.domain.run import Bound, RunManifest
    from pipeline.runs.batch.order import BatchOrder
    from pipeline.runs.batch.rounds import FilesWritten
    from pipeline.runs.dry_run import Estimate
    from pipeline.runs.engines import Source
    from pipeline.runs.job import Done
    from pipeline.settings import Settings
    from pipeline.stages.ingest import Ingested

SOME_FAILED = 4

_Result = TypeVar("_Result")
Kind = Literal["run", "group", "update"]
"""What a run is of: one story, a heap of them, or an earlier run."""

_NO_SUMMARY = "No article could be used, so there is no summary; run.json says why."
_STORIES_THERE = "Interrupted; the stories that were finished are written, the list of them is not."
_NOT_WITH_UPDATE = {
    "--out": "an update is written to the folder that it updates",
    "--group": "it is of one story",
    "--batch": "the few new articles are asked about at once",
}
_RESUME = "The same command goes on where it stopped."


class EngineOption(StrEnum):
    """Who writes the drafts."""

    auto = "auto"
    openai = "openai"
    extractive = "extractive"


class SynthesisOption(StrEnum):
    """How the merge is asked for."""

    auto = "auto"
    brief = "brief"
    cluster = "cluster"


Batch = Annotated[
    bool, typer.Option("--batch", help="Send requests as batches: half the price at most providers, up to a day each.")
]
BatchFilesOnly = Annotated[
    bool,
    typer.Option("--batch-files-only", help="Write batch files for another program, and call nobody."),
]
BatchReplies = Annotated[
    list[str] | None, typer.Option(metavar="FILE", help="What came of such files; may be given several times.")
]


def run(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT…", help="Files, folders, globs, or - for a text.")],
    out: Annotated[str | None, typer.Option(help="Folder for the results [default: pipeline-out].")] = None,
    engine: Annotated[
        EngineOption | None, typer.Option(help="auto: a model if a key or base URL is set, else extractive.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model's name at the endpoint.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Any OpenAI-compatible server.")] = None,
    synthesis: Annotated[
        SynthesisOption | None, typer.Option(help="The whole brief in one call, or one cluster a call.")
    ] = None,
    words: Annotated[int | None, typer.Option(help="Length of the statements [default: 300].")] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Language of the summary; quotations stay as they are [default: the articles']."
        ),
    ] = None,
    concurrency: Annotated[int | None, typer.Option(help="Calls under way at a time [default: 4].")] = None,
    local_model: Annotated[
        str | None, typer.Option(metavar="GGUF", help="Serve this model file here, for this run (extra: local).")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", help="Stop before the call that could spend more in this run.")
    ] = None,
    entailment: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Ask this ONNX cross-encoder about each verdict (extra: entailment)."),
    ] = None,
    record: Annotated[str | None, typer.Option(metavar="DIR", help="Write the replies there, for --replay.")] = None,
    replay: Annotated[str | None, typer.Option(metavar="DIR", help="Take all replies from there; call nobody.")] = None,
    group: Annotated[
        bool, typer.Option("--group", help="Sort mixed articles into events first; one summary each, and an index.")
    ] = False,
    embeddings: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="With --group: compare meanings by this ONNX encoder (extra: embeddings)."),
    ] = None,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Use copies and earlier versions of an article, too.")
    ] = False,
    update: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Take up this earlier run: summarize only what is new, and say what changed."),
    ] = None,
    redo: Annotated[
        bool, typer.Option("--redo", help="With --update: summarize the earlier run's articles again, too.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again even where a reply is stored.")] = False,
    batch: Batch = False,
    batch_files_only: BatchFilesOnly = False,
    batch_replies: BatchReplies = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what a run is likely to take, and at most.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Summarize the articles of one event into one cited summary; print it, and write it to a folder."""
    import os  # noqa: PLC0415

    from pipeline.settings import load_settings  # noqa: PLC0415  pydantic is not needed for --help

    if embeddings is not None and not group:
        raise ConfigurationError("--embeddings is for --group: without it, nothing is sorted into events.")
    batched = batch or batch_files_only or batch_replies is not None
    _refuse_with_update(update, {"--out": out is not None, "--group": group, "--batch": batched}, redo=redo)
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
    if not dry_run:
        if update is None:
            tell_open_batches(settings.out, order)
        work = _run_groups if group else _run if update is None else partial(_run_update, redo=redo)
        work(inputs, settings if replay is None else only_given(given, settings), source, as_json=json_)
    elif source.record or source.replay:
        raise ConfigurationError("--dry-run calls nobody: there is nothing to record, and a replay costs nothing.")
    elif entailment is not None:
        raise ConfigurationError("--dry-run and --entailment contradict each other: nothing is written to be read.")
    else:
        kind: Kind = "group" if group else "run" if update is None else "update"
        _dry_run(inputs, settings, kind=kind, batch=order is not None, as_json=json_)


def refuse_idle(given: set[str], settings: Settings, *, record: str | None = None, replay: str | None = None) -> None:
    """Refuse flags that would do nothing. Settings from elsewhere are the user's defaults, and may."""
    given = given | {"record"} if record is not None else given
    batch = given & {"batch", "batch_files_only"}
    if replay is not None:
        idle = given & {"record", "fresh", "local_model", "base_url", "max_cost"} | batch
        idle |= {"engine"} if "engine" in given and settings.engine == "extractive" else set()
        other, why = "--replay", "a replay calls no model, and takes what one has answered"
    elif settings.engine == "extractive":
        idle = given & {"record", "fresh", "local_model", "max_cost"} | batch
        other, why = "the extractive engine", "it calls no model"
    elif batch and settings.local_model:
        idle, other, why = batch, "--local-model", "it is there for this run alone, and a batch outlives it"
    elif batch and "fresh" in given:
        idle, other, why = {"fresh"}, "--batch", "replies are taken from the store; `pipeline cache` prunes it"
    else:
        return
    if idle:
        flag = min(idle).replace("_", "-")
        raise ConfigurationError(f"--{flag} and {other} contradict each other: {why}.")


def _refuse_with_update(update: str | None, others: dict[str, bool], *, redo: bool) -> None:
    """Refuse what contradicts an update, or does nothing without one."""
    if update is None and redo:
        raise ConfigurationError("--redo is for --update: without it, all articles are summarized anyway.")
    for flag, given in others.items():
        if update is not None and given:
            raise ConfigurationError(f"--update and {flag} contradict each other: {_NOT_WITH_UPDATE[flag]}.")


def only_given(given: set[str], settings: Settings) -> Settings:
    """Settings of which those that were no flags count as not asked for: a replay has its recording's instead."""
    return type(settings).model_construct(_fields_set=given, **dict(settings))


def batch_order(
    out: str, *, batch: bool, files_only: bool, replies: list[str] | None, counting: bool = True
) -> BatchOrder | None:
    """What the flags about batches ask for; None where there are none."""
    from pathlib import Path  # noqa: PLC0415

    from pipeline.runs.batch.order import BatchOrder  # noqa: PLC0415

    if batch and files_only:
        raise ConfigurationError("--batch and --batch-files-only contradict each other: only one of them submits.")
    if replies and not files_only:
        raise ConfigurationError("--batch-replies goes with --batch-files-only: --batch fetches the replies itself.")
    if not (batch or files_only):
        return None
    return BatchOrder(Path(out), files_only, tuple(map(Path, replies or ())), counting)


def refuse_extractive(settings: Settings) -> None:
    """Batches are for a model."""
    from pipeline.runs.engines import choose_engine  # noqa: PLC0415

    if choose_engine(settings) == "extractive":
        raise ConfigurationError(
            "There is nothing to send in batches: the extractive engine calls no model.",
            hint="Set OPENAI_API_KEY, or give --base-url (with --batch-files-only, it only names the server).",
        )


def _source(
    settings: Settings, *, fresh: bool, record: str | None, replay: str | None, batch: BatchOrder | None
) -> Source:
    """Where replies come from and go to; settings that contradict each other are refused."""
    from pathlib import Path  # noqa: PLC0415

    from pipeline.runs.engines import Source, choose_engine  # noqa: PLC0415

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


def _run(inputs: list[str], settings: Settings, source: Source, *, as_json: bool) -> None:
    import asyncio  # noqa: PLC0415

    from pipeline.cli.progress import progress_bar  # noqa: PLC0415
    from pipeline.runs.batch.rounds import FilesWritten  # noqa: PLC0415
    from pipeline.runs.job import run_job, to_json  # noqa: PLC0415
    from pipeline.runs.output import REPORT  # noqa: PLC0415

    try:
        with progress_bar() as progress:
            job = run_job(inputs, settings, source=source, progress=progress, tell=note)
            done = asyncio.run(terminable(job))
    except FilesWritten as written:
        tell_files(written, settings.model, as_json=as_json)
        return
    except KeyboardInterrupt:
        raise Stopped("Interrupted; nothing was written.", resume(source.batch)) from None
    except asyncio.CancelledError:
        raise Stopped("Terminated; nothing was written.", resume(source.batch), TERMINATED) from None
    _tell_failures(done)
    if done.synthesis is None:
        failure("failed", _NO_SUMMARY)
    if done.synthesis is not None and done.markdown is not None:
        result(to_json(done.synthesis) if as_json else done.markdown)
        _tell_dropped(done)
        note(_took(done.manifest))
        note(f"Report: {settings.out}/{REPORT}")
    if done.manifest.failures:
        raise typer.Exit(SOME_FAILED)


def _run_update(inputs: list[str], settings: Settings, source: Source, *, redo: bool, as_json: bool) -> None:
    import asyncio  # noqa: PLC0415

    from pipeline.cli.progress import progress_bar  # noqa: PLC0415
    from pipeline.cli.update_text import tell_changes  # noqa: PLC0415
    from pipeline.runs.job import to_json  # noqa: PLC0415
    from pipeline.runs.updates.job import How, run_update  # noqa: PLC0415

    try:
        with progress_bar() as progress:
            job = run_update(inputs, settings, how=How(source, redo), progress=progress, tell=note)
            updated = asyncio.run(terminable(job))
    except KeyboardInterrupt:
        raise Stopped("Interrupted; the earlier run is as it was.", _RESUME) from None
    except asyncio.CancelledError:
        raise Stopped("Terminated; the earlier run is as it was.", _RESUME, TERMINATED) from None
    for failed in updated.failures:
        note(f"failed: {failed.path} ({failed.stage}): {failed.message}")
    done = updated.done
    if done.synthesis is not None and done.markdown is not None:
        result(to_json(done.synthesis) if as_json else done.markdown)
    tell_changes(updated, settings.out)
    if updated.changes is not None:
        note(_took(done.manifest))
    if updated.failures:
        raise typer.Exit(SOME_FAILED)


def _run_groups(inputs: list[str], settings: Settings, source: Source, *, as_json: bool) -> None:
    import asyncio  # noqa: PLC0415

    from pipeline.cli.progress import progress_bar  # noqa: PLC0415
    from pipeline.render.index import render_list  # noqa: PLC0415
    from pipeline.runs.batch.rounds import FilesWritten  # noqa: PLC0415
    from pipeline.runs.group_output import INDEX  # noqa: PLC0415
    from pipeline.runs.grouped import run_groups  # noqa: PLC0415
    from pipeline.runs.job import to_json  # noqa: PLC0415

    try:
        with progress_bar() as progress:
            job = run_groups(inputs, settings, source=source, progress=progress, tell=note)
            grouped = asyncio.run(terminable(job))
    except FilesWritten as written:
        tell_files(written, settings.model, as_json=as_json)
        return
    except KeyboardInterrupt:
        raise Stopped(_STORIES_THERE, resume(source.batch)) from None
    except asyncio.CancelledError:
        raise Stopped(_STORIES_THERE, resume(source.batch), TERMINATED) from None
    failures = [*grouped.failures, *(failed for story in grouped.stories for failed in story.failures)]
    for failed in failures:
        note(f"failed: {failed.path} ({failed.stage}): {failed.message}")
    result(to_json(grouped) if as_json else render_list(grouped, settings.out))
    note(f"Index: {settings.out}/{INDEX}")
    if failures:
        raise typer.Exit(SOME_FAILED)


def resume(batch: BatchOrder | None) -> str:
    """What to do after a command was stopped."""
    if batch is None or batch.files_only:
        return _RESUME
    return "Batches that were submitted go on at the endpoint; the same command takes them in, today or tomorrow."


def tell_files(written: FilesWritten, model: str, *, as_json: bool) -> None:
    """Which files are to be answered, and how to go on."""
    import json  # noqa: PLC0415

    files = [str(path) for path in written.files]
    if as_json:
        listed = {"schema_version": 1, "batch_files": files, "requests": written.requests}
        result(json.dumps(listed, indent=2) + "\n")
    else:
        result("".join(f"{file}\n" for file in files))
    note(f"{written.requests:,} requests wait in {len(files):,} file(s). Have each answered, for example with")
    note(f"  vllm run-batch -i {files[0]} -o replies.jsonl --model {model}")
    note("and give the same command again with --batch-replies replies.jsonl (once for each file).")


def tell_open_batches(out: str, batch: BatchOrder | None) -> None:
    """That a command without batches asks at once what others are asked already."""
    from pathlib import Path  # noqa: PLC0415

    from pipeline.runs.batch.order import has_open_batches  # noqa: PLC0415

    if batch is None and has_open_batches(Path(out)):
        note(f"Batches are under way for {out}; without --batch, the same is asked at once and paid for again.")


async def terminable(job: Coroutine[Any, Any, _Result]) -> _Result:
    """The job, which SIGTERM (`docker stop`, a cancelled CI job) ends as Ctrl-C does: paid replies are waited for."""
    import asyncio  # noqa: PLC0415
    import signal  # noqa: PLC0415

    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def stop(*_: object) -> None:
        if task is not None and asyncio.current_task() is task:
            raise asyncio.CancelledError  # it may wait for stdin, where no other way leads
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        return await job
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell_failures(done: Done) -> None:
    for failed in done.manifest.failures:
        note(f"failed: {failed.path} ({failed.stage}): {failed.message}")
    if done.synthesis is None:
        note(_NO_SUMMARY)


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


def _dry_run(inputs: list[str], settings: Settings, *, kind: Kind, batch: bool, as_json: bool) -> None:
    from pathlib import Path  # noqa: PLC0415

    from pipeline.llm.local_server import identity  # noqa: PLC0415
    from pipeline.runs.costs import known_price  # noqa: PLC0415
    from pipeline.runs.engines import choose_engine  # noqa: PLC0415
    from pipeline.runs.job import to_json  # noqa: PLC0415

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
    from pipeline.runs.dry_run import estimate  # noqa: PLC0415
    from pipeline.runs.duplicates import read_articles  # noqa: PLC0415

    ingested = read_articles(inputs, settings, note)
    _tell_unread(ingested)
    return estimate(ingested.articles, settings, batch=batch), f"{len(ingested.articles)}"


def _of_groups(inputs: list[str], settings: Settings, *, batch: bool) -> tuple[Estimate, str]:
    from pipeline.runs.grouped import estimate_groups, read_heap  # noqa: PLC0415

    heap = read_heap(inputs, settings, note)
    _tell_unread(heap.ingested)
    estimated = estimate_groups(heap, settings, batch=batch)
    return estimated, f"{estimated.articles}, of {len(heap.groups)} stories"


def _of_update(inputs: list[str], settings: Settings) -> tuple[Estimate, str]:
    from pipeline.runs.updates.job import estimate_update  # noqa: PLC0415

    estimated, taken = estimate_update(inputs, settings)
    _tell_unread(taken.ingested)
    return estimated, f"{estimated.articles}, of which {len(taken.unread())} are to be summarized"


def _tell_unread(ingested: Ingested) -> None:
    for failed in ingested.failures:
        note(f"failed: {failed.path}: {failed.message}")


def _amounts(bound: Bound) -> str:
    cost = "price unknown" if bound.cost_usd is None else f"${bound.cost_usd:.4f}"
    return f"{bound.calls:,} calls, {bound.prompt_tokens:,} tokens in, {bound.completion_tokens:,} out, {cost}"
