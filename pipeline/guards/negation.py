"""What the evidence denies is not affirmed, and what it affirms is not denied."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, is_own_words, verdict_of
from pipeline.text.closeness import closeness
from pipeline.text.opposites import opposite_stems
from pipeline.text.polarity import Negation, affirmed_stems, denied_stems, negations
from pipeline.text.synonyms import may_stand_for, stands_in
from pipeline.text.terms import form_of, form_of_stem
from pipeline.text.words import content_stems, stem, words

_ACTS = frozenset(
    stem(verb) for verb in "deny dismiss reject refuse decline fail rule dispute turn throw rebuff say".split()
)
"""Verbs that deny: where the passage has the same, what is denied may be put in other words."""


_NOMINAL_ACT = re.compile(r"\b(?:rejection|refusal|denial|dismissal|rebuff)s?\b", re.IGNORECASE)
_HARM = frozenset(map(form_of, "hurt injure injury wound harm damage die dead kill death".split()))
_NEAR = 3
"""Content words behind a denial of which one at least the passage denies, too."""
_LEFT_UNDONE = re.compile(r"fail|refus|declin|unable", re.IGNORECASE)
_SYNONYM = 0.8
_ENDING = frozenset(map(stem, "stop suspend halt cease end pause close cancel freeze".split()))
_UNDONE = re.compile(r"(?:un|in|im|dis)(?=\w{4})")
_LETTERS = 5
_IN_A_WORD = tuple(
    (frozenset(map(stem, said.split())), frozenset(map(stem, meant.split())))
    for said, meant in (
        ("name identify identified", "anonymity anonymous anonymously unnamed unidentified"),
        ("time schedule service serviced", "overdue late delayed unscheduled"),
        ("burn light lit", "dark unlit out"),
        ("possible able manage", "impossible unable failed"),
        ("alive survive", "dead died killed"),
        ("find trace locate", "missing lost unaccounted vanished disappeared"),
        ("leave go depart", "still remain remains stay"),
        ("know clear", "unclear unknown unsure"),
        ("work function", "broken failed idle"),
        ("allow permit let", "ban bar forbid prohibit prevent block"),
        ("attend come", "absent boycott away"),
        ("agree accept", "reject refuse decline"),
        ("continue", "stop end cease"),
        ("hurt injure harm", "unhurt safe unharmed"),
        ("arrive come", "late delayed missing"),
        ("full", "empty"),
        ("guilty convict", "acquit acquitted cleared exonerated"),
        ("lock locked", "free open unlocked"),
        ("back support endorse", "oppose abstain reject"),
        ("shut close", "open"),
    )
)
"""Denials that the passage has in one word: "not named", "on condition of anonymity"."""
_NEGATIVE = re.compile(
    r"\b(?:impossible|unable|unlikely|impossibl[ey]|beyond|lack(?:s|ed|ing)?|absence|absent|hardly|scarcely|fail\w*"
    r"|un\w{4,}(?:ed|ing)"
    r"|ruled? out|against|stop\w*|end(?:s|ed|ing)?|vain|neither|except|barred|prevent\w*|in place of|instead of"
    r"|brush\w* (?:off|aside)|wav\w+ (?:away|aside)|left out|leav\w+ out|exclud\w+|wait\w* (?:until|for)|other than"
    r"|rather than|acquit\w*|cleared of"
    r"|exonerat\w*|unclear|unknown|uncertain|untrue|false|wrong|refrain\w*|avoid\w*|and not|short of)\b",
    re.IGNORECASE,
)
"""Words by which a text denies without a denial."""
_CLAUSE = re.compile(r"[,;:.]|\b(?:but|while|although|though|whereas)\b", re.IGNORECASE)
_INSTEAD_OF = re.compile(r"\b(?:rather than|instead of|in place of|other than)\b", re.IGNORECASE)
_AT_ITS_END = re.compile(r"\s*(?:$|[.,;:])")
_FALLS_SHORT = re.compile(
    r"\b(?:below|beneath|short of|under|less than|fewer than|weaker|lower|smaller|worse|insufficient|inadequate)\b",
    re.IGNORECASE,
)
_AS_MUCH = re.compile(
    r"\s+(?:(?:been|be)\s+)?(?:as\s+[a-z]+\s+as|(?:[a-z]+\s+)?enough|reach|meet|met|up to)\b", re.IGNORECASE
)
"""Behind "not": what falls short of something is not as much as that."""
_UNTIL_ANYWHERE = re.compile(r"\b(?:until|till)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\s*(?:until|till)\b", re.IGNORECASE)
_SAID_WITHOUT = re.compile(
    r"\b(?:out of (?:order|service|use|action)|cut (?:off|power)|knocked out|lost (?:power|contact)|blacked out|empty"
    r"|alive|broken down|at a standstill|in vain|untrue|blam(?:ed|es|ing))\b",
    re.IGNORECASE,
)
"""Turns by which a passage tells that something is not there, does not work or is not so."""
_CALLED_FALSE = re.compile(
    r"\b(?:fabricat(?:ed|ions?)|lies?|nonsense|rubbish|fictions?|inventions?|myths?|fantas(?:y|ies)|absurd\w*|baseless"
    r"|unfounded|groundless|untrue|false(?:hoods?)?|ridiculous|ludicrous|slanders?|smears?|propaganda|misleading"
    r"|without (?:merit|foundation|basis))\b",
    re.IGNORECASE,
)
"""What somebody calls a claim that he rejects."""
_SINCE = re.compile(r"\bsince\b", re.IGNORECASE)
_FIRST = re.compile(r"\bfirst\b", re.IGNORECASE)
"""The first "since" then: none between."""
_EVER = re.compile(
    r"\b(?:ever|before|since|previous(?:ly)?|earlier|later|other|another|again|further|more)\b", re.IGNORECASE
)
_EXTREME = re.compile(
    r"\b(?:first|last|final|record|unprecedented|(?:old|young|high|low|larg|bigg|small|great|strong|weak|long|short"
    r"|fast|slow"
    r"|rich|poor|deep|sharp|heavi|hott|cold|earli|wor)e?st)\b(?! (?:week|month|year|night|summer|winter|spring"
    r"|autumn|minister))",
    re.IGNORECASE,
)
_WITHOUT_SUPPLY = re.compile(r"without (?:electricity|power|light|water|gas|heating)\b", re.IGNORECASE)
_CUT_OFF = re.compile(r"\b(?:cut(?:ting)?|los[et]|losing|outages?|blackouts?|knock\w+ out)\b", re.IGNORECASE)
_OMITTED = re.compile(r"\s+(?:any|one|them|it|those|either)\s*(?=[,.;]|$)")
_BY_PRONOUN = re.compile(r"\s+(?:(?:by|from|to|for|with)\s+)?(?:him|her|them|he|she|they)\b")
_CONDITION = re.compile(r"\b(?:if|provided)\b[^,;.:]*$", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\b(?:unless|or|otherwise)\b", re.IGNORECASE)
"""What "if it does not" puts in other words: "unless it does", "it does, or else"."""


def negation_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the scopes of negations, by the content words they reach."""
    evidence = contexts(passages)
    passed = "denials agree with the cited passage"
    if is_own_words(text, passages):  # what it denies is denied there, and what it affirms, affirmed
        return verdict_of("negation", [], applicable=bool(negations(text)), passed=passed)
    denied = {stem for context in evidence for n in negations(context) for stem in (*n.scope, *_scope(n, context))}
    applicable = bool(denied) or bool(negations(text))
    denied |= {stem for context in evidence for stem in _put_aside(context)}
    affirmed = {stem for context in evidence for stem in affirmed_stems(context)}
    acts = [n for context in evidence for n in negations(context) if _act(n) in _ACTS]
    alternatives = any(_ALTERNATIVE.search(context) for context in evidence)
    own_acts = bool(_NOMINAL_ACT.search(text)) or any(_act(n) in _ACTS for n in negations(text))
    problems = [
        f"denies “{text[n.start : n.end].strip()}”, which the cited passage does not deny"
        for n in negations(text)
        if (scope := _scope(n, text))
        and not denied.intersection(scope[:_NEAR])
        and not _denied_in_other_words(n, text, evidence)
        and not denied.intersection(_subject_of(n, text))
        and not _SAID_WITHOUT.search(" ".join(evidence))
        and not (_act(n) in _ACTS and (acts or _is_called_false(evidence)))
        and not _turned(n, affirmed)
        and not (alternatives and _CONDITION.search(text[: n.start]))
        and not _of_a_first(n, text, evidence)
        and not _left_to_the_reader(n, text, evidence)
        and _is_told((*scope[:_NEAR], *_subject_of(n, text)), evidence)
    ]
    twice = {stem for context in evidence for n in _nested(context) for stem in n.scope}
    problems += [
        f"denies “{text[n.start : n.end].strip()}” inside another denial, which turns it round"
        for n in _nested(text)
        if n.scope and not twice.intersection(n.scope)
    ]
    turned = (denied - affirmed) & (affirmed_stems(text) - denied_stems(text))
    turned -= {stem for n in negations(text) for stem in _subject_of(n, text)}
    turned -= _beside_heads(evidence, text) | _beside_shared(evidence, text) | _only_later(evidence, text)
    points = {stem for context in evidence for n in negations(context) for stem in _point(n)}
    turned -= _beside_a_negative_word(text)
    if not turned & points:  # "failed to spot the rider" does not deny the rider
        turned = set()
    turned -= _refused_by_noun(text) | _with_no_object(text)
    if own_acts:  # "the bid was rejected" for "rejected the bid": what is refused stands before the verb
        turned -= {stem for act in acts for stem in act.scope}
    if not negations(text):
        turned |= _turned_in_other_words(denied & points - affirmed, text, affirmed)
    if turned:
        shown = dict.fromkeys(w.text for w in words(text) if stem(w.text) in turned)
        problems.append(f"affirms what the cited passage denies (“{'”, “'.join(shown or sorted(turned))}”)")
    return verdict_of("negation", problems, applicable=applicable, passed=passed)


