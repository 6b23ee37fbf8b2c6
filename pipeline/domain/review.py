"""What a reviewer decided about a run: one line of ``review.jsonl`` a decision, and nothing is ever changed in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.claims import Evidence
from pipeline.domain.verdict import Verdict

Action = Literal["accept", "reject", "edit", "comment", "vital", "missing", "withdraw"]
AboutKind = Literal["statement", "disagreement", "omission", "dropped", "claim", "passage"]
State = Literal["open", "accepted", "rejected", "edited"]

REASONS: Final = ("false", "not in the source", "misleading", "unimportant", "repeats")
"""What a rejection is most often for: the page offers these, and a reviewer may give another."""
NOT_FALSE: Final = frozenset({"unimportant", "repeats"})
"""Those of the reasons that do not say that a statement is false."""
ABOUT_A_PASSAGE: Final[AboutKind] = "passage"
"""What a missing fact is about: the words of a source that the reviewer marked."""


class About(Model):
    """What a decision is about, as it stood then.

    ``id`` is its name in that run. A rerun may give the name to something else: ``text`` and ``evidence_digest`` (see
    `evidence_digest`) are what it is recognised by.
    """

    kind: AboutKind
    id: str
    text: str
    evidence_digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


class Decision(Model):
    """One decision: who (``by``), when (``at``, ISO, UTC) and what.

    ``text`` is the new text of an edit, the comment, or the missing fact in the reviewer's words (None: the marked
    words say it). ``reason`` goes with a rejection. ``evidence`` is the passage that was marked, or what an edit was
    verified against, and ``verdict`` what came of that. ``withdraws`` is the id of a decision that is taken back.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    id: str = Field(min_length=1)
    at: str
    by: str = Field(min_length=1)
    action: Action
    about: About
    text: str | None = None
    reason: str | None = None
    evidence: tuple[Evidence, ...] = ()
    verdict: Verdict | None = None
    withdraws: str | None = None

    @model_validator(mode="after")
    def _has_what_its_action_needs(self) -> Self:
        needed = {
            "edit": bool(self.text and self.verdict),
            "comment": bool(self.text),
            "reject": bool(self.reason),
            "missing": bool(self.evidence),
            "withdraw": bool(self.withdraws),
        }
        if not needed.get(self.action, True):
            raise ValueError(f"a decision to {self.action} does not say what it must")
        return self


def evidence_digest(evidence: Iterable[Evidence], articles: Mapping[str, str]) -> str:
    """``sha256:`` of the passages, in whatever order they come.

    Args:
        evidence: the passages.
        articles: the SHA-256 of each article's file by its id. Another run may give the article another id; an article
            that is not there goes by its id.
    """
    places = sorted({(articles.get(e.article_id, e.article_id), e.start, e.end, e.quote) for e in evidence})
    canonical = json.dumps(places, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode('ascii')).hexdigest()}"
