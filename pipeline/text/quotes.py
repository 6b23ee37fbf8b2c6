"""Quotation marks: where quoted runs of words stand, and texts compared without regard to the kind of mark."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipeline.domain.article import Span

_OPENING: Final = "“„«「『"
_CLOSING: Final = "”»"
_EITHER: Final = '"»'
"""Marks that open or close: a straight one; and "»", with which German books and papers open ("»Nein«")."""
_CLOSED_BY: Final = {"„": '“”"', "«": "»", "»": "«", "「": "」", "『": "』"}
"""What closes a quotation that was opened so; all others are closed by whatever closes one in English."""
_NESTING: Final = "«「『"
_FOLD: Final = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"', "『": '"', "』": '"',
     "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'",
     "–": "-", "—": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\n": " ", "\r": " ",
     "\t": " "}
)  # fmt: skip

_DOUBLE: Final = re.compile(rf'["{_OPENING}»]')
_DOUBLE_OR_END: Final = re.compile(rf'["{_OPENING}{_CLOSING}」』\n]')
_SINGLE: Final = re.compile("[‚‘’']")
_MISMATCHED: Final = re.compile(r"“([^“”\"\n]*?)[’'](?=[.,;:!?]?(?:\s|$))")


def fold(text: str) -> str:
    """Quotation marks, dashes and white space brought to their ASCII form, one character for one.

    >>> fold("“as long—as”")
    '"as long-as"'
    """
    return text.translate(_FOLD)


def quoted_runs(text: str) -> list[Span]:
    """The insides of double quotations, in order. A run that is never closed ends with its line.

    >>> [s.of('He said “no talks" and "left".') for s in quoted_runs('He said “no talks" and "left".')]
    ['no talks', 'left']
    """
    if not _DOUBLE.search(text):  # most sentences quote nobody, and each is asked about again and again
        return []
    return list(_quoted_runs(text))


@lru_cache(maxsize=2048)
def _quoted_runs(text: str) -> tuple[Span, ...]:
    runs: list[Span] = []
    opened: int | None = None
    closing, depth = "", 0
    for mark in _DOUBLE_OR_END.finditer(text):
        index, char = mark.start(), mark.group()
        if opened is None:
            if char in _OPENING or (char in _EITHER and _opens(text, index)):
                opened, closing, depth = index + 1, _CLOSED_BY.get(char, _CLOSING), 0
        elif char in closing and depth:
            depth -= 1
        elif char in closing or char == "\n" or (char == '"' and closing == _CLOSING):
            runs.append(Span(start=opened, end=index))
            opened = None
        elif char in _NESTING and text[opened - 1] == char:
            depth += 1  # «… «…» …»: the inner one does not close the outer one
        elif char in _OPENING and closing == _CLOSING:
            opened = index + 1  # an opening mark was never closed; start anew rather than swallow the text
            closing = _CLOSED_BY.get(char, _CLOSING)
    if opened is not None:
        runs.append(Span(start=opened, end=len(text)))
    return tuple(run for run in runs if run.of(text).strip())


def single_quoted_runs(text: str) -> list[Span]:
    """The insides of single quotations; an apostrophe inside a word neither opens nor closes.

    >>> [s.of("no ‘full fledged meeting’, India’s") for s in single_quoted_runs("no ‘full fledged meeting’, India’s")]
    ['full fledged meeting']
    """
    runs: list[Span] = []
    opened: int | None = None
    low = False  # ‚so‘, which is closed by what opens elsewhere
    for match in _SINGLE.finditer(text):
        index, char = match.start(), match.group()
        before = text[index - 1] if index else " "
        after = text[index + 1] if index + 1 < len(text) else " "
        if char != "’" and not before.isalnum() and after.isalnum():
            opened, low = index + 1, char == "‚"
        elif (char != "‘" or low) and opened is not None and not after.isalnum() and not before.isspace():
            runs.append(Span(start=opened, end=index))
            opened = None
    return runs


def mend_quotes(text: str) -> str:
    """A double quotation that was closed with a single mark, closed as it was opened; models mix the two.

    >>> mend_quotes("He said “as long as it takes’.")
    'He said “as long as it takes”.'
    """
    return text if text.count("“") == text.count("”") else _MISMATCHED.sub("“\\1”", text)


@lru_cache(maxsize=8192)
def outside_quotes(text: str) -> str:
    """The text with quoted runs blanked out, character for character."""
    runs = quoted_runs(text) + single_quoted_runs(text)
    if not runs:
        return text
    characters = list(text)
    for run in runs:
        characters[run.start : run.end] = " " * (run.end - run.start)
    return "".join(characters)


def quoted_share(text: str) -> float:
    """The share of the text that stands inside double quotation marks, 0 to 1.

    >>> quoted_share("“It has been decided.”") > 0.9, quoted_share("It has been decided.")
    (True, 0.0)
    """
    return sum(run.end - run.start for run in quoted_runs(text)) / max(1, len(text.strip()))


def _opens(text: str, index: int) -> bool:
    before = text[index - 1] if index else " "
    after = text[index + 1] if index + 1 < len(text) else " "
    return not before.isalnum() and before not in ".,!?;" and not after.isspace()
