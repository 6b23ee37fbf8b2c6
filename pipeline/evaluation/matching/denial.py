"""What a text denies, what it tells as done, planned or asked for: compared word by word, not by its mere tone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.evaluation.matching.problem import MatchFlag, Problem
from pipeline.text.attribution import is_attributed
from pipeline.text.closeness import closeness
from pipeline.text.polarity import Negation, negations
from pipeline.text.terms import terms
from pipeline.text.verbs import Governed, done_verbs, governed
from pipeline.text.words import content_stems, is_function_word, stem, words

_NOT_DENIALS: Final = re.compile(r"(?:dismiss|reject|disput|rul|turn|thr|rebuff|sa)", re.IGNORECASE)
"""Verbs whose object is there all the same: who rejects an offer does not deny that there was one."""
_DECLINING: Final = re.compile(r"(?:declin|refus)", re.IGNORECASE)
"""The same, unless "to" follows."""
_IF: Final = re.compile(r"\b(?:if|unless|should|whether|lest)\b[^,.;:]*$", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\W*(?:until|till)\b", re.IGNORECASE)
"""Before and after a negation that denies nothing: "if no offer is made", "no call until 22:04"."""
_INSTEAD: Final = re.compile(r"\b(?:instead of|rather than|in place of)\s+(?:an?\s+|the\s+|any\s+)?", re.IGNORECASE)
_MISSING: Final = re.compile(r"\b(?:lost|loses|losing|lack(?:s|ed|ing)?|missing|absent|gone|lacking)\b", re.IGNORECASE)
_NEAR: Final = 2
"""Content words beside "lost" and its like of which it says that they were not there."""
_DENYING: Final = re.compile(r"den(?:y|ie)", re.IGNORECASE)
_COMPLEMENT: Final = re.compile(r"\b(?:why|what|how|whether|where|who|that|to)\b", re.IGNORECASE)
_REFUSING: Final = re.compile(
    r"\b(?:den(?:y|ies|ied|ying|ial)|refus\w+|reject\w*|declin\w+|dismiss\w*|lack\w*|absen\w+|fail\w*|without|unable"
    r"|avoid\w*|prevent\w*|never|nobody|none|nothing|neither|nor|no|not|cannot|\w+n['’]t|hardly|scarcely"
    r"|miss(?:ed|es|ing)|gone|lost|turn(?:s|ed|ing)? (?:it |them )?down|rebuff\w*|threw out|thrown out"
    r"|sa(?:id|ys) no(?! \w)|skipp?(?:ed|s)|withh[eo]ld\w*|ruled out|rules out|disput\w+|un\w{4,}|free of|short of)\b",
    re.IGNORECASE,
)
"""Any sign that something was not so; a denial may be told in other words."""
_CONTRAST: Final = re.compile(
    r"\W*(?:by|in|for|from|to\s+(?:the|an?|its|their)|on|at|with|because|just|only|of)\b", re.IGNORECASE
)
"""After "not" these deny a circumstance, not a deed ("not by train"), unless a form of "to be" stands before."""
_STOPPED: Final = re.compile(
    r"\b(?:call(?:s|ed)? off|cancel\w*|scrap\w*|abandon\w*|shelv\w+|dropp?(?:s|ed)|block(?:s|ed)|prevent\w*|avert\w*"
    r"|thwart\w*|foil\w*|halt\w*|postpon\w*|(?:reject|den(?:y|ie)|dismiss|disput)\w*\s+(?:\w+\s+){0,2}(?:allegation|claim"
    r"|charge|accusation|suggestion|report|idea)s?\s+(?:that|of))\s+(?P<what>(?:\S+\s+){0,5}\S+)",
    re.IGNORECASE,
)
"""What stands behind these did not happen, or not yet: "called off plans to merge"."""
_COPULA: Final = re.compile(r"\b(?:is|are|was|were|be|been)\s+$", re.IGNORECASE)
_AHEAD: Final = re.compile(r"\b(?:will|would|shall|could|can|may|might|should|must|to|not|be)\b", re.IGNORECASE)
_PROGRESSIVE: Final = re.compile(r"\b(?:is|are|was|were)\s+(?:\w+ly\s+|now\s+|already\s+)?(?P<verb>[a-z]+ing)\b")
_BEHIND_NOUN: Final = re.compile(r"\s+(?:by|at|in|under|with)\b", re.IGNORECASE)
_AUX: Final = re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|get|got|he|she|it|they|we|who|which|that)\s+(?:\w+ly\s+|\w+\s+)?$",
    re.IGNORECASE,
)
_ADVERB: Final = re.compile(r"\w{2,}ly$")
_INFINITIVE: Final = re.compile(r"\b(?P<before>[a-z]+)\s+to\s+(?:(?:be|have)\s+)?(?P<verb>[a-z]+)\b")
_CARRIED_OUT: Final = frozenset(
    stem(word)
    for word in "manage help begin start continue go force able come live prove use happen rush move work".split()
)
"""Verbs after which "to" tells what was done: "managed to escape"."""
_UNDECIDED: Final = frozenset(
    stem(word)
    for word in """agree decide try attempt want seek hope ask order refuse fail threaten ready due plan
    intend expect promise vow pledge offer prepare urge tell call decline aim bid need""".split()
)


class Polarity(NamedTuple):
    """Stems that a text denies outright, those that any denial reaches, and those outside all of them."""

    heads: frozenset[str]
    reached: frozenset[str]
    affirmed: frozenset[str]
    denies: bool


@lru_cache(maxsize=8192)
def polarity(text: str, *, until: bool = True) -> Polarity:
    """What a text denies and what not; without ``until`` what is denied only until something happens is not denied.

    >>> sorted(polarity("He did not say why the ferry sank.").heads)
    ['say']
    """
    found = [n for n in negations(text) if _denies(text, n) and (until or not _UNTIL.match(text, n.end))]
    names = {term.stem for term in terms(text) if term.kind == "name"}
    heads = frozenset(head for n in found for head in _heads(text, n) if head not in names)
    reached = frozenset(s for n in found for s in n.scope)
    blank = list(text)
    for negation in found:
        end = _end_of_denial(text, negation)
        blank[negation.start : end] = " " * (end - negation.start)
    return Polarity(heads, reached, frozenset(content_stems("".join(blank))), bool(found))


def _denies(text: str, negation: Negation) -> bool:
    """Whether a negation denies outright."""
    if _NOT_DENIALS.match(negation.cue) or _IF.search(text[: negation.start]):
        return False
    return not _DECLINING.match(negation.cue) or bool(re.search(r"\bto\b", text[negation.start : negation.end][:20]))


def _end_of_denial(text: str, negation: Negation) -> int:
    """Where what is told as it is may begin again: after the verb that "not" denies, after all that "no" reaches."""
    heads = _heads(text, negation)
    if negation.nominal or not heads:
        return negation.end
    after = (w for w in words(text) if negation.start + len(negation.cue) <= w.start < negation.end)
    return next((word.end for word in after if stem(word.text) == heads[0]), negation.end)


def _heads(text: str, negation: Negation) -> tuple[str, ...]:
    """The verb after "not", the nouns after "no", and all that is reached by "denied"."""
    if _DENYING.match(negation.cue):
        return negation.scope
    if negation.nominal:
        return negation.heads
    reach = text[negation.start + len(negation.cue) : negation.end].removeprefix(" to ")
    contrast = _CONTRAST.match(reach) and not _COPULA.search(text[: negation.start])
    if negation.cue.lower() in {"not", "never"} and contrast:
        return ()
    stop = _COMPLEMENT.search(reach)
    plain = [w for w in re.findall(r"[^\W\d_]+", reach[: stop.start()] if stop else reach) if not _ADVERB.match(w)]
    return tuple(content_stems(" ".join(plain))[:1])


def denial_problems(target: str, text: str) -> Iterator[Problem]:
    """The text does not deny what the target tells, nor tell what it denies."""
    until = not any(_UNTIL.match(target, n.end) for n in negations(target))
    wanted, told = polarity(target, until=until), polarity(text, until=until)
    denied = wanted.reached | {s for m in _INSTEAD.finditer(target) for s in content_stems(target[m.end() :])[:1]}
    same = told.reached & denied
    stated = {term.stem for term in terms(target) if term.kind == "word"} & wanted.affirmed - wanted.reached
    for head in sorted(told.heads):
        if head in stated and head not in told.affirmed and not same and not _of_another_verb(head, target, text):
            yield Problem(f"it denies “{head}”", "contradicted")
    yield from _stopped(target, text)
    doubted = {s for n in negations(text) for s in n.scope} | _missing(text)
    told_after_all = sorted((wanted.heads & told.affirmed) - doubted - wanted.affirmed)
    if told.reached & wanted.heads:
        told_after_all = []
    denies = bool(_REFUSING.search(text))
    if told_after_all:
        flag: MatchFlag | None = None if denies else "contradicted"
        yield Problem(f"it tells “{told_after_all[0]}”, which is to be denied", flag)
    elif wanted.denies and not denies:
        yield Problem("the denial is not told", most="none")


def _missing(text: str) -> frozenset[str]:
    """Content words beside one that says that they were lost, or lacking."""
    found: set[str] = set()
    for match in _MISSING.finditer(text):
        before, after = content_stems(text[: match.start()]), content_stems(text[match.end() :])
        found |= {*before[-2 * _NEAR :], *after[:_NEAR]}
    return frozenset(found)


def _of_another_verb(head: str, target: str, text: str) -> bool:
    """Whether "no" stands behind a verb that is not the target's: who "received no notice" does not deny the notice."""
    own = content_stems(target)
    for negation in (n for n in negations(text) if n.nominal and head in n.heads and not _DENYING.match(n.cue)):
        before = words(text[: negation.start])[-1:]
        verb = before[0].text if before else ""
        foreign = _is_past(verb) and not any(closeness(stem(verb), other) for other in own)
        if not foreign:
            return False
    return any(n.nominal and head in n.heads for n in negations(text))


