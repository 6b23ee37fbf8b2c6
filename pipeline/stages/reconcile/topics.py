"""Topics: claims that say much the same, each in one topic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster, Relation
from pipeline.engines.standing import STANDS, standing
from pipeline.stages.reconcile.common import View, cluster, position
from pipeline.stages.reconcile.denials import denies
from pipeline.stages.reconcile.figures import counts_differ
from pipeline.text.names import fold_token, is_spelling_variant, name_tokens, proper_names
from pipeline.text.words import content_stems, stem, words

_SAME_TOPIC: Final = 0.34
"""Average cosine from which two groups of claims are one topic (chosen on the seeds and four news stories)."""
_CANDIDATE: Final = 0.2
_LEAST_SHARED: Final = 2
"""Stems that two claims on one topic share; "hear" alone is in "the hearing is on Wednesday" and "let us hear them"."""
_SHORT: Final = 5
"""Stems of a claim that says one thing of somebody."""
_WHOLE: Final = 2**53
"""A cosine of 1 as a whole number."""


def topics(view: View) -> list[ClaimCluster]:
    """The topics, in the order of their first claims."""
    return [_topic(group, view) for group in _groups(view)]


def _groups(view: View) -> list[list[Claim]]:
    """Average-link agglomeration over the pairs that share enough, closest first.

    What two groups share is kept for each pair of groups and added up when two become one: summed anew for every pair
    of claims, the time grows with the cube of a story. The sums are of whole numbers, so their order is no matter.
    """
    links = _links(view)
    group_of = {claim.id: number for number, claim in enumerate(view.claims)}
    members = {number: [claim] for number, claim in enumerate(view.claims)}
    shared: dict[int, dict[int, int | None]] = {number: {} for number in members}
    for (a, b), value in links.items():
        one, two = group_of[a], group_of[b]
        shared[one][two] = shared[two][one] = None if math.isinf(value) else round(value * _WHOLE)
    for _, first, second in sorted(((-value, a, b) for (a, b), value in links.items())):
        left, right = group_of[first], group_of[second]
        if left == right:
            continue
        total = shared[left][right]
        if total is not None and total >= _SAME_TOPIC * _WHOLE * len(members[left]) * len(members[right]):
            _join(left, right, shared)
            for claim in members[right]:
                group_of[claim.id] = left
            members[left] += members.pop(right)
    order = {claim.id: index for index, claim in enumerate(view.claims)}
    ordered = (sorted(group, key=lambda claim: order[claim.id]) for group in members.values())
    return sorted(ordered, key=lambda group: order[group[0].id])


def _join(left: int, right: int, shared: dict[int, dict[int, int | None]]) -> None:
    """Let the left group share what the right one shared; None where a pair of their claims must not be one topic."""
    for other, value in shared.pop(right).items():
        del shared[other][right]
        if other == left:
            continue
        mine = shared[left].get(other, 0)
        total = None if mine is None or value is None else mine + value
        shared[left][other] = shared[other][left] = total


def _links(view: View) -> dict[tuple[str, str], float]:
    """Cosines of the pairs that share enough; minus infinity for a pair that must not be one topic.

    Products are summed over an index of stems, so that only pairs which share one cost anything.
    """
    holders: dict[str, list[str]] = {}
    for claim in view.claims:
        for word in sorted(view.stems[claim.id]):
            holders.setdefault(word, []).append(claim.id)
    products: dict[tuple[str, str], float] = {}
    for word, ids in holders.items():
        square = view.weights[word] ** 2
        for one, two in combinations(sorted(set(ids)), 2):
            products[one, two] = products.get((one, two), 0.0) + square
    lengths = {
        claim.id: math.sqrt(math.fsum(view.weights[s] ** 2 for s in view.stems[claim.id])) for claim in view.claims
    }
    cosines = {(a, b): product / (lengths[a] * lengths[b]) for (a, b), product in products.items()}
    by_id = {claim.id: claim for claim in view.claims}
    return {
        (a, b): -math.inf if _at_odds(by_id[a], by_id[b]) else value
        for (a, b), value in cosines.items()
        if value >= _CANDIDATE and _share_enough(by_id[a], by_id[b], view)
    }


def _share_enough(first: Claim, second: Claim, view: View) -> bool:
    """Whether more than a word is shared, and not only what is said of two others: "X declined to comment", "Y …"."""
    one, two = view.stems[first.id], view.stems[second.id]
    if one == two:
        return True
    if len((one & two) - {"not"}) < _LEAST_SHARED:
        return False
    if max(len(one), len(two)) > _SHORT:
        return True
    names, others = (_capitalised(claim.text) for claim in (first, second))
    alone, beside = one - two, two - one
    of_others = alone and beside and alone <= names.keys() and beside <= others.keys()
    return not of_others or any(is_spelling_variant(names[a], others[b]) for a in alone for b in beside)


def _capitalised(text: str) -> dict[str, str]:
    """Words that begin with a capital, the first one, too, by their stems."""
    return {stem(word.text): fold_token(word.text) for word in words(text) if word.text[:1].isupper()}


def _at_odds(first: Claim, second: Claim) -> bool:
    """Whether one denies what the other says, or counts the same thing differently: never one topic with one answer."""
    return denies(first, second) or denies(second, first) or counts_differ(first, second)


def _topic(group: Sequence[Claim], view: View) -> ClaimCluster:
    articles = {claim.evidence[0].article_id for claim in group}
    relation: Relation = "agree" if len(articles) > 1 else "single"
    alone = (claim for claim in group if standing(claim.text) >= STANDS)
    told = group[0] if len(group) == 1 else next(alone, group[0])
    return cluster(_about(group), [position(told.text, group, view.articles)], relation, group)


def _about(group: Sequence[Claim]) -> str:
    """What the claims are about, in words of the first of them: names that most share, else its telling words."""
    shared = [t for t in name_tokens(group[0].text) if all(t in name_tokens(c.text) for c in group)]
    names = [n.text for n in proper_names(group[0].text) if any(t in shared for t in n.tokens)]
    common = set.intersection(*(set(content_stems(claim.text)) for claim in group))
    telling = [w.text for w in words(group[0].text) if stem(w.text) in common and not w.text[0].isupper()]
    return ", ".join(dict.fromkeys([*names[:3], *telling[:4]])) or group[0].text
