"""What a sentence denies and what it tells as a fact, read so that two sentences can be held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.text.attribution import attributions
from pipeline.text.opposites import opposite_stems
from pipeline.text.polarity import Negation, negations
from pipeline.text.quotes import outside_quotes
from pipeline.text.synonyms import with_plain_words
from pipeline.text.terms import form_of
from pipeline.text.words import Word, is_function_word, stem, words

_SAME_MATTER: Final = 0.5
"""Share of the shorter clause's other content words that the longer one has, too."""
_OF_OPPOSITES: Final = 0.6
"""The same share where the flip is two opposites: "rose" and "fell" are said of many things in one report."""
_ENOUGH_FOR_ME: Final = 3
"""Content words of a denial by "I", "you" or "we", of whom the other sentence does not tell who they are."""

_CLAUSES: Final = re.compile(
    r"[;:—–]|,\s+(?:and|but|with)\s|\b(?:but|while|whereas|although|though|because|since|so)\b|\.\s"
)
"""Where one clause of a sentence ends and another begins. What stands after "that" is of the clause before it."""
_SAYING: Final = re.compile(
    r"\b(?:said|says?|saying|told|tells|added|adds|insisted|insists?|maintain(?:s|ed)|claim(?:s|ed)|announced|reported"
    r"|believes?|believed|showed|shows|confirmed|stressed|warned|argu(?:es|ed)|concluded|testified"
    r"|complain(?:s|ed)|not(?:es|ed)|recall(?:s|ed)|wrote|writes|found|finds|ruled|decided|acknowledg(?:es|ed)"
    r"|admit(?:s|ted)|suggest(?:s|ed)|according to)\b"
)
_SAID: Final = re.compile(r"\b(?:said|says|saying|added|according to)\b")
_SAID_BY: Final = re.compile(rf",\s+(?:[^,]{{3,70}}\s)?{_SAYING.pattern}[^,]*$")
"""Who says it, behind what is said."""
_SAID_THAT: Final = re.compile(
    rf"^[\w’' -]{{2,70}}?(?:\b(?:said|says)\s(?:that\s)?|{_SAYING.pattern}(?:\s\w+){{0,2}}\sthat\s)(?=\w)"
)
"""Who says it, before what is said."""
_SPOKEN: Final = re.compile(r"den(?:y|ies|ied|ying)|dismiss|reject|disput|rul(?:e|es|ed|ing)\s+out", re.IGNORECASE)
"""Cues of which the subject is a speaker, who is no part of what is denied."""
_OFFERED: Final = re.compile(r"declin|refus|turn|thr[eo]w|rebuff|reject|dismiss|sa(?:y|id)", re.IGNORECASE)
"""What somebody turns down was there: "declined the invitation" bears it out."""
_OF_ALL: Final = re.compile(r"nobody|no[ -]one", re.IGNORECASE)
_ABOUT: Final = re.compile(
    r"^\s+(?:(?:the|a|any|all|an)\s+)?(?:single\b|(?:suggestions?|claims?|reports?|allegations?|accusations?|rumou?rs?"
    r"|idea|notion|speculation)\s+(?:that|of|about)\b)"
)
"""What is between a denial and what it denies."""
LEFT_OPEN: Final = re.compile(
    r"\b(?:if|whether|unless|may|might|could|can|cannot|possib\w+|potential\w*|risk|fears?|feared|fearing"
    r"|(?:is|are|was|were) suspected|ask(?:ed|s|ing)?|question(?:ed|s|ing)?|consider(?:ed|s|ing)?|prevent\w*|avoid\w*"
    r"|hop(?:e|es|ed|ing)|try|tried|trying|attempt\w*|doubt\w*|unlikely|likely|almost|nearly|hardly|barely"
    r"|would have|should have|rather than|instead of|examin\w+|investigat\w+ (?:whether|if|how)|how|wh(?:y|at)"
    r"|alleg\w+|mistaken|except|apart from|an? (?:lie|fabrication|myth)|untrue)\b|\?",
    re.IGNORECASE,
)
"""Words by which a clause tells of what is not a fact."""
_NUMBERING: Final = re.compile(
    r"(?:an)?other|first|second|third|fourth|fifth|last|next|one|two|three|four|five|six|seven|eight|nine|ten|\d+|some"
    r"|most|several|many|few|both|only",
    re.IGNORECASE,
)
_PARTLY: Final = re.compile(
    r"\s*(?:all|every\w*|always|only|fully|entirely|both|necessarily|immediately|just|merely|simply|quite|too"
    r"|exactly|solely|the (?:first|last|only|same)|as|so|much|many|very|completely|wholly|directly|doubt|matter|longer"
    r"|more|less|fewer|later|earlier|better|worse|least|yet|because|due|for|by|in|to be)\b",
    re.IGNORECASE,
)
"""What a denial denies in part, or of which it denies a circumstance: "not all of them", "not because of that"."""
_FOR_A_REASON: Final = re.compile(r"\b(?:because|due to|owing to|thanks to|for lack of|in order)\b|, but\b")
_REASON_WITHIN: Final = 40
_OF_TELLING: Final = frozenset(
    stem(verb)
    for verb in "say comment respond reply name know expect think believe want need seem appear mention specify"
    " elaborate disclose clear give detail provide identify sure certain see hear immediate reason choice doubt plan"
    " accuse accusation allege allegation claim request charge suggest suggestion idea word intend mean feel wish like"
    " matter immediately reveal explain answer release discuss understand exclude".split()
)
"""What "did not …" tells of the telling, or of a mind: two reporters may both be right."""
_OF_MANY_USES: Final = frozenset(
    map(stem, "get make take go come have use put hold give set keep bring begin start".split())
)
"""Verbs for which many others can be said, each in another sense."""
_SORTING: Final = frozenset(
    stem(word)
    for word in "north northern south southern east eastern west western up down right left dawn sunrise dusk sunset"
    " morning afternoon evening night noon midnight first last more fewer less most fewest least male female man woman"
    " father mother son daughter brother sister husband wife inside outside maximum minimum high low early late begin"
    " start end finish best worst majority minority ally enemy enter leave arrive depart buy sell back die kill"
    " survive jail imprison free release include exclude higher highest lower lowest earlier later cut lift"
    " impose criticise welcome praise".split()
)
"""Opposites that tell one thing from another, or two deeds of one story, rather than turn a sentence round."""
NEAR: Final = "close"
"""Mostly "close to": what is shut is "closed"."""
_PRONOUN: Final = re.compile(r"\b(?:he|she|it|they)\b(?:\s+[a-z]+)?\s*$", re.IGNORECASE)
_PERSONAL: Final = re.compile(r"\b(?:I|you|we)\b(?:['’]\w+)?(?:\s+[a-z]+)?\s*$", re.IGNORECASE)
COPULA: Final = re.compile(r"\b(?:was|were|is|are|has|had|have|been|being|be)\b")
BEHIND_NOUN: Final = re.compile(
    r"\b(?:of|on|in|at|with|between|to|for|from|by|who|which|aboard|near|inside|under|after|that|whose)\b"
)
BEFORE_CLAUSE: Final = re.compile(rf"{_SAYING.pattern}(?: that)?|{_CLAUSES.pattern}|[,“”\"]")
_NEXT_WORD: Final = re.compile(r"\s+(?P<word>[a-z]{3,})")
_DENYING_PREFIX: Final = re.compile(r"(?:un|in|im|ir|il|dis)(?P<base>[a-z]{4,})")