def _is_past(word: str) -> bool:
    return word.endswith("ed") and not is_function_word(word)


def _stopped(target: str, text: str) -> Iterator[Problem]:
    """Verbs of the target that the text has only behind a word that stops them."""
    verbs = done_verbs(target).keys() | {verb.stem for verb in governed(target)}
    for match in _STOPPED.finditer(text):
        if not _STOPPED.search(target):
            outside = set(content_stems(f"{text[: match.start()]} . {text[match.end() :]}"))
            for verb in sorted((verbs & set(content_stems(match["what"]))) - outside):
                yield Problem(f"“{verb}” is told only as “{match.group()}”")


def modality_problems(target: str, text: str) -> Iterator[Problem]:
    """What is to be told as done is not told as planned, possible, alleged or asked for; nor the other way round."""
    yield from _undone(target, text)
    yield from _overdone(target, text)


def _undone(target: str, text: str) -> Iterator[Problem]:
    """Verbs that the target tells as done and the text only under a cue."""
    done = done_verbs(target)
    told_under = {verb.stem: verb for verb in governed(text)}
    for verb in sorted(done.keys() - {g.stem for g in governed(target)} - done_verbs(text).keys()):
        if (cue := told_under.get(verb)) and not _is_hearsay(cue, target):
            yield Problem(f"“{done[verb]}” is told only as “{cue.text}”")
        elif not cue and (undecided := _only_to(verb, text)):
            yield Problem(f"“{done[verb]}” is told only as “{undecided}”")


