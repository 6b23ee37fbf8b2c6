"""Reading a cited summary: our Markdown, another tool's, a person's, plain text, or our JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.domain.article import Span
from pipeline.domain.base import Model
from pipeline.text.sentences import join_quotations, split_sentences

_SOURCES: Final = re.compile(r"^(?:sources?|references?|bibliography|notes|citations|works cited)\W*$", re.IGNORECASE)
_DEFINITION: Final = re.compile(r"^[ \t]{0,3}\[\^?(?P<key>[\w.-]+)\]:[ \t]+(?P<value>\S.*)$", re.MULTILINE)
_MARK: Final = re.compile(r"\[\^?(?P<keys>[\w.-]+(?:\s*[,;]\s*\^?[\w.-]+)*)\]")
_NUMBERED: Final = re.compile(r"^\s*(?:\[(\d+)\]|(\d+)[.)])\s+(?P<value>.+)$")


class CitedSentence(Model):
    """A sentence without its citation marks, and the keys ("1", a file stem) that the marks named."""

    text: str
    keys: tuple[str, ...]


class CitedText(Model):
    """The sentences of a summary, and its own source list: what each key stands for, as the document puts it."""

    sentences: tuple[CitedSentence, ...]
    sources: dict[str, str]


class _Paragraph(NamedTuple):
    text: str
    in_sources: bool
    number: int | None


def read_cited_text(document: str, known: frozenset[str] = frozenset()) -> CitedText:
    """Sentences and source list of a Markdown or plain text.

    Headings, code and a bold label at the start of a paragraph ("**Reuters:**") are not sentences. A bracket is a
    citation if it holds numbers, keys that the document defines, or ``known`` keys (file stems).

    >>> read_cited_text("It sank. [1] Nobody died.").sentences
    (CitedSentence(text='It sank.', keys=('1',)), CitedSentence(text='Nobody died.', keys=()))
    """
    definitions = {match["key"]: match["value"] for match in _DEFINITION.finditer(document)}
    paragraphs = list(_paragraphs(_DEFINITION.sub("", document)))
    sources = definitions | _source_list(paragraphs)
    keys = known | set(definitions)
    sentences = [s for p in paragraphs if not p.in_sources for s in _sentences(p.text, keys)]
    return CitedText(sentences=tuple(sentences), sources=sources)


def _paragraphs(document: str) -> Iterator[_Paragraph]:
    in_sources, ordinal, heading = False, None, False
    ordinals: list[int | None] = []
    for token in MarkdownIt("commonmark").parse(document):
        if token.type == "heading_open":
            heading = True
        elif token.type == "ordered_list_open":
            ordinals.append(int(token.attrs.get("start", 1)) - 1)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            ordinals.pop()
        elif token.type == "bullet_list_open":
            ordinals.append(None)
        elif token.type == "list_item_open" and ordinals and ordinals[-1] is not None:
            ordinals[-1] += 1
        elif token.type == "inline":
            text = _inline_text(token)
            if heading:
                in_sources, heading = bool(_SOURCES.match(text.strip())), False
                continue
            ordinal = ordinals[-1] if ordinals else None
            in_sources = in_sources or bool(_SOURCES.match(text.strip()))
            yield _Paragraph(text, in_sources, ordinal)


def _inline_text(token: Token) -> str:
    """The text a reader sees; a bold label that opens the paragraph is left out."""
    children = list(token.children or [])
    if children and children[0].type == "text" and not children[0].content:
        children = children[1:]
    if children and children[0].type == "strong_open":
        close = next(i for i, child in enumerate(children) if child.type == "strong_close")
        label = "".join(child.content for child in children[:close])
        if label.rstrip().endswith(":"):
            children = children[close + 1 :]
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in children).strip()


def _source_list(paragraphs: Sequence[_Paragraph]) -> dict[str, str]:
    found: dict[str, str] = {}
    for paragraph in paragraphs:
        if not paragraph.in_sources:
            continue
        if paragraph.number is not None:
            found.setdefault(str(paragraph.number), paragraph.text)
        for line in paragraph.text.splitlines():
            numbered = _NUMBERED.match(line)
            if numbered:
                found.setdefault(numbered[1] or numbered[2], numbered["value"])
    return found


def _sentences(paragraph: str, known: frozenset[str]) -> Iterator[CitedSentence]:
    text, marks = _without_marks(paragraph, known)
    if not any(c.isalnum() for c in text):
        return
    spans = join_quotations(text, split_sentences(text, [Span(start=0, end=len(text))]))
    for index, span in enumerate(spans):
        until = spans[index + 1].start if index + 1 < len(spans) else len(text) + 1
        keys = [key for at, found in marks if span.start < at <= until - 1 or at == span.end for key in found]
        if any(c.isalnum() for c in span.of(text)):
            yield CitedSentence(text=" ".join(span.of(text).split()), keys=tuple(dict.fromkeys(keys)))


def _without_marks(paragraph: str, known: frozenset[str]) -> tuple[str, list[tuple[int, list[str]]]]:
    """The paragraph without its marks, and where in what is left each mark stood.

    A mark between a sentence and its full stop ("sank [1].") and one after it ("sank. [1]") belong to the same.
    """
    pieces: list[str] = []
    marks: list[tuple[int, list[str]]] = []
    position = length = 0
    for match in _MARK.finditer(paragraph):
        keys = [key.lstrip("^") for key in re.split(r"\s*[,;]\s*", match["keys"])]
        if not all(key.isdigit() or key in known for key in keys):
            continue
        before = paragraph[position : match.start()].rstrip()
        pieces.append(before)
        length += len(before)
        position = match.end()
        marks.append((length, keys))
    return "".join([*pieces, paragraph[position:]]), marks
