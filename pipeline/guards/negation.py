"""What the evidence denies is not affirmed, and what it affirms is not denied."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.opposites import opposite_stems
from pipeline.text.polarity import Negation, affirmed_stems, denied_stems, negations
from pipeline.text.words import stem

_ACTS = frozenset(
    stem(verb) for verb in "deny dismiss reject refuse decline fail rule dispute turn throw rebuff say".split()
)
"""Verbs that deny: where the passage has the same, what is denied may be put in other words."""


_CONDITION = re.compile(r"\bif\b[^,;.:]*$", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\b(?:unless|or|otherwise)\b", re.IGNORECASE)
"""What "if it does not" puts in other words: "unless it does", "it does, or else"."""


def negation_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the scopes of negations, by the content words they reach."""
    evidence = contexts(passages)
    denied = {stem for context in evidence for stem in denied_stems(context)}
    affirmed = {stem for context in evidence for stem in affirmed_stems(context)}
    acts = [n for context in evidence for n in negations(context) if _act(n) in _ACTS]
    alternatives = any(_ALTERNATIVE.search(context) for context in evidence)
    own_acts = [n for n in negations(text) if _act(n) in _ACTS]
    problems = [
        f"denies “{text[n.start : n.end].strip()}”, which the cited passage does not deny"
        for n in negations(text)
        if n.scope
        and not denied.intersection(n.scope)
        and not (acts and _act(n) in _ACTS)
        and not _turned(n, affirmed)
        and not (alternatives and _CONDITION.search(text[: n.start]))
    ]
    twice = {stem for context in evidence for n in _nested(context) for stem in n.scope}
    problems += [
        f"denies “{text[n.start : n.end].strip()}” inside another denial, which turns it round"
        for n in _nested(text)
        if n.scope and not twice.intersection(n.scope)
    ]
    turned = (denied - affirmed) & (affirmed_stems(text) - denied_stems(text))
    turned -= _beside_heads(evidence, text)
    if own_acts:  # "the bid was rejected" for "rejected the bid": what is refused stands before the verb
        turned -= {stem for act in acts for stem in act.scope}
    if turned:
        problems.append(f"affirms what the cited passage denies ({', '.join(sorted(turned))})")
    applicable = bool(denied) or bool(negations(text))
    return verdict_of("negation", problems, applicable=applicable, passed="denials agree with the cited passage")


def _act(negation: Negation) -> str:
    return stem(negation.cue.split()[0])


def _beside_heads(evidence: Sequence[str], text: str) -> set[str]:
    """What stands with a denied noun that the text denies, too: "no decision to close it", "that is not decided"."""
    own = denied_stems(text)
    found = (n for context in evidence for n in negations(context) if n.nominal and own.issuperset(n.heads))
    return {stem for n in found if n.heads for stem in n.scope if stem not in n.heads}


def _turned(negation: Negation, affirmed: Collection[str]) -> bool:
    """Denies the opposite of what the passage affirms: "would not close" for "would keep open"."""
    return any(not opposite_stems(stem).isdisjoint(affirmed) for stem in negation.scope)


def _nested(text: str) -> list[Negation]:
    """Negations that stand inside the reach of another: "denied that it was not". "Neither … nor" is one denial."""
    found = negations(text)
    return [inner for outer, inner in pairwise(found) if inner.start < outer.end and inner.cue.lower() != "nor"]
