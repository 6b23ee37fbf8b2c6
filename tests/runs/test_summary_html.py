"""An HTML page: what a browser shows is checked, and what makes the page work is not."""

from __future__ import annotations

import pytest

from pipeline.runs.block import HARD_BREAK
from pipeline.runs.summary_html import html_blocks
from pipeline.runs.summary_text import read_cited_text


def _texts(page: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(s.text, s.keys) for s in read_cited_text(page, form="html").sentences]


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<html><head><title>T</title><script>var a = 'It sank.'</script></head><body><p>It sank.</p>", ["It sank."]),
        ("<style>p { x: y }</style><p>It <b>sa</b>nk.<p>Nobody died.", ["It sank.", "Nobody died."]),
        ("<head>It sank.</head>", ["It sank."]),
        ("<p>It sank.<br>Nobody &amp; nothing was lost.</p>", ["It sank.", "Nobody & nothing was lost."]),
        ("<ul><li>It sank.<ul><li>It was towed.</ul></ul>", ["It sank.", "It was towed."]),
        ("<nav><a href='/'>Home</a> The king is dead.</nav>", ["Home The king is dead."]),
        ("<table><tr><th>What<tr><td>It sank.<td>It was towed.</table>", ["It sank.", "It was towed."]),
        ("</p></ol></table>It sank.</div>", ["It sank."]),
        ("<img alt='It sank.' src=x>", ["It sank."]),
        ("<!-- It sank. --><details><summary>It was towed.</summary></details>", ["It was towed."]),
    ],
)
def test_what_is_shown_is_read(page: str, shown: list[str]) -> None:
    """Entities, line breaks, lists, tables, broken nesting; a sentence in a menu or the head is a sentence."""
    assert [text for text, _ in _texts(page)] == shown


@pytest.mark.parametrize(
    "page",
    [
        "<p>It sank. [2]</p>",
        "<p>It sank.<sup>2</sup></p>",
        "<p>It sank.<sup>[2]</sup></p>",
        "<p>It sank.<sup><a href='#n2'>2</a></sup></p>",
        "<p>It sank <a href='#n2'>[2]</a>.</p>",
        "<p>It sank.<a href='#n2'>2</a></p>",
        "<table><tr><td>It sank.</td><td>[2]</td></tr></table>",
    ],
)
def test_every_way_to_cite_is_understood(page: str) -> None:
    """In brackets, in superscript, as a link, in a cell of its own."""
    assert _texts(page) == [("It sank.", ("2",))]


def test_the_pages_own_list_is_its_source_list() -> None:
    """Under its heading, by the list's numbers."""
    page = "<p>It sank. [2]</p><h2>Sources</h2><ol start=1><li>a.txt</li><li>b.txt</li></ol>"
    cited = read_cited_text(page, form="html")
    assert cited.sources == {"1": "a.txt", "2": "b.txt"}
    assert cited.skipped == {"heading": 1, "source entry": 2}


def test_what_is_not_checked_is_counted() -> None:
    """Comments, headings and the words of menus are told apart."""
    blocks = html_blocks("<!-- a --><nav><a>Home</a></nav><h1>Storm</h1><p>It<br>sank.")
    assert [block.kind for block in blocks] == ["comment", "menu", "heading", "text"]
    assert blocks[-1].text == f"It{HARD_BREAK}sank."


@pytest.mark.parametrize(
    "page", ["<p>" * 20_000 + "It sank.", "<ol>" * 5_000 + "<li>It sank.", "<" * 50_000, "<a " * 9_000]
)
def test_no_page_breaks_it(page: str) -> None:
    """Any nesting, any nonsense."""
    html_blocks(page)
