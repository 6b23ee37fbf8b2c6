"""No word of the text is the opposite of the one that the evidence has in its place."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.opposites import clashes


def opposite_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Look for opposites that are said of the same words."""
    found = clashes(text, contexts(passages))
    problems = [f"says “{clash.said}”; the cited passage says “{clash.evidence}”" for clash in found]
    return verdict_of("opposite", problems, applicable=bool(found), passed="")
