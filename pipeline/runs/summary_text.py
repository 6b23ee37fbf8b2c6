"""Reading a cited summary: our Markdown, another tool's, a person's, or plain text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.domain.base import Model
from pipeline.runs.block import HARD_BREAK, UNESCAPED, Block, Form
from pipeline.runs.summary_blocks import blocks_of
from pipeline.text.sentences import ends_like_a_sentence, units_of_text

_SOURCES: Final = re.compile(
    r"^\W*(?:sources?|references?|bibliography|notes|citations|works cited)\W*$", re.IGNORECASE
)
_DEFINITION: Final = re.compile(r"^[ \t]{0,3}\[\^?(?P<key>[\w.-]+)\]:[ \t]+(?P<value>\S.*)$", re.MULTILINE)
_KEY: Final = r"\^?(?:\d+\s*[–-]\s*\d+|[\w.-]+)"
_MARK: Final = re.compile(rf"\[(?P<keys>{_KEY}(?:\s*[,;]\s*{_KEY})*)\]")
_MARK_OR_NOTE: Final = re.compile(
    rf"{_MARK.pattern}|\((?:\[)?sources?:(?P<note>[^()\[\]]{{1,200}})\]?\)", re.IGNORECASE
)
_SOURCE_LINE: Final = re.compile(r"\W*(?:sources?|references?):\W*(?P<value>\w.*)$", re.IGNORECASE)
_RANGE: Final = re.compile(r"(\d{1,4})\s*[–-]\s*(\d{1,4})")
_LONGEST_RANGE: Final = 50
_SHORT: Final = 20
"""Words: a line of sources is short."""
_IN_PARENTHESES: Final = re.compile(r"\((\[[^\[\]()]*\](?:[\s,;]*\[[^\[\]()]*\])*)\)")
_NUMBERED: Final = re.compile(r"^\s*(?:\[\^?(\d+)\]:?|(\d+)[.)])\s+(?P<value>\S.*)$")


class Naming(NamedTuple):
    """How the given files can be named, each giving the file's key or None: by a description, by a link's target."""

    described: Callable[[str], str | None]
    linked: Callable[[str], str | None]


NO_NAMES: Final = Naming(lambda _: None, lambda _: None)


class CitedSentence(Model):
    """A sentence without its citation marks, and the keys ("1", a file stem) that the marks named."""

    text: str
    keys: tuple[str, ...]


class CitedText(Model):
    """The sentences of a summary, and its own source list: what each key stands for, as the document puts it.

    ``skipped`` counts what is no sentence of the summary: headings, labels, source entries, comments.
    """

    sentences: tuple[CitedSentence, ...]
    sources: dict[str, str]
    skipped: dict[str, int]


def read_cited_text(
    document: str,
    known: frozenset[str] = frozenset(),
    *,
    form: Form = "markdown",
    naming: Naming = NO_NAMES,
) -> CitedText:
    """Sentences and source list of a Markdown or plain text, or of an HTML page.

    Headings, HTML comments, the entries of a source list and a short bold label at the start of a paragraph
    ("**Reuters:**") are no sentences; all else is. A bracket is a citation if it holds numbers, keys that the document
    defines, or ``known`` keys (file stems); so is a link to a given file, and "(Source: name)".

    >>> read_cited_text("It sank. [1] Nobody died.").sentences
    (CitedSentence(text='It sank.', keys=('1',)), CitedSentence(text='Nobody died.', keys=()))
    """
    definitions, rest = _definitions(document, naming)
    blocks = blocks_of(rest, form, naming.linked)
    if not any(_MARK.search(block.text) for block in blocks):  # some tools escape the marks themselves
        blocks = [block._replace(text=block.text.translate(UNESCAPED)) for block in blocks]
    reader = _Reader(blocks, known | set(definitions), naming)
    skipped = Counter({"source entry": len(definitions)}) + reader.skipped
    return CitedText(sentences=tuple(reader.sentences), sources=reader.sources | definitions, skipped=dict(skipped))


def _definitions(document: str, naming: Naming) -> tuple[dict[str, str], str]:
    """What "[key]: value" lines define, and the document without them; one that defines nothing used is text."""
    cited = _cited_keys(_DEFINITION.sub("", document).splitlines())
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        key, value = match["key"], match["value"]
        if key in cited or naming.described(value) or (key.isdigit() and not ends_like_a_sentence(value)):
            found[key] = value
            return ""
        return match.group()

    return found, _DEFINITION.sub(take, document)


def _cited_keys(lines: Sequence[str]) -> set[str]:
    """The keys of all marks but those that open a line, which number a source."""
    return {key for line in lines for match in _MARK.finditer(line) if match.start() for key in _keys(match["keys"])}


def _keys(listed: str) -> list[str]:
    """The keys of a mark: "1, 3-5" are four."""
    found: list[str] = []
    for key in re.split(r"\s*[,;]\s*", listed):
        bounds = _RANGE.fullmatch(key)
        if bounds and 0 < int(bounds[2]) - int(bounds[1]) <= _LONGEST_RANGE:
            found += map(str, range(int(bounds[1]), int(bounds[2]) + 1))
        else:
            found.append(key.lstrip("^"))
    return found


class _Reader:
    """Goes through the blocks once; ``in_sources`` from a "Sources" line or heading to the next heading."""

    def __init__(self, blocks: Sequence[Block], known: frozenset[str], naming: Naming) -> None:
        self.known = known
        self.naming = naming
        self.cited = _cited_keys([line for block in blocks for line in block.text.splitlines()])
        self.in_sources = False
        self.sentences: list[CitedSentence] = []
        self.sources: dict[str, str] = {}
        self.skipped: Counter[str] = Counter()
        for block in blocks:
            self._read(block)

    def _read(self, block: Block) -> None:
        self.skipped["label"] += block.labelled
        if block.kind == "text":
            prose = list(self._prose(block))
            self.sentences += _sentences("\n".join(prose), self.known, self.naming)
            return
        self.skipped[block.kind] += 1
        if block.kind == "heading":
            self.in_sources = bool(_SOURCES.match(block.text))

    def _prose(self, block: Block) -> Iterator[str]:
        """The block's lines, less those that are entries of the source list."""
        for index, line in enumerate(re.split(r"(?<=\u2028)|\n", block.text)):
            opens_item = block.item and index == 0
            if _SOURCES.match(line):
                self.in_sources = True
                self.skipped["heading"] += 1
            elif self._is_source_line(line):
                self.skipped["source entry"] += 1
            elif not self._take_entry(line, block.number if opens_item else None, item=opens_item):
                yield line

    def _is_source_line(self, line: str) -> bool:
        """Whether it is "Source: ferry.txt" on a line of its own."""
        match = _SOURCE_LINE.fullmatch(line.translate(UNESCAPED))
        return match is not None and self.naming.described(match["value"]) is not None and len(line.split()) <= _SHORT

    def _take_entry(self, line: str, number: int | None, *, item: bool) -> bool:
        """Whether the line is a source's entry, and no sentence that stands where entries do; it is noted then."""
        numbered = _NUMBERED.match(line)
        key = numbered[1] or numbered[2] if numbered else str(number) if number is not None else None
        value = (numbered["value"] if numbered else line).strip()
        if not self._is_entry(value, key, item=item):
            return False
        self.skipped["source entry"] += 1
        if key is not None:
            self.sources.setdefault(key, value.translate(UNESCAPED))
        return True

    def _is_entry(self, value: str, key: str | None, *, item: bool) -> bool:
        if not (self.in_sources or (key is not None and not item)):
            return False
        names_source = self.naming.described(value.translate(UNESCAPED)) is not None
        like_a_sentence = ends_like_a_sentence(value)
        if not self.in_sources:
            return names_source and not like_a_sentence
        if key in self.cited:
            return True
        if names_source or "://" in value:
            return item or key is not None or not like_a_sentence
        return (item or key is not None) and not like_a_sentence


