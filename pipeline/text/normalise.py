"""From the text of a file to the text of an article: the body, and a record of all that was taken out.

The cleaned text is the concatenation of the kept pieces of the NFC form of the file, character for character.
Nothing is rewritten, so whatever stands in the cleaned text within one piece stands in the file. First goes what
nobody sees and what speaks to a program (`screening`); the furniture is then told by the rest, as if that had never
been there.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pipeline.domain.article import Flag, Removal, Span
from pipeline.domain.base import Model
from pipeline.text.bylines import printed_author, printed_imprint
from pipeline.text.forms import Role, describes_a_picture, formal_role
from pipeline.text.furniture import roles
from pipeline.text.header import Header, dateline_end, read_header
from pipeline.text.screening import INSTRUCTION, Places, Screened, flags_of, screen
from pipeline.text.stamps import printed_day

_MARKDOWN_HEADING: Final = re.compile(r"^ {0,3}#{1,6}\s+(?P<text>\S.*)$")
_LABELLED: Final = re.compile(r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}:\s")
_LINK_TARGET: Final = re.compile(r"(?<=\])\([^()\s]*\)")
_MARKDOWN_RULE: Final = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*!\[[^\]]*\]\([^)]*\)\s*$|^\s*```")
_MAX_WRAP_WIDTH: Final = 110
_WRAPPED_SHARE: Final = 0.7
_Cut = tuple[Span, str]
"""What is removed, and why."""

_HEAD: Final = 16
"""Paragraphs among which a page prints its article's day."""


class Cleaned(Model):
    """``text`` with the ``blocks`` (paragraphs) that sentences must stay in, and what was found and removed.

    The ``header`` is completed by what the page says of title, author, publisher and day elsewhere.
    """

    text: str
    blocks: tuple[Span, ...]
    removed: tuple[Removal, ...]
    header: Header
    flags: tuple[Flag, ...] = ()


def clean(
    raw: str,
    *,
    markdown: bool = False,
    selected: bool = False,
    title: str | None = None,
    instructions: bool = True,
) -> Cleaned:
    r"""Take the article out of a decoded file. Removal offsets count code points of ``raw`` after NFC.

    Args:
        raw: the decoded file, or what a reader extracted from it.
        markdown: whether headings and rules are marked as in Markdown.
        selected: whether ``raw`` is one article alone, so that nothing in it is another story's.
        title: the article's own, where something surer than the form of its lines says it.
        instructions: whether passages that speak to a program are taken out; measurements alone leave them in.

    >>> body = "A ship with 40 people on board ran aground off Tarn, the owner of the ship said."
    >>> cleaned = clean(f"Menu\nShip runs aground\n{body}")
    >>> cleaned.header.title, cleaned.text == body, [removal.reason for removal in cleaned.removed]
    ('Ship runs aground', True, ['fragment', 'title'])
    """
    text = unicodedata.normalize("NFC", raw)
    screened = screen(text, instructions=instructions)
    rest = _without_furniture(screened.text, markdown=markdown, selected=selected, title=title)
    return _put_back(text, screened, rest) if screened.cuts or screened.quoted else rest


def _put_back(text: str, screened: Screened, rest: Cleaned) -> Cleaned:
    """With places in the whole text instead of in what screening left of it.

    A removal takes in what was cut inside it. No block goes on over a passage that was cut, so that no sentence does.
    """
    cuts, taken = Places(screened.cuts), Places(rest.removed)
    moved = [Span(start=cuts.before(r.start), end=cuts.before(r.end - 1) + 1) for r in rest.removed]
    removed = [
        Removal(start=m.start, end=m.end, text=m.of(text), reason=r.reason)
        for m, r in zip(moved, rest.removed, strict=True)
    ]
    removed += [
        Removal(start=cut.start, end=cut.end, text=text[cut.start : cut.end], reason=cut.reason)
        for cut in screened.cuts
        if not any(m.start <= cut.start and cut.end <= m.end for m in moved)
    ]
    removed.sort(key=lambda removal: removal.start)
    seams = [taken.now(cuts.now(cut.start)) for cut in screened.cuts if cut.reason == INSTRUCTION]
    quoted = (_moved(flag, rest.text, taken) for flag in screened.quoted)
    flags = (*flags_of(text, removed, screened), *quoted)
    return rest.model_copy(update={"removed": tuple(removed), "blocks": _parted(rest.blocks, seams), "flags": flags})


