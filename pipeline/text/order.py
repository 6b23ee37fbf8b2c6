"""What came first: causes before effects, earlier before later, as the words between two clauses tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.quantities import quantities
from pipeline.text.terms import form_of
from pipeline.text.words import is_function_word, lowered, words

_SECOND_FIRST: Final = re.compile(
    r"\b(?:because(?: of)?|after|due to|owing to|thanks to|as a result of|in the wake of|following|since)\b(?=\s)",
    re.IGNORECASE,
)
"""What follows these came first, or caused it."""
_FIRST_SECOND: Final = re.compile(
    r"\b(?:before|(?:and|but) (?:then|later|so|therefore|as a result)|which is why|(?:is|was"
    r"|were) the reason (?:why|for|that)"
    r"|(?:has |have |had )?(?:led to|caused|prompted|triggered|resulted in)|(?:may|might|could|would) explain why"
    r"|explains? why|so that)\b(?=\s)",
    re.IGNORECASE,
)
"""What follows these came later, or is the effect."""
_CUES: Final = (
    "because", "after", "due to", "owing to", "thanks to", "as a result", "in the wake", "following", "since", "before",
    "and then", "but then", "and later", "but later", "and so", "but so", "therefore", "is why", "the reason", "led to",
    "caused", "prompted", "triggered", "resulted in", "explain", "so that",
)  # fmt: skip
"""One of these stands in each match of the two."""
_NO_CLAUSE: Final = re.compile(
    r"\s+(?:about |around |the |an? |some |at |on |in |that\b|which\b|all\b|last |this |next )*(?:\d"
    r"|[A-Z][a-z]+day\b|(?:week|month|year|"
    r"day|hour|minute|noon|midnight|dawn|dusk|night|summer|winter|spring|autumn|morning)\w*\b)",
)
"""A time behind the word: "before 2030", "since Monday", "after a week"."""
_STOP: Final = re.compile(r"[.;:“”](?:\s|$)|\s[–—-]\s")
_ANY: Final = re.compile("|".join(pattern.pattern for pattern in (_SECOND_FIRST, _FIRST_SECOND, _STOP)), re.IGNORECASE)
_OF_TIME: Final = frozenset({"before", "and later", "but later"})
_OF_EITHER: Final = frozenset({"after", "following", "since", "and then", "but then", "in the wake of"})
_FEWEST: Final = 1
"""Words that a clause must have for itself."""


class Sequence(NamedTuple):
    """Two clauses, the earlier (or the cause) and the later (or the effect), by the forms of their content words."""

    first: frozenset[str]
    second: frozenset[str]
    shown: str

    def comparable(self, other: Sequence) -> bool:
        """Not a mere "before" beside a "because": who left before noon need not have left because of it."""
        kinds = {_kind(self.shown), _kind(other.shown)}
        return kinds != {"time", "cause"}


def _kind(shown: str) -> str:
    lowered = shown.lower()
    if lowered in _OF_TIME:
        return "time"
    return "either" if lowered in _OF_EITHER else "cause"


def most_sequences(text: str) -> int:
    """At least as many as `sequences` finds, counted without reading the clauses."""
    small = lowered(text)
    return sum(small.count(cue) for cue in _CUES) + ("as a result" in small)  # "and as a result of" is of both kinds


@lru_cache(maxsize=4096)
def sequences(text: str) -> tuple[Sequence, ...]:
    """The pairs of clauses whose order a word between them tells, or one before both.

    >>> [(sorted(s.first), sorted(s.second)) for s in sequences("The road was shut because the river rose.")]
    [(['rise', 'river'], ['road', 'shut'])]
    """
    return tuple(_found(text))


def _found(text: str) -> Iterator[Sequence]:
    small = lowered(text)
    if not any(cue in small for cue in _CUES):
        return
    for pattern, turned in ((_SECOND_FIRST, True), (_FIRST_SECOND, False)):
        for match in pattern.finditer(text):
            if _NO_CLAUSE.match(text, match.end()):
                continue
            stops = [stop.end() for stop in _ANY.finditer(text, 0, match.start())]
            stop = _ANY.search(text, match.end())
            before = text[stops[-1] if stops else 0 : match.start()]
            after = text[match.end() : stop.start() if stop else len(text)]
            if not _forms(before):  # "Because the river rose, the road was shut"
                after, _, before = after.partition(",")
            one, other = _forms(before), _forms(after)
            if len(one - other) >= _FEWEST and len(other - one) >= _FEWEST:
                first, second = (other, one) if turned else (one, other)
                yield Sequence(first - second, second - first, match.group())


def _forms(clause: str) -> frozenset[str]:
    """The content words outside dates and figures."""
    settled = [(what.start, what.end) for what in calendar_mentions(clause)]
    settled += [(what.start, what.end) for what in clock_times(clause)]
    settled += [(what.start, what.end) for what in quantities(clause)]
    inside = {index for start, end in settled for index in range(start, end)}
    return frozenset(
        form_of(word.text) for word in words(clause) if word.start not in inside and not is_function_word(word.text)
    )
