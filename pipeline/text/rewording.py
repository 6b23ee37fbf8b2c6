"""What became of the words of a text that was reworded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal, NamedTuple

from pipeline.text.words import is_function_word

_TOKEN: Final = re.compile(r"\s+|\w+(?:[.,'’\-]\w+)*|[^\w\s]")
_LEAST_SHARED: Final = 1 / 2
"""Share of the shorter text's words that must stay; with fewer, one text crossed out and one written in reads better
than a mosaic of both."""
_MOST_CELLS: Final = 4_000_000
"""Tokens of one text times those of the other: more would take seconds, and no statement has them."""


Kind = Literal["same", "removed", "added"]
_MIRROR: Final[dict[Kind, Kind]] = {"same": "same", "removed": "added", "added": "removed"}
_SAME_ONLY: Final[tuple[Kind, ...]] = ("same",)
_OUT_AND_IN: Final[tuple[Kind, ...]] = ("removed", "added")


class Run(NamedTuple):
    """A piece of either text, or of both."""

    kind: Kind
    text: str


def reworded(before: str, after: str) -> tuple[Run, ...]:
    """The two texts as one sequence of pieces, whole words each; what goes out stands before what comes in.

    ``same`` and ``removed`` pieces, joined, are ``before``; ``same`` and ``added``, ``after``. The other way round
    gives the same pieces with removed and added exchanged.

    >>> [f"{run.kind}: {run.text}" for run in reworded("It sank off Tarn.", "It sank near Tarn.")]
    ['same: It sank ', 'removed: off', 'added: near', 'same:  Tarn.']
    """
    if before > after:  # the matcher is not symmetric, a comparison must be
        return tuple(_joined([Run(_MIRROR[run.kind], run.text) for run in reworded(after, before)]))
    left, right = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(left) * len(right) > _MOST_CELLS:
        return tuple(_joined([Run("removed", before), Run("added", after)]))
    runs = _without_crumbs(list(_matched(left, right)))
    kept = _count(run.text for run in runs if run.kind == "same")
    if kept < _LEAST_SHARED * min(_count(left), _count(right)):
        runs = [Run("removed", before), Run("added", after)]
    return tuple(_joined(runs))


def _matched(left: Sequence[str], right: Sequence[str]) -> Iterator[Run]:
    """The runs of equal tokens and what stands between them."""
    for tag, i, until_i, j, until_j in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run("same", "".join(left[i:until_i]))
        else:
            yield Run("removed", "".join(left[i:until_i]))
            yield Run("added", "".join(right[j:until_j]))


def _without_crumbs(runs: Sequence[Run]) -> list[Run]:
    """A lone "the" or comma that stayed between two changes is no island to read by: it goes out and comes in."""
    pieces: list[Run] = []
    for at, run in enumerate(runs):
        between = 0 < at < len(runs) - 1
        if run.kind == "same" and between and not _holds_content(run.text):
            pieces += [Run("removed", run.text), Run("added", run.text)]
        else:
            pieces.append(run)
    return pieces


def _holds_content(text: str) -> bool:
    return any(token[0].isalnum() and not is_function_word(token) for token in _TOKEN.findall(text))


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Neighbours of one kind as one, within a change first all that goes out."""
    for is_same, group in groupby(runs, key=lambda run: run.kind == "same"):
        members = list(group)
        for kind in _SAME_ONLY if is_same else _OUT_AND_IN:
            text = "".join(run.text for run in members if run.kind == kind)
            if text:
                yield Run(kind, text)


def _count(texts: Iterable[str]) -> int:
    """Words, not spaces or punctuation."""
    return sum(token[0].isalnum() for text in texts for token in _TOKEN.findall(text))
