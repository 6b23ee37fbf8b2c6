"""``sources.yaml``: what a person says about the articles beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import yaml
from pydantic import Field, ValidationError, field_validator

from pipeline.domain.base import Model
from pipeline.errors import InputError
from pipeline.text.dates import parse_date

SOURCES_FILE: Final = "sources.yaml"
_OF_ALL_MEMBERS: Final = {"publisher", "published", "language", "author"}


class SourceEntry(Model):
    """What ``sources.yaml`` may say of one file; it overrides what the file says itself."""

    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None

    @field_validator("published", mode="before")
    @classmethod
    def _iso(cls, value: object) -> str | None:
        if value is None:
            return None
        parsed = parse_date(str(value))
        if parsed is None:
            raise ValueError(f"{value!r} is not a date; write it as 2023-03-02")
        return parsed


def source_entries(folders: Iterable[Path]) -> dict[str, SourceEntry]:
    """By path of the article; each folder's ``sources.yaml`` speaks of the files below it.

    Args:
        folders: those that articles lie in, without links.

    Raises:
        InputError: a ``sources.yaml`` that is none.
    """
    places = set(folders)
    roots = places | {parent for folder in places for parent in folder.parents if (parent / SOURCES_FILE).is_file()}
    entries: dict[str, SourceEntry] = {}
    for folder in sorted(roots, key=lambda path: len(path.parts)):
        manifest = folder / SOURCES_FILE
        if manifest.is_file():
            entries |= {str(folder / name): entry for name, entry in _read_sources(manifest).items()}
    return entries


def entry_for(entries: Mapping[str, SourceEntry], file: Path | None, member: str) -> SourceEntry:
    """What is said of the article: of the member ("feed.xml/feed-2"), and for what it does not say, of its file.

    Args:
        entries: as `source_entries` gives them.
        file: without links; None for standard input.
        member: path below the file; empty where the file is the article.
    """
    if file is None:
        return SourceEntry()
    of_file = entries.get(str(file)) or SourceEntry()
    if not member:
        return of_file
    own = entries.get(f"{file}/{member}") or SourceEntry()
    return own.model_copy(update={n: getattr(own, n) or getattr(of_file, n) for n in _OF_ALL_MEMBERS})


def _read_sources(manifest: Path) -> dict[str, SourceEntry]:
    try:
        loaded = yaml.safe_load(manifest.read_text(encoding="utf-8")) or {}
        if not isinstance(loaded, dict):
            raise InputError(f"{manifest}: expected a mapping from file names to fields.")
        return {str(name): SourceEntry.model_validate(fields or {}) for name, fields in loaded.items()}
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{manifest}: {where}: {first['msg']}.") from error
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:  # 2023-02-31 is a ValueError
        raise InputError(f"{manifest} cannot be read: {error}") from error
