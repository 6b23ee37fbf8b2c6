"""Which language a summary is written in, and whether a model has to be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.domain.claims import Claim
from pipeline.engines.protocol import Brief
from pipeline.text.languages.known import ENGLISH, base, language_of, read_as


def written_language(brief: Brief) -> str | None:
    """The tag of the language that a summary is to be written in; None where all is English and nobody has to ask.

    By default it is that of most articles: there, all that is checked can be.
    """
    languages = [article.language for article in brief.articles.values()]
    wanted = brief.language or majority_language(languages)
    if all(language_of(language) is None for language in (wanted, *languages)):
        return None
    return wanted


def majority_language(tags: Sequence[str | None]) -> str:
    """The language of most articles, English among equals; those that nobody told count as English.

    >>> majority_language(["de-AT", "de", "en-GB", None]), majority_language(["fr", "fr", "en"])
    ('en', 'fr')
    """
    counts = Counter(read_as(tag) for tag in tags)
    return min(counts, key=lambda code: (-counts[code], code != ENGLISH, code), default=ENGLISH)


def is_to_be_translated(claim: Claim, brief: Brief) -> bool:
    """Whether a claim is in another language than the summary."""
    language = written_language(brief)
    article = brief.articles[claim.evidence[0].article_id]
    return language is not None and base(language) != read_as(article.language)
