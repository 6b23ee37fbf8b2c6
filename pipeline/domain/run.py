"""The record of a run: what ``run.json`` holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Usage


class Failure(Model):
    """Something that failed without ending the run."""

    path: str
    stage: str
    code: str
    message: str


class Change(Model):
    """A sentence that the newer version has not any more (``after`` None), has new, or has in other words."""

    before: str | None
    after: str | None


class Duplicate(Model):
    """A file that was read and left out, since another article stands for it.

    ``bytes`` and ``text`` are the same to the byte, or once cleaned; of ``nearly`` every sentence stands in the other
    with the same figures, names and negations; ``earlier`` is an older version, and ``changes`` is what is new.
    """

    path: str
    sha256: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    kept: str = Field(description="the path of the article that stands for it")
    relation: Literal["bytes", "text", "nearly", "earlier"]
    changes: tuple[Change, ...] = ()


class Update(Model):
    """What an update of an earlier run took up. Articles are named by their ids.

    ``before`` is the digest of the summary that was updated; ``replaced`` are the articles whose newer version has
    taken their number, ``kept`` says how many summaries were taken from the earlier run as they were.
    """

    before: str
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    kept: int


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

    ``bound`` is what ``--dry-run`` would have said; None for an engine that calls nobody. ``update`` is None for a run
    from the start.

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
    duplicates: tuple[Duplicate, ...] = ()
    update: Update | None = None
    notes: tuple[str, ...]
    files: tuple[str, ...]
    settings: dict[str, str | int | float | bool | None]
    started: str
    finished: str
