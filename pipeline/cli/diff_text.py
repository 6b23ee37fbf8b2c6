"""A comparison of two runs for a terminal: signs and words for what changed, colour only on top of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import typer

from pipeline.render.wrapping import WIDTH, wrapped

if TYPE_CHECKING:
    from pipeline.domain.comparison import WordRun
    from pipeline.render.diff_items import ItemView, NoteView
    from pipeline.render.diff_views import DiffView, RunView, SectionView

_INDENT: Final = 13
"""Columns for sign and word: "~ relabelled " has thirteen letters."""
_LONGEST_QUOTE: Final = 240
_MARKS: Final = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
_ANY_MARK: Final = re.compile(r"([\[{])(?=[-+])|([-+])(?=[\]}])")
_PAINTED: Final = re.compile(
    r"\[-.*?-\]|\{\+.*?\+\}"  # marks, over line ends too
    r"|^[-+~>] [a-z ,]+?(?=  |$)|^[A-Z][A-Za-z ,]+(?= \()",  # sign and word; a heading before its counts
    re.MULTILINE | re.DOTALL,
)
_COLOURS: Final = {
    "+": typer.colors.GREEN,
    "{": typer.colors.GREEN,
    "-": typer.colors.RED,
    "[": typer.colors.RED,
    "~": typer.colors.YELLOW,
    ">": typer.colors.CYAN,
}


def layout(view: DiffView, width: int = WIDTH) -> str:
    """The comparison as lines of at most ``width`` columns; what stayed the same is only counted."""
    from pipeline.render.diff_views import closing  # --help needs none of it

    blocks = [[*_head("Before: ", view.before, width), *_head("After:  ", view.after, width)]]
    blocks += [list(_section(section, width)) for section in view.sections if section.changed()]
    blocks.append(wrapped(closing(view), width))
    return "\n\n".join("\n".join(block).rstrip() for block in blocks) + "\n"


def painted(text: str) -> str:
    """The layout in colour. Nothing that comes from a file stands at the start of a line, or holds a mark."""
    return _PAINTED.sub(lambda match: _coloured(match.group()), text)


def _coloured(piece: str) -> str:
    colour = _COLOURS.get(piece[0])
    return typer.style(piece, fg=colour) if colour else typer.style(piece, bold=True)


def _head(word: str, run: RunView, width: int) -> Iterator[str]:
    yield from _hanging(word, f"{run.name} — {run.engine}: {run.counts}", width)


def _section(section: SectionView, width: int) -> Iterator[str]:
    """The heading with its counts, then what changed; several lines an item, so a blank one stands between."""
    yield from wrapped(f"{section.heading} ({section.tally})", width)
    for item in section.changed():
        lines = list(_item(item, width))
        yield from lines if section.id == "run" else ("", *lines)


def _item(item: ItemView, width: int) -> Iterator[str]:
    first, *rest = _paragraphs(item)
    yield from _hanging(f"{item.sign} {item.word}".ljust(_INDENT), first, width, _INDENT)
    for text in rest:
        yield from _hanging(" " * _INDENT, text, width)
    yield from _notes(item.notes, width, _INDENT)
    for part in item.parts:
        first, *rest = _paragraphs(part)
        yield from _hanging(f"{'':<{_INDENT}}{part.sign} ", first, width)
        for text in rest:
            yield from _hanging(" " * (_INDENT + 2), text, width)
        yield from _notes(part.notes, width, _INDENT + 2)


def _notes(notes: Iterable[NoteView], width: int, indent: int) -> Iterator[str]:
    for note in notes:
        quote = f": “{_clipped(note.quote)}”" if note.quote else ""
        bullet = "·" if note.sign == "=" else note.sign
        yield from _hanging(f"{'':<{indent}}{bullet} ", _unmarked(f"{note.label}{quote}"), width)


def _hanging(first: str, text: str, width: int, indent: int | None = None) -> Iterator[str]:
    """The text wrapped beside ``first``; a word that is wider than its column has the first line to itself."""
    space = len(first) if indent is None else indent
    lines = wrapped(text, width - space)
    if len(first) > space or not first.endswith(" "):
        yield first.rstrip()
        yield f"{'':<{space}}{lines[0]}"
    else:
        yield f"{first}{lines[0]}"
    yield from (f"{'':<{space}}{line}" for line in lines[1:])


def _paragraphs(item: ItemView) -> list[str]:
    """The words, with what went out and what came in between marks; two where one text replaces the other."""
    pieces = [_run(run) for run in item.runs]
    lead = [f"{_unmarked(item.lead)} "] if item.lead else []
    if item.is_replaced():
        return [*lead, *(piece for piece in pieces if piece.strip())]
    return ["".join([*lead, *pieces])]


def _run(run: WordRun) -> str:
    text = _unmarked(run.text)
    if run.kind == "same":
        return text
    opening, closing = _MARKS[run.kind]
    return f"{opening}{text}{closing}"


def _unmarked(text: str) -> str:
    """A text from a file, in which nothing looks like one of our marks.

    >>> _unmarked("a {+lie+}")
    'a { +lie+ }'
    """
    return _ANY_MARK.sub(lambda match: f"{match.group()} ", text)


def _clipped(quote: str) -> str:
    if len(quote) <= _LONGEST_QUOTE:
        return quote
    return f"{quote[:_LONGEST_QUOTE].rpartition(' ')[0] or quote[:_LONGEST_QUOTE]} …"
