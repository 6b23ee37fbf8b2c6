"""What sources contradict each other about, though no claim of the engine tells it.

A model picks the claims that it finds worth telling, and a small one drops a figure in passing. That two articles give
different figures, or that one denies what the other says, is found by code; it must not depend on what a model picked.
So the differences are looked for among all sentences of the articles, and those sentences that take a side which no
claim takes become claims, in their own words.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.claims import ArticleFile, Claim
from pipeline.domain.clusters import ClaimCluster
from pipeline.engines.extractive import sentence_drafts
from pipeline.engines.protocol import ClaimDraft
from pipeline.stages.ground import ground
from pipeline.stages.reconcile import differences


def with_contested(files: Sequence[ArticleFile]) -> list[ArticleFile]:
    """The files, each with the contested sentences that its claims leave out, behind them and in reading order."""
    told = {claim.id: claim for file in files for claim in file.summary.claims}
    sentences = {c.id: c for file in files for c in ground(file.article, _untold(file))[0]}
    every = told | sentences
    if len(every) == len(told):
        return list(files)
    clusters = differences(list(every.values()), {file.article.id: file.article for file in files})
    missing = {name for cluster in clusters for name in _missing(cluster, told, every)}
    added = [claim for name, claim in sentences.items() if name in missing]
    return [_with(file, [c for c in added if c.evidence[0].article_id == file.article.id]) for file in files]


def _untold(file: ArticleFile) -> tuple[ClaimDraft, ...]:
    """The sentences that no claim tells in their own words: the embedded engine's are all there, and grounded."""
    told = {(claim.text, claim.evidence[0].quote) for claim in file.summary.claims}
    return sentence_drafts(file.article, told)


def _missing(cluster: ClaimCluster, told: dict[str, Claim], every: dict[str, Claim]) -> list[str]:
    """The sentences that take a position for which no claim of the engine rests on the same passage."""
    found = []
    for position in cluster.positions:
        own = [told[name] for name in position.claim_ids if name in told]
        found += [
            name
            for name in position.claim_ids
            if name not in told and not any(_same_passage(every[name], claim) for claim in own)
        ]
    return found


def _same_passage(first: Claim, second: Claim) -> bool:
    one, two = first.evidence[0], second.evidence[0]
    return one.article_id == two.article_id and one.start < two.end and two.start < one.end


def _with(file: ArticleFile, added: Sequence[Claim]) -> ArticleFile:
    if not added:
        return file
    summary = file.summary
    update = {"claims": (*summary.claims, *added), "contested": summary.contested + len(added)}
    return file.model_copy(update={"summary": summary.model_copy(update=update)})
