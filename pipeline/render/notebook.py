"""The summary as a piece of HTML that a notebook shows in its own page.

That page is not ours: no script, no style of our own, no ids and no anchors, which would meet those of other cells, and
nothing that is loaded. A statement opens, and shows the passages that it cites. Formulas are switched off: MathJax
would take what stands between two prices for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.claims import ArticleFile
from pipeline.domain.synthesis import Synthesis
from pipeline.render import wording
from pipeline.render.report import page_environment
from pipeline.render.report_page import build_page


def render_notebook(synthesis: Synthesis, files: Sequence[ArticleFile]) -> str:
    """Statements, disagreements and sources; article text is escaped, and what cannot be seen is shown.

    Raises:
        InputError: a citation does not stand where it says.
    """
    template = page_environment("pipeline.render").get_template("notebook.html.j2")
    return template.render(page=build_page(synthesis, files), wording=wording)
