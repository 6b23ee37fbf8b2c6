"""From a Markdown or plain text file to its blocks of text. Nothing that a reader may see is left out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.render.markdown import is_label
from pipeline.runs.block import (
    ESCAPED,
    HARD_BREAK,
    SUPERSCRIPT,
    UNESCAPED,
    Block,
    Form,
    Linked,
    cells,
    is_number,
    marked,
)
from pipeline.runs.summary_html import html_blocks

_PLAIN_TEXT_HAS_NO: Final = ["code", "fence", "html_block", "lheading", "html_inline", "backticks"]
_DEEPEST: Final = 60
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[^<>]*>|<[!?][^<>]*>")
_INLINE_TAGS: Final = frozenset("a abbr b cite code em i kbd mark q s small span strong sub sup u".split())
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n")


def blocks_of(document: str, form: Form, linked: Linked = lambda _: None) -> list[Block]:
    """The blocks in order. Plain text has bullets, numbered lists and emphasis, but neither code nor HTML.

    ``linked`` gives the key of the source that a link leads to; it becomes a mark after the link.
    """
    if form == "html":
        return html_blocks(document, linked)
    tokens = _parser(markdown=form == "markdown").parse(document)
    if any(token.level >= _DEEPEST - 2 for token in tokens):  # what lies deeper is lost: read it as flat text
        tokens = _parser(markdown=False).disable(["list", "blockquote"]).parse(document)
    return [block for block in _blocks(tokens, linked) if block.text.strip() or block.labelled]


def _parser(*, markdown: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).disable("text_join")
    return parser.enable("table") if markdown else parser.disable(_PLAIN_TEXT_HAS_NO)


def _blocks(tokens: Sequence[Token], linked: Linked) -> Iterator[Block]:
    numbers: list[int | None] = []
    opens_item = False
    row: list[str] = []
    opener = ""
    for token in tokens:
        opens_item = _follow_lists(token, numbers) or opens_item
        if token.type in {"heading_open", "th_open", "td_open", "paragraph_open"}:
            opener = token.type
        elif token.type == "tr_close":
            yield from (Block(text) for text in cells(row))
            row = []
        elif token.type == "inline" and opener == "td_open":
            row.append(_inline(token, linked)[0])
        elif token.type == "inline":
            kind: Literal["text", "heading"] = "text" if opener == "paragraph_open" else "heading"
            text, labelled = _inline(token, linked)
            yield Block(text, kind, opens_item, numbers[-1] if opens_item and numbers else None, labelled)
            opens_item = False
        elif token.type in {"fence", "code_block", "html_block"}:
            yield from _raw(token)
            opens_item = False
        yield from _comments(token)


def _follow_lists(token: Token, numbers: list[int | None]) -> bool:
    """Keep ``numbers``, the item's number in each open list (None for bullets); whether the token opens an item."""
    if token.type == "ordered_list_open":
        numbers.append(int(token.attrs.get("start", 1)) - 1)
    elif token.type == "bullet_list_open":
        numbers.append(None)
    elif token.type in {"ordered_list_close", "bullet_list_close"}:
        numbers.pop()
    elif token.type == "list_item_open" and numbers[-1] is not None:
        numbers[-1] += 1
    return token.type == "list_item_open"


def _inline(token: Token, linked: Linked) -> tuple[str, bool]:
    """The text a reader sees, less a bold label that opens it ("**Reuters:** …"), and whether there was one."""
    children = [child for child in token.children or [] if child.type != "text" or child.content]
    labelled = False
    if children and children[0].type == "strong_open":
        close = next(i for i, child in enumerate(children) if child.type == "strong_close")
        labelled = is_label("".join(_shown(child) for child in children[:close]).translate(UNESCAPED))
        children = children[close + 1 :] if labelled else children
    pieces = [_shown(child) for child in children]
    _cite_links(children, pieces, linked)
    return marked("".join(pieces)).strip(), labelled


def _cite_links(children: Sequence[Token], pieces: list[str], linked: Linked) -> None:
    """Put a mark for each link whose text is a number, and for each that leads to a source.

    Of "([Storm news](storm.txt))", which only cites, no word is left.
    """
    opened = 0
    for i, (first, second) in enumerate(pairwise(children)):
        if first.type == "link_open":
            opened = i
            if is_number(second.content):
                pieces[i + 1] = f"[{second.content}]"
        target = linked(str(children[opened].attrs.get("href", ""))) if second.type == "link_close" else None
        if target:
            inside = slice(opened + 1, i + 1)
            before, after = "".join(pieces[:opened]), "".join(pieces[i + 2 :])
            only_cites = before.endswith("(") and after.startswith(")")
            if only_cites or is_number(children[opened + 1].content):
                pieces[inside] = [""] * len(pieces[inside])
            pieces[i + 1] = f"[{target}]" if only_cites else f" [{target}]"


def _shown(child: Token) -> str:
    if child.type == "html_inline":
        return _tag(child.content)
    if child.type == "text_special":
        return "".join(ESCAPED.get(c, c) for c in child.content)
    return {"softbreak": "\n", "hardbreak": HARD_BREAK}.get(child.type, child.content)


def _tag(tag: str) -> str:
    """What a tag does to the text around it."""
    match = _TAG.match(tag)
    name = (match[1] or "").lower() if match else ""
    if name == "sup":
        return SUPERSCRIPT[tag.startswith("</")]
    return "" if name in _INLINE_TAGS or tag.startswith(("<!", "<?")) else "\n\n"


def _raw(token: Token) -> Iterator[Block]:
    """The text of code as it stands, of HTML without its tags."""
    text = token.content
    if token.type == "html_block":
        text = html.unescape(marked(_TAG.sub(lambda match: _tag(match.group()), _without_comments(text)[0])))
    for paragraph in _BLANK_LINES.split(text):
        yield Block(paragraph.strip())


def _comments(token: Token) -> Iterator[Block]:
    """HTML comments: the only text that no reader sees."""
    raw = [token] if token.type == "html_block" else [c for c in token.children or [] if c.type == "html_inline"]
    for part in raw:
        yield from (Block(comment, "comment") for comment in _without_comments(part.content)[1])


def _without_comments(text: str) -> tuple[str, list[str]]:
    pieces, comments, at = [], [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        pieces.append(text[at:start])
        comments.append(text[start + 4 : end])
        at = end + 3
    return "".join([*pieces, text[at:]]), comments
