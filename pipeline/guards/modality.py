"""What the evidence calls possible, planned, asked for or alleged is not told as done, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.certainty import UNSURE, certainty_problems
from pipeline.guards.condition import condition_problems, conditions
from pipeline.guards.passage import Passage, contexts, is_own_words, verdict_of
from pipeline.text.attribution import is_attributed
from pipeline.text.quotes import outside_quotes
from pipeline.text.synonyms import may_stand_for
from pipeline.text.terms import form_of, form_of_stem
from pipeline.text.verbs import Governed, done_verbs, governed
from pipeline.text.words import content_stems, is_function_word, stem, words

_DOUBTED: Final = {
    "possible": "only possible",
    "planned": "only planned",
    "urged": "only asked for",
    "alleged": "only alleged",
}
_AUXILIARY_DONE: Final = re.compile(r"\b(?:did|does)\s+(?:\w+ly\s+|also\s+)?(?P<verb>(?!not\b)[a-z]{3,})\b")
_CAUSED: Final = re.compile(
    r"\b(?:got|forced|persuaded|convinced|compelled|induced|pressured)\s+(?:[\w.’'-]+\s+){1,5}?(?:to|into)\s+(?P<verb>[a-z]{3,})"
)
"""Who got another to do it says that it was done."""
_MADE: Final = re.compile(r"\b(?:made|caused|led|prompted|had|let|helped)\b", re.IGNORECASE)
_TO_BE: Final = re.compile(r"\b(?:is|are|was|were)\s+to\s+(?!blame\b)(?:be\s+)?(?P<verb>[a-z]{3,})\b")
_TO_BE_DONE: Final = re.compile(r"\bbe [a-z]+(?:ed|n|t)\b")
_OPEN: Final = re.compile(
    r"\b(?:will|would|shall|should|may|might|could|can|must|plan\w*|intend\w*|intention|expect\w*|hop(?:e|es|ed|ing)|want\w*"
    r"|due|set to|sched\w+|propos\w+|promis\w+|pledg\w+|vow\w*|threat\w*|offer\w*|going to|likely|possib\w*"
    r"|potential\w*"
    r"|consider\w*|call\w*|urg\w+|ask\w*|demand\w*|if|unless|until|ready|prepared|prepar\w+|fear\w*|risk\w*|able"
    r"|about to"
    r"|is to|are to|was to|were to|invit\w+|seek\w*|sought|aim\w*|agree\w*|next|tomorrow|by|order\w*|warn\w*|future"
    r"|need\w*"
    r"|appeal\w*|press\w*|tell|told|deadline|try|tries|trying|whether|allow\w*|bid|suggest\w*|estimat\w+|forecast\w*|’ll|'ll)\b",
    re.IGNORECASE,
)
"""Words by which a passage leaves anything open."""
_LEFT_OPEN: Final = re.compile(
    r"\b(?:may|might|could|will|would)\s+(?!not\b)(?:have\s+)?(?:be(?:en)?\s+)?(?P<verb>[a-z]{3,})\b"
)
_HEDGED: Final = re.compile(
    r"\b(?:allegedly|alleged|suspected|purported(?:ly)?|supposed(?:ly)?)\s+[“\"‘']?(?P<word>[a-z]{4,})", re.IGNORECASE
)
_HEDGE: Final = re.compile(
    r"\b(?:alleg\w+|suspect\w*|purported\w*|suppos\w+|accus\w+|reportedly|apparent\w*|charg\w+|claim\w*|believed|said)\b",
    re.IGNORECASE,
)
_OUTCOMES: Final = tuple(
    tuple(frozenset(map(form_of, part.split())) for part in line.split("|"))
    for line in """
    agree consent|agree consent accept deal accord agreement ready prepared willing sign approve
    obtain secure|obtain secure receive get win give grant award gain
    confirm|confirm verify certain establish acknowledge identify say official count announce admit
    concede confess|admit concede confess acknowledge recognise accept grant plead apologise
    convict|convict guilty sentence jail imprison conviction condemn verdict
    accuse blame|accuse blame allege charge fault claim responsible condemn denounce criticise complain say
    assure|assure reassure promise guarantee pledge vow commit undertake
    threaten|threaten threat warn warning ultimatum will vow unless otherwise would danger face risk menace
    order decree instruct|order decree instruct command direct require tell rule make mandate impose suspend ban halt
    apologise|apologise apology sorry regret
    """.strip().splitlines()
)
"""Acts and outcomes, and the words of which the passage must have one if the text is to tell them."""
_OBTAINED: Final = form_of("obtain")
_LIGHT: Final = frozenset(
    map(stem, "go come take make get have do be give put set see say tell want need wish".split())
)
"""Verbs that mean little without what goes with them."""
_ASKING: Final = frozenset(map(form_of, "ask request seek demand call urge want plead appeal need bid".split()))


_OWNED: Final = re.compile(r"\b(?:its|his|her|their|the|a|an|this|any)\s+$", re.IGNORECASE)
"""Before a word that is a noun, whatever its form."""
_IF: Final = re.compile(r"\b(?:if|unless|should|provided)\b", re.IGNORECASE)
_ONLY: Final = re.compile(
    r"\b(?:considering|weighing|mulling|plan(?:s|ned|ning)?|ask(?:s|ed|ing)?\s+for|call(?:s|ed|ing)?\s+for|fear(?:s|ed|ing)?"
    r"|would|will|expect(?:s|ed|ing)?|want(?:s|ed)?|demand(?:s|ed|ing)?|seek(?:s|ing)?|sought|propos(?:es|ed|ing)"
    r"|hop(?:es|ed|ing))\b",
    re.IGNORECASE,
)
"""What follows is not done."""
_WEIGHING: Final = re.compile("weighing|mulling", re.IGNORECASE)
_NOT_AT_ALL: Final = re.compile(r"\s*(?:not|never|n[’']t)\b")
_STILL_OPEN: Final = re.compile(
    r"\b(?:request\w*|plea\w*|wish\w*|desire\w*|mull\w*|weigh\w*|afraid|worr\w+|prospect|idea|intent\w*|envisag\w*"
    r"|foresee\w*|in favour|condition\w*|depend\w*|subject to"
    r"|hing(?:e|es|ed|ing)|claim\w*|to be|to [a-z]+|says? it|challenge\w*|candida\w+)\b",
    re.IGNORECASE,
)
_OBJECT: Final = 5
"""Content words behind such a word in which stands what is not done."""


def modality_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the verbs that both have; one that the evidence has in other forms too is left alone."""
    if is_own_words(text, passages) and modality_agrees(text):
        return verdict_of("modality", [], applicable=False, passed="")
    evidence = contexts(passages)
    problems = [
        *_told_as_done(text, evidence),
        *_told_as_open(text, evidence),
        *_unhedged(text, evidence),
        *condition_problems(text, evidence),
        *certainty_problems(text, evidence),
        *_unlicensed(text, evidence),
        *_got_done(text, evidence),
        *_made_done(text, evidence),
    ]
    return verdict_of("modality", list(dict.fromkeys(problems)), applicable=bool(problems), passed="")


