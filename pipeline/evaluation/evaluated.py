"""An evaluation as people read it: the results with the texts that they speak of."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.evaluation.results import EvalReport, Importance, Stage, StoryResult


class FactDetail(NamedTuple):
    """Beside a fact's coverage, for people.

    ``text`` is the label's wording; ``statement`` the text that tells it or comes nearest, None if none comes near;
    ``score`` of the match, 0 to 1; ``because``: why it was demoted, in plain words; ``trail``: for each stage in order,
    whether the fact was still there after it.
    """

    text: str
    importance: Importance
    statement: str | None
    score: float
    because: tuple[str, ...]
    trail: tuple[tuple[Stage, bool], ...]


class Evaluated(NamedTuple):
    """One story.

    ``facts`` and ``falsehoods`` are in the order of the result's; ``disagreements`` are questions with their positions,
    each with the id of the text that states it; ``statements`` are id, text, verdict, and problems in plain words.
    """

    id: str
    title: str
    annotators: tuple[str, ...]
    result: StoryResult
    facts: tuple[FactDetail, ...]
    disagreements: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]
    falsehoods: tuple[str, ...]
    statements: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    notes: tuple[str, ...]


class Evaluation(NamedTuple):
    """The report with its stories; ``notes`` are of the whole."""

    report: EvalReport
    stories: tuple[Evaluated, ...]
    notes: tuple[str, ...]
