"""``sources.yaml``: what a person says about the articles beside it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import yaml
from pydantic import Field, ValidationError, field_validator

from pipeline.domain.base import Model
from pipeline.errors import InputError
from pipeline.text.dates import parse_date

SOURCES_FILE: Final = "sources.yaml"
_OF_ALL_MEMBERS: Final = {"publisher", "published", "language", "author"}
_LARGEST: Final = 1_000_000
"""Bytes: a thousand articles take a fifth of that."""
_SHOWN: Final = 200
_MOST_NEAR: Final = 1000
_FORM: Final = "Fields: id, title, publisher, published, url, language, author; one entry a file, by its name."


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
        parsed = parse_date(str(value)) if isinstance(value, str | date) else None
        if parsed is None:
            shown = f"“{value[:40]}” is" if isinstance(value, str) else "that is"
            raise ValueError(f"{shown} not a date; write it as 2023-03-02")
        return parsed


class Said(NamedTuple):
    """What a ``sources.yaml`` says under one name."""

    entry: SourceEntry
    name: str
    manifest: Path


def source_entries(folders: Iterable[Path]) -> dict[str, Said]:
    """By path of the article; each folder's ``sources.yaml`` speaks of the files below it.

    Args:
        folders: those that articles lie in, without links.

    Raises:
        InputError: a ``sources.yaml`` that is none.
    """
    places = set(folders)
    roots = places | {parent for folder in places for parent in folder.parents if (parent / SOURCES_FILE).is_file()}
    entries: dict[str, Said] = {}
    for folder in sorted(roots, key=lambda path: len(path.parts)):
        manifest = folder / SOURCES_FILE
        if manifest.is_file():
            said = read_entries(_bytes_of(manifest), manifest)
            entries |= {str(folder / name): Said(entry, name, manifest) for name, entry in said.items()}
    return entries


def entry_for(entries: Mapping[str, Said], file: Path | None, member: str) -> SourceEntry:
    """What is said of the article: of the member ("feed.xml/feed-2"), and for what it does not say, of its file.

    Args:
        entries: as `source_entries` gives them.
        file: without links; None for standard input.
        member: path below the file; empty where the file is the article.
    """
    if file is None:
        return SourceEntry()
    of_file = _said(entries, str(file))
    if not member:
        return of_file
    own = _said(entries, f"{file}/{member}")
    return own.model_copy(update={n: getattr(own, n) or getattr(of_file, n) for n in _OF_ALL_MEMBERS})


def unmatched(entries: Mapping[str, Said], members: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Remarks on names that mean nothing: a misspelt name would else be a silence.

    Args:
        entries: as `source_entries` gives them.
        members: by path of each file that was read and is several articles, the paths of these below it.
    """
    for path, said in entries.items():
        if os.path.lexists(path):
            continue
        file = next((f for f in members if path.startswith(f"{f}/")), None)
        if file is not None:
            there = sorted(members[file])
            if path.removeprefix(f"{file}/") in there:
                continue
            stem = said.name.removesuffix(path.removeprefix(file))
            near = [f"{stem}/{name}" for name in there]
        elif any(os.path.isfile(parent) for parent in Path(path).parents):  # noqa: PTH113  a file that is not read now
            continue
        else:
            near = _beside(Path(path).parent, said)
        likely = difflib.get_close_matches(said.name, near[:_MOST_NEAR], n=1)
        hint = f"; did you mean “{likely[0]}”?" if likely else "."
        yield f"{said.manifest} speaks of “{said.name}”, which is not there{hint}"


def _beside(folder: Path, said: Said) -> list[str]:
    """The files of the folder that a name means, as the name would have them."""
    prefix = said.name.rpartition("/")[0]
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
    except (OSError, ValueError):
        return []
    return [f"{prefix}/{name}" if prefix else name for name in names]


def _said(entries: Mapping[str, Said], path: str) -> SourceEntry:
    said = entries.get(path)
    return said.entry if said else SourceEntry()


def _bytes_of(manifest: Path) -> bytes:
    try:
        with manifest.open("rb") as file:
            return file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{manifest} cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def read_entries(data: bytes, manifest: Path) -> dict[str, SourceEntry]:
    """What a ``sources.yaml`` says, by the names as they stand in it.

    Raises:
        InputError: it is too large, no YAML, or not of this form; the message names the entry and the first fault.
    """
    if len(data) > _LARGEST:
        raise InputError(f"{manifest} has more than {_LARGEST:,} bytes.", hint="Split the folder.")
    try:
        loaded = yaml.safe_load(data.decode("utf-8-sig")) or {}
    except (ValueError, RecursionError, yaml.YAMLError) as error:  # 2023-02-31 is a ValueError
        raise InputError(f"{manifest} cannot be read: {error}") from error
    if not isinstance(loaded, dict):
        raise InputError(f"{manifest}: expected a mapping from file names to fields.", hint=_FORM)
    return {str(name): _entry(fields, str(name), manifest) for name, fields in loaded.items()}


def _entry(fields: object, name: str, manifest: Path) -> SourceEntry:
    where = f"{manifest}, “{name[:_SHOWN]}”"
    if not isinstance(fields, dict | None):
        raise InputError(f"{where}: expected fields such as “publisher: The Courier”.", hint=_FORM)
    try:
        return SourceEntry.model_validate(fields or {})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])[:_SHOWN]
        if first["type"] == "extra_forbidden":
            raise InputError(f"{where}: there is no field “{field}”.", hint=_FORM) from error
        raise InputError(f"{where}: {field}: {first['msg']}.", hint=_FORM) from error
