"""What can be decided about: the statements of a run, where sources differ, what was left out, and the claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from pipeline.domain.claims import Claim, Evidence
from pipeline.domain.clusters import ClaimCluster
from pipeline.domain.review import About, AboutKind, evidence_digest
from pipeline.domain.synthesis import Statement
from pipeline.runs.folder import RunFolder


class Item(NamedTuple):
    """Something of the present run, with the passages it rests on."""

    about: About
    evidence: tuple[Evidence, ...]


class Items:
    """All of a run, by kind and id.

    Ids are those of ``summary.json`` and of the claims; what was dropped has none there, and is x1, x2, … in its order.
    """

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self.digests = {article.id: article.sha256 for article in run.articles().values()}
        self._found = {(item.about.kind, item.about.id): item for item in self._all()}

    def get(self, kind: AboutKind, name: str) -> Item | None:
        """The item of that kind and id; None if there is none."""
        return self._found.get((kind, name))

    def all(self) -> Iterator[Item]:
        """Every item, in the order of the summary; the claims come last."""
        yield from self._found.values()

    def passage(self, evidence: tuple[Evidence, ...]) -> About:
        """Marked words of the articles, as something that a decision is about."""
        return self._item("passage", evidence[0].article_id, evidence[0].quote, evidence).about

    @cached_property
    def statements(self) -> Mapping[str, Statement]:
        """The statements by id."""
        return {statement.id: statement for statement in self.run.synthesis.statements}

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """The claims by id."""
        return {claim.id: claim for file in self.run.files for claim in file.summary.claims}

    def _all(self) -> Iterator[Item]:
        synthesis = self.run.synthesis
        for statement in synthesis.statements:
            yield self._item("statement", statement.id, statement.text, (c.evidence for c in statement.citations))
        for one in synthesis.disagreements:
            cited = (citation.evidence for side in one.positions for citation in side.citations)
            yield self._item("disagreement", one.id, one.topic, cited)
        for cluster in synthesis.omissions:
            yield self._item("omission", cluster.id, cluster.positions[0].text, self._evidence_of(cluster))
        for number, dropped in enumerate(synthesis.dropped, start=1):
            yield self._item("dropped", f"x{number}", dropped.text, (c.evidence for c in dropped.citations))
        for claim in self.claims.values():
            yield self._item("claim", claim.id, claim.text, claim.evidence)

    def _evidence_of(self, cluster: ClaimCluster) -> Iterator[Evidence]:
        known = (self.claims[claim_id] for claim_id in cluster.claim_ids() if claim_id in self.claims)
        return (evidence for claim in known for evidence in claim.evidence)

    def _item(self, kind: AboutKind, name: str, text: str, evidence: Iterable[Evidence]) -> Item:
        passages = tuple(evidence)
        digest = evidence_digest(passages, self.digests)
        return Item(About(kind=kind, id=name, text=text, evidence_digest=digest), passages)
