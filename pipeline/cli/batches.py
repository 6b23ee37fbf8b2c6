"""What commands that send requests in batches ask for, refuse and tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.cli.console import note, result
from pipeline.cli.stopping import RESUME
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.runs.batch.order import BatchOrder
    from pipeline.runs.batch.rounds import FilesWritten
    from pipeline.settings import Settings


def batch_order(
    out: str, *, batch: bool, files_only: bool, replies: list[str] | None, counting: bool = True
) -> BatchOrder | None:
    """What the flags about batches ask for; None where there are none."""
    from pathlib import Path

    from pipeline.runs.batch.order import BatchOrder

    if batch and files_only:
        raise ConfigurationError("--batch and --batch-files-only contradict each other: only one of them submits.")
    if replies and not files_only:
        raise ConfigurationError("--batch-replies goes with --batch-files-only: --batch fetches the replies itself.")
    if not (batch or files_only):
        return None
    return BatchOrder(Path(out), files_only, tuple(map(Path, replies or ())), counting)


def refuse_extractive(settings: Settings) -> None:
    """Batches are for a model."""
    from pipeline.runs.engines import choose_engine

    if choose_engine(settings) == "extractive":
        raise ConfigurationError(
            "There is nothing to send in batches: the extractive engine calls no model.",
            hint="Set OPENAI_API_KEY, or give --base-url (with --batch-files-only, it only names the server).",
        )


def resume(batch: BatchOrder | None) -> str:
    """What to do after a command was stopped."""
    if batch is None or batch.files_only:
        return RESUME
    return "Batches that were submitted go on at the endpoint; the same command takes them in, today or tomorrow."


def tell_files(written: FilesWritten, model: str, *, as_json: bool) -> None:
    """Which files are to be answered, and how to go on."""
    import json

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
    from pathlib import Path

    from pipeline.runs.batch.order import has_open_batches

    if batch is None and has_open_batches(Path(out)):
        note(f"Batches are under way for {out}; without --batch, the same is asked at once and paid for again.")