def _is_told(scope: Sequence[str], evidence: Sequence[str]) -> bool:
    """The passage tells of what is denied, in its own word or another: else nothing it says is turned round."""
    forms = {form_of_stem(stem) for context in evidence for stem in affirmed_stems(context)}
    return any(stands_in(form_of_stem(one), forms) for one in scope)


def _is_called_false(evidence: Sequence[str]) -> bool:
    """Who calls the accusations "a fabrication" dismisses them."""
    return any(_CALLED_FALSE.search(context) for context in evidence)


def _refused_by_noun(text: str) -> set[str]:
    """What the text has refused by a noun: "his refusal to free the crew"."""
    reached = (_CLAUSE.split(text[match.end() :], maxsplit=1)[0] for match in _NOMINAL_ACT.finditer(text))
    return {stem for reach in reached for stem in content_stems(reach)}


def _with_no_object(text: str) -> set[str]:
    """The verb whose object is denied: who need "take no action" does not need to."""
    found = (n for n in negations(text) if n.cue.lower() in {"no", "nothing", "nobody", "none"})
    return {stem for n in found for stem in content_stems(_clause_before(n, text))[-2:]}


def _put_aside(context: str) -> Iterator[str]:
    """What is told not to be so by the other that is: "flood damage rather than weak concrete"."""
    for match in _INSTEAD_OF.finditer(context):
        yield from content_stems(_CLAUSE.split(context[match.end() :], maxsplit=1)[0])[:_NEAR]


