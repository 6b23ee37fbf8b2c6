"""The words of the text are words of the evidence, as far as they must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.dates import calendar_mentions
from pipeline.text.similarity import coverage

ENOUGH: Final = 0.6
"""Share of the content words that must stand in the evidence; the rest may be paraphrase."""
PARTLY: Final = 0.45


def content_score(text: str, passages: Sequence[Passage]) -> float:
    """Share of the text's content words found in the passages' contexts (and the sentence before each), 0 to 1.

    Dates are left to their own guard: "on 2 March" may rest on "on Thursday".
    """
    undated = list(text)
    for mention in calendar_mentions(text):
        undated[mention.start : mention.end] = " " * (mention.end - mention.start)
    return coverage("".join(undated), [*contexts(passages), *(p.before for p in passages)])


def content_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Fail where too few of the words can be found."""
    score = content_score(text, passages)
    problems = [f"only {score:.0%} of its words stand in the cited passage"] if score < ENOUGH else []
    return verdict_of(
        "content", problems, applicable=True, passed=f"{score:.0%} of its words stand in the cited passage"
    )
