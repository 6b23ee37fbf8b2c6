"""Lines of a corpus run: ``syntheses.jsonl`` and ``failures.jsonl``."""

from __future__ import annotations

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.run import Failure
from pipeline.domain.synthesis import Synthesis


class SynthesisLine(Model):
    """A story that is done. ``failures`` are articles that could not be used; ``notes`` are for the reader."""

    schema_version: int = SCHEMA_VERSION
    story_id: str
    synthesis: Synthesis
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]


class FailureLine(Model):
    """A story that failed. ``story_id`` is None where the line gave none; ``where`` says how to find it.

    ``articles`` are the failures of its articles, if it was read so far.
    """

    schema_version: int = SCHEMA_VERSION
    story_id: str | None
    where: str
    stage: str
    code: str
    message: str
    articles: tuple[Failure, ...]