def _moved(flag: Flag, text: str, taken: Places) -> Flag:
    """The flag at its place in the cleaned text; of a passage of which furniture took a part, with the rest."""
    start, end = taken.now(flag.start or 0), taken.now(flag.end or 0)
    return flag.model_copy(update={"start": start, "end": end, "text": text[start:end] or flag.text})


def _parted(blocks: Sequence[Span], seams: Sequence[int]) -> tuple[Span, ...]:
    """The blocks, each cut at the seams inside it."""
    edges = [[b.start, *sorted({s for s in seams if b.start < s < b.end}), b.end] for b in blocks]
    return tuple(Span(start=start, end=end) for ends in edges for start, end in pairwise(ends))


def _without_furniture(text: str, *, markdown: bool, selected: bool, title: str | None) -> Cleaned:
    """The article of a text that has been screened; places are in that text."""
    header = read_header(text)
    paragraphs = _paragraphs(text, header.end)
    found = _roles(text, paragraphs, markdown=markdown)
    found = _told(found, [p.of(text) for p in paragraphs], title)
    found = _all_of_it([p.of(text) for p in paragraphs], found) if selected else found
    title = (
        title
        or header.title
        or next((_plain(p.of(text)) for p, role in zip(paragraphs, found, strict=True) if role == "title"), None)
    )
    transcript = _labels_speakers([p.of(text) for p, role in zip(paragraphs, found, strict=True) if role == "body"])
    kept: list[Span] = []
    reasons: list[_Cut] = [(Span(start=0, end=header.end), "header")] if header.end else []
    for paragraph, role in zip(paragraphs, found, strict=True):
        if role == "body":
            opening = not kept and not transcript
            body = paragraph.start + (dateline_end(paragraph.of(text)) if opening else 0)
            kept.append(Span(start=body, end=paragraph.end))
            reasons += [(Span(start=paragraph.start, end=body), "dateline")] if body > paragraph.start else []
        else:
            reasons.append((Span(start=paragraph.start, end=_line_end(text, paragraph.end)), role))
    said = _printed(header.model_copy(update={"title": title}), [p.of(text) for p in paragraphs], found)
    return _assemble(text, said, kept, _without_blank_start(text, kept, reasons))


def _without_blank_start(text: str, kept: Sequence[Span], reasons: Sequence[_Cut]) -> list[_Cut]:
    """The removals, those above the body widened over the blank lines after them: the text begins with its body."""
    start = kept[0].start if kept else 0
    above = [cut for cut in reasons if cut[0].end <= start]
    if not above:
        blank = [(Span(start=0, end=start), "blank")] if text[:start].isspace() else []
        return [*blank, *reasons]
    widened: list[_Cut] = []
    for (span, reason), end in zip(above, [*(following.start for following, _ in above[1:]), start], strict=True):
        first = 0 if not widened and text[: span.start].isspace() else span.start
        last = end if text[span.end : end].isspace() else span.end
        widened.append((Span(start=first, end=last), reason))
    return [*widened, *reasons[len(above) :]]


def _printed(header: Header, texts: Sequence[str], found: Sequence[Role]) -> Header:
    """The header with what lines above the body print of author, publisher and day, where it does not say them.

    A line between the first paragraph, which may be a standfirst, and the next stands above the body, too.
    """
    body = [i for i, role in enumerate(found) if role == "body"]
    above = [i for i in range(min([len(texts), _HEAD, *body[1:2]])) if found[i] != "body"]
    lines = [texts[i] for i in above]
    title = next((at for at, i in enumerate(above) if found[i] == "title"), None)
    imprint = printed_imprint(lines, "\n".join(texts[i] for i in body))
    return header.model_copy(
        update={
            "author": header.author or printed_author(lines),
            "publisher": header.publisher or (imprint and imprint.publisher),
            "published": header.published or printed_day(lines, title) or (imprint and imprint.day),
        }
    )


def _all_of_it(paragraphs: Sequence[str], found: Sequence[Role]) -> list[Role]:
    """Where pages were cut to the article, a sentence is not taken out for its topic, nor for being in the present."""

    def kept(paragraph: str, role: Role) -> bool:
        captioned = role == "caption" and formal_role(paragraph) is None and describes_a_picture(paragraph)
        return role == "unrelated" or captioned

    return ["body" if kept(p, role) else role for p, role in zip(paragraphs, found, strict=True)]