def modality_agrees(text: str) -> bool:
    """Whether the guard has nothing to say of a text that is its own passage.

    Each verb stands there under what it stands under here, and each word of doubt is its own licence. Left are
    deeds that are told by "did" or by who brought them about, conditions, which may deny themselves, and the two words
    that leave something open only outside quotations.
    """
    unquoted = outside_quotes(text)
    brought_about = _AUXILIARY_DONE.search(unquoted) or _CAUSED.search(unquoted)
    return not (brought_about or _WEIGHING.search(text) or conditions(text))


def _told_as_done(text: str, evidence: Sequence[str]) -> Iterator[str]:
    under = {verb.stem for verb in _under(text)}
    known_under = {verb.stem: verb for context in evidence for verb in _under(context)}
    known_done = {stem for context in evidence for stem in _done_verbs(context)}
    told = [stem for context in evidence for stem in content_stems(context)]
    caused = {stem(m["verb"]) for m in _CAUSED.finditer(outside_quotes(text))}
    is_plain = not (_IF.search(text) or _TO_BE_DONE.search(text))
    for verb, shown in _done(text).items():
        cue = known_under.get(verb) or (_in_other_words(verb, known_under, told) if is_plain else None)
        if cue is None or verb in known_done | _LIGHT or (verb in under and verb not in caused):
            continue
        only = told.count(cue.stem) == _times(cue.stem, evidence)
        kept = (cue.kind == "possible" and UNSURE.search(text)) or (
            cue.kind == "alleged" and (is_attributed(text) or _HEDGE.search(text))
        )
        if only and not kept and not _is_noun(text, verb):
            yield f"tells “{shown}” as done; the cited passage says “{cue.text}”, which is {_DOUBTED[cue.kind]}"


