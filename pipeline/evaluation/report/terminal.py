"""The results as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from textwrap import wrap
from typing import Final

from pipeline.evaluation.evaluated import Evaluated, Evaluation, FactDetail
from pipeline.evaluation.report import words
from pipeline.evaluation.report.words import one_line
from pipeline.evaluation.results import Comparison, Gate
from pipeline.render.wording import count

WIDTH: Final = 100
"""Columns that prose is wrapped to. Tables are as wide as what they hold."""


def table(evaluation: Evaluation) -> str:
    """Story by story what was measured and what does not count; then gates, baseline and notes."""
    parts = [
        *chain.from_iterable(_story(story) for story in evaluation.stories),
        _gates(evaluation.report.gates),
        _baseline(evaluation.report.baseline),
        [line for note in evaluation.notes for line in _wrapped(note)],
        [f"{words.maker(evaluation.report)}: {words.outcome(evaluation.report).sentence}."],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def aligned(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """Rows as lines, each column as wide as its longest cell; columns that are empty below the heading are left out.

    >>> aligned([("metric", "between", "n"), ("vital_recall", "", "14")])
    ['metric        n', 'vital_recall  14']
    """
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    widths = [max(map(len, column)) for column in columns]
    lines = zip(*columns, strict=True)
    return [
        indent + "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """One paragraph; long words (an address) stay whole."""
    return wrap(
        one_line(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _story(story: Evaluated) -> Iterator[list[str]]:
    yield [
        *_wrapped(f"{story.id}: {story.title}"),
        *(_wrapped(f"Labelled by {', '.join(story.annotators)}.") if story.annotators else ()),
        f"{words.counted(story)}.",
    ]
    yield _metrics(story)
    yield _facts(story)
    yield _statements(story)
    yield _collapsed(story)
    yield _falsehoods(story)
    yield [line for note in story.notes for line in _wrapped(f"Note: {note}", "", "  ")]


def _metrics(story: Evaluated) -> list[str]:
    rows = [
        (one_line(name), words.figure(metric), words.bounds(metric), str(metric.n), str(metric.unmeasured or ""))
        for name, metric in words.in_order(story.result.metrics)
    ]
    return aligned([("metric", "value", "between", "n", "unmeasured"), *rows]) if rows else []


def _facts(story: Evaluated) -> list[str]:
    """Each fact that does not count, as a row; why, where it is known, below it."""
    pairs = words.uncounted(story)
    if not pairs:
        return ["Every fact counts."] if story.facts else []
    rows = [
        (one_line(f.id), f.importance, f.level, ", ".join(f.flags), f.lost_at or "", one_line(f.statement_id or ""))
        for f, _ in pairs
    ]
    head, *lines = aligned([("fact", "importance", "level", "flags", "lost at", "text"), *rows], "  ")
    reasons = (_wrapped(_why(detail, story), "      because ", "      ") for _, detail in pairs)
    below = chain.from_iterable((line, *why) for line, why in zip(lines, reasons, strict=True))
    return [f"Facts that do not count, {len(pairs)} of {len(story.facts)}:", head, *below]


def _why(detail: FactDetail, story: Evaluated) -> str:
    """What is said of the whole story is not said again of each fact."""
    return "; ".join(reason for reason in detail.because if reason not in story.notes)


def _statements(story: Evaluated) -> list[str]:
    lines: list[str] = []
    for name, text, status, problems in story.statements:
        if status != "supported":
            lines += _wrapped(f"{name} {status}: {text}", "  ", "      ")
            lines += chain.from_iterable(_wrapped(problem, "      - ", "        ") for problem in problems)
    return _titled("Not borne out by what they cite:", lines)


def _collapsed(story: Evaluated) -> list[str]:
    lines: list[str] = []
    for found, (question, positions) in zip(story.result.disagreements, story.disagreements, strict=True):
        if found.collapsed:
            told = f"{found.positions_stated} of {count(found.positions, 'position')} stated"
            lines += _wrapped(f"{found.id} ({told}): {question}", "  ", "      ")
            left_out = (text for text, stated_in in positions if stated_in is None)
            lines += chain.from_iterable(_wrapped(f"left out: {text}", "      - ", "        ") for text in left_out)
    return _titled("Disagreements of which one side is told as the truth:", lines)


def _falsehoods(story: Evaluated) -> list[str]:
    lines = [
        _wrapped(f"{found.id} in {found.stated_in}: {text}", "  ", "      ")
        for found, text in zip(story.result.falsehoods, story.falsehoods, strict=True)
        if found.stated_in is not None
    ]
    return _titled("Falsehoods stated:", chain.from_iterable(lines))


def _titled(title: str, lines: Iterable[str]) -> list[str]:
    body = list(lines)
    return [title, *body] if body else []


def _gates(gates: Sequence[Gate]) -> list[str]:
    width = max(map(len, words.GATE.values()))
    lines = [
        _wrapped(f"{gate.name}: {gate.detail}", f"  {words.GATE[gate.passed]:<{width}}  ", " " * (width + 4))
        for gate in gates
    ]
    return _titled("Gates:", chain.from_iterable(lines))


def _baseline(baseline: Comparison) -> list[str]:
    named = [("lost", baseline.lost), ("gained", baseline.gained)]
    lines = (_wrapped(f"{what}: {', '.join(names)}", "  ", "      ") for what, names in named if names)
    return [words.comparison(baseline), *chain.from_iterable(lines)]
