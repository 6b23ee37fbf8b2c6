"""One of two runs that are compared, and what every comparison of cited texts asks of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.domain.claims import Claim
from pipeline.domain.comparison import WordRun
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.runs.diff.likeness import Cited, cited
from pipeline.runs.diff.sources import Articles, Passage
from pipeline.runs.folder import RunFolder
from pipeline.text.rewording import reworded


class Side(NamedTuple):
    """A run with the names that both runs know its articles by."""

    synthesis: Synthesis
    articles: Articles
    claims: Mapping[str, Claim]

    @classmethod
    def of(cls, run: RunFolder, articles: Articles) -> Side:
        """The run as one side; without claims that somebody made to cite an article which is no source."""
        told = (claim for file in run.files for claim in file.summary.claims)
        known = {c.id: c for c in told if all(e.article_id in articles.names for e in c.evidence)}
        return cls(run.synthesis, articles, known)

    def cited(self, text: str, citations: Iterable[Citation]) -> Cited:
        """A text of this run as it is compared."""
        return cited(text, citations, self.articles)

    def passages(self, claim_ids: Iterable[str]) -> frozenset[Passage]:
        """The passages of claims; an id that no article's file has brings none."""
        known = [self.claims[claim_id] for claim_id in claim_ids if claim_id in self.claims]
        return frozenset(self.articles.passage(evidence) for claim in known for evidence in claim.evidence)


class CitationChanges(NamedTuple):
    """Citations that only the second text has, and only the first."""

    gained: tuple[Citation, ...]
    lost: tuple[Citation, ...]


def citation_changes(left: Side, before: Iterable[Citation], right: Side, after: Iterable[Citation]) -> CitationChanges:
    """What the second text cites and the first does not, and the reverse; a passage counts once, whatever its claim."""
    old = {left.articles.passage(citation.evidence): citation for citation in before}
    new = {right.articles.passage(citation.evidence): citation for citation in after}
    return CitationChanges(
        gained=tuple(citation for passage, citation in new.items() if passage not in old),
        lost=tuple(citation for passage, citation in old.items() if passage not in new),
    )


def word_runs(before: str, after: str) -> tuple[WordRun, ...]:
    """What became of the words; nothing where the text is the same."""
    if before == after:
        return ()
    return tuple(WordRun(kind=run.kind, text=run.text) for run in reworded(before, after))
