"""What a run left behind, as far as an evaluation asks: the texts that a reader gets, and the trail behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile, Evidence
from pipeline.domain.run import Failure
from pipeline.domain.synthesis import Citation, Synthesis
from pipeline.runs.folder import stands


class Outcome(NamedTuple):
    """A finished run. ``synthesis`` is None where every article failed; ``inputs`` are digests of what it was given."""

    synthesis: Synthesis | None
    files: Sequence[ArticleFile]
    failures: Sequence[Failure] = ()
    inputs: frozenset[str] = frozenset()

    def articles(self) -> dict[str, Article]:
        """The articles that were read, by id."""
        return {file.article.id: file.article for file in self.files}


class Told(NamedTuple):
    """A text that the reader of a summary gets.

    ``id`` is ``s3`` for a statement, ``d1.2`` for the second position of disagreement d1. ``evidence`` are the
    citations of what is told that resolve to the character (one that only shows who else holds a position bears nothing
    out), ``out_of_range`` counts those that do not, ``paths`` are the files of the
    first. ``holders`` are the names shown beside a position. ``origins`` is what the summary claims of a statement.
    """

    id: str
    text: str
    evidence: tuple[Evidence, ...]
    out_of_range: int
    paths: frozenset[str]
    holders: tuple[str, ...] = ()
    origins: int | None = None


def texts_of(outcome: Outcome) -> list[Told]:
    """Statements, then the positions of disagreements."""
    synthesis, articles = outcome.synthesis, outcome.articles()
    if synthesis is None:
        return []
    statements = [_told(s.id, s.text, s.citations, articles)._replace(origins=s.origins) for s in synthesis.statements]
    positions = [
        _told(f"{d.id}.{number}", p.text, p.citations, articles)._replace(holders=tuple(h.name for h in p.holders))
        for d in synthesis.disagreements
        for number, p in enumerate(d.positions, start=1)
    ]
    return [*statements, *positions]


def _told(name: str, text: str, citations: Sequence[Citation], articles: Mapping[str, Article]) -> Told:
    found = [citation for citation in citations if resolves(citation.evidence, articles)]
    evidence = tuple(citation.evidence for citation in found if citation.role == "content")
    paths = frozenset(articles[one.article_id].path for one in evidence)
    return Told(name, text, evidence, len(citations) - len(found), paths)


def resolves(evidence: Evidence, articles: Mapping[str, Article]) -> bool:
    """Whether the passage stands where it says."""
    article = articles.get(evidence.article_id)
    return article is not None and stands(evidence, article)
