"""What a comparison of two runs shows, on a terminal and on a page alike: plain values, to be laid out only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from pipeline.domain.comparison import Comparison, RunHead
from pipeline.render import wording
from pipeline.render.diff_items import (
    ItemView,
    Tellers,
    disagreement_item,
    dropped_item,
    omission_item,
    run_item,
    source_item,
    source_names,
    statement_item,
)


class SectionView(NamedTuple):
    """Items of one kind. ``tally`` counts them in words; ``nothing`` says so where there are none."""

    id: str
    heading: str
    items: tuple[ItemView, ...]
    tally: str
    nothing: str

    def changed(self) -> tuple[ItemView, ...]:
        """Those that did not stay as they were."""
        return tuple(item for item in self.items if item.sign != "=")


class RunView(NamedTuple):
    """One of the two runs; ``counts`` are of its sources, statements and differences."""

    name: str
    title: str
    engine: str
    counts: str


class DiffView(NamedTuple):
    """The whole comparison."""

    before: RunView
    after: RunView
    sections: tuple[SectionView, ...]
    is_empty: bool


def diff_view(comparison: Comparison, names: tuple[str, str]) -> DiffView:
    """The comparison as it is shown; ``names`` say which runs they are, as the user named them."""
    left, right = source_names(comparison.sources)
    tellers = _tellers(comparison)
    sections = (
        _section("run", "How they were made", map(run_item, comparison.run), "Made in the same way."),
        _section("sources", "Sources", map(source_item, comparison.sources), "The same sources."),
        _section(
            "statements",
            "Statements",
            (statement_item(change, left, right) for change in comparison.statements),
            "Neither run has a statement.",
        ),
        _section(
            "differences",
            "Where sources differ",
            (disagreement_item(change, left, right) for change in comparison.disagreements),
            "Neither run found a difference between sources.",
        ),
        _section(
            "omissions",
            "Reported by several, not in the summary",
            (omission_item(change, tellers) for change in comparison.omissions),
            "Neither run left out what several sources report.",
        ),
        _section("dropped", "Dropped drafts", map(dropped_item, comparison.dropped), "Neither run dropped a draft."),
    )
    return DiffView(
        before=_run_view(names[0], comparison.before, comparison, "before"),
        after=_run_view(names[1], comparison.after, comparison, "after"),
        sections=sections,
        is_empty=comparison.is_empty(),
    )


def closing(view: DiffView) -> str:
    """The counts in one line.

    Only what is not empty is counted; runs that differ in nothing are said to be the same.
    """
    counted = [f"{s.heading}: {s.tally}." for s in view.sections if s.items and s.id != "run"]
    return " ".join([*(["The two runs are the same."] if view.is_empty else []), *counted])


def _section(name: str, heading: str, items: Iterable[ItemView], nothing: str) -> SectionView:
    found = tuple(items)
    counts = Counter(word for item in found for word in item.word.split(", "))
    ordered = sorted(counts, key=lambda word: (_ORDER.find(f" {word} "), word))
    tally = ", ".join(f"{counts[word]} {_COUNTED.get(word, word)}" for word in ordered)
    return SectionView(name, heading, found, tally, nothing)


_ORDER: Final = " added appeared removed resolved reworded citations changed moved same "
_COUNTED: Final = {"citations": "with other citations", "same": "the same"}


def _run_view(name: str, head: RunHead, comparison: Comparison, side: Literal["before", "after"]) -> RunView:
    counted = (
        wording.count(_having(comparison.sources, side), "source"),
        wording.count(_having(comparison.statements, side), "statement"),
        wording.count(_having(comparison.disagreements, side), "difference"),
    )
    engine = f"{head.engine}, {head.model}" if head.model else head.engine
    return RunView(name, head.title, engine, ", ".join(counted))


def _tellers(comparison: Comparison) -> Tellers:
    """The words of the statements of both runs by their ids there."""
    return Tellers(
        before={change.before.id: change.before.text for change in comparison.statements if change.before},
        after={change.after.id: change.after.text for change in comparison.statements if change.after},
    )


def _having(items: Iterable[object], side: str) -> int:
    """How many of them that run has."""
    return sum(getattr(item, side) is not None for item in items)
