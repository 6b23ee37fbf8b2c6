"""The words of the text are words of the evidence, as far as they must be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.dates import calendar_mentions
from pipeline.text.similarity import content_coverage
from pipeline.text.words import Word, content_stems, is_function_word, stem, words

ENOUGH: Final = 0.6
"""Share of the content words that must stand in the evidence; the rest may be paraphrase."""
PARTLY: Final = 0.45


FEW: Final = 8
"""Content words up to which all but one must stand in the evidence: in a short text each of them is the point."""
_HALF: Final = 0.5
_REPORTING: Final = frozenset(stem(word) for word in "think believe consider understand".split())
"""Words for one and the same guess: which of them the text takes says nothing."""


def content_score(text: str, passages: Sequence[Passage]) -> float:
    """Share of the text's content words found in the passages' contexts (and the sentence before each), 0 to 1.

    Dates are left to their own guard: "on 2 March" may rest on "on Thursday".
    """
    return content_coverage(_wanted(text), _present(passages))


def content_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Fail where too few of the words can be found."""
    score = content_score(text, passages)
    present = _present(passages)
    missing = [word for word in dict.fromkeys(_wanted(text)) if word not in present]
    problems = []
    if score < ENOUGH:
        problems.append(f"only {score:.0%} of its words stand in the cited passage")
    elif missing and _is_other_short_text(text, present, missing):
        shown = ", ".join(f"“{word.text}”" for word in _words(text) if stem(word.text) in missing)
        problems.append(f"so short a text must keep to the words of the cited passage, which does not have {shown}")
    return verdict_of(
        "content", problems, applicable=True, passed=f"{score:.0%} of its words stand in the cited passage"
    )


def _is_other_short_text(text: str, present: Collection[str], missing: Sequence[str]) -> bool:
    """A short text of which two words are missing, or most of those that are neither names nor numbers."""
    if len(_wanted(text)) > FEW:
        return False
    common = [stem(w.text) for w in _words(text) if w.text[0].islower()]
    return len(missing) > 1 or content_coverage(common, present) < _HALF


def _wanted(text: str) -> list[str]:
    return [stem(word.text) for word in _words(text)]


def _words(text: str) -> list[Word]:
    """The words that count: content words outside dates, without "believed" and its like."""
    calendar = [(m.start, m.end) for m in calendar_mentions(text)]
    return [
        word
        for word in words(text)
        if not is_function_word(word.text)
        and stem(word.text) not in _REPORTING
        and not any(start <= word.start < end for start, end in calendar)
    ]


def _present(passages: Sequence[Passage]) -> set[str]:
    texts = [*contexts(passages), *(p.before for p in passages)]
    return {found for text in texts for found in content_stems(text)}