def _in_other_words(verb: str, under: Mapping[str, Governed], told: Sequence[str]) -> Governed | None:
    """The verb under a cue that can be said for this one, where no other word of the passage can: "shut", "close"."""
    form = form_of_stem(verb)
    if verb in _LIGHT:
        return None
    akin = {other for other in told if may_stand_for(form, form_of_stem(other))}
    return under.get(akin.pop()) if len(akin) == 1 else None


def _done(text: str) -> dict[str, str]:
    """Verbs that the text tells as done, by their form, by "did", or as what somebody was got to do."""
    unquoted = outside_quotes(text)
    found = done_verbs(text)
    for pattern in (_AUXILIARY_DONE, _CAUSED):
        found |= {stem(match["verb"]): match["verb"] for match in pattern.finditer(unquoted)}
    return found


def _is_noun(text: str, verb: str) -> bool:
    """The text has the word as a noun only: "the suspension of the licence is being considered", "its ruling"."""
    forms = [word for word in words(text) if stem(word.text) == verb]
    return bool(forms) and all(
        word.text.lower().endswith(("ion", "ions", "al", "ment", "ure")) or _OWNED.search(text[: word.start])
        for word in forms
    )


@lru_cache(maxsize=4096)
def _under(text: str) -> tuple[Governed, ...]:
    """The verbs under a cue, those of "is to sign" among them."""
    found = governed(text)
    for match in _TO_BE.finditer(outside_quotes(text)):
        found.append(Governed(stem(match["verb"]), "planned", " ".join(match.group().split()), match.start("verb")))
    return tuple(found)


@lru_cache(maxsize=4096)
def _done_verbs(text: str) -> dict[str, str]:
    return done_verbs(text)


def _told_as_open(text: str, evidence: Sequence[str]) -> Iterator[str]:
    under = {verb.stem: verb for verb in _under(text)}
    known_under = {verb.stem for context in evidence for verb in _under(context)}
    known_done = {stem: verb for context in evidence for stem, verb in _done_verbs(context).items()}
    done = done_verbs(text).keys()
    for verb_stem, verb in under.items():
        denied = re.search(r"\bnot\b", verb.text) is not None
        if verb.kind not in {"possible", "planned"} or denied or verb_stem in done | _LIGHT or _IF.search(text):
            continue
        akin = next(
            (k for k in known_done if k == verb_stem or may_stand_for(form_of_stem(k), form_of_stem(verb_stem))), None
        )
        open_too = any(may_stand_for(form_of_stem(k), form_of_stem(verb_stem)) for k in known_under)
        if akin and not open_too:
            yield (
                f"says “{verb.text}”, which is {_DOUBTED[verb.kind]}; "
                f"the cited passage tells “{known_done[akin]}” as done"
            )
    if not any(_OPEN.search(context) for context in evidence):
        for match in _LEFT_OPEN.finditer(outside_quotes(text)):
            yield f"says “{match.group()}”; the cited passage leaves nothing open"
    yield from _weakened(text, evidence)
    yield from _strengthened(text, evidence)


