"""A part of a corpus as one unit of work, for whoever spreads it over machines: Slurm, Ray, Spark, a queue.

The same shard, run again, is done already and says so; killed and run again, it goes on. The outputs of shards 1 to N,
one after the other, are that of the whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.domain.base import SCHEMA_VERSION, Model, first_fault
from pipeline.errors import InputError
from pipeline.runs.corpus.job import CorpusJob, run_corpus
from pipeline.runs.corpus.ledger import MANIFEST
from pipeline.runs.corpus.manifest import CorpusManifest
from pipeline.runs.corpus.session import Tell, Watch
from pipeline.settings import EngineChoice, Settings, SynthesisChoice, load_settings


class ShardSpec(Model):
    """What to do. Lines that begin at bytes ``start`` to ``end`` (not included) of ``input`` are the shard's stories.

    Whom to ask, and with which key, is not in it: a file may not send the user's key elsewhere. The rest, where it is
    null, is as the environment of the machine says. Paths are relative to the working folder. With ``lines_before``,
    lines are numbered as in the whole file.
    """

    schema_version: int = SCHEMA_VERSION
    input: str
    out: str
    start: int = Field(default=0, ge=0)
    end: int | None = Field(default=None, ge=0)
    lines_before: int = Field(default=0, ge=0)
    ordered: bool = True
    engine: EngineChoice | None = None
    model: str | None = None
    synthesis: SynthesisChoice | None = None
    words: int | None = None
    stories: int | None = Field(default=None, ge=1)
    workers: int | None = Field(default=None, ge=0)
    concurrency: int | None = Field(default=None, ge=1)

    def digest(self) -> str:
        """``sha256:`` of what its results depend on."""
        told = self.model_dump(mode="json", exclude={"stories", "workers", "concurrency"})
        return "sha256:" + hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read_spec(text: str | bytes) -> ShardSpec:
    """The specification that a JSON text holds.

    Raises:
        InputError: it is none.
    """
    try:
        spec = ShardSpec.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"It is no shard: {first_fault(error, 'the specification')}.") from None
    if spec.schema_version != SCHEMA_VERSION:
        raise InputError(f"The shard's schema_version is {spec.schema_version}; this program knows {SCHEMA_VERSION}.")
    return spec


def finished_shard(spec: ShardSpec) -> CorpusManifest | None:
    """The record of the same shard, finished; None where it is not."""
    try:
        found = CorpusManifest.model_validate_json((Path(spec.out) / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.finished and found.spec == spec.digest() else None


def run_shard(
    spec: ShardSpec,
    settings: Settings | None = None,
    *,
    patience: float = 0.0,
    watch: Watch = lambda _: None,
    tell: Tell = lambda _: None,
) -> CorpusManifest:
    """Do the shard, or what is left of it. Stories that failed are in the record and do not end it.

    Args:
        spec: what to do.
        settings: limits, endpoint, key; default: as the environment and ``pipeline.toml`` say.
        patience: seconds to wait for another process that is still at the same shard; a scheduler may take one for
            dead that is not.
        watch: told how it goes.
        tell: told what the user should know.

    Raises:
        PipelineError: what makes the whole meaningless; the same call resumes.
    """
    done = finished_shard(spec)
    if done is not None:
        tell(f"The shard in {spec.out} is done already: {done.stories.done + done.stories.partial} stories.")
        return done
    job = shard_job(spec)._replace(patience=patience)
    return asyncio.run(run_corpus(job, shard_settings(spec, settings), watch=watch, tell=tell))


def shard_job(spec: ShardSpec) -> CorpusJob:
    """The shard as a job."""
    return CorpusJob(
        input=spec.input,
        out=Path(spec.out),
        part=(spec.start, spec.end),
        lines_before=spec.lines_before,
        ordered=spec.ordered,
        stories=spec.stories,
        workers=spec.workers,
        spec=spec.digest(),
    )


def shard_settings(spec: ShardSpec, settings: Settings | None = None) -> Settings:
    """The settings with those of the specification in their place."""
    own = spec.model_dump(include={"engine", "model", "synthesis", "words", "concurrency"}, exclude_none=True)
    if settings is None:
        return load_settings(own, os.environ)
    return Settings.model_validate({**dict(settings), **own})
