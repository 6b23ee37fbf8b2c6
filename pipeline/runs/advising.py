"""Which models are asked beside the guards of a check, and what becomes of their opinions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from pipeline.domain.checked import CheckReport
from pipeline.runs.entailing import open_reader
from pipeline.runs.opinions import Reader, Told, read_again
from pipeline.runs.support_judge import open_support_judge
from pipeline.settings import Settings


async def advised(report: CheckReport, settings: Settings, *, judge: bool, tell: Callable[[str], None]) -> CheckReport:
    """The report with what the models say of its verdicts; the statuses, and so the counts, stay.

    Args:
        report: what the guards found.
        settings: which entailment model, if any, and which endpoint.
        judge: whether to ask the model at that endpoint.
        tell: told what the user should know.

    Raises:
        PipelineError: a model cannot be had, or what makes the whole meaningless; a call that fails leaves its sentence
            without an answer.
    """
    async with AsyncExitStack() as opened:
        readers: list[Reader] = []
        entailment = open_reader(settings, tell)
        if entailment is not None:
            readers.append(entailment)
        if judge:
            readers.append(await opened.enter_async_context(open_support_judge(settings, tell)))
        told = [Told(sentence.text, sentence.citations, sentence.verdict) for sentence in report.sentences]
        verdicts = await read_again(told, report.articles, readers)
    pairs = zip(report.sentences, verdicts, strict=True)
    return report.model_copy(update={"sentences": tuple(s.model_copy(update={"verdict": v}) for s, v in pairs)})
