"""The results as one self-contained page, on which every fact stands beside the text that tells it.

It loads nothing and runs nothing: its style is inlined and admitted by its digest, there is no script at all (the
filter is radio buttons and CSS), and whatever an article or a label contains is text.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.report import words
from pipeline.evaluation.report.page_views import BAR, story_view
from pipeline.render import wording
from pipeline.render.report import content_security_policy, page_environment, styles

_NO_SCRIPT: Final = ""


def render_page(evaluation: Evaluation) -> str:
    """The page as HTML. The same evaluation gives the same page, to the byte."""
    environment = page_environment("pipeline.evaluation.report")
    environment.globals.update(words=words, wording=wording)
    style = styles(environment, "eval.css")
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
