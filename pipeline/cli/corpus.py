"""`pipeline corpus`: many stories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli.batches import batch_order, refuse_extractive, resume, tell_files, tell_open_batches
from pipeline.cli.console import SOME_FAILED, note, result
from pipeline.cli.flags import refuse_idle
from pipeline.cli.options import (
    BaseUrl,
    Batch,
    BatchFilesOnly,
    BatchReplies,
    Engine,
    LocalModel,
    ModelName,
    Synthesis,
)
from pipeline.cli.stopping import RESUME, run_to_end, stoppable
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.runs.corpus.job import CorpusJob
    from pipeline.runs.corpus.manifest import CorpusManifest, CorpusStatus
    from pipeline.settings import Settings

_OUT: Final = "corpus-out"
app = typer.Typer(
    help="Many stories: a stream of them in, a stream of syntheses out.", no_args_is_help=True, rich_markup_mode=None
)

Out = Annotated[str, typer.Option(metavar="DIR", help="Folder for the results.")]
Stories = Annotated[
    int | None, typer.Option(min=1, help="Stories in flight [default: two a worker, or two a call under way].")
]
Workers = Annotated[
    int | None, typer.Option(min=0, help="Worker processes [default: one a core; 0: none, all in this one].")
]
Concurrency = Annotated[
    int | None, typer.Option(help="Calls under way at a time; of a cluster, each worker's [default: 4].")
]
MaxCost = Annotated[
    float | None, typer.Option(metavar="USD", help="Stop before the call that could spend more in this session.")
]
Words = Annotated[int | None, typer.Option(help="Length of each summary's statements [default: 300].")]
Unordered = Annotated[bool, typer.Option("--unordered", help="Write each as it finishes, not in the input's order.")]
Shard = Annotated[str | None, typer.Option(metavar="I/N", help="Only the I-th of N parts of the file, by its bytes.")]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="local:N|ADDRESS", help="Dask workers: N here, or a scheduler's (extra: dask)."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Remove what an earlier run wrote there, and start anew.")]
Json = Annotated[bool, typer.Option("--json", help="Print corpus.json.")]


@app.command("run")
def run(
    input_: Annotated[
        str, typer.Argument(metavar="INPUT", help="JSONL, a story a line; - for stdin; or a folder of folders.")
    ],
    out: Out = _OUT,
    engine: Engine = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    local_model: LocalModel = None,
    synthesis: Synthesis = None,
    words: Words = None,
    concurrency: Concurrency = None,
    max_cost: MaxCost = None,
    stories: Stories = None,
    workers: Workers = None,
    unordered: Unordered = False,
    shard: Shard = None,
    cluster: Cluster = None,
    fresh: Fresh = False,
    batch: Batch = False,
    batch_files_only: BatchFilesOnly = False,
    batch_replies: BatchReplies = None,
    json_: Json = False,
) -> None:
    """Summarize every story of INPUT that is not done yet; exit 4 if some failed."""
    from pathlib import Path

    from pipeline.runs.corpus.job import CorpusJob

    flags = {
        "engine": engine.value if engine else None,
        "model": model,
        "base_url": base_url,
        "local_model": local_model,
        "synthesis": synthesis.value if synthesis else None,
        "words": words,
        "concurrency": concurrency,
        "max_cost": max_cost,
    }
    settings = _settings(flags)
    asked = {"batch": batch, "batch_files_only": batch_files_only}
    refuse_idle({name for name, on in (*flags.items(), *asked.items()) if on not in {None, False}}, settings)
    order = batch_order(out, batch=batch, files_only=batch_files_only, replies=batch_replies, counting=False)
    if order is not None:
        refuse_extractive(settings)
    tell_open_batches(out, order)
    job = CorpusJob(
        input=input_,
        out=Path(out),
        part=_part(shard, input_) if shard else (0, None),
        ordered=not unordered,
        stories=stories,
        workers=workers,
        fresh=fresh,
        batch=order,
    )
    if cluster is not None:
        _refuse_beside_cluster(cluster, batch=order is not None, shard=shard, workers=workers, base_url=base_url)
    _do(job, settings, as_json=json_, cluster=cluster)


@app.command("retry-failed")
def retry_failed(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run.")],
    input_: Annotated[
        str | None, typer.Option("--input", help="Where the stories are now [default: where they were].")
    ] = None,
    base_url: BaseUrl = None,
    local_model: LocalModel = None,
    concurrency: Concurrency = None,
    max_cost: MaxCost = None,
    stories: Stories = None,
    workers: Workers = None,
    json_: Json = False,
) -> None:
    """Try again the stories that failed, and those with articles on which the model failed, as they were made."""
    from pathlib import Path

    from pipeline.runs.corpus.job import CorpusJob
    from pipeline.runs.corpus.manifest import read_status

    status = read_status(Path(folder))
    made = status.parameters
    flags = {name: made.get(name) for name in ("engine", "model", "words", "synthesis", "language")}
    flags["synthesis"] = None if flags["synthesis"] == "either" else flags["synthesis"]
    more = {"base_url": base_url, "local_model": local_model, "concurrency": concurrency, "max_cost": max_cost}
    start, end = made.get("start"), made.get("end")
    job = CorpusJob(
        input=input_ or status.input,
        out=Path(folder),
        part=(int(start or 0), None if end is None else int(end)),
        ordered=bool(made.get("ordered")),
        stories=stories,
        workers=workers,
        retrying=True,
    )
    _do(job, _settings({**flags, **more}), as_json=json_)


@app.command("run-shard")
def run_shard(
    spec: Annotated[str, typer.Argument(metavar="SPEC.json", help="What to do: input, start, end, out …; or -.")],
    max_cost: MaxCost = None,
    json_: Json = False,
) -> None:
    """Do a shard, for whoever spreads a corpus over machines; one that is done already is left as it is."""
    from pipeline.runs.corpus.shard import finished_shard, read_spec, shard_job, shard_settings

    told = read_spec(_read(spec))
    done = finished_shard(told)
    if done is None:
        _do(shard_job(told), shard_settings(told, _settings({"max_cost": max_cost})), as_json=json_)
        return
    note(f"The shard in {told.out} is done already; nothing was changed.")
    _report(done, told.out, as_json=json_)


@app.command("limiter")
def limiter(
    host: Annotated[
        str, typer.Option(help="Where others reach this machine; nobody else can, by default.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 0,
) -> None:
    """Keep one account of an endpoint's limits for many run-shards, until it is told to stop."""
    from pipeline.runs.corpus.limiter import keep_limits

    def ready(address: str) -> None:
        result(f"PIPELINE_LIMITER={address}\n")
        note("Give that to whoever runs shards, in the environment. Ctrl-C ends it.")

    with stoppable("whoever still asks stops, too, and can go on.", RESUME):
        run_to_end(keep_limits(_settings({}), host, port, ready))


