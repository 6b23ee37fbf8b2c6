"""What a check of somebody's summary found."""

from __future__ import annotations

from pydantic import Field

from pipeline.domain.article import Article
from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.synthesis import Citation
from pipeline.domain.verdict import Verdict


class CheckedSentence(Model):
    """A sentence, what it cites (or what it could cite), and the verdict."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict


class CheckReport(Model):
    """What `pipeline check --json` prints, and what it does not.

    ``skipped`` counts what was not checked, by kind; ``names`` are the paths of the articles, and ``articles`` they
    themselves, by the ids that the citations have.
    """

    schema_version: int = SCHEMA_VERSION
    sentences: tuple[CheckedSentence, ...]
    counts: dict[str, int]
    skipped: dict[str, int] = Field(default={}, exclude=True)
    names: dict[str, str] = Field(default={}, exclude=True)
    articles: dict[str, Article] = Field(default={}, exclude=True)

    def passed(self) -> bool:
        """Whether nothing is unsupported, contradicted or uncited."""
        return not {"unsupported", "contradicted", "uncited"} & {s.verdict.status for s in self.sentences}