class Denial(NamedTuple):
    """A word that a sentence turns round: as it says so, and the clause it stands in.

    ``deed``: the form of what is denied, as a fact of the other sentence must have it; of opposites the stems of the
    other side. ``subject``: the form of who does or is it, where that is told. ``needs``: forms without which what is
    denied is not said ("did not back it unanimously"). ``of_all``: of everybody. ``in_this_word``: no other word
    will do. ``in_a_word``: as in "unlit", said of the noun in ``needs``.
    """

    said: str
    clause: str
    deed: frozenset[str]
    subject: str | None = None
    needs: frozenset[str] = frozenset()
    of_all: bool = False
    share: float = _SAME_MATTER
    in_this_word: bool = False
    in_a_word: bool = False


class Reading(NamedTuple):
    """A sentence as it is compared: what it denies, its opposites, and its clauses that tell facts."""

    denials: tuple[Denial, ...]
    opposites: tuple[Denial, ...]
    facts: tuple[str, ...]
    clauses: tuple[str, ...]


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """What a sentence says, without who says it, with turns of phrase put in plain words."""
    bare = with_plain_words(_SAID_THAT.sub("", _SAID_BY.sub("", text)))
    facts, clauses = _facts(bare), _clauses(bare)
    return Reading((*_denials(bare), *_unsaid(bare)), tuple(_opposites(clauses)), facts, clauses)


# --- what a sentence denies


def _denials(text: str) -> Iterator[Denial]:
    found = negations(text)
    if any(outer.start < inner.start < outer.end for outer in found for inner in found):
        return  # a denial within a denial: what it comes to is for a reader to say
    for negation in found:
        denial = _denial(negation, text)
        if denial:
            yield denial


