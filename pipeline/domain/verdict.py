"""Whether a text follows from the passages it cites."""

from __future__ import annotations

from typing import Final, Literal

from pipeline.domain.base import Model

Status = Literal["supported", "partial", "unsupported", "contradicted", "uncited"]
Outcome = Literal["pass", "fail", "not_applicable"]

ADVISORY: Final = frozenset({"entailment", "judge"})
"""Guards that rest on a model. They decide nothing, and never fail: one that does not agree, or could not say, is
"not_applicable" with a detail."""


class Guard(Model):
    """One check. ``detail`` says in plain words what was found."""

    name: str
    outcome: Outcome
    detail: str


class Verdict(Model):
    """The sum of the checks. ``score`` is how likely the text follows from the evidence, 0 to 1; it decides nothing."""

    status: Status
    guards: tuple[Guard, ...]
    method: str
    score: float

    def failures(self) -> tuple[Guard, ...]:
        """The guards that failed."""
        return tuple(guard for guard in self.guards if guard.outcome == "fail")

    def advice(self) -> tuple[Guard, ...]:
        """What models say, where they were asked."""
        return tuple(guard for guard in self.guards if guard.name in ADVISORY)
