"""Topics are average-link groups, however their sums are kept."""

from __future__ import annotations

import math

from hypothesis import given, strategies as st

from pipeline.domain.claims import Claim
from pipeline.stages.reconcile.common import View
from pipeline.stages.reconcile.topics import _SAME_TOPIC, _groups, _links
from tests.stages.story import story
from tests.strategies import sentences


def _plainly(view: View) -> list[list[str]]:
    """The same by the definition: the average of all pairs, summed anew for every two groups."""
    links = _links(view)
    group_of: dict[str, list[str]] = {claim.id: [claim.id] for claim in view.claims}
    for _, first, second in sorted((-value, a, b) for (a, b), value in links.items()):
        left, right = group_of[first], group_of[second]
        if left is right:
            continue
        pairs = [(min(a, b), max(a, b)) for a in left for b in right]
        if math.fsum(links.get(pair, 0.0) for pair in pairs) >= _SAME_TOPIC * len(pairs):
            left.extend(right)
            group_of |= dict.fromkeys(right, left)
    return sorted(sorted(group) for group in {id(group): group for group in group_of.values()}.values())


@given(st.lists(st.lists(sentences(), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5))
def test_groups_are_those_of_the_definition(texts: list[str]) -> None:
    """Any little articles, many sentences of which are alike: sums that are kept give what sums made anew give."""
    made = story(*texts)
    claims: list[Claim] = list(made.brief.claims.values())
    view = View.of(claims, made.articles)
    assert sorted(sorted(claim.id for claim in group) for group in _groups(view)) == _plainly(view)