def _beside_a_negative_word(text: str) -> set[str]:
    """What stands in one clause with a word by which a text denies without a denial."""
    return {stem for clause in _CLAUSE.split(text) if _NEGATIVE.search(clause) for stem in content_stems(clause)}


def _of_a_first(negation: Negation, text: str, evidence: Sequence[str]) -> bool:
    """As in "never before", "no later one", "none has been older" where the passage has a first, last or oldest."""
    ever = _EVER.search(text, negation.start)
    return ever is not None and not _EXTREME.search(text) and any(_EXTREME.search(context) for context in evidence)


def _left_to_the_reader(negation: Negation, text: str, evidence: Sequence[str]) -> bool:
    """The one names what the other leaves out: "without any" for "without worms", "not Reeve" for "not him".

    Nor is a supply that was cut told as being without it.
    """
    told = [(n, context) for context in evidence for n in negations(context) if n.cue.lower() == negation.cue.lower()]
    if _WITHOUT_SUPPLY.match(text, negation.start):
        return any(_CUT_OFF.search(context) for context in evidence)
    if _OMITTED.match(text, negation.start + len(negation.cue)):
        return bool(told)
    denied = words(text[negation.start + len(negation.cue) : negation.end])
    named = len(denied) == 1 and denied[0].text[0].isupper()
    return named and any(_BY_PRONOUN.match(context, n.start + len(n.cue)) for n, context in told)


def _scope(negation: Negation, text: str) -> tuple[str, ...]:
    """What a negation reaches; where a mark cuts it short at once, the words behind the mark."""
    return negation.scope or tuple(content_stems(text[negation.end :])[:_NEAR])


def _subject_of(negation: Negation, text: str) -> tuple[str, ...]:
    """What a "not" says that it is not so of: "sabotage was not involved" denies sabotage."""
    cue = negation.cue.lower()
    at_end = cue in {"none", "nothing"} and _AT_ITS_END.match(text, negation.start + len(cue))
    if not at_end and cue not in {"not", "never"} and not cue.endswith(("n't", "n’t")):
        return ()
    return tuple(content_stems(_clause_before(negation, text))[0 if at_end else -_NEAR :])


def _clause_before(negation: Negation, text: str) -> str:
    """The part of its clause that stands before a negation."""
    return re.split(r"[,;:.“”]|\b(?:that|and|but|which|who)\b", text[: negation.start])[-1]


