"""Decisions for the tests, and strategies that make them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pipeline.domain.review import About, Decision
from pipeline.domain.verdict import Verdict
from pipeline.runs.review.deciding import AboutGiven, Asked, Stamp, decide
from pipeline.runs.review.items import Items

VERDICT = Verdict(status="supported", guards=(), method="words", score=1.0)
DIGEST = f"sha256:{'0' * 64}"


def made(name: str, **fields: Any) -> Decision:
    """A decision that accepts some statement, unless ``fields`` say otherwise."""
    about = About(kind="statement", id="s1", text="It sank.", evidence_digest=DIGEST)
    known: dict[str, Any] = {"at": "2026-03-02T10:00:00+00:00", "by": "Ada Penn", "action": "accept", "about": about}
    return Decision(id=name, **(known | fields))


class Reviewer:
    """Decides about a run as the server does; ``decisions`` are all that were made."""

    def __init__(self, items: Items, by: str = "Ada Penn") -> None:
        self.items = items
        self.by = by
        self.decisions: list[Decision] = []

    def decide(self, action: Any, kind: Any = "statement", name: str = "", **more: Any) -> Decision:
        """One more decision, at the next minute."""
        number = len(self.decisions)
        stamp = Stamp(f"d{number}", f"2026-03-02T10:{number % 60:02}:00+00:00", self.by)
        about = AboutGiven(kind=kind, id=name) if name else None
        asked = Asked.model_validate({"action": action, "about": about, **more})
        decision = decide(asked, self.items, self.decisions, stamp)
        self.decisions.append(decision)
        return decision


decisions = st.builds(
    made,
    st.uuids().map(str),
    by=st.text(min_size=1, max_size=20),
    action=st.just("comment"),
    text=st.text(min_size=1, max_size=200),
)
"""Comments of all kinds of characters; not lone surrogates, which no JSON that we read can bring."""
