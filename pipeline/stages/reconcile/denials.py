"""Denials: what one article denies and others affirm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster
from pipeline.stages.reconcile.common import (
    View,
    cluster,
    connected,
    name_heads,
    position,
    question,
    shortest,
)
from pipeline.text.names import fold_token
from pipeline.text.polarity import Negation, affirmed_stems, denied_stems, negations
from pipeline.text.quotes import outside_quotes
from pipeline.text.words import content_stems, stem, words

_NEAR: Final = 8
"""Words between a name and what is said of it, at most."""
_SHARED_NAMES: Final = 2
_MUCH_ALIKE: Final = 0.3


_NOT_IN_STATE: Final = re.compile(
    r"\bun(?P<base>lit|lawful|safe|insured|licen[cs]ed|authori[sz]ed|guarded|manned|locked|constitutional|registered|certified"
    r"|finished|damaged|sealed|approved|opposed)\b"
)
"""States of a thing that are or are not; of people ("uninjured", "unarmed") some are and others are not.

A list, where `text.denied` takes any such word: there, the sentence it is held against bears out what is meant."""
_DENIED: Final = re.compile(r"den(?:y|ies|ied|ying)$", re.IGNORECASE)
"""Somebody denies something outright: what it is about stands there, and needs no name to be known by."""


_THAT: Final = re.compile(r"\s*that\s+(?=\w)")
_REFUSED: Final = re.compile(r"declin|refus|turn|thr[eo]w|rebuff|sa(?:y|id)", re.IGNORECASE)
"""What somebody refuses was offered: "declined the invitation" bears it out."""


class _Reading(NamedTuple):
    """What a claim affirms and denies, read once.

    ``names`` are those of its own words; ``around`` those of its passage too, since a short denial ("she said there
    were no talks") does not name whose talks.
    """

    claim: Claim
    article_id: str
    names: frozenset[str]
    around: frozenset[str]
    open: frozenset[str]
    negations: tuple[Negation, ...]


@lru_cache(maxsize=4096)
def _read(claim: Claim) -> _Reading:
    names = name_heads(claim.text)
    around = names | name_heads(claim.evidence[0].quote)
    unsaid = affirmed_stems(claim.text) - denied_stems(claim.text)
    denied = tuple(n for n in negations(claim.text) if not _REFUSED.match(n.cue))
    return _Reading(claim, claim.evidence[0].article_id, names, around, frozenset(unsaid), denied + _unsaid(claim.text))


def _unsaid(text: str) -> tuple[Negation, ...]:
    """Denials inside a word: who calls a lamp "unlit" denies that it was lit. What it is said of stands around it."""
    around = tuple(content_stems(text))
    return tuple(
        Negation(start=m.start(), end=m.end(), cue="un", scope=around, heads=(stem(m["base"]), *around), nominal=False)
        for m in _NOT_IN_STATE.finditer(outside_quotes(text))
    )


def denials(view: View) -> Iterator[ClaimCluster]:
    """What one claim denies and others, of other articles, affirm of the same names."""
    readings = [_read(claim) for claim in view.claims]
    edges: dict[str, dict[str, int]] = {}
    for denial in (r for r in readings if r.negations):
        for other in readings:
            distance = _affirmation_distance(other, denial, view)
            if distance is not None:
                edges.setdefault(denial.claim.id, {})[other.claim.id] = distance
    by_id = {claim.id: claim for claim in view.claims}
    for denial_ids in connected(sorted(edges), lambda a, b: bool(edges[a].keys() & edges[b].keys())):
        denied = [by_id[i] for i in denial_ids]
        affirmed = _closest_by_article([edges[i] for i in denial_ids], by_id)
        asked = question("Disputed: " + denied_things(denied, affirmed), [*affirmed, *denied])
        outright = [claim for claim in denied if any(n.nominal for n in negations(claim.text))] or denied
        positions = [
            position(shortest(affirmed).text, affirmed, view.articles),
            position(shortest(outright).text, denied, view.articles),
        ]
        told = all(claim.attribution for claim in denied)
        yield cluster(asked, positions, "reported_position" if told else "contradiction", [*affirmed, *denied])


def denies(denial: Claim, other: Claim) -> bool:
    """Whether the one denies something that the other says, whoever is named."""
    return any(_hits(negation, _read(other)) for negation in _read(denial).negations)


def _affirmation_distance(other: _Reading, denial: _Reading, view: View) -> int | None:
    """How far from the shared names ``other`` says what ``denial`` denies; None where it does not say it.

    Two shared names make it the same matter; one is enough where the claims say much the same otherwise.
    """
    shared = denial.around & other.names
    asked_for = other.claim.modality in {"urged", "planned"}
    if other.article_id == denial.article_id or asked_for:
        return None
    if any(_is_clear(n, denial.claim) and len(_hits(n, other)) >= _SHARED_NAMES for n in denial.negations):
        return 0
    if not shared:
        return None
    needed = 1 if view.likeness(denial.claim.id, other.claim.id) >= _MUCH_ALIKE else _SHARED_NAMES
    if len(shared) < needed:
        return None
    distances = [
        distance
        for negation in denial.negations
        for hit in _hits(negation, other)
        if (distance := _words_between(other.claim.text, hit, shared, needed)) <= _NEAR
    ]
    return min(distances, default=None)


def _is_clear(negation: Negation, claim: Claim) -> bool:
    """Denied outright, and with who does what: "denied that the ferry had been overloaded", not "denied theft"."""
    told = claim.text[negation.start : negation.end].lower()
    return negation.cue == "un" or bool(_DENIED.match(negation.cue) and re.search(r"\b(?:that|having|being)\b", told))


def _hits(negation: Negation, other: _Reading) -> frozenset[str]:
    """Denied things that ``other`` affirms; of a denied act, both the act and what it is about must be there."""
    hits = other.open.intersection(negation.heads)
    if negation.nominal:
        return hits
    act = negation.heads[:1]
    enough = min(2, len(negation.heads))
    return hits if len(hits) >= enough and hits.issuperset(act) else frozenset()


def _words_between(text: str, hit: str, names: frozenset[str], needed: int) -> int:
    """Words between the stem ``hit`` and the ``needed``-nearest of the names."""
    found = words(text)
    hits = [i for i, w in enumerate(found) if hit in {stem(part) for part in [w.text, *w.text.split("-")]}]
    places = [[i for i, w in enumerate(found) if name in fold_token(w.text)] for name in names]
    nearest = sorted(min((abs(i - j) for i in hits for j in at), default=len(found)) for at in places)
    return nearest[needed - 1]


def _closest_by_article(edges: Sequence[Mapping[str, int]], by_id: Mapping[str, Claim]) -> list[Claim]:
    """Of each article the claim that affirms most directly."""
    best: dict[str, int] = {}
    for edge in edges:
        for claim_id, distance in edge.items():
            best[claim_id] = min(distance, best.get(claim_id, distance))
    chosen: dict[str, Claim] = {}
    for claim_id in sorted(best, key=lambda i: (best[i], by_id[i].evidence[0].start)):
        chosen.setdefault(by_id[claim_id].evidence[0].article_id, by_id[claim_id])
    return sorted(chosen.values(), key=list(by_id.values()).index)


def denied_things(denied: Sequence[Claim], affirmed: Sequence[Claim]) -> str:
    """What is denied that the other side affirms, in the deniers' words: nouns, or "whether the ferry sank"."""
    said = {found for claim in affirmed for found in affirmed_stems(claim.text)}
    things: dict[str, str] = {}
    for claim in denied:
        for negation in negations(claim.text):
            reach = claim.text[negation.start + len(negation.cue) : negation.end]
            hits = [
                w for w in words(reach) if w.text[0].islower() and stem(w.text) in said.intersection(negation.heads)
            ]
            clause = _THAT.match(reach)
            if clause and len(hits) > 1:
                return f"whether {reach[clause.end() : hits[-1].end]}"
            for word in hits:
                things.setdefault(stem(word.text), word.text)
    inside = [m for claim in denied for m in _NOT_IN_STATE.finditer(claim.text) if stem(m["base"]) in said]
    if inside and not things:
        return f"{inside[0]['base']} or {inside[0].group()}"
    return " or ".join(list(things.values())[:3])
