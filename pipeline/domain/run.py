"""The record of a run: what ``run.json`` holds."""

from __future__ import annotations

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Usage


class Failure(Model):
    """Something that failed without ending the run."""

    path: str
    stage: str
    code: str
    message: str


class StageRecord(Model):
    """One stage: how many things went in and came out, what it cost, how long it took (the only times)."""

    name: str
    count_in: int
    count_out: int
    usage: Usage
    cost_usd: float | None
    seconds: float


class Bound(Model):
    """What a run could take at most, retries of failed connections aside. ``cost_usd`` None: price not known."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None


class RunManifest(Model):
    """Digests, versions, parameters and counts; ``files`` are those that the run wrote.

    ``bound`` is what ``--dry-run`` would have said; None for an engine that calls nobody.

    Equal runs have equal manifests, times aside and which replies came from the store.
    """

    schema_version: int = SCHEMA_VERSION
    inputs: dict[str, str]
    prompts: dict[str, str]
    schema_digest: str
    engine: str
    model: str | None
    parameters: dict[str, str | int | float | bool | None]
    versions: dict[str, str]
    stages: tuple[StageRecord, ...]
    bound: Bound | None = None
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...]
    settings: dict[str, str | int | float | bool | None]
    started: str
    finished: str
