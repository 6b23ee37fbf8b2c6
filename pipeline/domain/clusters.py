"""Claims of several articles that answer one question."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.domain.base import Model

Relation = Literal["single", "agree", "contradiction", "reported_position", "scope", "superseded"]
DIFFERING: frozenset[Relation] = frozenset({"contradiction", "reported_position", "scope", "superseded"})


class Holder(Model):
    """Who takes a position: a speaker named in the text, or the outlet that reports it in its own voice."""

    name: str
    kind: Literal["speaker", "outlet"]


class Position(Model):
    """One answer to the cluster's question. ``origins`` counts independent origins."""

    text: str
    holders: tuple[Holder, ...]
    claim_ids: tuple[str, ...] = Field(min_length=1)
    origins: int


class ClaimCluster(Model):
    """Claims about the same thing. ``articles`` are ids; ``origins`` counts the independent ones."""

    id: str
    question: str
    positions: tuple[Position, ...] = Field(min_length=1)
    relation: Relation
    origins: int
    articles: tuple[str, ...]

    def claim_ids(self) -> tuple[str, ...]:
        """All claims, in the order of the positions."""
        return tuple(claim_id for position in self.positions for claim_id in position.claim_ids)
