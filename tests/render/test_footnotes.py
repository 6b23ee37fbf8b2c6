"""Markdown with footnotes: every passage once, nothing of an article acts, and our own check reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from markdown_it import MarkdownIt

from pipeline.domain.article import Span
from pipeline.render.footnotes import render_footnotes
from pipeline.runs.check import check_document
from pipeline.runs.folder import read_run
from pipeline.runs.summary_text import read_cited_text
from tests.runs.ran import run_of
from tests.strategies import any_text

from .factory import cite, make_article, make_disagreement, make_statement, make_synthesis

HOSTILE = (
    "![x](http://e.invalid/a.png) <img src=x onerror=alert(1)> <script>alert(1)</script>",
    "[^1] [^2]: **b** _e_ `c` $x^2$ and $y$ @ref [@cite] H~2~O ~~s~~",
    "# heading",
    "(a) one",
    "i. two",
    ": defined",
    "| line",
    "1. item",
    "> quote",
    "Stop!",
    "{#id .class} \\begin{x}",
    "&lt;b&gt;",
    "^[inline note]",
    "~~~ fence ```",
    "A “quote” — other.txt — and b.txt",
    "It ends with \\",
    "See http://e.invalid www.e.invalid",
)


def shown(markdown: str) -> str:
    """What a reader of plain CommonMark sees; footnotes are text to it."""
    return str(MarkdownIt("commonmark").render(markdown))


def test_passages_that_begin_alike_have_a_footnote_each() -> None:
    """A sentence, and the two of which it is the first."""
    one = make_article("a", "It sank. Nobody died.", path="a.txt")
    cited = [cite(one, "It sank."), cite(one, "It sank. Nobody died.")]
    markdown = render_footnotes(make_synthesis([one], [make_statement("It sank.", cited)]), [one])
    assert "It sank.[^1][^2]\n" in markdown
    assert re.findall(r"^\[\^(\d+)\]: (“[^”]*”)", markdown, re.MULTILINE) == [
        ("1", "“It sank.”"),
        ("2", "“It sank. Nobody died.”"),
    ]


def test_a_passage_has_one_footnote() -> None:
    """Cited twice, it is numbered once, in the order of the text; each number is defined once."""
    one = make_article("a", "It sank. Nobody died.", path="a.txt")
    statements = [
        make_statement("Nobody died.", [cite(one, "Nobody died.")]),
        make_statement("It sank and nobody died.", [cite(one, "It sank."), cite(one, "Nobody died.")]),
    ]
    markdown = render_footnotes(make_synthesis([one], statements), [one])
    assert "Nobody died.[^1]\n" in markdown
    assert "It sank and nobody died.[^2][^1]\n" in markdown
    assert re.findall(r"^\[\^(\d+)\]: (“[^”]*”)", markdown, re.MULTILINE) == [
        ("1", "“Nobody died.”"),
        ("2", "“It sank.”"),
    ]


def test_a_footnote_says_where_it_stands() -> None:
    """The quote, title, publisher, day, file and address; an address that is no web page's is left out."""
    known = {"title": "Ferry sinks", "publisher": "The Courier", "published": "2024-05-14", "path": "a.txt"}
    for url, tail in (("https://e.org/a", " — <https://e.org/a>"), ("javascript:alert(1)", "")):
        one = make_article("a", "It sank.", url=url, **known)
        markdown = render_footnotes(make_synthesis([one], [make_statement("It sank.", [cite(one, "It sank.")])]), [one])
        assert f"[^1]: “It sank.” — Ferry sinks, The Courier — 14 May 2024 — `a.txt`{tail}\n" in markdown


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """In every place where an article's words are shown they make no markup, and the reader sees them as they are."""
    one = make_article("a", text, title=text, publisher=text, path="a `b`.txt")
    disagreement = make_disagreement(text, (text, text, cite(one, text)), ("b", text, cite(one, text)))
    synthesis = make_synthesis(
        [one], [make_statement(text, [cite(one, text)])], title=text, disagreements=[disagreement]
    )
    markdown = render_footnotes(synthesis, [one])
    page = shown(markdown)
    assert set(re.findall(r"<(\w+)", page)) <= {"h1", "h2", "h3", "p", "ul", "li", "strong", "code"}
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\[\^1\]", markdown)) >= 4


@settings(max_examples=60)
@given(st.lists(any_text.filter(lambda text: any(c.isalnum() for c in text)), min_size=1, max_size=3))
def test_our_reader_finds_every_citation(texts: list[str]) -> None:
    """Whatever the statements say, `pipeline check` reads each of their sentences with its footnotes."""
    one = make_article("a", "It sank.", path="a.txt")
    statements = [make_statement(text, [cite(one, "It sank.")]) for text in texts]
    markdown = render_footnotes(make_synthesis([one], statements), [one])
    read = read_cited_text(markdown)
    assert read.sentences
    assert all(sentence.keys == ("1",) for sentence in read.sentences)
    assert read.sources["1"].endswith("`a.txt`")


def test_the_footnote_names_its_own_file() -> None:
    """A quote, a title or a publisher that names another file does not lead the check there."""
    other = make_article("other", "It was cold.", path="other-and-longer.txt", sentences=(Span(start=0, end=12),))
    one = make_article(
        "one",
        "It sank — other-and-longer.txt — said he.",
        path="one.txt",
        title="`other-and-longer.txt`",
        publisher="P",
        sentences=(Span(start=0, end=41),),
    )
    quoted = make_statement("It sank.", [cite(one, "It sank — other-and-longer.txt — said he.")])
    markdown = render_footnotes(make_synthesis([one, other], [quoted]), [one, other])
    report = check_document(markdown, Path("f.md"), [other, one])
    assert [citation.evidence.article_id for s in report.sentences for citation in s.citations] == ["one"]


def test_our_check_finds_every_sentence_supported(tmp_path: Path) -> None:
    """A genuine run, exported, passes `pipeline check` as its summary does."""
    run = read_run(run_of(tmp_path))
    articles = list(run.articles().values())
    report = check_document(render_footnotes(run.synthesis, articles), Path("f.md"), articles)
    assert len(report.sentences) > len(run.synthesis.statements) > 0
    assert {sentence.verdict.status for sentence in report.sentences} == {"supported"}


def test_every_sentence_of_a_statement_carries_its_footnotes() -> None:
    """Two sentences of one statement are both cited."""
    one = make_article("a", "It sank. Nobody died.")
    statement = make_statement("It sank. Nobody died.", [cite(one, one.text)])
    markdown = render_footnotes(make_synthesis([one], [statement]), [one])
    assert "It sank.[^1] Nobody died.[^1]\n" in markdown