def _point(negation: Negation) -> tuple[str, ...]:
    """What is denied: the deed alone where somebody failed or refused to do it."""
    return negation.scope[:1] if _LEFT_UNDONE.match(negation.cue) else (*negation.scope, *negation.heads)


def _turned_in_other_words(denied: Collection[str], text: str, affirmed: Collection[str]) -> set[str]:
    """As in "caused injuries" where "nobody was hurt"."""
    own = {form_of_stem(stem) for stem in affirmed_stems(text)}
    other = {form_of_stem(stem) for stem in affirmed}
    forms = {form_of_stem(stem) for stem in denied}
    return {one for one in own - other for stem in forms & _HARM if closeness(one, stem) >= _SYNONYM and one in _HARM}


def _bare(word: str) -> str:
    return _UNDONE.sub("", word)[:_LETTERS]


def _denied_in_other_words(negation: Negation, text: str, evidence: Sequence[str]) -> bool:
    """Denied by a word that can be said for it ("no injuries", "nobody was hurt"), or by one that ends it."""
    return any(
        _denied_by_another(negation, context) or _denied_in_a_word(negation, text, context) for context in evidence
    )


def _denied_by_another(negation: Negation, context: str) -> bool:
    """One of the passage's own denials is of the same, in a word that can be said for it."""
    scope = {form_of_stem(stem) for stem in negation.scope[:_NEAR]}
    denied = {form_of_stem(stem) for n in negations(context) for stem in _scope(n, context)[:_NEAR]}
    return any(may_stand_for(stem, other) for stem in scope for other in denied)


def _denied_in_a_word(negation: Negation, text: str, context: str) -> bool:
    """The passage has no denial, but a word that comes to one: "unlit", "below", "suspended", "the first since"."""
    present = {stem(word.text) for word in words(context)}
    cue = negation.cue.lower()
    return (
        bool(_AS_MUCH.match(text, negation.start + len(cue)) and _FALLS_SHORT.search(context))
        or any(_UNDONE.match(word) and stem.startswith(_bare(word)) for word in present for stem in negation.scope)
        or any(set(negation.scope) & said and present & meant for said, meant in _IN_A_WORD)
        or (cue == "no" and negation.scope[:1] == ("longer",) and bool(present & _ENDING))
        or _is_not_since(negation, text, context)
    )


def _is_not_since(negation: Negation, text: str, context: str) -> bool:
    """As in "none since 2019" for "the first since 2019"."""
    return bool(
        negation.cue.lower() in {"no", "not", "never"}
        and _SINCE.search(text, negation.end)
        and _SINCE.search(context)
        and _FIRST.search(context)
        and not _FIRST.search(text)
        and set(map(form_of_stem, negation.scope[:_NEAR])) & {form_of(word.text) for word in words(context)}
    )


def _act(negation: Negation) -> str:
    return stem(negation.cue.split()[0])


def _beside_heads(evidence: Sequence[str], text: str) -> set[str]:
    """What stands with a denied noun that the text denies, too: "no decision to close it", "that is not decided"."""
    own = denied_stems(text)
    found = (n for context in evidence for n in negations(context) if n.nominal and own.issuperset(n.heads))
    return {stem for n in found if n.heads for stem in n.scope if stem not in n.heads}


def _beside_shared(evidence: Sequence[str], text: str) -> set[str]:
    """What stands in one denial with something that the text denies, too: it may have left the rest out of its own."""
    own = {form_of_stem(stem) for stem in denied_stems(text)}
    found = (n for context in evidence for n in negations(context))
    return {stem for n in found if own & set(map(form_of_stem, n.scope[:_NEAR])) for stem in n.scope}


def _only_later(evidence: Sequence[str], text: str) -> set[str]:
    """What was not done until a time was done then; "it was done until then" is something else."""
    if _UNTIL_ANYWHERE.search(text):
        return set()
    found = ((n, context) for context in evidence for n in negations(context))
    return {stem for n, context in found if _UNTIL.match(context, n.end) for stem in n.scope}


def _turned(negation: Negation, affirmed: Collection[str]) -> bool:
    """Denies the opposite of what the passage affirms: "would not close" for "would keep open"."""
    return any(not opposite_stems(stem).isdisjoint(affirmed) for stem in negation.scope)


def _nested(text: str) -> list[Negation]:
    """Negations that stand inside the reach of another: "denied that it was not". "Neither … nor" is one denial."""
    found = negations(text)
    return [inner for outer, inner in pairwise(found) if inner.start < outer.end and inner.cue.lower() != "nor"]
