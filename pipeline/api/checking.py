"""`check` and `acheck`: what `pipeline check` does, as a function."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import SecretStr

from pipeline.api.articles import Input, as_inputs
from pipeline.api.blocking import blocking
from pipeline.api.options import chosen
from pipeline.api.telling import tell, tell_failed
from pipeline.domain.checked import CheckReport as Checked
from pipeline.errors import InputError
from pipeline.render.checked_text import check_table, tally
from pipeline.render.notebook import render_check
from pipeline.runs.check import STDIN, document_of, read_document
from pipeline.runs.checking import Summary, refuse_idle, run_check
from pipeline.settings import Settings


class CitedText(NamedTuple):
    """A cited summary that is at hand as text: Markdown, an HTML page, or the JSON of a `Synthesis`."""

    text: str


class _Printer(Protocol):
    """What IPython hands to an object that it shows as text."""

    def text(self, obj: str) -> None:
        """Show it."""


class CheckReport(Checked):
    """What a check found: ``sentences``, each with its citations and verdict, and ``counts`` of the verdicts.

    ``print`` shows what the command prints; a notebook shows it as HTML.
    """

    def __str__(self) -> str:
        return check_table(self).rstrip("\n")

    def __repr__(self) -> str:
        return f"<CheckReport of {tally(self)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return render_check(self)

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:  # noqa: FBT001  IPython calls it so
        """What IPython shows where it cannot show HTML."""
        del cycle  # a report does not hold itself
        printer.text(str(self))


async def acheck(  # noqa: PLR0913  as `asummarize`
    summary: str | os.PathLike[str] | CitedText,
    sources: Input | Iterable[Input],
    *,
    judge: bool = False,
    model: str | None = None,
    base_url: str | None = None,
    api_key: str | SecretStr | None = None,
    max_cost: float | None = None,
    settings: Settings | None = None,
) -> CheckReport:
    """Check every sentence of a cited summary against its sources.

    Args:
        summary: a file, or a `CitedText`.
        sources: what its citations mean, as `asummarize` takes articles. ``[1]`` is the first of them, unless the
            summary has a source list of its own.
        judge: ask a language model, too, whether each sentence follows; it only advises. The arguments after it say
            which, and are for this alone.
        model: its name at the endpoint.
        base_url: any OpenAI-compatible server.
        api_key: instead of that of the environment.
        max_cost: US dollars; ends before the call that could exceed it.
        settings: as for `asummarize`.

    Returns:
        The sentences, each with its citations and a verdict; ``passed()`` says whether all are borne out.

    Raises:
        InputError: the summary or all sources cannot be read, or there is no sentence to check.
        ConfigurationError: settings that cannot work.
    """
    asked = {"model": model, "base_url": base_url, "api_key": api_key, "max_cost": max_cost}
    refuse_idle(asked, judge=judge)
    made_with = chosen(settings, asked)
    read, given = _summary(summary), as_inputs(sources)
    found = await run_check(read, given, made_with, judge=judge, tell=tell, failed=tell_failed)
    return CheckReport.model_construct(**dict(found))


check = blocking(acheck, "check")


def _summary(given: str | os.PathLike[str] | CitedText) -> Summary:
    if isinstance(given, CitedText):
        return Summary(document_of(given.text), STDIN)
    (path,) = as_inputs(given).paths or (None,)
    if path is None:
        raise InputError("A summary is a file or a CitedText, not an ArticleText.")
    return Summary(read_document(Path(path)), Path(path))
