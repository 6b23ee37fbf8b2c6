"""What a check found, as text: each verdict with its sentence, what is wrong with it, and the passages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.domain.checked import CheckedSentence, CheckReport
from pipeline.render import wording
from pipeline.render.checked import Finding, findings, passages, skipped
from pipeline.render.wrapping import WIDTH, wrapped

_INDENT: Final = 13
"""Columns for the verdict; "contradicted" has twelve letters."""


def check_table(report: CheckReport, width: int = WIDTH) -> str:
    """The whole report in lines of at most ``width`` columns.

    Only verdicts stand at the start of a line: what comes from a file is indented, and what is hidden in it is shown.
    """
    lines = [line for sentence in report.sentences for line in _lines(sentence, report, width)]
    lines.append(tally(report))
    left_out = skipped(report)
    if left_out:
        lines.append(f"Not checked: {left_out}.")
    return "\n".join(lines) + "\n"


def tally(report: CheckReport) -> str:
    """How many sentences, and how many of each verdict.

    >>> tally(CheckReport(sentences=(), counts={}))
    '0 sentences'
    """
    counts = ", ".join(f"{count} {status}" for status, count in sorted(report.counts.items()))
    return wording.count(len(report.sentences), "sentence") + (f": {counts}" if counts else "")


def _lines(sentence: CheckedSentence, report: CheckReport, width: int) -> Iterator[str]:
    """The verdict with the sentence, what is wrong with it, and the passages, wrapped; a blank line ends it."""
    first, *rest = wrapped(sentence.text, width - _INDENT)
    yield f"{sentence.verdict.status:<{_INDENT}}{first}"
    yield from (f"{'':<{_INDENT}}{line}" for line in rest)
    for bullet, text in (*map(_remark, findings(sentence)), *_shown(sentence, report)):
        first, *rest = wrapped(text, width - _INDENT - 2)
        yield f"{'':<{_INDENT}}{bullet} {first}"
        yield from (f"{'':<{_INDENT + 2}}{line}" for line in rest)
    yield ""


def _remark(finding: Finding) -> tuple[str, str]:
    if finding.is_advice:
        return "~", f"{finding.guard} (advice): {finding.detail}"
    return "-", f"{finding.guard}: {finding.detail}" if finding.guard else finding.detail


def _shown(sentence: CheckedSentence, report: CheckReport) -> Iterator[tuple[str, str]]:
    views = passages(sentence, report)
    for view in views.first:
        yield ">", f"{'proposed, ' if view.is_proposed else ''}{view.source}: “{view.quote}”"
    if views.others:
        yield ">", views.others
