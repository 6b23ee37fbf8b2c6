"""No word of the text is the opposite, or a rival, of the one that the evidence has in its place."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.opposites import clashes
from pipeline.text.synonyms import with_plain_words


def opposite_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Look for opposites that are said of the same words, turns of phrase put in plain words."""
    evidence = [with_plain_words(context) for context in contexts(passages)]
    found = clashes(with_plain_words(text), evidence)
    problems = [f"says “{clash.said}”; the cited passage says “{clash.evidence}”" for clash in found]
    return verdict_of("opposite", problems, applicable=bool(found), passed="")
