"""Which language an article is in, and what a reader must know of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.domain.article import Article
from pipeline.text.languages.detection import agrees, detect
from pipeline.text.languages.known import ENGLISH, base, is_known, language_name, language_of, tag_of
from pipeline.text.languages.library import named_by_library
from pipeline.text.languages.scripts import length_in_words

_TELLING: Final = 40
"""Words from which a text should show its language."""

KNOWN_CHECKS: Final = (
    "figures, dates, names, denial, quotations and words are checked; who says so, who did what to whom, plan or deed, "
    "and comparisons are not, and one article's denial of another's account is not found"
)
OTHER_CHECKS: Final = (
    "figures, quotations and words are checked; dates, names, denial, who says so, who did what to whom, plan or deed, "
    "and comparisons are not, nor are differences found"
)


def settled_language(declared: str | None, text: str) -> str | None:
    """The tag of an article's language: what is declared for it, if its script can be that; else what the text shows.

    Args:
        declared: a tag, or the English name of a language, as people write it in ``sources.yaml``.
        text: the article's.

    >>> settled_language("de-AT", "Kurz."), settled_language("en", "Паром сел на мель."), settled_language("", "Ja.")
    ('de-AT', 'ru', None)
    """
    tag = tag_of(declared or "")
    if tag is not None and agrees(tag, text):
        return tag
    return detect(text) or named_by_library(text)


def language_doubts(article: Article) -> Iterator[str]:
    """That an article reads like another language than it declares."""
    found = detect(article.text)
    if article.language is not None and found is not None and base(article.language) != found:
        told, read = language_name(article.language), language_name(found)
        yield f"declares itself to be in {told}, and is taken so, but reads as {read}; sources.yaml can say otherwise."


def language_notes(articles: Iterable[Article]) -> tuple[str, ...]:
    """For each language but English: how many articles are in it, and what is checked and what is not."""
    counts = Counter(
        base(article.language) if article.language else ""
        for article in articles
        if article.language or length_in_words(article.text) >= _TELLING
    )
    return tuple(_note(code, count) for code, count in sorted(counts.items()) if code != ENGLISH)


def _note(code: str, count: int) -> str:
    articles = f"{count} article{'' if count == 1 else 's'}"
    if not code:
        return (
            f"{articles} in a language that could not be told: read by the rules for English. Give it in sources.yaml "
            "(language: …), or install the extra “languages”, which names more of them."
        )
    language = language_of(code)
    known = language is not None and is_known(language)
    return f"{articles} in {language_name(code)}: {KNOWN_CHECKS if known else OTHER_CHECKS}."
