"""From a Markdown or plain text file to its blocks of text. Nothing that a reader may see is left out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.render.markdown import is_label

HARD_BREAK: Final = "\u2028"
"""Stands for a line break that is shown; one that only wraps the file's lines is a line feed."""
ESCAPED: Final = {"[": "\ufdd0", "]": "\ufdd1"}
"""Stand for brackets that are escaped: in our own summaries they belong to an article's words and cite nothing."""
UNESCAPED: Final = {ord(stand_in): bracket for bracket, stand_in in ESCAPED.items()}

_SUPERSCRIPT: Final = ("\ufdd2", "\ufdd3")
_SUPERSCRIPT_MARK: Final = re.compile(r"(?P<unit>\b[a-z]{1,2})?\ufdd2\[?(?P<keys>\d+(?:[,;–-]\d+)*)\]?\ufdd3")
_PLAIN_TEXT_HAS_NO: Final = ["code", "fence", "html_block", "lheading", "html_inline", "backticks"]
_DEEPEST: Final = 60
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[^<>]*>|<[!?][^<>]*>")
_INLINE_TAGS: Final = frozenset("a abbr b cite code em i kbd mark q s small span strong sub sup u".split())
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n")


class Block(NamedTuple):
    """A paragraph, list item, table cell …; ``number`` is its number in a list, ``item`` whether it opens an entry."""

    text: str
    kind: Literal["text", "heading", "comment"] = "text"
    item: bool = False
    number: int | None = None
    labelled: bool = False


def blocks_of(document: str, *, markdown: bool) -> list[Block]:
    """The blocks in order. Plain text has bullets, numbered lists and emphasis, but neither code nor HTML."""
    tokens = _parser(markdown=markdown).parse(document)
    if any(token.level >= _DEEPEST - 2 for token in tokens):  # what lies deeper is lost: read it as flat text
        tokens = _parser(markdown=False).disable(["list", "blockquote"]).parse(document)
    return [block for block in _blocks(tokens) if block.text.strip() or block.labelled]


def _parser(*, markdown: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).disable("text_join")
    return parser.enable("table") if markdown else parser.disable(_PLAIN_TEXT_HAS_NO)


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    numbers: list[int | None] = []
    opens_item = False
    row: list[str] = []
    opener = ""
    for token in tokens:
        opens_item = _follow_lists(token, numbers) or opens_item
        if token.type in {"heading_open", "th_open", "td_open", "paragraph_open"}:
            opener = token.type
        elif token.type == "tr_close":
            yield from (Block(text) for text in _cells(row))
            row = []
        elif token.type == "inline" and opener == "td_open":
            row.append(_inline(token)[0])
        elif token.type == "inline":
            kind: Literal["text", "heading"] = "text" if opener == "paragraph_open" else "heading"
            text, labelled = _inline(token)
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


def _cells(row: Sequence[str]) -> list[str]:
    """The cells of a table's row; a cell of nothing but marks belongs to the others."""
    marks = [text for text in row if "[" in text and not any(c.isalpha() for c in text)]
    return [" ".join([text, *marks]) for text in row if text not in marks]


def _inline(token: Token) -> tuple[str, bool]:
    """The text a reader sees, less a bold label that opens it ("**Reuters:** …"), and whether there was one."""
    children = [child for child in token.children or [] if child.type != "text" or child.content]
    labelled = False
    if children and children[0].type == "strong_open":
        close = next(i for i, child in enumerate(children) if child.type == "strong_close")
        labelled = is_label("".join(_shown(child) for child in children[:close]).translate(UNESCAPED))
        children = children[close + 1 :] if labelled else children
    pieces = [_shown(child) for child in children]
    for i, (first, second) in enumerate(pairwise(children)):
        if first.type == "link_open" and re.fullmatch(r"\^?\d+(?:[,;–-]\d+)*", second.content):
            pieces[i + 1] = f"[{second.content}]"
    return _marked("".join(pieces)).strip(), labelled


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
        return _SUPERSCRIPT[tag.startswith("</")]
    return "" if name in _INLINE_TAGS or tag.startswith(("<!", "<?")) else "\n\n"


def _marked(text: str) -> str:
    """A number in superscript is a citation, unless it follows a unit ("km²")."""
    text = _SUPERSCRIPT_MARK.sub(lambda m: m["unit"] + m["keys"] if m["unit"] else f"[{m['keys']}]", text)
    return text.translate(dict.fromkeys(map(ord, _SUPERSCRIPT)))


def _raw(token: Token) -> Iterator[Block]:
    """The text of code as it stands, of HTML without its tags."""
    text = token.content
    if token.type == "html_block":
        text = html.unescape(_marked(_TAG.sub(lambda match: _tag(match.group()), _without_comments(text)[0])))
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
