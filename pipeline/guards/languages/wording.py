"""Words, names, denial and quotations of a text in the language of what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.domain.article import Span
from pipeline.domain.verdict import Guard
from pipeline.guards.content import ENOUGH, FEW
from pipeline.guards.languages.reading import Case, Reading
from pipeline.guards.passage import Passage, sentences_before, units_of, verdict_of
from pipeline.text.languages.language import Language
from pipeline.text.languages.segmentation import clauses
from pipeline.text.languages.stems import stem_in, stems
from pipeline.text.quotes import fold

_WORD: Final = re.compile(r"[^\W\d_]+")
_CAPITAL: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_OPENS: Final = re.compile(r"(?:^|[.!?:…]\s+|[«“„»\"(¿¡—–-]\s*)$")
_HALF: Final = 0.5
_ENOUGH_PAIRS: Final = 0.45
_NEAR: Final = 0.9
"""A clause that shares this much of what the nearest one shares is as near."""
_LEAST: Final = 2
"""Content words that a clause must have to be compared."""


def found_share(case: Case) -> float:
    """The share of the text's content words that stand in the evidence or in the sentence before it, 0 to 1."""
    wanted, missing = _missing(case)
    return 1 - len(missing) / len(wanted) if wanted else 1.0


def content_guard(case: Case) -> Guard:
    """Fail where too few of the words stand in the cited passage, or one too many of a short text is missing."""
    wanted, missing = _missing(case)
    share = found_share(case)
    problems = []
    if share < enough(case):
        problems.append(f"only {share:.0%} of its words stand in the cited passage")
    elif len(wanted) <= FEW and len(missing) > _may_miss(case, len(wanted)):
        problems.append("so short a text must keep to the words of the cited passage")
    told = f"{share:.0%} of its words stand in the cited passage"
    return verdict_of("content", problems, applicable=True, passed=told)


