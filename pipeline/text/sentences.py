"""Sentences and the units that can stand alone.

Segmentation is syntok's (measured on the seeds: precision .94, recall 1.0); around it, three repairs: splits at
";" are joined again, sentences glued together ("conflict.It aimed") are split, and nothing crosses a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from pipeline.domain.article import Span
from pipeline.text.languages.known import is_known, language_of
from pipeline.text.languages.language import Language
from pipeline.text.languages.reading import foreign
from pipeline.text.languages.scripts import has_unspaced
from pipeline.text.languages.segmentation import sentence_starts
from pipeline.text.quotes import quoted_runs

_GLUED: Final = re.compile(r"(?<=[^\W\d_]{2})[.!?][”\"’]?(?=[“\"‘]?[A-Z][a-z])")
_ADDRESS: Final = re.compile(r"://|www\.|@")
_ONE_SENTENCE: Final = re.compile(
    r"(?![\s\u200b])[^.!?;([{\u203c\u203d\u2047-\u2049\u2329\u2983\u2985\u2987\u3002\u3008\u300a\u3010\u3014\u3016"
    r"\u3018\u301a\ufd3e\ufe52\ufe57\ufe59\ufe5b\ufe5d\uff01\uff08\uff0e\uff1f\uff3b\uff5b\uff5f\uff61]+[.!?]*[\"'”’]?\s*"
)
"""No mark at which syntok ends a sentence, nor a bracket that it may take for one, but at the end."""
_LONGEST_QUOTATION: Final = 2000
"""Characters over which a quotation is followed; one that was never closed must not swallow the article."""
_SEPARATORS: Final = str.maketrans("\r\n\t\u2028\u2029\x0b\x0c\x85", "        ")
_ENDS: Final = ".!?…。！？؟।۔:;"
_CLOSING: Final = "”\"’'»)]“‘›«」』】）》"


def split_sentences(text: str, blocks: Iterable[Span], language: str | None = None) -> list[Span]:
    """The sentences of each block, as spans of ``text`` without surrounding white space.

    Args:
        text: the whole text.
        blocks: its paragraphs, which no sentence leaves.
        language: the tag of its language; by default it is told from the text.

    >>> t = "A deal. It held; barely."
    >>> [s.of(t) for s in split_sentences(t, [Span(start=0, end=len(t))])]
    ['A deal.', 'It held; barely.']
    """
    named = language_of(language)
    known = foreign(text) if language is None else named if named is not None and is_known(named) else None
    return [sentence for block in blocks for sentence in _split_block(text, block, known)]


def join_quotations(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Sentences joined where a quotation runs over their boundary, so that each unit keeps its speaker.

    >>> t = '“We tried. We failed,” he said. It rained.'
    >>> [s.of(t) for s in join_quotations(t, split_sentences(t, [Span(start=0, end=len(t))]))]
    ['“We tried. We failed,” he said.', 'It rained.']
    """
    units: list[Span] = []
    for sentence in sentences:
        if units and _inside_quotation(text, units[-1], sentence):
            units[-1] = Span(start=units[-1].start, end=sentence.end)
        else:
            units.append(sentence)
    return units


def units_of_text(text: str) -> list[Span]:
    """The units of a text that is one block: its sentences, quotations joined.

    >>> t = 'It rained. “We tried. We failed,” he said.'
    >>> [s.of(t) for s in units_of_text(t)]
    ['It rained.', '“We tried. We failed,” he said.']
    """
    return list(_units_of_text(text))


@lru_cache(maxsize=4096)
def _units_of_text(text: str) -> tuple[Span, ...]:
    """Remembered: a few hundred passages are asked about again and again."""
    return tuple(join_quotations(text, split_sentences(text, [Span(start=0, end=len(text))])))


def _inside_quotation(text: str, unit: Span, following: Span) -> bool:
    gap = text[unit.end : following.start]
    ends_a_line = bool(gap) and gap.splitlines() != [gap]  # by whatever character: "\r" parts paragraphs, too
    if ends_a_line or unit.end - unit.start > _LONGEST_QUOTATION:
        return False
    joint = text[unit.start : following.end]
    boundary = unit.end - unit.start
    return any(run.start < boundary < run.end for run in quoted_runs(joint))


def _split_block(text: str, block: Span, language: Language | None) -> Iterator[Span]:
    flat = block.of(text).translate(_SEPARATORS)
    starts = _starts(flat) if language is None else sentence_starts(flat, language)
    for start, end in zip(starts, [*starts[1:], len(flat)], strict=True):
        piece = flat[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            yield Span(start=block.start + left, end=block.start + start + len(piece.rstrip()))


@lru_cache(maxsize=4096)
def _starts(flat: str) -> tuple[int, ...]:
    """Where sentences begin. A text with no mark inside it is one, which need not be asked."""
    starts = [0] if _ONE_SENTENCE.fullmatch(flat) else _syntok_starts(flat)
    return tuple(sorted({*starts, *_glued_starts(flat)}))


def _syntok_starts(flat: str) -> list[int]:
    import syntok.segmenter  # noqa: PLC0415  loaded only by commands that read articles

    starts: list[int] = []
    for paragraph in syntok.segmenter.analyze(flat):
        for sentence in paragraph:
            start = before = sentence[0].offset
            while before and flat[before - 1].isspace():
                before -= 1
            if not starts or flat[before - 1 : before] != ";":
                starts.append(start)
    return starts or [0]


def _glued_starts(flat: str) -> list[int]:
    if not _GLUED.search(flat):
        return []
    chunks = re.finditer(r"\S+", flat)
    within = {i for c in chunks if _ADDRESS.search(c.group()) for i in range(c.start(), c.end())}
    return [match.end() for match in _GLUED.finditer(flat) if match.end() not in within]


def closed(line: str) -> str:
    """The line with the full stop that its script has.

    >>> closed("Talks failed"), closed("会谈失败")
    ('Talks failed.', '会谈失败。')
    """
    return line + ("。" if has_unspaced(line[-1:]) else ".")


def ends_like_a_sentence(line: str) -> bool:
    """Whether the line closes with terminal punctuation, marks and brackets after it aside.

    >>> ends_like_a_sentence("“We left.”"), ends_like_a_sentence("Most read")
    (True, False)
    """
    return line.rstrip().rstrip(_CLOSING).rstrip().endswith(tuple(_ENDS[:-2]))
