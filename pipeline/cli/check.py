"""`pipeline check`: verify any cited summary against its sources."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipeline.cli.console import WIDTH, columns, has_colour, note, result, wrapped
from pipeline.cli.options import Entailment
from pipeline.cli.stopping import RESUME_FROM_STORE, run_to_end, stoppable
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.domain.synthesis import Citation
    from pipeline.runs.check import CheckedSentence, CheckReport
    from pipeline.settings import Settings

FOUND_FAULTS = 1
NOT_MEASURED = 3
_INDENT: Final = 13
"""Columns for the verdict; "contradicted" has twelve letters."""
_SHOWN_PASSAGES: Final = 3
_LONGEST_PASSAGE: Final = 320
_COLOURS: Final = {
    "supported": typer.colors.GREEN,
    "unverified": typer.colors.YELLOW,
    "partial": typer.colors.YELLOW,
    "unsupported": typer.colors.RED,
    "contradicted": typer.colors.RED,
    "uncited": typer.colors.MAGENTA,
}
_VERDICT: Final = re.compile(rf"^(?:{'|'.join(_COLOURS)})(?= )", re.MULTILINE)


def check(
    summary: Annotated[
        str, typer.Argument(metavar="SUMMARY", help="Our JSON, Markdown, HTML, or text with [1] citations; or -.")
    ],
    sources: Annotated[list[str], typer.Option(help="Folder or files that the citations mean.")],
    entailment: Entailment = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="Ask a language model, too, whether each sentence follows.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="With --judge: the model's name at the endpoint.")] = None,
    base_url: Annotated[str | None, typer.Option(help="With --judge: any OpenAI-compatible server.")] = None,
    local_model: Annotated[
        str | None, typer.Option(metavar="GGUF", help="With --judge: serve this model file here (extra: local).")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", help="With --judge: stop before the call that could spend more.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
) -> None:
    """Check every sentence of a cited summary against the sources; exit 1 if one is not borne out."""
    from pathlib import Path

    from pipeline.runs.check import check_document, read_document
    from pipeline.runs.job import to_json
    from pipeline.settings import load_settings
    from pipeline.stages.ingest import Caps, ingest

    asked = {"model": model, "base_url": base_url, "local_model": local_model, "max_cost": max_cost}
    _refuse_idle(asked, judge=judge)
    settings = load_settings({"entailment": entailment, **asked}, os.environ)
    if judge:
        settings.check_endpoint()
    path = Path(summary)
    document = read_document(path)
    ingested = ingest(sources, out=path, caps=Caps.of(settings))  # a summary beside its sources is none of them
    for failure in ingested.failures:
        note(f"failed: {failure.path}: {failure.message}")
    for remark in ingested.notes:
        note(remark)
    report = _advised(check_document(document, path, ingested.articles), settings, judge=judge)
    if json_:
        result(to_json(report))
    else:
        result(_table(report, columns()), paint=_painted if has_colour() else None)
    if not report.passed():
        raise typer.Exit(FOUND_FAULTS)
    if report.counts.get("unverified"):
        raise typer.Exit(NOT_MEASURED)


def _refuse_idle(asked: Mapping[str, object], *, judge: bool) -> None:
    """Refuse flags that would do nothing."""
    idle = sorted(name for name, value in asked.items() if value is not None)
    if idle and not judge:
        flag = idle[0].replace("_", "-")
        raise ConfigurationError(f"--{flag} does nothing without --judge: the guards ask no model.")


def _advised(report: CheckReport, settings: Settings, *, judge: bool) -> CheckReport:
    """The report with what models say beside the guards, where any are to be asked."""
    if settings.entailment is None and not judge:
        return report
    from pipeline.runs.advising import advised

    with stoppable("nothing was printed.", RESUME_FROM_STORE):
        return run_to_end(advised(report, settings, judge=judge, tell=note))


def _painted(table: str) -> str:
    """Only a verdict stands at the start of a line; what comes from a file is indented."""
    return _VERDICT.sub(lambda match: typer.style(match.group(), fg=_COLOURS[match.group()], bold=True), table)


def _table(report: CheckReport, width: int = WIDTH) -> str:
    lines = [line for sentence in report.sentences for line in _lines(sentence, report, width)]
    counts = ", ".join(f"{count} {status}" for status, count in sorted(report.counts.items()))
    lines.append(_count(len(report.sentences), "sentence") + (f": {counts}" if counts else ""))
    skipped = ", ".join(_count(count, kind) for kind, count in sorted(report.skipped.items()) if count)
    if skipped:
        lines.append(f"Not checked: {skipped}.")
    return "\n".join(lines) + "\n"


def _count(count: int, noun: str) -> str:
    """A number and its noun.

    >>> _count(1, "heading"), _count(5, "source entry")
    ('1 heading', '5 source entries')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def _lines(sentence: CheckedSentence, report: CheckReport, width: int) -> Iterator[str]:
    """The verdict with the sentence, what is wrong with it, and the passages, wrapped; a blank line ends it."""
    verdict = sentence.verdict
    first, *rest = wrapped(sentence.text, width - _INDENT)
    yield f"{verdict.status:<{_INDENT}}{first}"
    yield from (f"{'':<{_INDENT}}{line}" for line in rest)
    for bullet, text in (*_remarks(sentence), *_shown(sentence.citations, report)):
        first, *rest = wrapped(text, width - _INDENT - 2)
        yield f"{'':<{_INDENT}}{bullet} {first}"
        yield from (f"{'':<{_INDENT + 2}}{line}" for line in rest)
    yield ""


def _remarks(sentence: CheckedSentence) -> Iterator[tuple[str, str]]:
    """What the guards found, in plain words."""
    verdict = sentence.verdict
    if verdict.status == "uncited":
        yield "-", _outlook(sentence)
    if verdict.status == "unverified":
        yield from (("-", f"{guard.name}: {guard.detail}") for guard in verdict.unchecked())
    for guard in verdict.failures():
        detail = guard.detail
        if verdict.status == "uncited":
            detail = detail.replace("the cited passage", "the passage").replace("the cited article", "the article")
        yield "-", f"{guard.name}: {detail}"
    for guard in verdict.advice():
        yield "~", f"{guard.name} (advice): {guard.detail}"


def _outlook(sentence: CheckedSentence) -> str:
    """What would become of an uncited sentence if it cited what is proposed."""
    if not sentence.citations:
        return "names no source, and no source has a word of it"
    if not sentence.verdict.failures():
        one = len(sentence.citations) == 1
        return f"names no source; the {'passage' if one else 'passages'} below would bear it out"
    return "names no source; this is the nearest that was found, but:"


def _shown(citations: Sequence[Citation], report: CheckReport) -> Iterator[tuple[str, str]]:
    """The first passages with the names of their articles, and where the others stand."""
    for citation in citations[:_SHOWN_PASSAGES]:
        quote = " ".join(citation.evidence.quote.split())
        if len(quote) > _LONGEST_PASSAGE:
            quote = f"{quote[:_LONGEST_PASSAGE].rpartition(' ')[0] or quote[:_LONGEST_PASSAGE]} …"
        word = "proposed, " if citation.cited == "proposed" else ""
        yield ">", f"{word}{_name(citation, report)}: “{quote}”"
    others = citations[_SHOWN_PASSAGES:]
    if others:
        names = ", ".join(dict.fromkeys(_name(citation, report) for citation in others))
        yield ">", f"and {_count(len(others), 'passage')} more, in {names}"


def _name(citation: Citation, report: CheckReport) -> str:
    article_id = citation.evidence.article_id
    return " ".join(report.names.get(article_id, article_id).split())
