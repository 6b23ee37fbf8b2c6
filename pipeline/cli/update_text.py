"""What an update changed, told on stderr: all of it, then the few lines that a news desk reads first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pipeline.cli.console import note

if TYPE_CHECKING:
    from pipeline.domain.comparison import Comparison
    from pipeline.runs.review.standing import Standing
    from pipeline.runs.updates.job import Updated
    from pipeline.runs.updates.tolls import Toll

_SOURCES: Final = {"added": "new", "changed": "in a newer version", "relabelled": "under another name"}
_STATEMENTS: Final = {"added": "new", "reworded": "reworded", "removed": "no longer told"}
_DIFFERENCES: Final = {
    "appeared": "Sources differ now",
    "changed": "A difference has changed",
    "resolved": "No longer shown as a difference",
}


def tell_changes(updated: Updated, folder: str) -> None:
    """Say what became of the run in ``folder``."""
    from pipeline.cli.diff_text import layout
    from pipeline.runs.output import CHANGES_PAGE, REPORT
    from pipeline.runs.replacing import PREVIOUS

    view = updated.view()
    if updated.changes is None or view is None:
        note(_nothing_done(updated, folder))
        return
    note(layout(view))
    for line in (*_headlines(updated.changes), *map(_risen, updated.tolls), *_reviewed(updated.review)):
        note(line)
    note(f"Changes: {folder}/{CHANGES_PAGE}; the earlier run: {folder}/{PREVIOUS}; report: {folder}/{REPORT}")


def _nothing_done(updated: Updated, folder: str) -> str:
    if updated.failures:
        return f"None of the new articles could be used; “{folder}” is as it was."
    count = len(updated.done.manifest.inputs)
    return f"Nothing new: the run in “{folder}” ({count} article{'' if count == 1 else 's'}) has all of this already."


def _headlines(changes: Comparison) -> Iterator[str]:
    """Counts of what came, went and changed; where sources differ now, or do so no more."""
    sources = _counted((change.kind for change in changes.sources), _SOURCES)
    statements = _counted((change.kind for change in changes.statements), _STATEMENTS)
    yield f"Sources: {sources}. Statements: {statements}."
    for kind, said in _DIFFERENCES.items():
        topics = [change.topic() for change in changes.disagreements if change.kind == kind]
        if topics:
            yield f"{said}: {'; '.join(topics)}."


def _counted(kinds: Iterable[str], words: Mapping[str, str]) -> str:
    counts = Counter(kinds)
    return ", ".join(f"{counts[kind]} {word}" for kind, word in words.items() if counts[kind]) or "the same"


def _risen(toll: Toll) -> str:
    return f"Risen: {toll.question}: {toll.before:,g} → {toll.after:,g} ({toll.article_id})."


def _reviewed(standing: Standing | None) -> Iterator[str]:
    """What became of the decisions of reviewers."""
    if standing is None:
        return
    told = [f"{len(standing.decided)} still hold"]
    told += [f"{len(standing.outdated)} are about what is told otherwise now"] if standing.outdated else []
    told += [f"{len(standing.unmatched)} are about what is not there any more"] if standing.unmatched else []
    where = "; the others are listed at the end of summary.reviewed.md" if len(told) > 1 else ""
    yield f"Review: of the decisions {', '.join(told)}{where}. summary.reviewed.md is written anew."
