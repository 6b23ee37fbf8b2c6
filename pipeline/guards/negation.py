"""What the evidence denies is not affirmed, and what it affirms is not denied."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.domain.verdict import Guard
from pipeline.guards.passage import Passage, contexts, verdict_of
from pipeline.text.polarity import Negation, affirmed_stems, denied_stems, negations
from pipeline.text.words import stem

_ACTS = frozenset(stem(verb) for verb in "deny dismiss reject refuse decline fail rule dispute".split())
"""Verbs that deny: where the passage has the same, what is denied may be put in other words."""


def negation_guard(text: str, passages: Sequence[Passage]) -> Guard:
    """Compare the scopes of negations, by the content words they reach."""
    evidence = contexts(passages)
    denied = {stem for context in evidence for stem in denied_stems(context)}
    affirmed = {stem for context in evidence for stem in affirmed_stems(context)}
    acts = _ACTS & {_act(n) for context in evidence for n in negations(context)}
    problems = [
        f"denies “{text[n.start : n.end].strip()}”, which the cited passage does not deny"
        for n in negations(text)
        if n.scope and not denied.intersection(n.scope) and _act(n) not in acts
    ]
    twice = {stem for context in evidence for n in _nested(context) for stem in n.scope}
    problems += [
        f"denies “{text[n.start : n.end].strip()}” inside another denial, which turns it round"
        for n in _nested(text)
        if n.scope and not twice.intersection(n.scope)
    ]
    turned = (denied - affirmed) & (affirmed_stems(text) - denied_stems(text))
    if turned:
        problems.append(f"affirms what the cited passage denies ({', '.join(sorted(turned))})")
    applicable = bool(denied) or bool(negations(text))
    return verdict_of("negation", problems, applicable=applicable, passed="denials agree with the cited passage")


def _act(negation: Negation) -> str:
    return stem(negation.cue.split()[0])


def _nested(text: str) -> list[Negation]:
    """Negations that stand inside the reach of another: "denied that it was not". "Neither … nor" is one denial."""
    found = negations(text)
    return [inner for outer, inner in pairwise(found) if inner.start < outer.end and inner.cue.lower() != "nor"]
