"""What may be given as an article: a path, or a text with what is known about it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from pydantic import ValidationError

from pipeline.domain.base import first_fault
from pipeline.errors import InputError
from pipeline.runs.corpus.records import ArticleRecord, StoryRecord, given_articles
from pipeline.runs.inputs import Inputs

_LONGEST_PATH: Final = 4096
_SHOWN: Final = 60


class ArticleText(NamedTuple):
    """An article that is at hand as text, and what is known about it; None is not known, and is never guessed.

    ``published`` is a date, or a text that is one ("2024-05-14"); ``id`` is what the article is called in the source
    list ("article-1", "article-2" … by default).
    """

    text: str
    title: str | None = None
    publisher: str | None = None
    published: date | str | None = None
    url: str | None = None
    author: str | None = None
    language: str | None = None
    id: str | None = None


Input: TypeAlias = str | os.PathLike[str] | ArticleText
"""A file, a folder, a glob or "-", as on the command line; or an article's text."""


def as_inputs(given: Input | Iterable[Input]) -> Inputs:
    """One article or folder, or several: the paths in their order, then the texts in theirs.

    Raises:
        InputError: a text without its wrapping, something else altogether, or a field that is not valid.

    >>> as_inputs(["articles", ArticleText("A ferry sank.", publisher="The Courier")]).texts[0].name
    'article-1'
    """
    several = [given] if isinstance(given, str | os.PathLike | ArticleText) else list(given)
    texts = [one for one in several if isinstance(one, ArticleText)]
    paths = [_path(one) for one in several if not isinstance(one, ArticleText)]
    records = tuple(_record(one, place) for place, one in enumerate(texts, start=1))
    return Inputs(paths, given_articles(StoryRecord(id="given", articles=records)) if records else [])


def _record(text: ArticleText, place: int) -> ArticleRecord:
    try:
        return ArticleRecord.model_validate(text._asdict())
    except ValidationError as error:
        raise InputError(f"ArticleText {place} is not valid: {first_fault(error, 'it')}.") from None


def _path(given: object) -> str:
    path = os.fspath(given) if isinstance(given, str | os.PathLike) else None
    if not isinstance(path, str):
        raise InputError(
            f"A path or an ArticleText is expected, not {type(given).__name__}.",
            hint="Give ArticleText(text=…, title=…), or of a dict of such fields, ArticleText(**fields).",
        )
    if "\n" in path or len(path) > _LONGEST_PATH:
        raise InputError(
            f"A path is expected, and this is a text: {path[:_SHOWN]!r} …",
            hint="Wrap what is at hand as text: ArticleText(text=…), or CitedText(…) for a summary.",
        )
    return path
