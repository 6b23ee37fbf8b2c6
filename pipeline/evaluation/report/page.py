"""The results as one self-contained page, on which every fact stands beside the text that tells it.

It loads nothing and runs nothing: its style is inlined and admitted by its digest, there is no script at all (the
filter is radio buttons and CSS), and whatever an article or a label contains is text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.report import words
from pipeline.evaluation.report.page_views import BAR, story_view
from pipeline.render import wording
from pipeline.render.report import content_security_policy
from pipeline.render.visible import plain, shown

_NO_SCRIPT: Final = ""


def render_page(evaluation: Evaluation) -> str:
    """The page as HTML. The same evaluation gives the same page, to the byte."""
    environment = _environment()
    style = _style(environment)
    return environment.get_template("eval.html.j2").render(
        report=evaluation.report,
        outcome=words.outcome(evaluation.report),
        gates=words.worst_first(evaluation.report.gates),
        stories=[story_view(story, number) for number, story in enumerate(evaluation.stories, 1)],
        notes=evaluation.notes,
        bar=BAR,
        policy=content_security_policy(style, _NO_SCRIPT),
        style=Markup(style),  # noqa: S704 - our own file, admitted by its digest
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """As the report's: undefined names fail, and what is no markup has its unseen characters shown, then is escaped."""
    environment = Environment(
        loader=PackageLoader("pipeline.evaluation.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = shown
    environment.globals.update(words=words, wording=wording)
    return environment


def _finalized(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _style(environment: Environment) -> str:
    """Browsers hash it with LF for CR LF, so how it was checked out must not matter."""
    loader = environment.loader
    assert loader is not None  # noqa: S101 - set just above
    return loader.get_source(environment, "eval.css")[0].replace("\r\n", "\n")
