"""Shorter forms of a sentence: the same words with an aside taken out, where what is left surely still says the same.

Each rule deletes one run of words that the grammar of news prose does not need: a bracket, an interruption between
commas or dashes before the verb, a closing "which …" or "…ing" clause, "in a statement" beside who says so (Knight and
Marcu 2002 and Dorr et al. 2003 prune the same; they need a parser, and may prune what matters). In doubt nothing is
taken out: no run that holds a quotation mark, a denial, a doubt, a condition, a comparison or a speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from pipeline.domain.article import Span
from pipeline.text.attribution import is_attributed
from pipeline.text.polarity import negations
from pipeline.text.quotes import outside_quotes
from pipeline.text.sentences import ends_like_a_sentence, units_of_text
from pipeline.text.words import has_past_or_auxiliary, words

_MOST_RUNS: Final = 3
"""Runs taken into account; each may go or stay, so the forms are at most eight."""
_LONGEST_ASIDE: Final = 25
"""Words of a run: what is longer is hardly an aside."""
_LEAST_LEFT: Final = 7
"""Words that must be left."""

_MARKS: Final = '“”"„«»‘'
_WEIGHTY: Final = re.compile(
    r"\b(?:if|unless|until|than|but|except|only|although|though|whether|reportedly|allegedly|alleged|suspected|accused"
    r"|perhaps|possibly|probably|likely|unlikely|apparently|according"
    r"|supposed|believed|thought|expected|so-called|almost|nearly|hardly|instead|despite|other|another|both|neither"
    r"|respectively|unclear|unknown|doubt|fear|feared|claim|claims|claimed|claiming|saying|citing|telling|adding|arguing"
    r"|warning|insisting|suggesting|denying|calling|asking|urging)\b",
    re.IGNORECASE,
)
"""Words that change what the rest means, or hand it to somebody."""
_MODAL: Final = re.compile(r"\b(?:may|might|could|would|should|must|can|cannot|will|shall)\b", re.IGNORECASE)
_CLOSED: Final = re.compile(r"^(?:[\s,]*(?:who|which|whose|where)\b|\s?\(|\s(?:--?|–|—)\s(?:an?|the)\s)")
"""An aside whose own verb is all that a modal in it belongs to."""

_BRACKET: Final = re.compile(r"\s?\([^()]*\)")
_DASHES: Final = re.compile(r"\s(?:--?|–|—)\s(?P<aside>[a-z][^–—]*?)\s(?:--?|–|—)(?=\s)")
_INTERRUPTION: Final = re.compile(r",\s(?P<aside>[a-z][^,;:]+),(?=\s(?P<next>[\w’'-]+)(?:\s(?P<after>[\w’'-]+))?)")
_TO_THE_END: Final = r"[^,;:()–—]+?)(?=[.!]?$)"
_ENDINGS: Final = tuple(
    re.compile(opening + _TO_THE_END)
    for opening in (
        r",\s(?P<aside>(?:who|which|whose|where)\s",
        r",\s(?P<aside>[a-z]{3,}ing\s",
        r",\s(?P<aside>[a-z]{2,}ed\s(?:by|in|on|at|to|with|from|for|after)\s",
        r",\s(?P<aside>(?:with|after|before|while|as(?!\s(?:long|soon|if|though|far|well)\b))\s",
        r",\s(?P<aside>and\s(?:the|an?|he|she|they|it|[A-Z]\w+)\s",
        r"\s(?:--?|–|—)\s(?P<aside>(?:an?|the)\s",
    )
)
"""A closing clause without a comma in it; the last but one is a second main clause."""
_SECOND_CLAUSE: Final = re.compile(r"^,\sand\b")
_PARTICIPLE: Final = re.compile(r"^,\s[a-z]{2,}ed\b")
_PAIRED: Final = re.compile(r"\b(?:both|either|neither|between|not only|whether)\b", re.IGNORECASE)
_OCCASION: Final = re.compile(
    r"(?<=\b(?:said|says|told))\s(?:in|at|during)\s(?:a|an|the)\s(?:[a-z-]+\s){0,2}(?:statement|conference|briefing|message"
    r"|interview|tweet|post|letter|email)(?=(?:\s(?:on|that)\b)|[.,])"
)
_OPENING: Final = re.compile(
    r"^(?:In|At|During)\s(?:a|an)\s(?:[a-z-]+\s){0,2}(?:statement|conference|briefing|message|interview|tweet|post|letter"
    r"|email)(?:\son\s[A-Z][a-z]+day)?,\s(?=[A-Za-z])"
    r"|^Amid\s[a-z ]{3,50},\s(?=[A-Za-z])"
)
_RELATIVE: Final = re.compile(r"(?:who|which|whose|where)\b")
_GERUNDS: Final = re.compile(r"(?:,|\b(?:by|of|for|in|from|without|after|before|and|or))\s[a-z]{2,}ing\b")
_FRONTED: Final = re.compile(
    r"^(?:[A-Z][a-z]+(?:ing|ed)|As|When|While|After|Before|Since|In|On|At|By|During|With|For|From|Along|Amid|Despite"
    r"|According|Under|If|Although|Though)\b"
)


def shorter_forms(text: str) -> tuple[str, ...]:
    """The sentence with each choice of asides taken out, shortest first; none where there is no aside.

    >>> shorter_forms("The heist, which took place on Sunday, was filmed by a camera (and a guard).")[0]
    'The heist was filmed by a camera.'
    >>> shorter_forms("Nobody was hurt, the operator said.")
    ()
    """
    if not ends_like_a_sentence(text):
        return ()
    runs = _disjoint(sorted(asides(text), key=lambda run: run.end - run.start, reverse=True))[:_MOST_RUNS]
    choices = [chosen for size in range(1, len(runs) + 1) for chosen in combinations(runs, size)]
    whole = {form for chosen in choices if len((form := _without(text, chosen)).split()) >= _LEAST_LEFT}
    # without "(and others)", "by the U.S. (and others) The ferry …" would become two sentences
    forms = (form for form in whole if len(units_of_text(form)) <= len(units_of_text(text)))
    return tuple(sorted(forms, key=lambda form: (len(form), form)))


def asides(text: str) -> list[Span]:
    """The runs that can go, in the order of the rules; they may overlap.

    >>> [a.of("Kim, the captain, left.") for a in asides("Kim, the captain, left.")]
    [', the captain,']
    """
    plain = _masked(text)
    found = [*_brackets(plain), *_dashes(plain), *_interruptions(plain), *_endings(plain), *_occasions(plain)]
    return [run for run in found if _may_go(run.of(text))]


def _masked(text: str) -> str:
    """Quoted words made of one letter, character for character: nothing in them is a comma, a dash or a verb."""
    blank = outside_quotes(text)
    return "".join("x" if b == " " != t and not t.isspace() else b for t, b in zip(text, blank, strict=True))


def _brackets(plain: str) -> Iterator[Span]:
    return (Span(start=m.start(), end=m.end()) for m in _BRACKET.finditer(plain))


def _dashes(plain: str) -> Iterator[Span]:
    """Between two dashes, where they are the only two."""
    if len(re.findall(r"\s(?:--?|–|—)\s", plain)) == 2:  # noqa: PLR2004  a pair of dashes
        for m in _DASHES.finditer(plain):
            if _has_verb(plain[: m.start()] + plain[m.end() :]):
                yield Span(start=m.start(), end=m.end())


def _interruptions(plain: str) -> Iterator[Span]:
    """Between two commas, the verb of the sentence after the second: what stands before is its subject.

    A name stays ("the skipper, Betha Crale, said"): it may be the only place that gives it.
    """
    place = 0
    while (m := _INTERRUPTION.search(plain, place)) is not None:
        place = m.start() + 1
        before = re.split(r"[,;:]\s|\b(?:that|and)\s", plain[: m.start()])[-1]
        starts = m.start() - len(before) == 0
        aside = m["aside"]
        if not _is_verb(m["next"], m["after"]) or (starts and _FRONTED.search(before)) or _has_verb(before):
            continue
        if not starts and "," in plain[: m.start()]:
            continue  # a list, or an aside of an aside
        if _RELATIVE.match(aside) or not _has_verb(aside):
            yield Span(start=m.start(), end=m.end())


def _endings(plain: str) -> Iterator[Span]:
    """A closing clause after a whole sentence: "which …", "…ing …", "after …", "and the police …", a dash and "a …"."""
    for pattern in _ENDINGS:
        m = pattern.search(plain)
        if m is None or not _has_verb(plain[: m.start()]):
            continue
        before, aside = plain[: m.start()], m.group()
        if re.search(r"\d", aside):
            continue  # "bringing the number of dead to 17" is no aside
        if _PARTICIPLE.search(aside) and not _ends_with_its_verb(before):
            continue  # the verb of the sentence: "the mill, a ruin for years, burned in the night"
        if _SECOND_CLAUSE.search(aside):
            if "," in before or _PAIRED.search(before) or not has_past_or_auxiliary(aside):
                continue  # a row: "the mayor, the guard, and the driver were hurt"
        elif aside.startswith(",") and (_GERUNDS.search(before) or re.search(r"\b(?:and|or)\s\w+ing\b", aside)):
            continue  # one of a row: "by climbing on the roof, cutting holes and …"
        yield Span(start=m.start(), end=m.end())


def _ends_with_its_verb(before: str) -> bool:
    """Whether no aside has opened since the verb of the sentence."""
    last = re.split(r",\s", before)[-1]
    return _has_verb(last) and not _RELATIVE.match(last)


def _occasions(plain: str) -> Iterator[Span]:
    """Where or how somebody said it."""
    opening = _OPENING.match(plain)
    if opening is not None and _has_verb(plain[opening.end() :].partition(",")[0]):
        yield Span(start=0, end=opening.end())
    yield from (Span(start=m.start(), end=m.end()) for m in _OCCASION.finditer(plain))


def _may_go(run: str) -> bool:
    """Nothing in it that the meaning of the rest, or of a quotation, hangs on."""
    return (
        not any(mark in run for mark in _MARKS)
        and len(run.split()) <= _LONGEST_ASIDE
        and not _WEIGHTY.search(run)
        and not (_MODAL.search(run) and not _CLOSED.match(run))
        and not negations(run)
        and not is_attributed(run)
    )


def _is_verb(word: str, following: str | None) -> bool:
    """Whether the words open a predicate: a finite verb, or an adverb and one."""
    if word.lower() in {"also", "later"} or word.endswith("ly"):
        return following is not None and _is_verb(following, None)
    participle = word.endswith("ed") and (following or "") in {"as", "by", "in", "on", "at", "with", "from", "to"}
    return word.islower() and _has_verb(word) and not participle


def _has_verb(text: str) -> bool:
    return has_past_or_auxiliary(text) or is_attributed(text)


def _disjoint(runs: Sequence[Span]) -> list[Span]:
    kept: list[Span] = []
    for run in runs:
        if not any(run.overlaps(other) for other in kept):
            kept.append(run)
    return kept


def _without(text: str, runs: Sequence[Span]) -> str:
    """The text without the runs, closed up; with a capital letter where its opening went."""
    left = text
    for run in sorted(runs, key=lambda r: r.start, reverse=True):
        left = left[: run.start] + left[run.end :]
    left = " ".join(left.split())
    first = next(iter(words(left)), None) if any(run.start == 0 for run in runs) else None
    return left if first is None else left[: first.start] + left[first.start :][:1].upper() + left[first.start + 1 :]
