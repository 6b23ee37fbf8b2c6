"""The whole of a check: from a summary and its sources to verdicts, with what models say beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.domain.checked import CheckReport
from pipeline.domain.run import Failure
from pipeline.errors import ConfigurationError
from pipeline.runs.advising import advised
from pipeline.runs.check import check_document
from pipeline.runs.inputs import Inputs
from pipeline.settings import Settings
from pipeline.stages.ingest import Caps, ingest


class Summary(NamedTuple):
    """A cited summary: its text, and where it was read from, "-" if from no file."""

    document: str
    path: Path


async def run_check(  # noqa: PLR0913  two of them are who is told
    summary: Summary,
    sources: Inputs,
    settings: Settings,
    *,
    judge: bool,
    tell: Callable[[str], None],
    failed: Callable[[Failure], None],
) -> CheckReport:
    """Check every sentence against the sources.

    Args:
        summary: what to check.
        sources: what its citations mean.
        settings: how much is read; which models are asked.
        judge: whether to ask the language model at the endpoint.
        tell: told what the user should know.
        failed: told of each source that cannot be read.

    Raises:
        PipelineError: the sources cannot be had, there is nothing to check, or a model cannot be had.
    """
    caps = Caps.of(settings)
    # A summary that lies beside its sources is none of them.
    ingested = ingest(sources.paths, given=sources.texts, out=summary.path, caps=caps)
    for failure in ingested.failures:
        failed(failure)
    for remark in ingested.notes:
        tell(remark)
    report = check_document(summary.document, summary.path, ingested.articles)
    if settings.entailment is None and not judge:
        return report
    return await advised(report, settings, judge=judge, tell=tell)


def refuse_idle(asked: Mapping[str, object], *, judge: bool) -> None:
    """Refuse what would do nothing: settings of a model that nobody asks.

    Raises:
        ConfigurationError: one was given.
    """
    idle = sorted(name for name, value in asked.items() if value is not None)
    if idle and not judge:
        flag = idle[0].replace("_", "-")
        raise ConfigurationError(f"--{flag} does nothing without --judge: the guards ask no model.")
