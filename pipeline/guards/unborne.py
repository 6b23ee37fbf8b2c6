"""Which words of a text its passages do not bear out: what to underline while somebody edits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pipeline.domain.article import Span
from pipeline.domain.verdict import Verdict
from pipeline.guards.content import unborne_words
from pipeline.guards.passage import Passage

_NAMED: Final = re.compile(r"(?:^|; )(?:says |denies |tells )?(?:(?:about|from|to) )?“(?P<run>[^”]+)”")
"""How guards begin a finding: with the words of the text that it is about. What the passage says comes after."""


def unborne(text: str, passages: Sequence[Passage], verdict: Verdict) -> list[Span]:
    """Runs of words that nothing in the passages bears out, and those that a failed guard names, in order.

    Even a text that passes may have some: a part of the words may be the writer's own.

    Args:
        text: what was judged.
        passages: what it was judged by.
        verdict: what `judge` said of the two.
    """
    missing = (Span(start=word.start, end=word.end) for word in unborne_words(text, passages))
    return _runs(text, [*missing, *_named(text, verdict)])


def _named(text: str, verdict: Verdict) -> Iterator[Span]:
    """The content guard's words are known by their places; a quoted word of it may stand in the text twice."""
    details = (guard.detail for guard in verdict.failures() if guard.name != "content")
    runs = dict.fromkeys(match["run"].strip() for detail in details for match in _NAMED.finditer(detail))
    for run in runs:
        pattern = rf"(?<!\w){re.escape(run)}(?!\w)"
        yield from (Span(start=match.start(), end=match.end()) for match in re.finditer(pattern, text))


def _runs(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans in order, joined where they overlap or only white space parts them."""
    if not spans:
        return []
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    joined = [ordered[0]]
    for _, span in pairwise(ordered):
        last = joined[-1]
        if span.start <= last.end or not text[last.end : span.start].strip():
            joined[-1] = Span(start=last.start, end=max(last.end, span.end))
        else:
            joined.append(span)
    return joined
