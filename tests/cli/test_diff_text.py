"""A comparison laid out for a terminal: it fits, no text forges a change, and colour adds no words."""

from __future__ import annotations

import re

from hypothesis import given, settings, strategies as st
from rich.cells import cell_len

from pipeline.cli.console import safe
from pipeline.cli.diff_text import layout, painted
from pipeline.render.diff_page import render_diff
from pipeline.render.diff_views import diff_view
from pipeline.runs.diff.compare import compare
from pipeline.runs.folder import RunFolder
from tests.render.factory import cite, make_statement
from tests.render.page import Page
from tests.runs.diff.build import SENTENCES, article, runs, told
from tests.strategies import any_text

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@settings(max_examples=40)
@given(runs(), runs(), st.sampled_from([40, 80, 100]))
def test_every_line_fits(before: RunFolder, after: RunFolder, width: int) -> None:
    """No line is wider than the terminal, and colour changes nothing but the colour; the page closes every element."""
    view = diff_view(compare(before, after), ("a", "b"))
    text = layout(view, width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert ANSI.sub("", painted(text)) == text
    Page(render_diff(view))


@settings(max_examples=40)
@given(any_text)
def test_a_text_forges_no_change(words: str) -> None:
    """Whatever an added statement says, it is indented beside its sign, and nothing in it looks like our marks."""
    one = article(0)
    added = make_statement(words, [cite(one, SENTENCES[0])])
    text = safe(layout(diff_view(compare(told([one]), told([one], added)), ("a", "b"))))
    _, _, item = text.partition("Statements (1 added)\n\n")
    assert item.startswith("+ added ")
    shown = item.partition("\n\n")[0]
    assert all(line.startswith(" " * 13) for line in shown.splitlines()[1:])
    assert not re.search(r"\[-|-\]|\{\+|\+\}", text)


def test_a_moved_statement_has_its_sign() -> None:
    """Only its place changed: the sign is an arrow, the word says it."""
    one = article(2)
    statements = [make_statement(sentence, [cite(one, sentence)]) for sentence in SENTENCES[1:5]]
    view = diff_view(compare(told([one], *statements), told([one], *statements[1:], statements[0])), ("a", "b"))
    assert f"> moved      {SENTENCES[1]}" in layout(view)
    assert "1 moved, 3 the same" in layout(view)
