"""What differs between two runs, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipeline.domain.comparison import Change, Comparison, RunHead, StatementChange
from pipeline.domain.synthesis import Statement
from pipeline.render import wording
from pipeline.runs.diff.disagreements import compare_disagreements
from pipeline.runs.diff.likeness import likeness, weights
from pipeline.runs.diff.pairing import Pair, moved, pairs, reading_order
from pipeline.runs.diff.side import Side, citation_changes, word_runs
from pipeline.runs.diff.sources import articles, changes, compare_sources
from pipeline.runs.diff.untold import compare_dropped, compare_omissions
from pipeline.runs.folder import RunFolder

_Value = str | int | float | bool | None


def compare(before: RunFolder, after: RunFolder) -> Comparison:
    """The second run against the first. Compared the other way round, the same differences come out reversed."""
    sources = compare_sources(before.synthesis.sources, after.synthesis.sources)
    names = articles(sources, before.articles(), after.articles())
    left, right = Side.of(before, names[0]), Side.of(after, names[1])
    return Comparison(
        before=_head(before),
        after=_head(after),
        run=changes(_made(before), _made(after)),
        sources=sources,
        statements=tuple(_statements(left, right)),
        disagreements=compare_disagreements(left, right),
        omissions=compare_omissions(left, right),
        dropped=compare_dropped(left, right),
    )


def _head(run: RunFolder) -> RunHead:
    return RunHead(title=run.synthesis.title, engine=run.synthesis.engine, model=run.synthesis.model)


def _made(run: RunFolder) -> dict[str, _Value]:
    """How a run was made, as far as a reader may want to know why its result differs; times and costs are no cause."""
    manifest = run.manifest
    made: dict[str, _Value] = {
        "title": run.synthesis.title,
        "engine": run.synthesis.engine,
        "model": run.synthesis.model,
    }
    made |= manifest.parameters
    made |= {f"prompt {name}": digest for name, digest in manifest.prompts.items()}
    made |= {f"version of {name}": version for name, version in manifest.versions.items()}
    made |= {f"failed: {failure.path}": f"{failure.stage}: {failure.message}" for failure in manifest.failures}
    return made


def _statements(left: Side, right: Side) -> Iterator[StatementChange]:
    """Every statement of both runs once, in the order of the second; what was removed stands where it was."""
    before, after = left.synthesis.statements, right.synthesis.statements
    old = [left.cited(statement.text, statement.citations) for statement in before]
    new = [right.cited(statement.text, statement.citations) for statement in after]
    found = pairs(old, new, partial(likeness, weighed=weights([*old, *new])))
    elsewhere = moved(found)
    for i, j in reading_order(found, len(before), len(after)):
        if i is None:
            assert j is not None  # noqa: S101 - a place has at least one side
            yield StatementChange(kind="added", before=None, after=after[j])
        elif j is None:
            yield StatementChange(kind="removed", before=before[i], after=None)
        else:
            yield _paired(left, before[i], right, after[j], moved=Pair(i, j) in elsewhere)


def _paired(left: Side, before: Statement, right: Side, after: Statement, *, moved: bool) -> StatementChange:
    citations = citation_changes(left, before.citations, right, after.citations)
    return StatementChange(
        kind="same" if before.text == after.text else "reworded",
        moved=moved,
        before=before,
        after=after,
        words=word_runs(before.text, after.text),
        citations_gained=citations.gained,
        citations_lost=citations.lost,
        details=_details(before, after),
    )


def _details(before: Statement, after: Statement) -> tuple[Change, ...]:
    """What else is said about a statement: its verdict, its origins, who says it."""
    return changes(_about(before), _about(after))


def _about(statement: Statement) -> dict[str, _Value]:
    speaker, relays = wording.speakers(statement.attribution)
    said = f"{speaker}, via {', '.join(relays)}" if relays else speaker
    return {"verdict": statement.verdict.status, "independent origins": statement.origins, "said by": said}