def _weakened(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """As in "might" for "would", of the same verb."""
    known = [verb for context in evidence for verb in _under(context)]
    for verb in _under(text):
        same = {other.kind for other in known if may_stand_for(form_of_stem(verb.stem), form_of_stem(other.stem))}
        if same and verb.kind == "possible" and same == {"planned"} and not any(_could(c) for c in evidence):
            yield f"says “{verb.text}”, which is only possible; the cited passage says that it is planned"
        if same == {"urged"} and verb.kind == "planned" and re.match(r"(?:will|would)\b(?! not\b)", verb.text):
            yield f"says “{verb.text}”, which is a plan or promise; the cited passage only asks for it"


def _strengthened(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """As in "will" for "may", of the same verb."""
    known = [verb for context in evidence for verb in _under(context)]
    for verb in _under(text):
        same = {other.kind for other in known if may_stand_for(form_of_stem(verb.stem), form_of_stem(other.stem))}
        hedged = _IF.search(text) or UNSURE.search(text)
        if same == {"possible"} and re.match(r"(?:will|shall)\b", verb.text) and not hedged:
            yield f"says “{verb.text}”, as if it were settled; the cited passage says that it is possible"


def _could(context: str) -> bool:
    return (
        re.search(
            r"\b(?:may|might|could|possib\w+|likely|probabl\w+|perhaps|hop\w+|if|unless)\b", context, re.IGNORECASE
        )
        is not None
    )


def _unhedged(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """A thing that the passage calls alleged each time, and the text without any such word."""
    if _HEDGE.search(text):
        return
    own = set(content_stems(text))
    told = [stem for context in evidence for stem in content_stems(context)]
    hedged = [stem(m["word"]) for context in evidence for m in _HEDGED.finditer(context)]
    for word in dict.fromkeys(hedged):
        said = any(may_stand_for(form_of_stem(word), form_of_stem(other)) for other in own)
        if said and told.count(word) == hedged.count(word):
            yield f"tells “{word}” as a fact; the cited passage calls it alleged"


def _unlicensed(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """An act or an outcome for which the passage has no word at all."""
    own = {form_of(word.text) for word in words(outside_quotes(text))}
    told = {form_of(word.text) for context in evidence for word in words(context)}
    for acts, licence in _OUTCOMES:
        said = sorted(own & acts)
        if said and not told & licence and (_OBTAINED not in acts or told & _ASKING):
            shown = next(word.text for word in words(text) if form_of(word.text) == said[0])
            yield f"says “{shown}”; the cited passage has no word of that"


def _got_done(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """As in "got him to resign" where the passage has him only asked."""
    caused = _CAUSED.search(outside_quotes(text))
    if caused and not any(_CAUSED.search(context) or _MADE.search(context) for context in evidence):
        yield f"says “{caused.group()}”; the cited passage does not say that anybody brought it about"


def _made_done(text: str, evidence: Sequence[str]) -> Iterator[str]:
    """Told without any word that leaves it open, where every passage only plans, asks for, fears or weighs it."""
    unquoted = outside_quotes(text)
    if _OPEN.search(text) or _STILL_OPEN.search(unquoted) or not done_verbs(text):
        return
    own = {form_of(word.text) for word in words(unquoted) if not is_function_word(word.text)}
    told = [form_of(word.text) for context in evidence for word in words(context) if not is_function_word(word.text)]
    for context in evidence:
        for cue in _ONLY.finditer(context):
            if _NOT_AT_ALL.match(context, cue.end()):
                continue
            behind = re.split(r"[.;:,]|\b(?:but|while)\b", context[cue.end() :], maxsplit=1)[0]
            open_forms = [form_of(w.text) for w in words(behind) if not is_function_word(w.text)][:_OBJECT]
            once = [form for form in open_forms if told.count(form) == 1]
            shared = [form for form in once if form in own]
            if len(shared) > 1 or (shared and len(once) == 1):
                yield f"tells it as done; the cited passage says “{cue.group()}{behind.rstrip()}”"
                return


def _times(verb: str, evidence: Sequence[str]) -> int:
    return sum(found.stem == verb for context in evidence for found in _under(context))