def _sentences(paragraph: str, known: frozenset[str], naming: Naming) -> Iterator[CitedSentence]:
    joined = paragraph.replace(f"{HARD_BREAK}\n", HARD_BREAK).replace("\n", " ").replace(HARD_BREAK, "\n")
    text, marks = _without_marks(joined, known, naming)
    if not any(c.isalnum() for c in text):
        return
    text = text.translate(UNESCAPED)
    spans = units_of_text(text)
    for index, span in enumerate(spans):
        until = spans[index + 1].start if index + 1 < len(spans) else len(text) + 1
        keys = [key for at, found in marks if span.start < at <= until - 1 or at == span.end for key in found]
        if any(c.isalnum() for c in span.of(text)):
            yield CitedSentence(text=" ".join(span.of(text).split()), keys=tuple(dict.fromkeys(keys)))


def _without_marks(paragraph: str, known: frozenset[str], naming: Naming) -> tuple[str, list[tuple[int, list[str]]]]:
    """The paragraph without its marks, and where in what is left each mark stood.

    A mark between a sentence and its full stop ("sank [1].") and one after it ("sank. [1]") belong to the same.
    """
    paragraph = _IN_PARENTHESES.sub(lambda m: m[1] if _only_marks(m[1], known) else m.group(), paragraph)
    pieces: list[str] = []
    marks: list[tuple[int, list[str]]] = []
    position = length = 0
    for match in _MARK_OR_NOTE.finditer(paragraph):
        keys = _noted(match["note"], naming) if match["note"] else _named(match["keys"], known)
        if keys is None:
            continue
        before = paragraph[position : match.start()].rstrip()
        if marks and not before.strip(" ,;"):  # "[1], [2]"
            before = ""
        pieces.append(before)
        length += len(before)
        position = match.end()
        marks.append((length, keys))
    return "".join([*pieces, paragraph[position:]]), marks


def _noted(listed: str, naming: Naming) -> list[str]:
    """The keys of "(Source: one; another)"; the whole is one key if its parts are not all known."""
    text = listed.translate(UNESCAPED).strip()
    parts = [naming.described(part) for part in re.split(r"\s*(?:[,;]|\band\b|&)\s*", text)]
    found = [part for part in parts if part]
    whole = naming.described(text)
    return found if found and len(found) == len(parts) else [whole or text]


def _named(listed: str, known: frozenset[str]) -> list[str] | None:
    """The keys between two brackets; None if they are no citation."""
    whole = listed.lstrip("^")
    keys = [whole] if whole in known else _keys(listed)
    return keys if all(key.isdigit() or key in known for key in keys) else None


def _only_marks(text: str, known: frozenset[str]) -> bool:
    return all(_named(match["keys"], known) is not None for match in _MARK.finditer(text)) and not re.search(
        r"\w", _MARK.sub("", text)
    )
