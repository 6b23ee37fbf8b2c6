"""The results as GitHub-flavoured Markdown, for the page of a CI job (``GITHUB_STEP_SUMMARY``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.evaluation.evaluated import Evaluated, Evaluation, FactDetail
from pipeline.evaluation.report import words
from pipeline.evaluation.results import Comparison, FactCoverage, Gate, Metric
from pipeline.render.markdown import escape
from pipeline.render.wording import clipped

_BREAK: Final = "&#8203;"
"""A zero-width space. What GitHub makes of rendered text (mentions, issues, addresses) no backslash keeps it from."""

_ACTS: Final = re.compile(r"@|#(?=\d)|\bGH-(?=\d)|\b(?:https?|ftp):(?=//)|\bwww\.|:(?=[\w+-]+:)", re.IGNORECASE)
_SIGN: Final = {True: "✅", False: "❌", None: "❔"}


def job_summary(evaluation: Evaluation) -> str:
    """Verdict, gates, vital facts that do not count, metrics beside each other, baseline, notes."""
    report = evaluation.report
    verdict = words.outcome(report)
    word = words.GATE[verdict.passed]
    blocks = [
        f"## {_SIGN[verdict.passed]} Evals {word}: {verdict.sentence}",
        f"Summaries by the {inline(words.maker(report))}.",
        _gates(report.gates),
        *(block for story in evaluation.stories for block in _story(story)),
        _metrics(evaluation.stories),
        _baseline(report.baseline),
        "\n".join(f"- Note: {inline(note)}" for note in evaluation.notes),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def inline(text: str) -> str:
    r"""Somebody else's words on one line, in which nothing is Markdown and of which GitHub makes nothing.

    >>> inline("<b>|</b> by @user, see #12")
    '\\<b\\>&#124;\\</b\\> by @&#8203;user, see \\#&#8203;12'
    >>> inline("$5 at https://example.org")
    '<span>$</span>5 at https:&#8203;//example.org'
    """
    harmless = _ACTS.sub(lambda match: match.group() + _BREAK, escape(text))
    # In a table a backslash before a pipe counts twice; a dollar sign starts a formula.
    return harmless.replace(r"\|", "&#124;").replace("$", "<span>$</span>")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""


def _gates(gates: tuple[Gate, ...]) -> str:
    rows = [
        (f"{_SIGN[gate.passed]} {words.GATE[gate.passed]}", inline(gate.name), inline(gate.detail))
        for gate in words.worst_first(gates)
    ]
    return _table(("Result", "Gate", "Detail"), rows)


def _story(story: Evaluated) -> Iterator[str]:
    yield f"### Story {inline(story.id)}: {inline(story.title)}"
    by = f" Labelled by {inline(', '.join(story.annotators))}." if story.annotators else ""
    yield f"{words.counted(story)}.{by}"
    vital = [pair for pair in words.uncounted(story) if pair[0].importance == "vital"]
    yield _table(("Vital fact that does not count", "What became of it", "Nearest text"), [_lost(*p) for p in vital])
    yield "\n".join(_wrong(story))
    yield "\n".join(f"- Note: {inline(note)}" for note in story.notes)


def _lost(fact: FactCoverage, detail: FactDetail) -> tuple[str, str, str]:
    near = "none comes near"
    if detail.statement is not None:
        near = f"{inline(fact.statement_id or '')}: {inline(clipped(detail.statement))}"
    why = "; ".join((words.fate(fact), *detail.because))
    return f"**{inline(fact.id)}** {inline(clipped(detail.text))}", inline(why), near


def _wrong(story: Evaluated) -> Iterator[str]:
    """What is wrong with a summary beside what it leaves out."""
    for name, text, status, problems in story.statements:
        if status != "supported":
            why = f" ({inline('; '.join(problems))})" if problems else ""
            yield f"- Statement {inline(name)} is {inline(status)}: {inline(clipped(text))}{why}"
    for found, (question, _) in zip(story.result.disagreements, story.disagreements, strict=True):
        if found.collapsed:
            told = f"{found.positions_stated} of {found.positions} positions"
            yield f"- One side told as the truth, {inline(found.id)} ({told}): {inline(question)}"
    for falsehood, text in zip(story.result.falsehoods, story.falsehoods, strict=True):
        if falsehood.stated_in is not None:
            yield f"- Falsehood {inline(falsehood.id)} in {inline(falsehood.stated_in)}: {inline(text)}"


def _metrics(stories: Sequence[Evaluated]) -> str:
    """One row for each metric, one column for each story."""
    every = {name: metric for story in stories for name, metric in story.result.metrics.items()}
    rows = [
        (inline(name), *(_cell(story.result.metrics.get(name)) for story in stories))
        for name, _ in words.in_order(every)
    ]
    table = _table(("Metric", *(inline(story.id) for story in stories)), rows)
    return f"### Metrics\n\n{table}" if table else ""


def _cell(metric: Metric | None) -> str:
    if metric is None:
        return "–"
    spread = words.bounds(metric)
    between = f", {spread} with {metric.unmeasured} unmeasured" if spread else ""
    return f"{words.figure(metric)} of {metric.n}{between}" if metric.n else words.figure(metric)


def _baseline(baseline: Comparison) -> str:
    named = [("Lost", baseline.lost), ("Gained", baseline.gained)]
    lines = [f"- {what}: {inline(', '.join(names))}" for what, names in named if names]
    return "### Baseline\n\n" + "\n\n".join(filter(None, (words.comparison(baseline), "\n".join(lines))))
