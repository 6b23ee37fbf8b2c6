"""Several news articles about one event in; one cited summary out.

::

    from pipeline import summarize

    run = summarize("articles/")
    print(run.markdown)

`summarize` and `check` do what the commands of these names do; `asummarize` and `acheck` are the same for code that
is asynchronous. docs/python-api.md has an example of each name. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.api.articles import ArticleText
    from pipeline.api.checking import CheckReport, CitedText, acheck, check
    from pipeline.api.run import Run
    from pipeline.api.summarizing import asummarize, summarize
    from pipeline.domain.synthesis import Synthesis
    from pipeline.errors import PipelineError
    from pipeline.settings import Settings

__all__ = [
    "ArticleText",
    "CheckReport",
    "CitedText",
    "PipelineError",
    "Run",
    "Settings",
    "Synthesis",
    "acheck",
    "asummarize",
    "check",
    "summarize",
]

_HOMES = {
    "ArticleText": "pipeline.api.articles",
    "CheckReport": "pipeline.api.checking",
    "CitedText": "pipeline.api.checking",
    "PipelineError": "pipeline.errors",
    "Run": "pipeline.api.run",
    "Settings": "pipeline.settings",
    "Synthesis": "pipeline.domain.synthesis",
    "acheck": "pipeline.api.checking",
    "asummarize": "pipeline.api.summarizing",
    "check": "pipeline.api.checking",
    "summarize": "pipeline.api.summarizing",
}


if not TYPE_CHECKING:  # else a type checker would take any name for one of ours

    def __getattr__(name: str) -> object:
        """The name from its module, which is imported now: that takes half a second, and a command needs none of it."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found: object = getattr(import_module(_HOMES[name]), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
