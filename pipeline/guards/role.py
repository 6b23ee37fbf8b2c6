"""Who does it, to whom, where and whose: the text has them in the places in which the evidence has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, is_own_words, verdict_of
from pipeline.text.closeness import closeness
from pipeline.text.exchanged import exchanged_names
from pipeline.text.names import is_spelling_variant
from pipeline.text.phrases import Unit
from pipeline.text.places import states_of
from pipeline.text.quantities import quantities
from pipeline.text.slots import Slot, slots
from pipeline.text.synonyms import is_listed, may_stand_for, with_plain_words
from pipeline.text.terms import form_of
from pipeline.text.words import stem

_CHARGING: Final = frozenset(map(stem, "suit sue bring file case claim complaint charge action lawsuit".split()))
"""Who these are against is told by the preposition alone: "a suit against Tarn", "brought against Tarn"."""
_KIND: Final = {"modifies": "owns"}
_OPPOSITE: Final = {"does": "undergoes", "undergoes": "does"}
_DONE_TO: Final = {"undergoes": frozenset({"undergoes", "of"}), "does": frozenset({"does", "owns"})}
"""As nouns have it: "the invasion of Tarn", "Corrin's invasion"."""
_EITHER_WAY: Final = frozenset(
    map(stem, "meet speak talk converse agree differ marry collide merge negotiate discuss clash fight sign".split())
)
"""Of these each does it to the other."""
_RELATIVES: Final = frozenset(
    map(stem, "rival counterpart ally partner colleague neighbour opponent brother sister wife husband friend".split())
)
"""Each is that of the other: "its rival Tarn" and "its rival Corrin" may both be true."""
_GIVING: Final = frozenset(map(stem, "give donate sell send hand lend offer award pay grant provide supply".split()))
_SAYING: Final = frozenset(
    map(stem, "say add report state announce note claim confirm accord speak call put count describe".split())
)
"""Who says it is the speaker guard's to judge."""
_NOT_JUDGED: Final = _SAYING | _RELATIVES
_OF_TIME: Final = frozenset("half quarter hour minute day night morning noon midnight week month year e-mail".split())
_TWO_SENTENCES: Final = re.compile(r"[a-z]\. [A-Z]")
_ONE_HEAD: Final = 0.8
_ONE_THING: Final = 0.9


def role_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the slots that text and passages share; what either leaves open is no fault."""
    passed = "who does what to whom agrees"
    if is_own_words(text, passages):  # each slot is filled there as it is here
        applicable = any(map(_is_told, slots(with_plain_words(text))))
        return verdict_of("role", [], applicable=applicable, passed=passed)
    evidence = contexts(passages)
    told = [slot for context in evidence for slot in slots(with_plain_words(context))]
    near = [*evidence, *(passage.before for passage in passages)]
    own = slots(with_plain_words(text))
    checked = 0
    problems: dict[str, None] = {}
    for slot in own:
        if not _is_told(slot):
            continue
        there = [other for other in told if _one_slot(slot, other)]
        checked += bool(there)
        problem = _problem(slot, own, there, told, near)
        if problem:
            problems[problem] = None
    for one, other in exchanged_names(text, evidence, _EITHER_WAY):
        problems[f"“{one}” and “{other}” stand the other way round in the cited passage"] = None
    return verdict_of("role", list(problems), applicable=bool(checked or problems), passed=passed)


def _is_told(slot: Slot) -> bool:
    """Whether it is the guard's to judge."""
    return slot.filler is not None and slot.certain and slot.head not in _NOT_JUDGED


def _problem(
    slot: Slot, own: Sequence[Slot], there: Sequence[Slot], told: Sequence[Slot], near: Sequence[str]
) -> str | None:
    """What is wrong with one slot of the text, in words; None where nothing is, or nothing can be told."""
    filler = slot.filler
    if filler is None or any(_fills(filler, other) for other in there) or _stands_by(slot, told):
        return None
    if slot.role in _OPPOSITE and slot.head not in _EITHER_WAY and _is_exchanged(slot, own, told):
        return f"the cited passage has it the other way round: “{filler.text}” ({_shown(slot.head, told)})"
    if slot.role == "to" and slot.head in _GIVING and _gives(filler, slot.head, told):
        return f"the cited passage has it the other way round: “{filler.text}” ({_shown(slot.head, told)})"
    if not there or any(not other.known for other in there):
        return None
    others = [other.filler for other in there if other.filler and other.filler.name and not _is_no_name(other.filler)]
    if (
        len(others) < len(there)
        or _is_shared(slot, own, others)
        or not filler.name
        or not any(_are_one(filler, name) for name in _names(near))
    ):
        return None
    return f"the cited passage says “{others[0].text}” where this text says “{filler.text}”"


def _is_shared(slot: Slot, own: Sequence[Slot], others: Sequence[Unit]) -> bool:
    """The passage's own filler stands there in the text, too: "Karsia's river Tessaly"."""
    beside = [s.filler for s in own if s is not slot and s.role == slot.role and s.head == slot.head and s.filler]
    also = slot.also if slot.role == "modifies" else ()
    return any(_are_one(filler, name) for filler in (*beside, *also) for name in others)


