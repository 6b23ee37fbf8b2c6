"""What a model is asked to reply: the schemas of structured outputs, which name and order all that it writes."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, Field

from pipeline.domain.claims import Kind

MOST_CITED: Final = 6
"""Claims that a statement may cite, and that a repair is shown."""
MOST_OF_WORDS: Final = 120
"""Characters of the exact words that pin a claim; small models fill all the room that they have."""


class ClaimReply(BaseModel):
    """One claim of a reply. The order of the fields is the order in which the model writes them."""

    words: str = Field(max_length=MOST_OF_WORDS)
    sentences: list[int] = Field(min_length=1, max_length=3)
    speaker: str | None = Field(max_length=120)
    claim: str = Field(max_length=400)
    kind: Kind


class ClaimsReply(BaseModel):
    """The reply to ``summarize``."""

    claims: list[ClaimReply]


class StatementReply(BaseModel):
    """One statement: first what it rests on, then the words."""

    claim_ids: list[str] = Field(min_length=1, max_length=MOST_CITED)
    text: str = Field(max_length=500)


class StatementsReply(BaseModel):
    """The reply to ``synthesize``."""

    statements: list[StatementReply] = Field(max_length=40)


class SentenceReply(BaseModel):
    """The reply to ``synthesize_cluster`` and ``repair``."""

    sentence: str = Field(max_length=500)
