"""Run labelled stories and judge what comes out. The JSON is a contract (DESIGN.md, 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.engines.protocol import Engine
from pipeline.errors import InputError
from pipeline.evaluation.coverage import FactCoverage, Outcome, coverage
from pipeline.evaluation.story import LabelledStory, lint
from pipeline.runs.runner import run_story
from pipeline.stages.ingest import ingest

WORDS: Final = 300
"""The default length of a summary: what a reader gets is what is measured."""


class Metric(Model):
    """A share of ``n`` things. ``low`` and ``high`` count the unmeasured ones as failed and as passed."""

    value: float | None
    low: float
    high: float
    n: int
    unmeasured: int


class StoryResult(Model):
    """One story. What is not measured yet has no key."""

    metrics: Mapping[str, Metric]
    facts: tuple[FactCoverage, ...]


class Gate(Model):
    """A condition on the results; ``passed`` is None where it could not be decided."""

    name: str
    passed: bool | None
    detail: str


class EvalReport(Model):
    """What ``pipeline eval --json`` prints."""

    schema_version: int = SCHEMA_VERSION
    stories: Mapping[str, StoryResult]
    gates: tuple[Gate, ...]

    def failed(self) -> bool:
        """Whether a gate failed."""
        return any(gate.passed is False for gate in self.gates)


async def evaluate(stories: Sequence[LabelledStory], engine: Engine) -> EvalReport:
    """Run every story live and measure it.

    Raises:
        InputError: labels that are not what they should be, or two stories of one id; nothing is run then.
    """
    problems = [f"{story.labels.id}: {problem}" for story in stories for problem in lint(story)]
    ids = [story.labels.id for story in stories]
    problems += [f"{name}: two stories have this id" for name in sorted({i for i in ids if ids.count(i) > 1})]
    if problems:
        raise InputError(f"The labels are wrong: {'; '.join(problems)}.", hint="Mend facts.yaml, not the articles.")
    results = {story.labels.id: await _evaluate_one(story, engine) for story in stories}
    return EvalReport(stories=results, gates=tuple(_vital_gate(name, r) for name, r in results.items()))


async def _evaluate_one(story: LabelledStory, engine: Engine) -> StoryResult:
    run = await run_story(ingest([str(story.folder)]), engine, words=WORDS)
    facts = coverage(story.labels.facts, Outcome(run.synthesis, run.files, run.failures))
    return StoryResult(metrics=_metrics(facts), facts=facts)


def _metrics(facts: Sequence[FactCoverage]) -> dict[str, Metric]:
    return {"vital_recall": share([fact.counts() for fact in facts if fact.importance == "vital"])}


def share(passed: Sequence[bool]) -> Metric:
    """How many of them passed; there must be some (`lint` sees to it).

    >>> share([True, True, False, True]).value
    0.75
    """
    value = sum(passed) / len(passed)
    return Metric(value=value, low=value, high=value, n=len(passed), unmeasured=0)


def _vital_gate(name: str, result: StoryResult) -> Gate:
    vital = [fact for fact in result.facts if fact.importance == "vital"]
    missing = [f"{fact.id} ({_why(fact)})" for fact in vital if not fact.counts()]
    counted = f"{len(vital) - len(missing)} of {len(vital)}"
    detail = f"{counted}; missing: {', '.join(missing)}" if missing else counted
    return Gate(name=f"{name}: every vital fact is told and rightly cited", passed=not missing, detail=detail)


def _why(fact: FactCoverage) -> str:
    return f"lost at {fact.lost_at}" if fact.lost_at else f"{', '.join(fact.flags)} in {fact.statement_id}"
