"""Reconcile: bring the claims of several articles together by what they are about, and find where they differ.

Two kinds of cluster come out. *Topics* partition the claims: each claim is in one. *Differences* hold two or more
positions on one question (a figure given in two ways, something affirmed here and denied there); a claim may be
in several, since one sentence can answer several questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.domain.article import Article
from pipeline.domain.claims import Claim
from pipeline.domain.clusters import ClaimCluster
from pipeline.stages.reconcile.acts import act_differences
from pipeline.stages.reconcile.answers import answers
from pipeline.stages.reconcile.common import View
from pipeline.stages.reconcile.contraries import contrary_differences
from pipeline.stages.reconcile.denials import denials
from pipeline.stages.reconcile.figures import figure_differences
from pipeline.stages.reconcile.origins import trace_origins
from pipeline.stages.reconcile.topics import topics

__all__ = ["differences", "reconcile", "trace_origins"]


def reconcile(claims: Sequence[Claim], articles: Mapping[str, Article]) -> tuple[ClaimCluster, ...]:
    """Topics, then differences; the order follows the claims' and is the same for the same claims."""
    view = View.of(claims, articles)
    return _numbered([*topics(view), *_differences(view)])


def differences(claims: Sequence[Claim], articles: Mapping[str, Article]) -> tuple[ClaimCluster, ...]:
    """The differences alone."""
    return _numbered(_differences(View.of(claims, articles)))


def _differences(view: View) -> list[ClaimCluster]:
    disputes = [*denials(view), *act_differences(view)]
    across = [*figure_differences(view), *disputes, *contrary_differences(view, disputes)]
    return [*across, *answers(view, across)]


def _numbered(clusters: Sequence[ClaimCluster]) -> tuple[ClaimCluster, ...]:
    return tuple(c.model_copy(update={"id": f"c{number:02}"}) for number, c in enumerate(clusters, start=1))
