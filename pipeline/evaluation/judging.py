"""A model's second opinion on the facts, beside the matcher's: metrics of its own, which gate only with a licence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.evaluation.calibration import load_pairs
from pipeline.evaluation.judges import Judgement, open_judge
from pipeline.evaluation.licence import Licensed, licensed
from pipeline.evaluation.metrics.recall import vital_recall, weighted_recall
from pipeline.evaluation.outcome import Outcome, texts_of
from pipeline.evaluation.results import FactCoverage, Metric
from pipeline.evaluation.story import LabelledStory
from pipeline.runs.engines import Source
from pipeline.settings import Settings

PREFIX: Final = "judge_"
"""Before the names of metrics that rest on a model's verdicts."""
JUDGED: Final = ("vital_recall", "weighted_recall")
"""What there is of a judge's metrics."""
_PAIRS: Final = Path("calibration/pairs.yaml")
_LICENCES: Final = Path("calibration/licences")


class Judged(NamedTuple):
    """The judge's metrics by story, and whether they may gate."""

    metrics: Mapping[str, Mapping[str, Metric]]
    licence: Licensed


class Asked(NamedTuple):
    """Which model judges, where its replies are recorded or replayed, and the folder of the evals with the licences."""

    model: str
    source: Source
    home: Path


async def judge_stories(
    outcomes: Sequence[tuple[LabelledStory, Outcome | str]],
    settings: Settings,
    asked: Asked,
    tell: Callable[[str], None],
) -> Judged:
    """Ask for every fact of every story that has an outcome; the others are unmeasured anyway.

    Raises:
        PipelineError: what makes the whole of it meaningless; a call that fails leaves its fact unmeasured.
    """
    found = {}
    async with open_judge(settings, asked.source, asked.model, tell) as judge:
        for story, outcome in outcomes:
            if isinstance(outcome, Outcome):
                texts = [told.text for told in texts_of(outcome)]
                levels = await judge.levels([fact.text for fact in story.labels.facts], texts)
                found[story.labels.id] = _metrics(story, levels)
        pairs = asked.home / _PAIRS
        labels = load_pairs(pairs).digest if pairs.is_file() else ""
        licence = licensed(judge.model, judge.prompt.digest, labels, asked.home / _LICENCES)
    tell(f"The judge {'may gate' if licence.ok else 'only advises'}: {licence.why}.")
    return Judged(found, licence)


def _metrics(story: LabelledStory, levels: Sequence[Judgement]) -> dict[str, Metric]:
    """The same recalls as the matcher's, by the judge's levels; who is cited it was not asked."""
    facts = [
        FactCoverage(
            id=fact.id, importance=fact.importance, level=judged.level, statement_id=None, lost_at=None, flags=()
        )
        for fact, judged in zip(story.labels.facts, levels, strict=True)
    ]
    return {f"{PREFIX}vital_recall": vital_recall(facts), f"{PREFIX}weighted_recall": weighted_recall(facts)}
