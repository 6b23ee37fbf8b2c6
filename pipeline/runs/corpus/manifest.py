"""``corpus.json``: what went in, what it was done with, what it took; and how far it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Usage
from pipeline.llm.endpoint import public_name
from pipeline.llm.limits import SeenLimit
from pipeline.runs.corpus.state import State
from pipeline.runs.engines import Opened
from pipeline.runs.manifest import schema_digest
from pipeline.runs.versions import versions

LATEST: Final = 5
"""Failures that `status` shows."""

Scalar = str | int | float | bool | None


class Counts(Model):
    """Stories. ``partial`` ones have a synthesis, but the model failed on some of their articles."""

    done: int
    partial: int
    failed: int


class CorpusManifest(Model):
    """The record of a corpus run, its sessions together. ``finished``: every story of the input was tried.

    ``usage`` and ``cost_usd`` are of all sessions; a killed one may have paid for a second more than it could record.
    """

    schema_version: int = SCHEMA_VERSION
    input: str
    stories: Counts
    finished: bool
    engine: str
    model: str | None
    parameters: dict[str, Scalar]
    prompts: dict[str, str]
    schema_digest: str
    versions: dict[str, str]
    usage: Usage
    cost_usd: float | None
    seconds: float
    settings: dict[str, Scalar]
    spec: str | None = None
    batches: str | None = None


class Snapshot(NamedTuple):
    """How a run is doing.

    ``position`` of ``total`` of the input is worked on; ``seconds`` and ``began`` (the position where it did) are of
    this session, the rest is of all.
    """

    counts: Counts
    under_way: int
    held: int
    position: int
    total: int | None
    began: int
    usage: Usage
    cost_usd: float | None
    limits: tuple[SeenLimit, ...]
    seconds: float

    def seconds_left(self) -> float | None:
        """By how fast this session went; None while nobody can know."""
        gone = self.position - self.began
        if self.total is None or gone <= 0:
            return None
        return max(0, self.total - self.position) * self.seconds / gone


class FailedStory(Model):
    """What `status` shows of a failure."""

    story_id: str | None
    where: str
    stage: str
    code: str
    message: str


class CorpusStatus(Model):
    """How far a folder's run is. ``read`` is the share of the input that was worked on, None for a stream.

    ``reasons`` counts failures by their code; ``latest`` are the last of them.
    """

    schema_version: int = SCHEMA_VERSION
    input: str
    stories: Counts
    finished: bool
    read: float | None
    reasons: dict[str, int]
    latest: tuple[FailedStory, ...]
    usage: Usage
    cost_usd: float | None
    parameters: dict[str, Scalar]


def parameters_of(opened: Opened, part: tuple[int, int | None], *, ordered: bool) -> dict[str, Scalar]:
    """What every story of a folder must have been made with; a run with others is refused."""
    settings, engine = opened.settings, opened.engine
    prompts = {f"prompt {name}": prompt.digest for name, prompt in opened.prompts.items()}
    chosen: dict[str, Scalar] = {"engine": engine.name, "model": engine.model, "words": settings.words}
    if settings.language is not None:
        chosen["language"] = settings.language
    if opened.shared is not None:
        chosen["synthesis"] = opened.shared.way
        chosen["base_url"] = public_name(settings.base_url) if settings.base_url else None
    place: dict[str, Scalar] = {"start": part[0], "end": part[1], "ordered": ordered}
    return {**chosen, **prompts, **place, "schema": schema_digest()}


def make_manifest(
    opened: Opened, given: str, state: State, parameters: Mapping[str, Scalar], spec: str | None
) -> CorpusManifest:
    """The record, as the state has it."""
    return CorpusManifest(
        input=given,
        stories=Counts(**state.counts()),
        finished=state.get("finished") == "1",
        engine=opened.engine.name,
        model=opened.engine.model,
        parameters=dict(parameters),
        prompts={name: prompt.digest for name, prompt in opened.prompts.items()},
        schema_digest=schema_digest(),
        versions=versions(),
        usage=read_usage(state),
        cost_usd=read_cost(state),
        seconds=round(float(state.get("seconds", "0")), 1),
        settings=opened.settings.public(),
        spec=spec,
        batches=opened.batch.described() or None if opened.batch is not None else None,
    )


def read_usage(state: State) -> Usage:
    """What was taken of the model so far."""
    return Usage.model_validate_json(state.get("usage", "{}"))


def read_cost(state: State) -> float | None:
    """US dollars so far; None where the price is not known."""
    told = state.get("cost", "0")
    return None if told == "None" else float(told)


def read_status(folder: Path) -> CorpusStatus:
    """How far the run in a folder is; it may be running.

    Raises:
        InputError: there is none.
    """
    with closing(State(folder, read_only=True)) as state:
        reasons: dict[str, int] = {}
        latest: list[FailedStory] = []
        for row in state.rows("failure IS NOT NULL"):
            told = json.loads(row.failure or "{}")
            shown = FailedStory(**{name: told[name] for name in FailedStory.model_fields})
            reasons[shown.code] = reasons.get(shown.code, 0) + 1
            latest = [*latest[1 - LATEST :], shown]
        total, position = state.get("total"), int(state.get("position", "0"))
        return CorpusStatus(
            input=state.get("input"),
            stories=Counts(**state.counts()),
            finished=state.get("finished") == "1",
            read=min(1.0, position / int(total)) if total.isdigit() and int(total) else None,
            reasons=reasons,
            latest=tuple(latest),
            usage=read_usage(state),
            cost_usd=read_cost(state),
            parameters=json.loads(state.get("parameters", "{}")),
        )
