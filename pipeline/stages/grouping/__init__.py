"""Grouping: from a heap of articles to events. The order in which articles are given changes nothing.

No model is needed; a sentence encoder may say, beside the words, how alike articles are by what they mean.

Articles are compared by their words, weighted by how telling they are in this heap, and by how far apart they were
published (`likeness`); the nearest groups are joined until none are near enough (`clustering`). Docs: decision 022.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.domain.article import Article
from pipeline.domain.groups import Group
from pipeline.stages.grouping.clustering import average_link
from pipeline.stages.grouping.likeness import likenesses

THRESHOLD: Final = 0.2
"""Mean likeness of two groups from which they tell of one event. On seven labelled stories among 39 other articles,
whatever lies between .15 and .28 gives a B-cubed F1 of .95 or more (`evals/benchmarks/grouping.py`)."""
THRESHOLD_WITH_MEANING: Final = 0.36
"""The same where meaning counts half; chosen on the same articles, with one encoder."""
_DIGITS: Final = 12
"""Of an article's digest, so many name its group; where that is not unique, all of them."""
_UNKNOWN: Final = "9999"
"""After all days."""


Alike = Callable[[Sequence[str]], Mapping[tuple[int, int], float]]
"""How alike texts are by what they mean, 0 to 1, by pairs of their places, the smaller first."""


def group(
    articles: Sequence[Article], threshold: float | None = None, *, alike: Alike | None = None
) -> tuple[Group, ...]:
    """The articles by event, each in exactly one group, the earliest event first.

    A group is named by the digest of its earliest article, so it keeps its name when other articles come, unless
    they are of the same event and older. An article that resembles no other is a group of its own.

    Args:
        articles: in any order.
        threshold: mean likeness from which two groups are one; default: `THRESHOLD`, or the one with meaning.
        alike: asked once about all articles, if given.
    """
    ordered = sorted(articles, key=_age)
    meaning = alike([f"{one.title or ''}\n{one.text}" for one in ordered]) if alike else None
    least = THRESHOLD_WITH_MEANING if alike else THRESHOLD
    found = average_link(len(ordered), likenesses(ordered, meaning), least if threshold is None else threshold)
    members = [[ordered[index] for index in sorted(indices)] for indices in found]
    short = Counter(_name(several[0], _DIGITS) for several in members)
    return tuple(
        Group(
            id=_name(several[0], _DIGITS if short[_name(several[0], _DIGITS)] == 1 else None),
            article_ids=tuple(article.id for article in several),
        )
        for several in sorted(members, key=lambda several: _age(several[0]))
    )


def _age(article: Article) -> tuple[str, str, str]:
    """A total order that does not depend on where the files lie: articles without a day come last."""
    return article.published or _UNKNOWN, article.sha256, article.id


def _name(first: Article, digits: int | None) -> str:
    return f"story-{first.sha256[:digits]}"