def _told(found: Sequence[Role], paragraphs: Sequence[str], title: str | None) -> list[Role]:
    """A line that is the known title is the title, and no other line is."""
    wanted = "".join(c for c in (title or "").casefold() if c.isalnum())
    if not wanted:
        return list(found)
    same = ["".join(c for c in p.casefold() if c.isalnum()) == wanted for p in paragraphs]
    others: list[Role] = ["heading" if role == "title" else role for role in found]
    return ["title" if is_title else role for is_title, role in zip(same, others, strict=True)]


def _labels_speakers(body: Sequence[str]) -> bool:
    """Whether several paragraphs begin with a name and a colon: then a name is a speaker, not a place."""
    return sum(bool(_LABELLED.match(paragraph)) for paragraph in body) > 1


def _paragraphs(text: str, start: int) -> list[Span]:
    """Lines as paragraphs; in a hard-wrapped file, runs of lines between blank lines."""
    lines: list[Span] = []
    offset = start
    for line in text[start:].splitlines(keepends=True):
        body = line.rstrip()
        if body.strip():
            lines.append(Span(start=offset + len(line) - len(line.lstrip()), end=offset + len(body)))
        offset += len(line)
    return _unwrap(text, lines) if _is_wrapped(text, lines) else lines


def _adjacent(text: str, upper: Span, lower: Span) -> bool:
    return len(text[upper.end : lower.start].splitlines()) <= 1 and "\n" in text[upper.end : lower.start]


def _is_wrapped(text: str, lines: Sequence[Span]) -> bool:
    """Whether line ends are a matter of width: the next line's first word would not have fitted."""
    width = max((line.end - line.start for line in lines), default=0)
    pairs = [(a, b) for a, b in pairwise(lines) if _adjacent(text, a, b)]
    if width > _MAX_WRAP_WIDTH or len(pairs) < 2:  # noqa: PLR2004  one pair shows nothing
        return False
    full = sum(a.end - a.start + 1 + len(b.of(text).split()[0]) > width - 4 for a, b in pairs)
    return full >= _WRAPPED_SHARE * len(pairs)


def _unwrap(text: str, lines: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for line in lines:
        if joined and _adjacent(text, joined[-1], line):
            joined[-1] = Span(start=joined[-1].start, end=line.end)
        else:
            joined.append(line)
    return joined


def _roles(text: str, paragraphs: Sequence[Span], *, markdown: bool) -> list[Role]:
    texts = [p.of(text) for p in paragraphs]
    shown = [_LINK_TARGET.sub("", t) for t in texts] if markdown else texts
    found = roles([" ".join(t.split()) for t in shown])
    if not markdown:
        return found
    marked = [i for i, t in enumerate(texts) if _MARKDOWN_HEADING.match(t)]
    for index in marked:
        found[index] = "title" if index == marked[0] else "heading"
    return [
        "fragment" if _MARKDOWN_RULE.match(t) else "heading" if role == "title" and marked and i not in marked else role
        for i, (t, role) in enumerate(zip(texts, found, strict=True))
    ]


def _plain(title: str) -> str:
    heading = _MARKDOWN_HEADING.match(title)
    return " ".join(_without_closing_marks(heading["text"] if heading else title).split())


def _without_closing_marks(heading: str) -> str:
    """So "## Storm ##" is closed by its marks; "# About C#" is not."""
    bare = heading.rstrip().rstrip("#")
    return bare if bare[-1:].isspace() else heading


def _assemble(text: str, header: Header, kept: Sequence[Span], reasons: Sequence[_Cut]) -> Cleaned:
    """Cut out what is removed, given in order; map the kept blocks into what is left."""
    pieces: list[str] = []
    ends: list[int] = []
    shifts: list[int] = []
    position = length = 0
    for cut in (*(span for span, _ in reasons), Span(start=len(text), end=len(text))):
        ends.append(position)
        shifts.append(length - position)
        pieces.append(text[position : cut.start])
        length += cut.start - position
        position = cut.end
    moves = ((block, shifts[bisect_right(ends, block.start) - 1]) for block in kept)
    return Cleaned(
        text="".join(pieces),
        blocks=tuple(Span(start=block.start + shift, end=block.end + shift) for block, shift in moves),
        removed=tuple(
            Removal(start=cut.start, end=cut.end, text=cut.of(text), reason=reason) for cut, reason in reasons
        ),
        header=header,
    )


def _line_end(text: str, end: int) -> int:
    newline = text.find("\n", end)
    if newline >= 0 and not text[end:newline].strip():
        return newline + 1
    return end
