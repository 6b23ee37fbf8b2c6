"""Who did it to whom, and who says so: neither may be another in the text than in the target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.claims import Attribution
from pipeline.evaluation.matching.problem import Problem
from pipeline.text.attribution import attributions
from pipeline.text.closeness import closeness
from pipeline.text.deeds import Deed, deeds
from pipeline.text.terms import terms
from pipeline.text.words import content_stems, stem

_SAYING: Final = frozenset(
    map(
        stem,
        "say tell report announce add claim warn deny confirm argue insist allege admit promise vow predict".split(),
    )
)
_ROLE: Final = re.compile(r"(?:^|\s)(?!(?:the|an?|its|his|her|their|of|in|at|for|from|and)\b)[a-z]", re.MULTILINE)
"""A common noun among the words that name a speaker."""
_OPENING: Final = re.compile(
    r"(?P<np>(?:The|An?)\s[a-z][\w-]*(?:\s[a-z][\w-]*){0,3}?)\s(?:says?|said|announced|warned|claimed|reported)\b"
)
_REFERRING: Final = re.compile(r"^(?:he|she|it|they|both|one)\b", re.IGNORECASE)
_NEARLY_ONE: Final = 0.9
"""Closeness from which two words can be the same doer: "Russia" and "the Russians", not "police" and "officer"."""
_LOOSELY: Final = 0.5
SOMEBODY_ELSE: Final = Problem("it is somebody else's word")


def role_problems(target: str, text: str) -> Iterator[Problem]:
    """Doer and done-to have not changed places, and the wanted doer is not the one to whom another does it."""
    told: dict[str, list[Deed]] = {}
    for deed in deeds(text):
        told.setdefault(deed.verb, []).append(deed)
    for deed in deeds(target):
        others = told.get(deed.verb, [])
        if others and all(_swapped(deed, other) for other in others):
            yield Problem(f"of “{deed.verb}”, doer and done-to have changed places", "contradicted")
        elif others and all((deed.surely or other.surely) and _other_doer(deed, other) for other in others):
            yield Problem(f"somebody else is named as the one of “{deed.verb}”")


def _swapped(wanted: Deed, told: Deed) -> bool:
    if _share(wanted.doers, told.doers) or _share(wanted.done_to, told.done_to):
        return False
    doer_suffers, sufferer_does = _share(wanted.doers, told.done_to), _share(wanted.done_to, told.doers)
    if doer_suffers and sufferer_does:
        return True
    return (doer_suffers and bool(wanted.done_to) and told.passive and not told.doers) or (
        sufferer_does and wanted.passive and not wanted.doers and bool(told.done_to) and not told.passive
    )


def _other_doer(wanted: Deed, told: Deed) -> bool:
    """Both have a doer, not the same, and the wanted one is among those to whom it is done."""
    if (
        wanted.acronym
        or told.acronym
        or not (wanted.doers and told.doers)
        or _share(wanted.doers, told.doers, _LOOSELY)
    ):
        return False
    exchanged = wanted.verb not in _SAYING or _share(told.doers, wanted.done_to)
    return _share(wanted.doers, told.done_to) and exchanged


def _share(one: frozenset[str], other: frozenset[str], least: float = _NEARLY_ONE) -> bool:
    return any(closeness(first, second) >= least for first in one for second in other)


def speaker_problems(target: str, text: str) -> Iterator[Problem]:
    """What the target makes somebody's word is not made another's, of whom it cannot be the same, in the text."""
    wanted, told = _speakers(target), _speakers(text)
    if not (wanted and told) or any(_REFERRING.search(who.name) for who in told):
        return
    there = frozenset(term.stem for term in terms(text))
    named = any(_share(frozenset(content_stems(who.name)), there, _LOOSELY) for who in wanted)
    if not named and all(_are_two(one, other, target, text) for one in wanted for other in told):
        yield SOMEBODY_ELSE


def says(names: Sequence[str], text: str) -> bool:
    """Whether one of those whom the text has speaking goes by one of the names."""
    wanted = {" ".join(content_stems(name)) for name in names} - {""}
    return any(one in " ".join(content_stems(who.name)) for who in _speakers(text) for one in wanted)


def _speakers(text: str) -> list[Attribution]:
    """Who says so, without those who only pass it on."""
    found = [who for who in attributions(text) if who.role not in {"outlet", "agency"}]
    opening = _OPENING.match(text)
    return [Attribution(name=opening["np"], role="official")] if opening and not found else found


def _are_two(one: Attribution, other: Attribution, target: str, text: str) -> bool:
    """Whether two speakers cannot be one: both go by what they are, both by name, or both open the sentence.

    "The coastguard" may be the "Varrow" of a clause at the end.
    """
    if bool(_ROLE.search(one.name)) == bool(_ROLE.search(other.name)):
        return True
    return target.startswith(one.name) and text.startswith(other.name)
