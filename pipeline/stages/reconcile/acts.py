"""Acts: what somebody did with a thing, told as one act here and as another there ("suspended", "withdrew from")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster
from pipeline.stages.reconcile.common import View, cluster, connected, name_heads, position, question, shortest
from pipeline.text.alternatives import Act, acts
from pipeline.text.attribution import attributions
from pipeline.text.names import proper_names
from pipeline.text.polarity import denied_stems
from pipeline.text.verbs import is_irregular_past
from pipeline.text.words import stem

_SHARED_NAMES: Final = 2
"""Who did it, and to what; the thing alone where its name has two words."""
_BELONGING: Final = re.compile(
    r"\s+(?:(?:from|in|of|out|the|its|their|his|her|our|own|participation|membership|role|part|involvement"
    r"|(?:[A-Z]\w+[’']s))\s+)*"
)
_LEADING_TO: Final = re.compile(
    r"(?:\s+[a-z]+){0,4}?(?:\s+(?:from|of)\s+which\s+(?:\w+\s+){1,3}"
    r"|,?\s+(?:that|which)?\s?(?:was|were|is|has been|had been|have been)\s+(?:\w+ly\s+)?)"
)
_PARTS: Final = re.compile(r";\s")
_AGENT: Final = re.compile(r"\s*(?:\w+ly\s+)?by\b")


class _Deed(NamedTuple):
    """An act that a claim tells of, with all names of the claim, and those of what it may have been done with."""

    claim: Claim
    act: Act
    names: frozenset[str]
    objects: frozenset[tuple[str, ...]]

    @property
    def article_id(self) -> str:
        return self.claim.evidence[0].article_id


def act_differences(view: View) -> Iterator[ClaimCluster]:
    """A cluster for each thing of which articles tell alternative acts."""
    deeds = [deed for claim in view.claims for deed in _deeds(claim)]
    for group in connected(deeds, _same_matter):
        sides: dict[int, list[_Deed]] = {}
        for deed in group:
            sides.setdefault(deed.act.side, []).append(deed)
        if len(sides) < 2 or _one_article_tells_all(list(sides.values())):  # noqa: PLR2004  two alternatives
            continue
        members = [deed.claim for deed in group]
        held = [[_told_by(deed) for deed in side] for side in sides.values()]
        positions = [position(shortest(claims).text, claims, view.articles) for claims in held]
        told = " or ".join(_in_the_past(side) for side in sides.values())
        yield cluster(question(f"Disputed: {told}", members), positions, "contradiction", members)


def _deeds(claim: Claim) -> Iterator[_Deed]:
    denied = denied_stems(claim.text)
    for act in acts(claim.text):
        objects = _objects(claim.text, act)
        if objects and stem(act.word.text) not in denied:
            yield _Deed(claim, act, name_heads(claim.text), objects)


def _in_the_past(side: Sequence[_Deed]) -> str:
    """The word for the deed, in the form of something done where one of them has it."""
    told = [deed.act.word.text for deed in side]
    return next((word for word in told if word.endswith("ed") or is_irregular_past(word)), told[0])


def _told_by(deed: _Deed) -> Claim:
    """The claim with those alone who say the part of it that tells the act."""
    parts = [part for part in _PARTS.split(deed.claim.text) if deed.act.word.text in part]
    if len(parts) != 1 or parts[0] == deed.claim.text:
        return deed.claim
    return deed.claim.model_copy(update={"attribution": attributions(parts[0])})


def _objects(text: str, act: Act) -> frozenset[tuple[str, ...]]:
    """The name of what it was done with: right behind the act, or before "which … it withdrew" and "was suspended".

    Between the two stand only words of belonging: who "withdrew its ambassador from Tarn" has not left Tarn.
    """
    after = [
        n for n in proper_names(text) if n.start >= act.word.end and _BELONGING.fullmatch(text, act.word.end, n.start)
    ]
    if after and not _AGENT.match(text, act.word.end):
        return frozenset(name.tokens for name in after)
    before = [
        n for n in proper_names(text) if n.end <= act.word.start and _LEADING_TO.fullmatch(text, n.end, act.word.start)
    ]
    return frozenset(name.tokens for name in before[-1:])


def _same_matter(first: _Deed, second: _Deed) -> bool:
    """Acts of one kind, in two articles, on a thing of one name, and with another name in common."""
    if first.act.row != second.act.row or first.article_id == second.article_id:
        return False
    same = {one for one in first.objects for other in second.objects if one[-1] == other[-1]}
    specific = any(len(one) > 1 and one in second.objects for one in same)
    return bool(same) and (specific or len(first.names & second.names) >= _SHARED_NAMES)


def _one_article_tells_all(sides: Sequence[Sequence[_Deed]]) -> bool:
    """An article that tells both tells of two acts, or of one in two words."""
    return bool(set.intersection(*({deed.article_id for deed in side} for side in sides)))