def _may_miss(case: Case, wanted: int) -> int:
    """How many of a short text's words: a third, or one; a word is three pairs of characters."""
    return max(1, wanted // 3) if _language(case).spaced else max(3, wanted // 2)


def enough(case: Case) -> float:
    """The share of the words that must stand in the evidence; of pairs of characters, each other word breaks three."""
    return ENOUGH if _language(case).spaced else _ENOUGH_PAIRS


def _missing(case: Case) -> tuple[list[str], list[str]]:
    """Content stems of the text, and those that the evidence does not have; figures and days have their own guards."""
    language = _language(case)
    wanted = [s for s in stems(_unsettled(case.text), language) if not any(c.isdigit() for c in s)]
    present = {s for text in case.around() for s in stems(text, language)}
    return wanted, [s for s in wanted if s not in present]


def _unsettled(reading: Reading) -> str:
    """The text with its figures and days blanked out, character for character."""
    characters = list(reading.text)
    spans = [(number.start, number.end) for number in reading.numbers()]
    for start, end in (*spans, *((day.start, day.end) for day in reading.days())):
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _language(case: Case) -> Language:
    assert case.text.language is not None  # noqa: S101  for mypy: English is judged elsewhere
    return case.text.language


# --- names


def name_guard(case: Case) -> Guard:
    """Capitalised words inside the text stand in the passage, or in the few sentences before it.

    Where every noun has a capital, only two in a row are taken for a name: "Ministerin Weber".
    """
    language = _language(case)
    names = list(_names(case.text.text, language))
    before = (s for p in case.passages for s in sentences_before(p.article, p.article.text.find(p.context)))
    around = {stem_in(w, language) for text in (*case.around(), *before) for w in _CAPITAL.findall(text)}
    missing = [name for name in names if stem_in(name, language) not in around]
    problems = [f"“{name}” is not named in the cited passage or before it" for name in dict.fromkeys(missing)]
    return verdict_of("name", problems, applicable=bool(names), passed="every name stands in the cited passage")


def _names(text: str, language: Language) -> Iterator[str]:
    found = list(_CAPITAL.finditer(text))
    capital = [m.group()[0].isupper() and not _OPENS.search(text[: m.start()]) for m in found]
    for index, match in enumerate(found):
        beside = [i for i in (index - 1, index + 1) if 0 <= i < len(found) and capital[i]]
        joined = any(not text[found[min(i, index)].end() : found[max(i, index)].start()].strip() for i in beside)
        if capital[index] and (language.capitals or joined) and match.group().lower() not in language.function_words:
            yield match.group()


# --- denial


class _Clause(NamedTuple):
    stems: frozenset[str]
    denied: bool


def negation_guard(case: Case) -> Guard:
    """What the nearest clause of the evidence denies, the text denies, and nothing else."""
    language = _language(case)
    own = _clauses(case.text.text, language)
    there = [clause for text in case.around() for clause in _clauses(text, language)]
    problems = []
    for clause in own:
        near = _nearest(clause, there)
        if clause.denied and not any(other.denied for other in there):
            problems.append("denies something; the cited passage denies nothing")
        elif near and all(other.denied != clause.denied for other in near):
            what = "denies what the cited passage affirms" if clause.denied else "affirms what the cited passage denies"
            problems.append(what)
    told = any(clause.denied for clause in [*own, *there])
    return verdict_of("negation", problems, applicable=told, passed="denies what the cited passage denies")


def _nearest(clause: _Clause, there: Sequence[_Clause]) -> list[_Clause]:
    if len(clause.stems) < _LEAST:
        return []
    shares = [len(clause.stems & other.stems) / len(clause.stems) for other in there]
    best = max(shares, default=0.0)
    return [o for o, share in zip(there, shares, strict=True) if share >= _NEAR * best] if best >= _HALF else []


@lru_cache(maxsize=4096)
def _clauses(text: str, language: Language) -> tuple[_Clause, ...]:
    """The clauses, each with whether it is denied: by a word in it, or by who denies it in the clause before."""
    found: list[_Clause] = []
    carried = False
    parts = [part for clause in clauses(text) for part in _told_apart(clause, language)]
    for index, part in enumerate(parts):
        denier = bool(_whole(language.deniers, language).search(part)) if language.deniers else False
        carries = denier and index + 1 < len(parts)
        denied = _negated(part, language) ^ carried ^ (denier and not carries)
        found.append(_Clause(frozenset(stems(part, language)), denied))
        carried = carries
    return tuple(found)


def _told_apart(clause: str, language: Language) -> list[str]:
    """What is told apart from who tells it, where no comma does: "affirme que le navire …"."""
    if not language.complementizers:
        return [clause]
    return [part for part in _whole(language.complementizers, language).split(clause) if part.strip()]


@lru_cache(maxsize=64)
def _whole(pattern: str, language: Language) -> re.Pattern[str]:
    """The pattern as whole words, where words stand apart."""
    edges = (r"(?<!\w)", r"(?!\w)") if language.spaced else ("", "")
    return re.compile(f"{edges[0]}(?:{pattern}){edges[1]}", re.IGNORECASE)


def _negated(part: str, language: Language) -> bool:
    """Whether a negator stands in it, outside phrases that deny nothing ("nicht nur", "не менее")."""
    plain = re.sub(language.affirming, " ", part, flags=re.IGNORECASE) if language.affirming else part
    if not language.spaced:
        return any(negator in plain for negator in language.negators)
    return any(word.lower() in language.negators for word in _WORD.findall(plain))


def is_verbatim(case: Case) -> bool:
    """Whether the text is whole sentences of the article, one after the other, as they stand: nothing in it can differ.

    A part of a sentence is not: it may have lost who says so.
    """
    text = _squeezed(case.text.text)
    units = [_squeezed(u.of(p.article.text)) for p in case.passages for u in _cited_units(p)]
    told = [_squeezed(context) for context in dict.fromkeys(p.context for p in case.passages)]
    return text in {*units, *told, "".join(told)}


def _cited_units(passage: Passage) -> Iterator[Span]:
    start = passage.article.text.find(passage.context)
    inside = Span(start=start, end=start + len(passage.context))
    return (unit for unit in units_of(passage.article) if unit.overlaps(inside))


def _squeezed(text: str) -> str:
    """Without white space and full stops, which may stand between two sentences, or not."""
    return "".join(c for c in fold(text) if not c.isspace() and c not in ".。")
