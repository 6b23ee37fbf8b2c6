"""The comparison of two runs as one self-contained page.

It loads nothing and runs nothing: its style is styles and admitted by its digest, there is no script at all, and
whatever an article contains is text.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from pipeline.render.diff_views import DiffView, closing
from pipeline.render.report import content_security_policy, page_environment, styles

_NO_SCRIPT: Final = ""


def render_diff(view: DiffView) -> str:
    """The page as HTML. The same comparison gives the same page, to the byte."""
    environment = page_environment("pipeline.render")
    style = styles(environment, "diff.css")
    return environment.get_template("diff.html.j2").render(
        view=view,
        closing=closing(view),
        policy=content_security_policy(style, _NO_SCRIPT),
        style=Markup(style),  # noqa: S704 - our own file, admitted by its digest
    )
