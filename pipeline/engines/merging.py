"""What a model is shown of a story, so that a prompt stays within bounds however many articles there are.

A topic that hundreds of articles tell is shown by a few of its claims, of as many origins as can be; whoever else says
the same is cited by code afterwards (`engines.citing`). A story with more topics than one call should hold is read in
parts, each of which gives the topics worth telling; these are put together until one call holds them. So topics are
merged, never sentences, and each keeps its claims, and with them its citations, on every level.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster

SHOWN: Final = 12
"""Claims of one topic that are shown; more only say the same again."""
MOST_CLAIMS: Final = 200
"""Claims in one call. Their ids are an enum of the schema, of which strict servers take 250."""
MOST_TOKENS: Final = 32_000
"""Of all claims in one call, as they are estimated."""
MOST_LEVELS: Final = 3
"""Calls one above the other that a topic may pass before the last: a thousand articles need two."""
_FEWEST: Final = 2


class Topic(NamedTuple):
    """A topic as it is shown: some of its claims, its text in the prompt, and how many tokens that has, or more."""

    cluster: ClaimCluster
    claims: tuple[Claim, ...]
    text: str
    tokens: int


def shown(claims: Sequence[Claim], level: int = 0) -> list[Claim]:
    """The claims that stand for all, in their order: of each origin the first, then the second, while there is room.

    On each level above the first it is half as many, so that topics which no call leaves out come to fit into one.
    """
    most = max(_FEWEST, SHOWN >> level)
    if len(claims) <= most:
        return list(claims)
    times: dict[str, int] = {}
    ranked = []
    for place, claim in enumerate(claims):
        times[claim.origin_id] = times.get(claim.origin_id, 0) + 1
        ranked.append((times[claim.origin_id], place))
    return [claims[place] for place in sorted(place for _, place in sorted(ranked)[:most])]


def packed(topics: Sequence[Topic]) -> list[list[Topic]]:
    """The topics in their order, in as few parts as one call each can hold; one that is too long has its own."""
    parts: list[list[Topic]] = []
    claims = tokens = 0
    for topic in topics:
        claims, tokens = claims + len(topic.claims), tokens + topic.tokens
        if not parts or claims > MOST_CLAIMS or tokens > MOST_TOKENS:
            parts.append([])
            claims, tokens = len(topic.claims), topic.tokens
        parts[-1].append(topic)
    return parts


def most_parts(claims: int, tokens: int) -> int:
    """No more parts than this come out of so many claims and tokens: two that follow each other hold more than one may.

    >>> most_parts(70, 9_000), most_parts(1_000, 90_000)
    (1, 16)
    """
    if claims <= MOST_CLAIMS and tokens <= MOST_TOKENS:
        return 1
    return 2 * (claims // MOST_CLAIMS + tokens // MOST_TOKENS) + 2
