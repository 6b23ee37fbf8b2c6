"""What the page shows of a story, as plain values that the template lays out without deciding anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.evaluation.evaluated import Evaluated, FactDetail
from pipeline.evaluation.report import words
from pipeline.evaluation.results import FactCoverage, Stage
from pipeline.render.wording import STATUS

BAR: Final = 1000
"""Width of a bar of the waterfall in its own units."""

_TONE: Final[Mapping[str, str]] = {"supported": "good", "partial": "wary", "unverified": "wary", "uncited": "wary"}


class Place(NamedTuple):
    """A text of the summary by its id; ``anchor`` is None where the page does not show it."""

    id: str
    anchor: str | None


class FactView(NamedTuple):
    """A fact beside the text that tells it or comes nearest."""

    anchor: str
    coverage: FactCoverage
    detail: FactDetail
    finding: words.Finding
    fate: str
    told_in: Place | None

    @property
    def counts(self) -> bool:
        """Whether a reader can rely on it."""
        return self.coverage.counts() is True


class Step(NamedTuple):
    """A row of the waterfall: what is left, and what this step lost, as counts and in units of `BAR`."""

    name: str
    remark: str
    vital: int
    okay: int
    lost: tuple[FactView, ...]
    vital_width: float
    okay_width: float
    lost_width: float


class MetricView(NamedTuple):
    """A row of the table of metrics."""

    name: str
    definition: str
    value: str
    bounds: str
    n: int
    unmeasured: int


class PositionView(NamedTuple):
    """A side of a disagreement; ``stated_in`` is None where it is left out."""

    text: str
    stated_in: Place | None


class DisagreementView(NamedTuple):
    """A labelled disagreement."""

    id: str
    question: str
    finding: words.Finding
    positions: tuple[PositionView, ...]


class FalsehoodView(NamedTuple):
    """A labelled falsehood."""

    id: str
    text: str
    stated_in: Place | None


class StatementView(NamedTuple):
    """A text of the summary with its verdict."""

    id: str
    anchor: str
    text: str
    finding: words.Finding
    problems: tuple[str, ...]


class StoryView(NamedTuple):
    """One story."""

    anchor: str
    story: Evaluated
    counted: str
    facts: tuple[FactView, ...]
    steps: tuple[Step, ...]
    metrics: tuple[MetricView, ...]
    disagreements: tuple[DisagreementView, ...]
    falsehoods: tuple[FalsehoodView, ...]
    statements: tuple[StatementView, ...]


def story_view(story: Evaluated, number: int) -> StoryView:
    """The story as it is shown. Anchors are numbers, so that no label can make two alike."""
    anchor = f"story-{number}"
    anchors = {row[0]: f"{anchor}-text-{index}" for index, row in reversed(list(enumerate(story.statements, 1)))}
    facts = tuple(
        _fact(f"{anchor}-fact-{index}", coverage, detail, anchors)
        for index, (coverage, detail) in enumerate(words.facts_of(story), 1)
    )
    return StoryView(
        anchor=anchor,
        story=story,
        counted=words.counted(story),
        facts=facts,
        steps=waterfall(facts),
        metrics=_metrics(story),
        disagreements=_disagreements(story, anchors),
        falsehoods=_falsehoods(story, anchors),
        statements=tuple(
            StatementView(name, f"{anchor}-text-{index}", text, _verdict(status), problems)
            for index, (name, text, status, problems) in enumerate(story.statements, 1)
        ),
    )


def _place(name: str | None, anchors: Mapping[str, str]) -> Place | None:
    return None if name is None else Place(name, anchors.get(name))


def _fact(anchor: str, coverage: FactCoverage, detail: FactDetail, anchors: Mapping[str, str]) -> FactView:
    told_in = _place(coverage.statement_id, anchors)
    return FactView(anchor, coverage, detail, words.finding(coverage), words.fate(coverage), told_in)


def waterfall(facts: Sequence[FactView]) -> tuple[Step, ...]:
    """What is left of the facts after each stage, and of those told, what counts. Unmeasured facts are not in it."""
    measured = [fact for fact in facts if fact.detail.trail and fact.coverage.level != "unmeasured"]
    if not measured:
        return ()
    left = [measured, *([fact for fact in measured if _is_left(fact, stage)] for stage in words.STAGES)]
    left.append([fact for fact in left[-1] if fact.counts])
    names = [
        ("labelled", "every fact that was measured"),
        *((stage, "") for stage in words.STAGES),
        ("counts", "told in full, credited rightly"),
    ]
    before = [measured, *(one for one, _ in pairwise(left))]
    return tuple(_step(*name, was, now, len(measured)) for name, was, now in zip(names, before, left, strict=True))


def _is_left(fact: FactView, stage: Stage) -> bool:
    return dict(fact.detail.trail).get(stage, False)


def _step(name: str, remark: str, before: Sequence[FactView], left: Sequence[FactView], total: int) -> Step:
    vital = sum(fact.detail.importance == "vital" for fact in left)
    lost = tuple(fact for fact in before if fact not in left)
    widths = (round(BAR * n / total, 1) for n in (vital, len(left) - vital, len(lost)))
    return Step(name, remark, vital, len(left) - vital, lost, *widths)


def _metrics(story: Evaluated) -> tuple[MetricView, ...]:
    return tuple(
        MetricView(name, words.definition(name), words.figure(one), words.bounds(one), one.n, one.unmeasured)
        for name, one in words.in_order(story.result.metrics)
    )


def _disagreements(story: Evaluated, anchors: Mapping[str, str]) -> tuple[DisagreementView, ...]:
    return tuple(
        DisagreementView(
            found.id,
            question,
            _sides(found.positions_stated, found.positions, collapsed=found.collapsed),
            tuple(PositionView(text, _place(where, anchors)) for text, where in positions),
        )
        for found, (question, positions) in zip(story.result.disagreements, story.disagreements, strict=True)
    )


def _sides(stated: int, positions: int, *, collapsed: bool) -> words.Finding:
    if collapsed:
        return words.Finding("bad", "✕", "One side told as the truth")
    if not stated:
        return words.Finding("wary", "○", "Not mentioned")
    whole = stated == positions
    return words.Finding("good" if whole else "wary", "✓" if whole else "◐", f"{stated} of {positions} sides stated")


def _falsehoods(story: Evaluated, anchors: Mapping[str, str]) -> tuple[FalsehoodView, ...]:
    """Those that are stated come first."""
    found = (
        FalsehoodView(one.id, text, _place(one.stated_in, anchors))
        for one, text in zip(story.result.falsehoods, story.falsehoods, strict=True)
    )
    return tuple(sorted(found, key=lambda one: one.stated_in is None))


def _verdict(status: str) -> words.Finding:
    sign, word = next((shown for known, shown in STATUS.items() if known == status), ("✕", status))
    return words.Finding(_TONE.get(status, "bad"), sign, word)
