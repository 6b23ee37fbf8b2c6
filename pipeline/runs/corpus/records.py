"""A line of the input: a story with its articles."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BeforeValidator, Field, ValidationError

from pipeline.domain.base import Model, first_fault
from pipeline.errors import InputError
from pipeline.stages.ingest import Given, SourceEntry

LONGEST_ID: Final = 200


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=LONGEST_ID)]


class ArticleRecord(SourceEntry):
    """An article of a story: its text, and what is known about it beside the text."""

    id: Id | None = None
    text: str


class StoryRecord(Model):
    """A story. Ids are text or numbers."""

    id: Id
    articles: tuple[ArticleRecord, ...] = Field(min_length=1)


def read_story(line: bytes) -> StoryRecord:
    """The story that a line of JSON holds.

    Raises:
        InputError: it is no JSON, or not of this form; the message names the first fault.

    >>> read_story(b'{"id": 7, "articles": [{"text": "A ferry sank."}]}').id
    '7'
    """
    try:
        return StoryRecord.model_validate_json(line)
    except ValidationError as error:
        raise InputError(
            f"It is no story: {first_fault(error, 'the line')}.",
            hint='Write {"id": "…", "articles": [{"text": "…"}]} in one line.',
        ) from None


def given_articles(story: StoryRecord) -> list[Given]:
    """The articles as ingest takes them; one without an id is called by its place."""
    return [
        Given(
            name=article.id or f"article-{place}",
            text=article.text,
            about=SourceEntry(**article.model_dump(exclude={"id", "text"})),
        )
        for place, article in enumerate(story.articles, start=1)
    ]