@app.command("status")
def status(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The --out folder of a run, which may be running.")],
    json_: Annotated[bool, typer.Option("--json", help="Print the status as JSON.")] = False,
) -> None:
    """Say how far a run is, what failed last, what it took, and what remains."""
    from pathlib import Path

    from pipeline.runs.corpus.manifest import read_status
    from pipeline.runs.job import to_json

    found = read_status(Path(folder))
    result(to_json(found) if json_ else _status_text(found))


def _refuse_beside_cluster(
    cluster: str, *, batch: bool, shard: str | None, workers: int | None, base_url: str | None
) -> None:
    """Nothing, if no flag was given that a cluster would leave without effect."""
    if batch:
        raise ConfigurationError("--cluster and --batch contradict each other: one process submits the batches.")
    if shard is not None or workers is not None:
        name = "--workers" if shard is None else "--shard"
        raise ConfigurationError(f"{name} and --cluster contradict each other.", hint=f"Leave {name} out.")
    if base_url is not None and not cluster.startswith("local:"):
        raise ConfigurationError(
            "The workers of a cluster ask whom their own environment names, so that no key is sent to another.",
            hint="Set OPENAI_BASE_URL here and there, and leave --base-url out.",
        )


def _settings(flags: Mapping[str, object]) -> Settings:
    import os

    from pipeline.settings import load_settings

    settings = load_settings(flags, os.environ)
    settings.check_endpoint()
    if settings.entailment:
        raise ConfigurationError(
            "Of many stories, no entailment model is asked yet.", hint="Unset PIPELINE_ENTAILMENT."
        )
    return settings


