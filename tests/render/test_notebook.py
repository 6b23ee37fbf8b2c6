"""The summary in a notebook's page: what articles say is text there, and nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, strategies as st

from pipeline.render.notebook import render_notebook
from tests.render.factory import cite, make_article, make_disagreement, make_file, make_statement, make_synthesis

ELEMENTS = {"article", "h3", "h4", "details", "summary", "span", "blockquote", "br", "small", "p", "ul", "ol", "li"}
ELEMENTS |= {"strong", "code", "a"}
ATTRIBUTES = {"class", "dir", "title", "href", "target", "rel", "data-code"}
HOSTILE = (
    "</article><script>alert(1)</script><img src=x onerror=alert(2)> & “quoted” \u202egnp\u202c $x$ \\(y\\) "
    "{{ 7*7 }} {% raw %} javascript:alert(3) \x1b]0;title\x07 <a href='javascript:alert(4)'>here</a>"
)
hostile = st.one_of(
    st.just(HOSTILE),
    st.text(alphabet=st.sampled_from("<>&\"'/=` ;{}%$\\abscript\u202e\u200b\x00\x1b\n"), min_size=1, max_size=60),
)


class Page(HTMLParser):
    """What a browser would make of it: elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The innermost ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data

    def handle_comment(self, data: str) -> None:
        """There are none."""
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        """There are none."""
        raise AssertionError(decl)


def _shown(text: str, title: str = "Ferry", url: str | None = None) -> str:
    article = make_article("a", f"x {text} y", title=title, publisher=title, url=url, path=f"{title}.txt")
    statement, side = make_statement(text, [cite(article, text)]), (title, text, cite(article, text))
    synthesis = make_synthesis(
        [article], [statement], title=title, disagreements=(make_disagreement(text, side, side),)
    )
    return render_notebook(synthesis, [make_file(article)])


@given(hostile, hostile)
def test_article_text_is_no_markup(text: str, title: str) -> None:
    """Whatever stands in an article, its title, publisher and path: only our elements, all closed; no script, no id."""
    page = Page(_shown(text, title, url="javascript:alert(1)"))
    assert {name for name, _ in page.elements} <= ELEMENTS - {"a"}
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES - {"href"}
    assert page.open == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", page.text)


def test_what_is_cited_can_be_read() -> None:
    """Statement, passage, source and link are there; formulas are off, so two prices are no formula."""
    html = _shown("Tickets went from $5 to $9.", "The Courier", url="https://courier.example/ferry")
    page = Page(html)
    assert "“Tickets went from $5 to $9.”" in page.text
    links = [attributes for name, attributes in page.elements if name == "a"]
    assert [link["href"] for link in links] == ["https://courier.example/ferry"]
    assert all("noopener" in str(link["rel"]) for link in links)
    assert {"tex2jax_ignore", "mathjax_ignore"} <= set(str(page.elements[0][1]["class"]).split())


def test_what_cannot_be_seen_is_shown() -> None:
    """A right-to-left override does not turn words round: it is a symbol with its name."""
    html = _shown("safe \u202eefas")
    assert "\u202e" not in html
    assert "U+202E" in html
