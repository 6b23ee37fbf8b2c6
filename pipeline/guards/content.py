"""The words of the text are words of the evidence, as far as they must be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.attribution import attributions
from pipeline.text.dates import calendar_mentions
from pipeline.text.quantities import clock_times, measure_end, quantities
from pipeline.text.similarity import content_coverage
from pipeline.text.words import Word, content_stems, is_function_word, stem, words

ENOUGH: Final = 0.6
"""Share of the content words that must stand in the evidence; the rest may be paraphrase."""
PARTLY: Final = 0.45
FEW: Final = 8
"""Content words up to which all but one must stand in the evidence: in a short text each of them is the point."""
_HALF: Final = 0.5
_WEIGHTLESS: Final = frozenset(
    stem(word)
    for word in "think believe consider understand around roughly approximately almost nearly circa estimated".split()
)
"""Words of which nothing hangs on which is taken: for one and the same guess, and for "about"."""
_SAYING: Final = frozenset(stem(word) for word in "say tell report add state announce confirm note accord".split())


def content_score(text: str, passages: Sequence[Passage]) -> float:
    """Share of the text's content words found in the passages' contexts (and the sentence before each), 0 to 1.

    Dates and figures are left to their own guards: "on 2 March" may rest on "on Thursday".
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
    speakers = {stem(word.text) for who in attributions(text) for word in words(who.name)} | _SAYING
    common = [stem(w.text) for w in _words(text) if w.text[0].islower() and stem(w.text) not in speakers]
    return len(missing) > 1 or content_coverage(common, present) < _HALF


def _wanted(text: str) -> list[str]:
    return [stem(word.text) for word in _words(text)]


@lru_cache(maxsize=64)
def _words(text: str) -> tuple[Word, ...]:
    """The words that count: content words outside dates and figures, without "believed" and its like."""
    settled = [(mention.start, mention.end) for mention in calendar_mentions(text)]
    settled += [(time.start, time.end) for time in clock_times(text)]
    settled += [(q.start, measure_end(text, q)) for q in quantities(text)]
    inside = {index for start, end in settled for index in range(start, end)}
    return tuple(
        word
        for word in words(text)
        if word.start not in inside and not is_function_word(word.text) and stem(word.text) not in _WEIGHTLESS
    )


def _present(passages: Sequence[Passage]) -> set[str]:
    texts = [*contexts(passages), *(p.before for p in passages)]
    return set().union(*(_stems(text) for text in texts))


@lru_cache(maxsize=256)
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))