def _part(shard: str, path: str) -> tuple[int, int]:
    import re

    from pipeline.runs.corpus.source import byte_range

    found = re.fullmatch(r"([1-9]\d{0,6})/([1-9]\d{0,6})", shard)
    if not found or int(found[1]) > int(found[2]):
        raise ConfigurationError(f"--shard {shard} is no part of a whole.", hint="Write 1/8 to 8/8, for eight parts.")
    return byte_range(path, int(found[1]), int(found[2]))


def _read(path: str) -> bytes:
    import sys
    from pathlib import Path

    from pipeline.errors import InputError

    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.") from error


def _do(job: CorpusJob, settings: Settings, *, as_json: bool, cluster: str | None = None) -> None:
    from pipeline.cli.corpus_watch import watching
    from pipeline.runs.batch.rounds import FilesWritten
    from pipeline.runs.corpus.job import run_corpus

    try:
        with stoppable("what was done is kept.", resume(job.batch)), watching() as view:
            if cluster is None:
                running = run_corpus(job, settings, watch=view.show, tell=view.tell)
            else:
                from pipeline.runs.corpus.cluster import run_on_cluster

                running = run_on_cluster(job, settings, cluster, watch=view.show, tell=view.tell)
            manifest = run_to_end(running)
    except FilesWritten as written:
        tell_files(written, settings.model, as_json=as_json)
        return
    _report(manifest, str(job.out), as_json=as_json)


def _report(manifest: CorpusManifest, out: str, *, as_json: bool) -> None:
    from pipeline.runs.corpus.ledger import FAILURES, SYNTHESES
    from pipeline.runs.job import to_json

    stories = manifest.stories
    lines = [_counted(manifest), f"Syntheses: {out}/{SYNTHESES}"]
    if stories.failed or stories.partial:
        lines.append(f"Failures:  {out}/{FAILURES} (`pipeline corpus retry-failed {out}` tries them again)")
    result(to_json(manifest) if as_json else "\n".join(lines) + "\n")
    if stories.failed or stories.partial:
        raise typer.Exit(SOME_FAILED)


def _counted(found: CorpusManifest | CorpusStatus) -> str:
    stories = found.stories
    parts = [f"{stories.done + stories.partial:,} stories done"]
    parts += [f"{stories.partial:,} of them without all of their articles"] if stories.partial else []
    parts.append(f"{stories.failed:,} failed")
    usage = found.usage
    if usage.calls or usage.cached:
        dollars = "price unknown" if found.cost_usd is None else f"${found.cost_usd:.4f}"
        tokens = f"{sum(usage.paid_tokens()):,} tokens"
        parts += [f"{usage.calls:,} calls, {usage.cached:,} replies from the store", tokens, dollars]
    return ", ".join(parts) + "."


def _status_text(found: CorpusStatus) -> str:
    lines = [_counted(found)]
    if found.finished:
        lines.append("All of the input was worked on.")
    elif found.read is None:
        lines.append("Not finished; how much remains of a stream nobody knows.")
    else:
        lines.append(f"Not finished: {1 - found.read:.0%} of the input remains.")
    lines += [f"{count:,} × {code}" for code, count in sorted(found.reasons.items())]
    lines += ["The last failures:"] if found.latest else []
    lines += [f"  {one.story_id or '?'} ({one.where}): {one.message}" for one in found.latest]
    return "\n".join(lines) + "\n"
