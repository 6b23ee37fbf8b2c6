"""A summary, and what a check found, each as a piece of HTML that a notebook shows in its own page.

That page is not ours: no script, no style of our own, no ids and no anchors, which would meet those of other cells, and
nothing that is loaded. A statement or sentence opens, and shows the passages that it cites. Formulas are switched off:
MathJax would take what stands between two prices for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

from pipeline.domain.checked import CheckedSentence, CheckReport
from pipeline.domain.claims import ArticleFile
from pipeline.domain.synthesis import Synthesis
from pipeline.domain.verdict import Status
from pipeline.render import checked, wording
from pipeline.render.report import page_environment
from pipeline.render.report_page import build_page


def render_notebook(synthesis: Synthesis, files: Sequence[ArticleFile]) -> str:
    """Statements, disagreements and sources; article text is escaped, and what cannot be seen is shown.

    Raises:
        InputError: a citation does not stand where it says.
    """
    template = page_environment("pipeline.render").get_template("notebook.html.j2")
    return template.render(page=build_page(synthesis, files), wording=wording)


class _SentenceView(NamedTuple):
    """A checked sentence; one that is not borne out is open from the beginning."""

    text: str
    status: Status
    sign: str
    word: str
    findings: tuple[checked.Finding, ...]
    passages: checked.PassageViews


def render_check(report: CheckReport) -> str:
    """Each sentence with its verdict, what is wrong with it, and the passages; all text is escaped.

    What is in order is closed, the rest open. Sign and word tell the verdict: colour is the page's.
    """
    template = page_environment("pipeline.render").get_template("check_notebook.html.j2")
    tally = [(*wording.STATUS[status], report.counts.get(status, 0)) for status in get_args(Status)]
    return template.render(
        sentences=[_sentence(sentence, report) for sentence in report.sentences],
        tally=[(sign, number, word) for sign, word, number in tally if number],
        skipped=checked.skipped(report),
        wording=wording,
    )


def _sentence(sentence: CheckedSentence, report: CheckReport) -> _SentenceView:
    status = sentence.verdict.status
    sign, word = wording.STATUS[status]
    found = tuple(checked.findings(sentence))
    return _SentenceView(sentence.text, status, sign, word, found, checked.passages(sentence, report))
