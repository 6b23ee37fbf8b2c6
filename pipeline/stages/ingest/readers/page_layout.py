"""What a page's mark-up hides from an extractor is put right before it looks.

Tables and lists that are mere layout, line breaks that stand for paragraphs, rows of teasers of other articles: all
is told by form; no site, class name or phrase is known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

_PROSE: Final = 200
"""Characters in a cell of a table from which it is no datum but a column of the page."""
_TABLE_TAGS: Final = frozenset("table tbody thead tfoot tr td th center".split())
_MOST_CELLS: Final = 20_000
_ROW: Final = 3
"""Teasers of other articles come in rows; one or two may be part of the story."""


def put_right(tree: Any, url: str | None) -> Any:
    """The same tree, changed.

    Args:
        tree: a parsed page (an lxml element).
        url: its own address, if known; links to it are no links elsewhere.
    """
    _open_layout_tables(tree)
    _open_lists_of_sections(tree)
    _part_at_breaks(tree)
    _part_at_blank_lines(tree)
    _drop_teasers(tree, url or "")
    return tree


def _open_layout_tables(tree: Any) -> None:
    """Tables that hold prose or other tables are columns: their cells become sections."""
    for table in tree.xpath("//table[.//table or .//td//p]"):
        _to_sections(table)
    for cell in tree.xpath("//td")[:_MOST_CELLS]:
        if cell.tag == "td" and len("".join(cell.itertext())) > _PROSE:
            table = next(cell.iterancestors("table"), None)
            if table is not None:
                _to_sections(table)


def _to_sections(table: Any) -> None:
    for element in (table, *table.iterdescendants()):
        if element.tag in _TABLE_TAGS:
            element.tag = "div"


def _open_lists_of_sections(tree: Any) -> None:
    """A list whose items have paragraphs under headings of their own is a text in sections ("Five things …")."""
    for sections in tree.xpath("//ol[li[p and (h2 or h3 or h4)]] | //ul[li[p and (h2 or h3 or h4)]]"):
        for element in (sections, *sections.xpath("./li")):
            element.tag = "div"


def _part_at_breaks(tree: Any) -> None:
    """Text between two line breaks in a row becomes a paragraph, as it looks."""
    twice = [br for br in tree.iter("br") if _is_br(br.getnext()) and not (br.tail or "").strip()]
    for parent in dict.fromkeys(br.getparent() for br in twice):
        if parent is not None and parent.tag in {"div", "font", "body", "span", "td", "section", "article"}:
            _paragraphs_of(parent)


def _part_at_blank_lines(tree: Any) -> None:
    """Typewritten text (``pre``) in paragraphs: its line ends are a matter of width."""
    for written in tree.xpath("//pre"):
        paragraphs = [" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", "".join(written.itertext()))]
        if len(paragraphs) > 1:
            del written[:]
            written.tag, written.text = "div", None
            for text in filter(None, paragraphs):
                paragraph = written.makeelement("p")
                paragraph.text = text
                written.append(paragraph)


def _is_br(element: Any) -> bool:
    return element is not None and element.tag == "br"


def _paragraphs_of(parent: Any) -> None:
    children = list(parent)
    make = parent.makeelement
    runs: list[Any] = []
    run = make("p")
    run.text, parent.text = parent.text, None
    for index, child in enumerate(children):
        tail, child.tail = child.tail, None
        parent.remove(child)
        following = children[index + 1] if index + 1 < len(children) else None
        if _is_br(child) and _is_br(following) and not (tail or "").strip():
            runs.append(run)
            run = make("p")
            _append_text(run, tail)
            continue
        if child.tag != "br" or len(run) or (run.text or "").strip():
            run.append(child)
            child.tail = tail
        else:
            _append_text(run, tail)
    for paragraph in (*runs, run):
        if len(paragraph) or (paragraph.text or "").strip():
            parent.append(paragraph)
    if parent.tag in {"font", "span"}:
        parent.tag = "div"  # paragraphs cannot stand inside a piece of a line


def _append_text(element: Any, text: str | None) -> None:
    element.text = (element.text or "") + (text or "")


def _drop_teasers(tree: Any, url: str) -> None:
    """Three or more neighbours of one make, each with a heading that is wholly a link to another page."""
    parents = {heading.getparent().getparent() for heading in _linked_headings(tree, url)}
    for parent in [parent for parent in parents if parent is not None]:
        for _, run in groupby(list(parent), key=lambda child: (child.tag, child.get("class"))):
            row = [child for child in run if _linked_headings(child, url)]
            if len(row) >= _ROW and parent.tag != "html":
                for teaser in row:
                    teaser.drop_tree()


def _linked_headings(element: Any, url: str) -> Sequence[Any]:
    found = element.xpath(".//h2 | .//h3 | .//h4 | .//h5")
    return [heading for heading in found if _leads_elsewhere(heading, url)]


def _leads_elsewhere(heading: Any, url: str) -> bool:
    links = heading.xpath(".//a[@href]") or heading.xpath("parent::a[@href]")
    if len(links) != 1 or "".join(links[0].itertext()).split() != "".join(heading.itertext()).split():
        inside_link = bool(links) and links[0] is heading.getparent()
        if not inside_link:
            return False
    return not _same_page(links[0].get("href"), url)


def _same_page(target: str, url: str) -> bool:
    """Updates of a live blog link to themselves."""
    try:
        path = urlsplit(urljoin(url, target.strip())).path.rstrip("/")
        own = urlsplit(url).path.rstrip("/")
    except ValueError:
        return True
    return target.startswith(("#", "?")) or (bool(own) and path.startswith(own))
