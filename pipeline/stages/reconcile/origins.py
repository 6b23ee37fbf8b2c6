"""Origins: how many desks stand behind several articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.domain.claims import Claim
from pipeline.text.similarity import shingles

_SAME_WORDING: Final = 0.6
"""Share of common five-word runs from which one passage is a copy of the other."""


def trace_origins(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims with the origin of each: the first article whose passage it copies, else its own.

    Wording that several articles share came from one desk, so it counts once.
    """
    traced: list[Claim] = []
    runs = [shingles(claim.evidence[0].quote) for claim in claims]
    seen: dict[tuple[str, ...], list[int]] = {}
    for index, claim in enumerate(claims):
        earlier = sorted({i for run in runs[index] for i in seen.get(run, [])})
        copied = (i for i in earlier if _is_copy(claims[i], claim, runs[i], runs[index]))
        source = next(copied, None)
        origin = claim.origin_id if source is None else traced[source].origin_id
        traced.append(claim.model_copy(update={"origin_id": origin}))
        for run in runs[index]:
            seen.setdefault(run, []).append(index)
    return tuple(traced)


def _is_copy(first: Claim, second: Claim, one: set[tuple[str, ...]], two: set[tuple[str, ...]]) -> bool:
    if first.evidence[0].article_id == second.evidence[0].article_id:
        return False
    return len(one & two) >= _SAME_WORDING * min(len(one), len(two))
