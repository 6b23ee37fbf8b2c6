"""The words of the text are words of the evidence, as far as they must be."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, is_own_words, verdict_of
from pipeline.text.attribution import attributions
from pipeline.text.clock import clock_times
from pipeline.text.dates import calendar_mentions
from pipeline.text.names import proper_names
from pipeline.text.opposites import opposite_stems
from pipeline.text.quantities import measure_end, quantities
from pipeline.text.synonyms import stands_in, with_plain_words
from pipeline.text.terms import form_of
from pipeline.text.words import Word, is_function_word, stem, words

ENOUGH: Final = 0.6
"""Share of the content words that must stand in the evidence; the rest may be paraphrase."""
PARTLY: Final = 0.45
FEW: Final = 8
"""Content words up to which a text is short: of those a third may be missing, or one, since each is the point."""
_HALF: Final = 0.5
_SOME: Final = 0.34
_OF_ITS_OWN: Final = 0.34
"""Share of the common words that must stand in the cited passage itself."""
_WEIGHTLESS: Final = frozenset(
    stem(word)
    for word in """think believe consider understand around roughly approximately almost nearly circa estimated no
    not never
    figure number account well more less fewer every each someone somebody anyone anybody
    something both start impossible only still nobody everyone one another people person thing way""".split()
)
"""Words of which nothing hangs on which is taken: for one and the same guess, for "about", for denials (which are the
negation guard's), and those that only frame what is told."""
_NOT_MISSED: Final = frozenset(
    stem(word)
    for word in """none all half most majority minority part entire whole take make give get put go come see lie set
    have stand compare versus mean maximum minimum higher lower sum""".split()
)
"""Shares, which the quantity guard judges, and verbs that mean what stands with them, or set two figures side
by side: none of them is missed."""
_REFERRING: Final = frozenset(
    stem(word)
    for word in """company firm group ship vessel boat ferry city town country government minister ministry official
    disaster accident incident tragedy crash
    operator
    side pair man woman organisation newspaper agency court union captain diplomat leader party officials""".split()
)
"""Behind "the", words that name again whom the passage names otherwise."""
_SAYING: Final = frozenset(stem(word) for word in "say tell report add state announce confirm note accord".split())


def content_score(text: str, passages: Sequence[Passage]) -> float:
    """Share of the text's content words found in the passages' contexts (and the sentence before each), 0 to 1.

    A word that can be said for it counts. A name that is not found there is the name guard's to judge. Dates and
    figures are left to their own guards: "on 2 March" may rest on
    "on Thursday".
    """
    if is_own_words(text, passages):
        return 1.0
    wanted = _telling(text, _present(passages))
    missing = _missing(wanted, _present(passages))
    strange = [word for word in missing if word.start in _in_names(text)]
    counted = len(wanted) - len(strange)
    return 1 - (len(missing) - len(strange)) / counted if counted else 1.0


def content_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Fail where too few of the words can be found, in the cited passage itself or with the sentence before it."""
    score = content_score(text, passages)
    problems = [] if is_own_words(text, passages) else _problems(text, passages, score) or _scattered(text, passages)
    return verdict_of(
        "content", problems, applicable=True, passed=f"{score:.0%} of its words stand in the cited passage"
    )


def _problems(text: str, passages: Sequence[Passage], score: float) -> list[str]:
    wanted = _telling(text, _present(passages))
    missing = [w for w in _missing(wanted, _present(passages)) if w.start not in _in_names(text)]
    if score < ENOUGH:
        return [f"only {score:.0%} of its words stand in the cited passage"]
    if missing and _is_other_short_text(text, wanted, missing):
        shown = ", ".join(f"“{word.text}”" for word in missing)
        return [f"so short a text must keep to the words of the cited passage, which does not have {shown}"]
    if not _rests_on_passage(text, passages):
        return ["the cited passage itself does not tell this; at most the sentence before it does"]
    return []


def _scattered(text: str, passages: Sequence[Passage]) -> list[str]:
    """A short text says one thing, and one article must say it: many hold the words of anything."""
    if len(_wanted(text)) > FEW:
        return []
    by_article: dict[str, list[Passage]] = {}
    for passage in passages:
        by_article.setdefault(passage.article.id, []).append(passage)
    alone = list(by_article.values())
    if len(alone) == 1 or any(not _problems(text, one, content_score(text, one)) for one in alone):
        return []
    return ["its words stand in the cited passages, but no article alone says this"]


def unborne_words(text: str, passages: Sequence[Passage]) -> list[Word]:
    """The words of the text, where they stand in it, for which the passages have none; names are not looked at."""
    present = _present(passages)
    missing = [w for w in _missing(_telling(text, present), present) if w.start not in _in_names(text)]
    plain = with_plain_words(text)
    if plain == text or not missing:
        return missing
    own, read = words(text), words(plain)
    gone = {word.start for word in missing}
    blocks = SequenceMatcher(None, [w.text for w in own], [w.text for w in read], autojunk=False).get_opcodes()
    found: list[Word] = []
    for how, start, end, first, last in blocks:
        lost = [index for index in range(first, last) if read[index].start in gone]
        # Of a turn of phrase that is read as another word, no single word is the one that is missing.
        found += [own[start + index - first] for index in lost] if how == "equal" else own[start:end] if lost else []
    return found


def _is_other_short_text(text: str, wanted: Sequence[Word], missing: Sequence[Word]) -> bool:
    """A short text of which two words are missing, or most of those that are neither names nor numbers."""
    if len(_wanted(text)) > FEW:
        return False
    speakers = {stem(word.text) for who in attributions(text) for word in words(who.name)} | _SAYING
    common = [w for w in wanted if w.text[0].islower() and stem(w.text) not in speakers]
    gone = [w for w in common if w in missing]
    return len(missing) > max(1, _SOME * len(wanted)) or len(gone) > _HALF * len(common)


def _rests_on_passage(text: str, passages: Sequence[Passage]) -> bool:
    """Of the words that are no names, a third at least stands in the passage, not in the sentence before it alone."""
    own = frozenset().union(*(_forms(context) for context in contexts(passages)))
    common = [word for word in _telling(text, own) or _wanted(text) if word.text[0].islower()]
    return len(_missing(common, own)) <= (1 - _OF_ITS_OWN) * len(common)


def _telling(text: str, present: frozenset[str]) -> list[Word]:
    """The words that count, without those that are not missed where the passage has none for them."""
    return [w for w in _wanted(text) if stem(w.text) not in _NOT_MISSED or stands_in(form_of(w.text), present)]


def _missing(wanted: Sequence[Word], present: frozenset[str]) -> list[Word]:
    """Words for which the passage has none; of opposites ("not shut", "kept open") other guards are the judges."""
    missing = [word for word in wanted if not stands_in(form_of(word.text), present)]
    return [word for word in missing if not any(form_of(other) in present for other in opposite_stems(stem(word.text)))]


@lru_cache(maxsize=64)
def _in_names(text: str) -> frozenset[int]:
    """Where the names stand, in the text as `_wanted` reads it."""
    return frozenset(i for name in proper_names(with_plain_words(text)) for i in range(name.start, name.end))


@lru_cache(maxsize=64)
def _wanted(text: str) -> tuple[Word, ...]:
    """The words that count: content words outside dates and figures, without "believed" and its like."""
    text = with_plain_words(text)
    settled = [(mention.start, mention.end) for mention in calendar_mentions(text)]
    settled += [(time.start, time.end) for time in clock_times(text)]
    settled += [(q.start, measure_end(text, q)) for q in quantities(text)]
    inside = {index for start, end in settled for index in range(start, end)}
    return tuple(
        word
        for word in words(text)
        if word.start not in inside
        and not is_function_word(word.text)
        and stem(word.text) not in _WEIGHTLESS
        and not (stem(word.text) in _REFERRING and text[: word.start].lower().endswith(("the ", "its ", "their ")))
    )


def _present(passages: Sequence[Passage]) -> frozenset[str]:
    texts = [*contexts(passages), *(p.before for p in passages)]
    return frozenset().union(*(_forms(text) for text in texts))


@lru_cache(maxsize=256)
def _forms(text: str) -> frozenset[str]:
    """The words of a text, those of its turns of phrase, and the parts of hyphenated ones."""
    both = [*words(text), *words(with_plain_words(text))]
    parts = {part for word in both if "-" in word.text for part in word.text.split("-") if part}
    return frozenset(form_of(w.text) for w in both if not is_function_word(w.text)) | {form_of(p) for p in parts}
