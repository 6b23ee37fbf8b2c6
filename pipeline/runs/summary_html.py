"""From an HTML page to its blocks of text: what a browser would show, and none of what makes the page work."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

from pipeline.runs.block import HARD_BREAK, SUPERSCRIPT, Block, Linked, cells, is_number, marked
from pipeline.stages.ingest.fragment import closed
from pipeline.text.sentences import ends_like_a_sentence

_UNSHOWN: Final = frozenset("script style template".split())
_HEADINGS: Final = frozenset("title h1 h2 h3 h4 h5 h6 th".split())
_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike "
    "strong sub sup time tt u var wbr".split()
)


def html_blocks(document: str, linked: Linked = lambda _: None) -> list[Block]:
    """The blocks in order; comments, and what is no sentence in a menu (``nav``), are blocks of their own kind.

    >>> [b.text for b in html_blocks("<h1>Storm</h1><p>It <b>sank</b>.<script>x</script> <a href='#1'>[1]</a></p>")]
    ['Storm', 'It sank. [1]']
    """
    reader = _Reader(linked)
    reader.feed(closed(document))
    reader.close()
    reader.end_block()
    return reader.blocks


class _Reader(HTMLParser):
    """Collects text until a tag ends the block; the parser itself takes any nesting and any nonsense."""

    def __init__(self, linked: Linked) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._linked = linked
        self._pieces: list[str] = []
        self._hidden = 0
        self._menus = 0
        self._heading = False
        self._numbers: list[int | None] = []
        self._item = False
        self._row: list[str] | None = None
        self._link: tuple[int, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, a list or a link."""
        if tag in _UNSHOWN:
            self._hidden += 1
        elif tag == "br":
            self._pieces.append(HARD_BREAK)
        elif tag == "sup":
            self._pieces.append(SUPERSCRIPT[0])
        elif tag == "a":
            self._link = (len(self._pieces), dict(attrs).get("href") or "")
        elif tag == "img":
            self._pieces.append(dict(attrs).get("alt") or "")
        elif tag not in _INLINE:
            self.end_block()
            self._open(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened; an end without a start does no harm."""
        if tag in _UNSHOWN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "sup":
            self._pieces.append(SUPERSCRIPT[1])
        elif tag == "a" and self._link:
            self._end_link(*self._link)
        elif tag not in _INLINE:
            self.end_block()
            self._close(tag)

    def handle_data(self, data: str) -> None:
        """Text, which is shown unless it stands in a script or the like."""
        if not self._hidden:
            self._pieces.append(data)

    def handle_comment(self, data: str) -> None:
        """The only text that no reader of the page sees."""
        self.blocks.append(Block(data, "comment"))

    def end_block(self) -> None:
        """Make a block of the text so far."""
        text = marked(HARD_BREAK.join(" ".join(line.split()) for line in "".join(self._pieces).split(HARD_BREAK)))
        self._pieces, self._link = [], None
        if not text.strip(f" {HARD_BREAK}"):
            return
        if self._row is not None and not self._heading:
            self._row.append(text)
        elif self._menus and not ends_like_a_sentence(text):
            self.blocks.append(Block(text, "menu"))
        elif self._heading:
            self.blocks.append(Block(text, "heading"))
        else:
            number = self._numbers[-1] if self._item and self._numbers else None
            self.blocks.append(Block(text, "text", self._item, number))
        self._item = False

    def _open(self, tag: str) -> None:
        if tag in {"ol", "ul", "menu"}:
            self._numbers.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item = True
            if self._numbers and (number := self._numbers[-1]) is not None:
                self._numbers[-1] = number + 1
        elif tag == "tr":
            self._row = []
        self._menus += tag == "nav"
        self._heading = tag in _HEADINGS

    def _close(self, tag: str) -> None:
        if tag in {"ol", "ul", "menu"} and self._numbers:
            self._numbers.pop()
        elif tag in {"tr", "table"}:
            self.blocks += _texts(self._row or ())
            self._row = None
        self._menus = max(0, self._menus - (tag == "nav"))
        self._heading = self._heading and tag not in _HEADINGS

    def _end_link(self, start: int, target: str) -> None:
        """A link to a source is a citation; one whose text is a number, too."""
        text = "".join(self._pieces[start:])
        bare = text.strip().strip("[]" + "".join(SUPERSCRIPT))
        key = self._linked(target)
        if key:
            self._pieces[start:] = [f" [{key}]" if is_number(bare) else f"{text} [{key}]"]
        elif is_number(bare):
            self._pieces[start:] = [text if "[" in text else text.replace(bare, f"[{bare}]")]
        self._link = None


def _texts(row: Sequence[str]) -> list[Block]:
    return [Block(text) for text in cells(row)]
