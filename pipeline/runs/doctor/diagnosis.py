"""What `pipeline doctor` tells: the checks in their order, and the diagnosis that they make."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.errors import PipelineError
from pipeline.llm.protocol import Rung

Outcome = Literal["ok", "warning", "problem", "unknown"]

CHECKS: Final = (
    "configuration", "reachable", "authenticated", "model known", "round trip", "structured output", "context size",
    "rate limits", "tokens per second", "price", "token counting", "reply store",
)  # fmt: skip
"""In this order; the first that is a problem decides how the command ends."""


class Check(Model):
    """One thing that was looked at. ``advice`` says what to do, where there is something to do."""

    name: str
    outcome: Outcome
    detail: str
    advice: str = ""


class Limit(Model):
    """A limit that the endpoint told: ``limit`` in ``per_seconds``; ``remaining`` as last heard."""

    what: Literal["requests", "tokens"]
    limit: float
    remaining: float | None
    per_seconds: float


class Diagnosis(Model):
    """What was found. None means that it was not measured. ``exit_status`` is the first problem's, else 0."""

    schema_version: int = SCHEMA_VERSION
    endpoint: str | None
    model: str
    checks: tuple[Check, ...]
    exit_status: int
    adaptations: tuple[str, ...] = ()
    rung: Rung | None = None
    context: int | None = None
    limits: tuple[Limit, ...] = ()
    tokens_per_second: float | None = None
    round_trip_seconds: float | None = None
    requests: int = 0
    tokens: int = 0


class Finding(NamedTuple):
    """What a check found, before it is made safe to show; ``error`` is what a problem ends the command with."""

    outcome: Outcome
    detail: str
    advice: str = ""
    error: PipelineError | None = None
