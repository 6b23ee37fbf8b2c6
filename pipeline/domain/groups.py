"""A heap of articles, sorted into events: what ``groups.json`` holds."""

from __future__ import annotations

from pydantic import Field

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.domain.run import Duplicate, Failure
from pipeline.domain.synthesis import Source


class Group(Model):
    """The articles of one event, the earliest first."""

    id: str
    article_ids: tuple[str, ...]


class GroupedStory(Model):
    """One event with what became of it. ``title`` and ``first`` are None where no article of it could be used."""

    id: str
    path: str = Field(description="the folder of its run, below the one that holds this file")
    title: str | None
    first: str | None = Field(description="the summary's first statement")
    earliest: str | None = Field(description="ISO date of its first article that has one")
    latest: str | None
    statements: int
    disagreements: int
    sources: tuple[Source, ...] = Field(description="every article of the group, also those that failed")
    failures: tuple[Failure, ...]


class GroupsFile(Model):
    """The stories, the latest first; ``failures`` are files that could not be read, and so are of no story."""

    schema_version: int = SCHEMA_VERSION
    stories: tuple[GroupedStory, ...]
    failures: tuple[Failure, ...]
    duplicates: tuple[Duplicate, ...]
    notes: tuple[str, ...]
