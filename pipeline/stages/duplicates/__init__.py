"""Duplicates: which articles another one stands for: copies, and earlier versions of one article (decision 022).

Only what loses nothing is left out. Two articles that differ in a figure, a name, a negation or any other word that
carries meaning are no copies; the older of them is left out only where both are versions of one article and it is
known which is newer. One report under several titles is several articles of one origin (decision 014): all stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.run import Duplicate
from pipeline.stages.duplicates.changes import changes
from pipeline.stages.duplicates.kinship import kinship
from pipeline.stages.duplicates.moments import standing
from pipeline.text.copying import Run, pairs_that_meet, runs, tokens_of

_LONG_RUN: Final = 8
"""Words of a run that two articles share before they are compared; whatever is a copy or a version has such runs."""


class Sorted(NamedTuple):
    """The articles to use, in the order given; what was left out; and pairs of which the newer is not known."""

    articles: tuple[Article, ...]
    duplicates: tuple[Duplicate, ...]
    undecided: tuple[tuple[str, str], ...]


Relation = Literal["text", "nearly", "earlier"]
"""How an article is to the one that is kept."""


class _Link(NamedTuple):
    kept: Article
    relation: Relation


def sort_out(articles: Sequence[Article]) -> Sorted:
    """Leave out copies and earlier versions. Which are left out does not depend on the order they are given in.

    An article gives way to the best one that it is of kin to, or to what that one gives way to: of three versions
    only the newest stays, even if the first has nothing in common with it any more.
    """
    ranked = sorted(articles, key=_rank, reverse=True)
    near = _neighbours(ranked)
    links: dict[str, _Link] = {}
    undecided: list[tuple[str, str]] = []
    for place, article in enumerate(ranked):
        for other in (ranked[index] for index in near.get(place, ())):
            found = kinship(article, other)
            if found == "undecided":
                undecided.append((min(article.path, other.path), max(article.path, other.path)))
            elif found is not None:
                kept = links[other.path].kept if other.path in links else other
                links[article.path] = _Link(kept, found)
                break
    left_out = [article for article in articles if article.path in links]
    return Sorted(
        tuple(article for article in articles if article.path not in links),
        tuple(duplicate(article, *links[article.path]) for article in left_out),
        tuple(pair for pair in sorted(undecided) if links.keys().isdisjoint(pair)),
    )


def _rank(article: Article) -> tuple[tuple[str, int, str], int, int, str, str]:
    """The newest first, then the longest, then the one of which most is known."""
    known = sum(value is not None for value in (article.title, article.publisher, article.published, article.url))
    return standing(article), len(article.text.split()), known, article.sha256, article.path


def _neighbours(ranked: Sequence[Article]) -> dict[int, list[int]]:
    """For each article the better ones that share its text or a long run of words, the best first.

    Of many that have one text each meets the best, so that a thousand copies are not a million comparisons.
    """
    near: dict[int, set[int]] = {}
    first: dict[str, int] = {}
    found: dict[str, Sequence[Run]] = {}
    for place, article in enumerate(ranked):
        text = " ".join(article.text.split())
        if text in first:
            near.setdefault(place, set()).add(first[text])
        first.setdefault(text, place)
        found[f"{place:09}"] = runs(tokens_of(article.text), _LONG_RUN)
    for one, two in pairs_that_meet(found):
        near.setdefault(int(two), set()).add(int(one))
    return {place: sorted(others) for place, others in near.items()}


def duplicate(article: Article, kept: Article, relation: Relation) -> Duplicate:
    """The record of an article that another stands for; of an earlier version with the sentences that changed."""
    return Duplicate(
        path=article.path,
        sha256=article.sha256,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        kept=kept.path,
        relation=relation,
        changes=changes(article.sentence_texts(), kept.sentence_texts()) if relation == "earlier" else (),
    )
