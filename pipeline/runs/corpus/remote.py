"""A shard, done on a worker of a cluster: what is sent there, and what comes back."""

from __future__ import annotations

import os
from typing import Final, NamedTuple, Protocol

from pydantic import SecretStr

from pipeline.errors import PipelineError
from pipeline.runs.corpus.manifest import CorpusManifest
from pipeline.runs.corpus.shard import ShardSpec, run_shard, shard_settings
from pipeline.settings import load_settings

_PATIENCE: Final = 900.0
"""Seconds. A worker that a scheduler took for dead may still be at the shard; it then has done it."""


class ShardDone(NamedTuple):
    """A shard's record, or the error that made the whole of it meaningless."""

    manifest: CorpusManifest | None
    error: PipelineError | None = None


class WorkerDied(Exception):
    """Workers died again and again over a shard."""


class Workers(Protocol):
    """Whoever does shards. ``size``: how many at a time, now."""

    @property
    def size(self) -> int:
        """At least 1."""
        ...

    async def do(self, spec: ShardSpec) -> ShardDone:
        """Have a shard done; `WorkerDied` where no worker lives through it."""
        ...


def do_shard(spec: ShardSpec, limiter: SecretStr | None) -> ShardDone:
    """Do it here. Endpoint and key are those of this machine's environment: they are never sent.

    An error comes back as a value: a scheduler would log it, with all that the call was given.
    """
    flags = {"limiter": None if limiter is None else limiter.get_secret_value()}
    try:
        settings = shard_settings(spec, load_settings(flags, os.environ))
        return ShardDone(run_shard(spec, settings, patience=_PATIENCE))
    except PipelineError as error:
        return ShardDone(None, error)
