"""What articles tell about each other: passages that their publisher puts under all of them are none of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.text.boilerplate import boilerplate
from pipeline.text.cutting import without

BOILERPLATE: Final = "boilerplate"


class Cleared(NamedTuple):
    """The articles without boilerplate, and a remark on each that had some."""

    articles: tuple[Article, ...]
    notes: tuple[str, ...]


def without_boilerplate(articles: Sequence[Article]) -> Cleared:
    """Take out what recurs in articles of one publisher and is about none of them; it is in their ``removed``."""
    cleared: list[Article] = []
    notes: list[str] = []
    for article, spans in zip(articles, boilerplate(articles), strict=True):
        cleared.append(without(article, spans, BOILERPLATE) if spans else article)
        if spans:
            what = "a passage that recurs" if len(spans) == 1 else f"{len(spans)} passages that recur"
            notes.append(f"{article.path} has {what} in other articles of its publisher; taken out as boilerplate.")
    return Cleared(tuple(cleared), tuple(notes))