def _denial(negation: Negation, text: str) -> Denial | None:
    """What is denied and of whom; None where it is denied in part, or where only a circumstance is."""
    reach = text[negation.start + len(negation.cue) : negation.end]
    of_a_verb = not (negation.nominal or _SPOKEN.match(negation.cue) or reach.startswith((" a ", " one ")))
    reach, told_of = _ABOUT.subn(" ", reach)
    told = _content(reach)
    if _OFFERED.match(negation.cue) and not (told_of or reach.startswith(" to ")):
        return None
    if not told or _PARTLY.match(reach) or stem(told[0].lower()) in _OF_TELLING:
        return None
    if of_a_verb and _FOR_A_REASON.search(text[negation.start : negation.end + _REASON_WITHIN]):
        return None
    before = _SAYING.split(text[: negation.start])[-1] if of_a_verb else ""
    if _PERSONAL.search(before) and len(told) < _ENOUGH_FOR_ME:
        return None
    deed, needs = _deed(reach, nominal=negation.nominal)
    return Denial(
        said=f"{negation.cue} {deed}",
        clause=_clause_around(text, negation.start).replace(negation.cue, "", 1),
        deed=frozenset({form_of(deed)}),
        subject=subject_of(before),
        needs=needs,
        of_all=bool(_OF_ALL.match(negation.cue)),
        share=_OF_OPPOSITES if negation.cue.lower() == "without" else _SAME_MATTER,
        in_this_word=stem(deed) in _OF_MANY_USES,
    )


def _deed(reach: str, *, nominal: bool) -> tuple[str, frozenset[str]]:
    """The word that is denied, and the forms that it is denied of.

    Of "no passengers were injured" it is "injured", of the passengers; of "no warning signs" the signs; of "did not
    approve the plan" the verb, of the plan.
    """
    parts = COPULA.split(reach, maxsplit=1) if nominal else [reach]
    noun = _content(BEHIND_NOUN.split(parts[0].removeprefix(" of"))[0]) or _content(parts[0]) or _content(reach)
    done = _content(parts[1]) if len(parts) > 1 else []
    needs = {form_of(word) for word in _content(reach) if word.endswith("ly")}
    if not nominal:
        return noun[0], frozenset(needs | {form_of(word) for word in noun[1:][-1:]})
    deed = done[0] if done else noun[-1]
    return deed, frozenset(needs | {form_of(word) for word in noun[-1:] if word != deed})


def subject_of(before: str) -> str | None:
    """The form of the noun that ends the noun phrase before the verb: "the driver of the lorry" is a driver."""
    heads = _content(BEHIND_NOUN.split(before)[0])
    return form_of(heads[-1]) if heads and not _PRONOUN.search(before) else None


def _unsaid(text: str) -> Iterator[Denial]:
    """Denials inside a word, of a thing that is told: who calls a lamp "unlit" denies that it was lit."""
    for word in words(text):
        inside = _DENYING_PREFIX.fullmatch(word.text)
        noun = noun_of(text, word) if inside else None
        if inside and noun:
            deed, clause = frozenset({form_of(inside["base"])}), _clause_around(text, word.start)
            yield Denial(word.text, clause, deed, needs=frozenset({noun}), in_this_word=True, in_a_word=True)


def noun_of(text: str, word: Word) -> str | None:
    """The form of the noun that a word is said of: the one behind it, or the subject before it."""
    behind = _NEXT_WORD.match(text, word.end)
    if behind and not is_function_word(behind["word"]):
        return form_of(behind["word"])
    return subject_of(BEFORE_CLAUSE.split(text[: word.start])[-1])


def _opposites(clauses: tuple[str, ...]) -> Iterator[Denial]:
    """Words that have opposites: each with the stems that are said for the contrary."""
    for clause in clauses:
        for word in _content(clause):
            stems = opposite_stems(stem(word)) if stem(word) not in _SORTING and word != NEAR else frozenset()
            if stems:
                yield Denial(word, clause, stems, share=_OF_OPPOSITES)


# --- clauses


def _clause_around(text: str, place: int) -> str:
    start = max((m.end() for m in _CLAUSES.finditer(text, 0, place)), default=0)
    end = _CLAUSES.search(text, place)
    return text[start : end.start() if end else len(text)]


def _clauses(text: str) -> tuple[str, ...]:
    """The clauses that tell something as a fact."""
    bounds = [0, *(m.start() for m in _CLAUSES.finditer(text)), len(text)]
    parts = [text[start:end] for start, end in pairwise(bounds)]
    return tuple(part for part in parts if part.strip() and not LEFT_OPEN.search(outside_quotes(part)))


def _facts(text: str) -> tuple[str, ...]:
    """The clauses that tell something as a fact, what is denied in them left out."""
    characters = list(text)
    for negation in negations(text):
        characters[negation.start : negation.end] = " " * (negation.end - negation.start)
    return _clauses("".join(characters))


def _content(text: str) -> list[str]:
    return [w.text for w in words(text) if not is_function_word(w.text)]


@lru_cache(maxsize=4096)
def told_words(text: str) -> tuple[tuple[str, str], ...]:
    """The form of each content word with the word; of speakers and of words that pick one of several none."""
    speakers = {form_of(w.text) for who in attributions(text) for w in words(who.name)}
    return tuple(
        (form, word)
        for word in _content(_SAID.sub(" ", text))
        if not _NUMBERING.fullmatch(word) and (form := form_of(word)) not in speakers
    )


def forms(text: str) -> frozenset[str]:
    """The forms alone."""
    return frozenset(form for form, _ in told_words(text))
