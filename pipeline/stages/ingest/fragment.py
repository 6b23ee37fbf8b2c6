"""The text of a piece of HTML that is nothing but an article: a feed's entry, a mail, a field of JSON.

No body has to be looked for here, so Python's own parser will do. Whole pages are `readers.html`'s.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from pipeline.errors import InputError

_UNSHOWN: Final = frozenset("script style template head title noscript iframe object svg button form select".split())
_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike "
    "strong sub sup time tt u var wbr".split()
)
_LONGEST: Final = 2_000_000
_DECLARATION: Final = re.compile(r"<[!?][^<>]{0,300}>")
_BLOCK_TAG: Final = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|table|article|section|blockquote)\b[^<>]*>", re.IGNORECASE
)


def is_html(text: str) -> bool:
    """Whether a field that may be either holds HTML: it has tags that part paragraphs."""
    return bool(_BLOCK_TAG.search(text))


def html_text(fragment: str) -> str:
    r"""Its paragraphs, parted by blank lines; lines of a paragraph by a line end.

    >>> html_text("<p>It <b>sank</b>.</p><script>x</script><p>Nobody was hurt.</p>")
    'It sank.\n\nNobody was hurt.'
    """
    if len(fragment) > _LONGEST:
        size = f"{len(fragment):,} characters; at most {_LONGEST:,} are read"
        raise InputError(f"A text in HTML has {size}.", hint="Split it.")
    reader = _Reader()
    reader.feed(closed(_without_comments(fragment)))
    reader.close()
    reader.end_block()
    return "\n\n".join(reader.blocks)


def _without_comments(fragment: str) -> str:
    """Without comments, also one that is never closed."""
    first, *rest = fragment.split("<!--")
    return "".join([first, *(piece.partition("-->")[2] if "-->" in piece else piece for piece in rest)])


def closed(page: str) -> str:
    """Without declarations, and with no opening left that nothing closes; comments that are closed stay.

    For each opening that nothing closes the parser would look through all the rest, in vain, which takes minutes where
    there are many.

    >>> closed("<!DOCTYPE html><p>2 <![if x]> 3 <!-- a --> <!-- b <i"), closed("<p>a<p ")
    ('<p>2  3 <!-- a --> &lt;!-- b &lt;i', '<p>a&lt;p ')
    """
    commented = page.rfind("-->")
    pieces = page[: max(commented, 0)].split("<!--")
    head = "<!--".join([_declared(pieces[0]), *map(_after_comment, pieces[1:])])
    shown = head + _declared(page[max(commented, 0) :].replace("<!--", "&lt;!--"))
    end = shown.rfind(">") + 1
    return shown[:end] + shown[end:].replace("<", "&lt;")


def _after_comment(piece: str) -> str:
    """A comment as it is; what stands behind it without declarations."""
    comment, end, after = piece.partition("-->")
    return f"{comment}{end}{_declared(after)}"


def _declared(markup: str) -> str:
    return _DECLARATION.sub("", markup).replace("<!", "&lt;!").replace("<?", "&lt;?")


class _Reader(HTMLParser):
    """Collects text until a tag ends the block; the parser itself takes any nesting and any nonsense."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._pieces: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, or hide what follows."""
        del attrs
        if tag in _UNSHOWN:
            self._hidden.append(tag)
        elif tag not in _INLINE:
            self.end_block()

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened; an end without a start does no harm, and a body ends what was never closed."""
        if tag in _UNSHOWN:
            if tag in self._hidden:
                del self._hidden[self._hidden.index(tag) :]
        elif tag not in _INLINE:
            self.end_block()

    def handle_data(self, data: str) -> None:
        """Text, which is shown unless it stands in a script or the like."""
        if not self._hidden:
            self._pieces.append(data)

    def end_block(self) -> None:
        """Make a block of the text so far."""
        text = " ".join("".join(self._pieces).split())
        self._pieces = []
        if text:
            self.blocks.append(text)