def _stands_by(slot: Slot, told: Sequence[Slot]) -> bool:
    """What stands before a noun stands behind it in the passage: "the Lincoln plant", "the plant in Lincoln"."""
    filler = slot.filler
    return (
        slot.role == "modifies" and filler is not None and any(s.head == slot.head and _fills(filler, s) for s in told)
    )


def _is_no_name(unit: Unit) -> bool:
    """A common word that opens a sentence, or words of two sentences: "Two", "Chief", "Voda. Its"."""
    first = unit.text.split()[:1]
    alone = len(unit.text.split()) == 1 and bool(first)
    prefixed = alone and re.fullmatch(r"[A-Z][a-z]+-[a-z]+", first[0]) is not None  # "Pre-tax"
    common = alone and (prefixed or is_listed(form_of(first[0])) or bool(quantities(f"{first[0]} people")))
    return common or _TWO_SENTENCES.search(unit.text) is not None


def _gives(filler: Unit, head: str, told: Sequence[Slot]) -> bool:
    """Who is given it in the text is the one who gives it in the passage."""
    return any(s.role == "does" and _one_head(head, s.head) and _is_filler(filler, s) for s in told)


def _is_exchanged(slot: Slot, own: Sequence[Slot], told: Sequence[Slot]) -> bool:
    """In the passage the filler has the opposite part in the same deed, of which somebody else has this one."""
    filler, opposite = slot.filler, _OPPOSITE[slot.role]
    if filler is None:
        return False
    turned = [s for s in told if s.role in _DONE_TO.get(opposite, {opposite}) and _one_deed(slot.head, s.head)]
    if not any(_is_filler(filler, s) for s in turned):
        return False
    here = [s for s in told if s.role in _DONE_TO.get(slot.role, {slot.role}) and _one_deed(slot.head, s.head)]
    if any(_fills(filler, s) for s in here) or (here and all(_measures_time(s.filler) for s in here)):
        return False
    partners = [s for s in own if s.role == opposite and s.head == slot.head]
    if any(_fills(p.filler, s) for p in partners for s in turned if p.filler and not _is_filler(filler, s)):
        return False
    if not here:
        return bool(partners) and all(s.role == "of" for s in turned)
    return bool(partners) or slot.role == "undergoes"


def _measures_time(unit: Unit | None) -> bool:
    """Nobody: "cancelled by e-mail half an hour before"."""
    return unit is not None and unit.text.lower() in _OF_TIME


def _one_slot(slot: Slot, other: Slot) -> bool:
    if slot.role == other.role == "against" and slot.head in _CHARGING and other.head in _CHARGING:
        return True
    if slot.head in _EITHER_WAY and {slot.role, other.role} <= _OPPOSITE.keys():
        return _one_head(slot.head, other.head)
    return _KIND.get(slot.role, slot.role) == _KIND.get(other.role, other.role) and _one_head(slot.head, other.head)


@lru_cache(maxsize=65_536)
def _one_deed(head: str, other: str) -> bool:
    return may_stand_for(head, other)


@lru_cache(maxsize=65_536)
def _one_head(head: str, other: str) -> bool:
    return head == other or closeness(head, other) >= _ONE_HEAD


def _fills(unit: Unit, slot: Slot) -> bool:
    """The unit is the slot's filler, or stands beside it."""
    return any(_are_one(unit, other) for other in (slot.filler, *slot.also) if other is not None)


def _is_filler(unit: Unit, slot: Slot) -> bool:
    return slot.filler is not None and _are_one(unit, slot.filler)


def _are_one(unit: Unit, other: Unit) -> bool:
    """One name in some spelling, form or stead, or words that are one."""
    if unit.tokens & other.tokens or unit.stems & other.stems:
        return True
    if unit.name and other.name:
        return _are_one_name(unit, other)
    return any(closeness(one, two) >= _ONE_THING for one in unit.stems for two in other.stems)


def _are_one_name(unit: Unit, other: Unit) -> bool:
    if any(is_spelling_variant(one, two) for one in unit.tokens for two in other.tokens):
        return True
    if any(closeness(one, two) >= _ONE_THING for one in unit.stems for two in other.stems):
        return True
    return _is_short_form(unit, other) or _is_short_form(other, unit) or _sits(unit, other) or _sits(other, unit)


def _is_short_form(short: Unit, long: Unit) -> bool:
    letters = "".join(word[0] for word in long.text.split() if word[0].isupper()).lower()
    return len(letters) > 1 and letters in short.tokens


def _sits(capital: Unit, state: Unit) -> bool:
    return any(known in state.tokens for token in capital.tokens for known in states_of(token))


def _names(evidence: Iterable[str]) -> Iterator[Unit]:
    for context in evidence:
        for slot in slots(with_plain_words(context)):
            yield from (unit for unit in (slot.filler, *slot.also) if unit is not None and unit.name)


def _shown(head: str, told: Sequence[Slot]) -> str:
    doers = [s.filler.text for s in told if s.role == "does" and _one_deed(head, s.head) and s.filler]
    sufferers = [s.filler.text for s in told if s.role == "undergoes" and _one_deed(head, s.head) and s.filler]
    return f"{doers[0] if doers else 'somebody'} → {sufferers[0] if sufferers else 'somebody'}"
