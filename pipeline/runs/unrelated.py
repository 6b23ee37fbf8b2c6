"""Articles that were given as one story and seem to tell of several events."""

from __future__ import annotations

from typing import Final

from pipeline.domain.article import Article
from pipeline.stages.grouping import group
from pipeline.stages.ingest import Ingested
from pipeline.text.languages.known import base
from pipeline.text.languages.scripts import length_in_words

_HARDLY_ALIKE: Final = 0.1
"""Mean likeness below which two groups are surely not one event: half of what grouping asks for. The articles of each
of the seven labelled stories stay together from .03 to .12."""
_MOST: Final = 200
"""Articles: comparing more takes longer than a remark is worth, and who has so many sorts them first."""
_LEAST_WORDS: Final = 60
"""Words of an article below which it may have none in common with another on the same event."""
_SHOWN: Final = 3


def with_doubts(ingested: Ingested) -> Ingested:
    """With a note where the articles have hardly a word in common; they are summarized as one story all the same.

    Short articles are not looked at, and those in several languages not compared: the same event has other words in
    each.
    """
    articles = [a for a in ingested.articles if length_in_words(a.text) >= _LEAST_WORDS]
    languages = {base(article.language) for article in articles if article.language}
    if not 1 < len(articles) <= _MOST or len(languages) > 1:
        return ingested
    groups = group(articles, _HARDLY_ALIKE)
    if len(groups) < 2:  # noqa: PLR2004  one event
        return ingested
    by_id = {article.id: article for article in articles}
    note = _note([by_id[one.article_ids[0]] for one in groups], len(ingested.articles))
    return ingested.model_copy(update={"notes": (*ingested.notes, note)})


def _note(firsts: list[Article], articles: int) -> str:
    shown = ", ".join(article.path for article in firsts[:_SHOWN])
    more = f" and {len(firsts) - _SHOWN} more" if len(firsts) > _SHOWN else ""
    return (
        f"The {articles} articles seem to tell of {len(firsts)} events (one each: {shown}{more}), and have one summary "
        "here; --group writes one of each."
    )
