"""A figure that rose from report to report: which statement has the newest one, on the page and in Markdown."""

from __future__ import annotations

from pipeline.domain.clusters import Relation
from pipeline.domain.synthesis import Synthesis
from pipeline.render.footnotes import render_footnotes
from pipeline.render.markdown import render_markdown
from pipeline.render.report_page import build_page

from .factory import cite, make_article, make_disagreement, make_file, make_statement, make_synthesis

OLD = make_article("a1", "Nine people died on Monday.")
NEW = make_article("a2", "The toll rose to 17 on Tuesday.")


def _synthesis(relation: Relation) -> Synthesis:
    shown = make_disagreement(
        "How many people died",
        ("police", OLD.text, cite(OLD, OLD.text)),
        ("police", NEW.text, cite(NEW, NEW.text)),
        relation=relation,
    )
    statements = [make_statement(one.text, [cite(one, one.text)]) for one in (OLD, NEW)]
    return make_synthesis([OLD, NEW], statements, disagreements=(shown,))


def test_each_statement_says_whether_its_figure_is_the_newest() -> None:
    """And of a contradiction, that the sources differ."""
    files = [make_file(OLD), make_file(NEW)]
    page = build_page(_synthesis("superseded"), files)
    assert [statement.remarks[0].text for statement in page.statements] == [
        "A later report has another figure: How many people died",
        "Earlier reports had another figure: How many people died",
    ]
    differing = build_page(_synthesis("contradiction"), files)
    assert {s.remarks[0].text for s in differing.statements} == {"Sources differ: How many people died"}


def test_markdown_says_that_a_later_report_replaces_an_earlier_one() -> None:
    """In the heading, where `pipeline check` looks for no sentence."""
    rose, differs = _synthesis("superseded"), _synthesis("contradiction")
    heading = "### How many people died – a later report replaces an earlier one\n"
    for text in (render_markdown(rose, [OLD, NEW], []), render_footnotes(rose, [OLD, NEW])):
        assert heading in text
    for text in (render_markdown(differs, [OLD, NEW], []), render_footnotes(differs, [OLD, NEW])):
        assert "### How many people died\n" in text