def _is_hearsay(cue: Governed, target: str) -> bool:
    """Whether a cue only says that somebody says so."""
    return cue.text.lower().startswith("reportedly") or (cue.kind == "alleged" and is_attributed(target))


def _is_reduced(form: str, text: str) -> bool:
    """Whether a participle only describes the noun before it: "the jobs affected by it"."""
    found = list(re.finditer(rf"(?<!\w){re.escape(form)}\b", text))
    return form.endswith("ed") and all(
        _BEHIND_NOUN.match(text, m.end()) and not _AUX.search(text[: m.start()]) for m in found
    )


def _overdone(target: str, text: str) -> Iterator[Problem]:
    """Verbs under a cue in the target that the text tells as done, or under a cue of another kind."""
    told_done, told_under = done_verbs(text), {verb.stem: verb for verb in governed(text)}
    under = {verb.stem: verb for verb in governed(target)}
    for verb, cue in under.items():
        if verb in told_under and _doubt(cue.kind) != _doubt(told_under[verb].kind):
            yield Problem(f"“{cue.text}” is told as “{told_under[verb].text}”")
        elif verb not in told_done and verb not in told_under and _is_going_on(verb, text):
            yield Problem(f"“{cue.text}” is told as done")
        elif verb in told_done and verb not in told_under and not _is_ahead(told_done[verb], text):
            if _is_reduced(told_done[verb], text):
                continue
            yield Problem(f"“{cue.text}” is told as done")
    for verb in sorted(told_done.keys() - done_verbs(target).keys() - under.keys()):
        if (undecided := _only_to(verb, target)) and not _only_to(verb, text):
            yield Problem(f"“{undecided}” is told as “{told_done[verb]}”")


def _is_going_on(verb: str, text: str) -> bool:
    """Whether the verb is told as being done: "is claiming"."""
    return any(stem(m["verb"]) == verb for m in _PROGRESSIVE.finditer(text))


def _is_ahead(form: str, text: str) -> bool:
    """Whether a modal or "to" stands within a few words before the form: "will all be classified"."""
    return any(_AHEAD.search(text[max(0, m.start() - 30) : m.start()]) for m in re.finditer(re.escape(form), text))


def _doubt(kind: str) -> str:
    """Possible and planned lie near each other; an allegation and a demand are other things."""
    return "future" if kind in {"possible", "planned"} else kind


def _only_to(verb: str, text: str) -> str | None:
    """The words that make every "to" and verb undecided ("agreed to withdraw"), if the text has no other form."""
    found = [m for m in _INFINITIVE.finditer(text) if stem(m["verb"]) == verb]
    undecided = [m for m in found if stem(m["before"]) in _UNDECIDED and m["before"] != "decision"]
    carried = [m for m in found if stem(m["before"]) in _CARRIED_OUT]
    if not undecided or carried or content_stems(text).count(verb) > len(undecided):
        return None
    return undecided[0].group()
