"""What differs between two summaries: what `pipeline diff --json` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.clusters import ClaimCluster, Holder
from pipeline.domain.synthesis import (
    Citation,
    Disagreement,
    DisagreementPosition,
    Dropped,
    Source,
    Statement,
)

TextKind = Literal["same", "reworded", "added", "removed"]
SourceKind = Literal["same", "relabelled", "changed", "added", "removed"]
DisagreementKind = Literal["same", "changed", "appeared", "resolved"]
OmissionKind = Literal["same", "told", "gone", "untold", "appeared"]
DroppedKind = Literal["same", "appeared", "gone"]


class Change(Model):
    """One value that differs; None where one side has none."""

    name: str
    before: str | int | float | bool | None
    after: str | int | float | bool | None


class WordRun(Model):
    """A piece of a reworded text: the same and removed pieces, joined, are the old text; same and added, the new."""

    kind: Literal["same", "removed", "added"]
    text: str


class SourceChange(Model):
    """An article of either run. ``changed``: other bytes; ``relabelled``: the same under another name or metadata."""

    kind: SourceKind
    before: Source | None
    after: Source | None
    details: tuple[Change, ...] = ()


class StatementChange(Model):
    """A statement of either run, with its partner in the other.

    ``same`` means the same words; its citations, place or ``details`` (verdict, origins, speaker) may still differ.
    Citations that were gained are those of ``after``, whose ids mean the second run's articles; lost, the first's.
    """

    kind: TextKind
    moved: bool = False
    before: Statement | None
    after: Statement | None
    words: tuple[WordRun, ...] = ()
    citations_gained: tuple[Citation, ...] = ()
    citations_lost: tuple[Citation, ...] = ()
    details: tuple[Change, ...] = ()

    def is_same(self) -> bool:
        """Whether nothing at all differs."""
        others = self.moved or self.citations_gained or self.citations_lost or self.details
        return self.kind == "same" and not others

    def text(self) -> str:
        """Its words now, or those it had."""
        statement = self.after or self.before
        assert statement is not None  # noqa: S101 - a change has at least one side
        return statement.text


class PositionChange(Model):
    """A side of a disagreement, with its partner in the other run."""

    kind: TextKind
    before: DisagreementPosition | None
    after: DisagreementPosition | None
    words: tuple[WordRun, ...] = ()
    citations_gained: tuple[Citation, ...] = ()
    citations_lost: tuple[Citation, ...] = ()
    holders_gained: tuple[Holder, ...] = ()
    holders_lost: tuple[Holder, ...] = ()

    def is_same(self) -> bool:
        """Whether nothing at all differs."""
        others = self.citations_gained or self.citations_lost or self.holders_gained or self.holders_lost
        return self.kind == "same" and not others


class DisagreementChange(Model):
    """A disagreement of either run. ``resolved``: the second run shows no such difference any more."""

    kind: DisagreementKind
    before: Disagreement | None
    after: Disagreement | None
    positions: tuple[PositionChange, ...]
    details: tuple[Change, ...] = ()

    def topic(self) -> str:
        """What it is about now, or was."""
        disagreement = self.after or self.before
        assert disagreement is not None  # noqa: S101 - a change has at least one side
        return disagreement.topic


class OmissionChange(Model):
    """A cluster that one of the summaries, or both, leaves untold.

    ``told``: the second tells it, in the statements ``told_by``; ``gone``: it neither tells nor omits it.
    ``untold``: the first told it, in ``told_by``; ``appeared``: the first knew nothing of it.
    """

    kind: OmissionKind
    before: ClaimCluster | None
    after: ClaimCluster | None
    quote: str
    told_by: tuple[str, ...] = ()


class DroppedChange(Model):
    """A draft that did not pass, in one of the runs or both."""

    kind: DroppedKind
    before: Dropped | None
    after: Dropped | None


class RunHead(Model):
    """Which run it is."""

    title: str
    engine: str
    model: str | None


class Comparison(Model):
    """Two runs side by side. Everything of either stands here exactly once, what is the same included."""

    schema_version: int = SCHEMA_VERSION
    before: RunHead
    after: RunHead
    run: tuple[Change, ...]
    sources: tuple[SourceChange, ...]
    statements: tuple[StatementChange, ...]
    disagreements: tuple[DisagreementChange, ...]
    omissions: tuple[OmissionChange, ...]
    dropped: tuple[DroppedChange, ...]

    def is_empty(self) -> bool:
        """Whether the runs differ in nothing that is compared."""
        groups = (self.sources, self.disagreements, self.omissions, self.dropped)
        others = {item.kind for group in groups for item in group}
        return not self.run and others <= {"same"} and all(change.is_same() for change in self.statements)

    def tally(self) -> dict[str, int]:
        """How many statements of each sort there are; one that differs in several ways counts for each."""
        return dict(Counter(sort for change in self.statements for sort in _sorts(change)))


def _sorts(change: StatementChange) -> Iterator[str]:
    if change.is_same():
        yield "same"
    if change.kind != "same":
        yield change.kind
    if change.before and change.after and (change.citations_gained or change.citations_lost):
        yield "recited"
    if change.moved:
        yield "moved"
