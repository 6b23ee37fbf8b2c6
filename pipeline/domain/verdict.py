"""Whether a text follows from the passages it cites."""

from __future__ import annotations

from typing import Final, Literal

from pipeline.domain.base import Model

Status = Literal["supported", "unverified", "partial", "unsupported", "contradicted", "uncited"]
"""``unverified``: no check failed, but not all that must be checked can be, as text and source are in different
languages, or in one that is not known. The guards say which."""
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

    def tellable(self) -> bool:
        """Whether a summary may say this: it is borne out, or all that can be checked of it is, which is something."""
        checked = any(guard.outcome == "pass" for guard in self.guards)
        return self.status == "supported" or (self.status == "unverified" and checked)

    def failures(self) -> tuple[Guard, ...]:
        """The guards that failed."""
        return tuple(guard for guard in self.guards if guard.outcome == "fail")

    def unchecked(self) -> tuple[Guard, ...]:
        """What would have had to be checked and could not be; ``detail`` says why."""
        return tuple(g for g in self.guards if g.outcome == "not_applicable" and g.detail and g.name not in ADVISORY)

    def advice(self) -> tuple[Guard, ...]:
        """What models say, where they were asked."""
        return tuple(guard for guard in self.guards if guard.name in ADVISORY)
