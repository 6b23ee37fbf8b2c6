"""Ingest: from paths to articles. An article that cannot be read is a failure beside the others, not the end."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import yaml
from pydantic import Field, ValidationError, field_validator

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.run import Failure
from pipeline.errors import InputError
from pipeline.text.dates import parse_date
from pipeline.text.decoding import decode
from pipeline.text.markup import MARKDOWN_SUFFIXES
from pipeline.text.normalise import Cleaned, clean
from pipeline.text.sentences import split_sentences

MAX_BYTES: Final = 1_000_000
"""A larger file is no news article (a long one has 50,000 bytes); comparing its sentences would take minutes."""
TEXT: Final = frozenset({".txt", ".text", *MARKDOWN_SUFFIXES})
_FORMATS_TO_COME: Final = frozenset(
    {".html", ".htm", ".pdf", ".docx", ".eml", ".json", ".jsonl", ".xml", ".gz", ".zip"}
)
_LONGEST_REMARK: Final = 300
"""Characters of a correction that are shown; the report has all of it."""
_NOT_ARTICLES: Final = re.compile(r"^(?:readme|license|licence|manifest|sources|sha256sums|index)\b", re.IGNORECASE)
_OWN_OUTPUT: Final = "run.json"
SOURCES_FILE: Final = "sources.yaml"
STDIN: Final = "-"


class RawFile(NamedTuple):
    """A file to read: ``name`` is how it is shown, relative to the input it was found in."""

    name: str
    path: Path | None
    read: Callable[[], bytes]


class SourceEntry(Model):
    """What ``sources.yaml`` may say of one file; it overrides what the file says itself."""

    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None

    @field_validator("published", mode="before")
    @classmethod
    def _iso(cls, value: object) -> str | None:
        if value is None:
            return None
        parsed = parse_date(str(value))
        if parsed is None:
            raise ValueError(f"{value!r} is not a date; write it as 2023-03-02")
        return parsed


class Ingested(Model):
    """The articles in the order of their files, what failed, and remarks for the reader."""

    articles: tuple[Article, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]


def ingest(inputs: Sequence[str], *, out: Path | None = None) -> Ingested:
    """Read every article that ``inputs`` (files, folders, globs, "-") name.

    Args:
        inputs: as given on the command line.
        out: the folder of results; it is never read, even inside an input.

    Raises:
        InputError: a path that does not exist, nothing to read, or a malformed ``sources.yaml``.
    """
    files = _discover(inputs, out)
    if not files:
        raise InputError(
            f"No articles found in {', '.join(inputs)}.",
            hint=f"Give files or folders with {', '.join(sorted(TEXT))} files, or pipe a text to “-”.",
        )
    ingested = _read_all(files, _source_entries(files))
    return ingested.model_copy(update={"notes": (*_passed_over(inputs), *ingested.notes)})


class Given(NamedTuple):
    """An article that is at hand as text: how it is called, its words, and what is known about it."""

    name: str
    text: str
    about: SourceEntry


def ingest_given(given: Sequence[Given]) -> Ingested:
    """Texts as articles, exactly as files of that content and name would be; unusable ones are failures."""
    return _read_each([(RawFile(one.name, None, partial(_encoded, one.text)), one.about) for one in given])


def _encoded(text: str) -> bytes:
    data = text.encode()
    _refuse_large(len(data), "text")
    return data


def _refuse_large(size: int, what: str) -> None:
    if size > MAX_BYTES:
        raise InputError(f"The {what} has {size:,} bytes; at most {MAX_BYTES:,} are read.", hint="Split it.")


def _passed_over(inputs: Sequence[str]) -> list[str]:
    """A remark for the files of a folder that look like articles but are of a format that is not read yet."""
    folders = [Path(given) for given in inputs if Path(given).is_dir()]
    names = [p.name for folder in folders for p in sorted(folder.iterdir()) if p.suffix.lower() in _FORMATS_TO_COME]
    names = [name for name in names if not _NOT_ARTICLES.match(name)]
    shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")  # noqa: PLR2004
    return [f"Not read, since their format is not known yet: {shown} ({len(names)} in all)."] if names else []


def _discover(inputs: Sequence[str], out: Path | None) -> list[RawFile]:
    found = [file for given in inputs for file in _expand(given, out)]
    by_place = {_real(file.path) if file.path else STDIN: file for file in found}
    return _told_apart(list(by_place.values()))


def _real(path: Path) -> Path:
    """The path without links; `Path.resolve` raises on a link that leads to itself."""
    return Path(os.path.realpath(path))


def _told_apart(files: Sequence[RawFile]) -> list[RawFile]:
    """Files of the same name in different folders get as much of their path as tells them apart."""
    counts = Counter(file.name for file in files)
    paths = [_real(file.path) for file in files if file.path and counts[file.name] > 1]
    if not paths:
        return list(files)
    shared = Path(os.path.commonpath(paths))
    return [
        file._replace(name=_real(file.path).relative_to(shared).as_posix())
        if file.path and counts[file.name] > 1
        else file
        for file in files
    ]


def _expand(given: str, out: Path | None) -> Iterator[RawFile]:
    if given == STDIN:
        yield RawFile("stdin", None, sys.stdin.buffer.read)
        return
    path = Path(given)
    if path.is_dir():
        yield from (_raw(p, p.relative_to(path).as_posix()) for p in _walk(path, out))
    elif path.exists():
        yield _raw(path, path.name)
    else:
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207  a pattern may be absolute
        if not matches:
            raise InputError(f"There is no file or folder “{given}”.", hint="Check the path; quote globs.")
        for match in matches:
            if Path(match).is_file() and is_article(Path(match)):
                yield _raw(Path(match), Path(match).name)


def _raw(path: Path, name: str) -> RawFile:
    return RawFile(name, path, lambda: _read_bytes(path))


def _walk(folder: Path, out: Path | None) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or (out is not None and _real(path) == _real(out)):
            continue
        if path.is_dir() and not path.is_symlink() and not (path / _OWN_OUTPUT).exists():
            yield from _walk(path, out)
        elif (path.is_file() or path.is_symlink()) and is_article(path):
            yield path


def is_article(path: Path) -> bool:
    """Whether a file of a folder is read, by its name."""
    return path.suffix.lower() in TEXT and not _NOT_ARTICLES.match(path.name)


def _read_bytes(path: Path) -> bytes:
    if path.suffix.lower() in _FORMATS_TO_COME:
        raise InputError(f"{path.suffix} files cannot be read yet.", hint="Save the article as plain text.")
    try:
        if not (path.is_file() or path.is_fifo()):
            raise InputError(
                "It is a link that leads nowhere." if path.is_symlink() else "It is no regular file.",
                hint="Give files, folders, globs, or “-” for standard input.",
            )
        _refuse_large(path.stat().st_size, "file")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def _source_entries(files: Sequence[RawFile]) -> dict[str, SourceEntry]:
    """By resolved path of the article; each folder's ``sources.yaml`` speaks of the files below it."""
    folders = {parent for file in files if file.path for parent in [_real(file.path).parent]}
    roots = folders | {parent for folder in folders for parent in folder.parents if (parent / SOURCES_FILE).is_file()}
    entries: dict[str, SourceEntry] = {}
    for folder in sorted(roots, key=lambda path: len(path.parts)):
        manifest = folder / SOURCES_FILE
        if manifest.is_file():
            entries |= {str(folder / name): entry for name, entry in _read_sources(manifest).items()}
    return entries


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


def _read_all(files: Sequence[RawFile], entries: dict[str, SourceEntry]) -> Ingested:
    found = ((file, entries.get(str(_real(file.path))) if file.path else None) for file in files)
    return _read_each([(file, entry or SourceEntry()) for file, entry in found])


def _read_each(files: Sequence[tuple[RawFile, SourceEntry]]) -> Ingested:
    articles: list[Article] = []
    failures: list[Failure] = []
    notes: list[str] = []
    seen: dict[str, str] = {}
    for file, entry in files:
        try:
            data = file.read()
            digest = hashlib.sha256(data).hexdigest()
            if digest in seen:
                notes.append(f"{file.name} is the same, byte for byte, as {seen[digest]}; it is left out.")
                continue
            seen[digest] = file.name
            article = _article(file, data, digest, entry)
            articles.append(article)
            notes += _corrections(article)
        except InputError as error:
            message = " ".join(filter(None, (error.message, error.hint)))
            failures.append(Failure(path=file.name, stage="ingest", code=error.code, message=message))
    return Ingested(articles=_with_unique_ids(articles), failures=tuple(failures), notes=tuple(notes))


def _article(file: RawFile, data: bytes, digest: str, entry: SourceEntry) -> Article:
    suffix = Path(file.name).suffix.lower()
    cleaned = clean(decode(data), markdown=suffix in MARKDOWN_SUFFIXES)
    sentences = split_sentences(cleaned.text, cleaned.blocks)
    if not sentences:
        raise InputError("No sentence of an article was found in the file.", hint="Is it empty, or only a menu?")
    return Article(
        id=entry.id or _slug(Path(file.name).stem),
        path=file.name,
        **_metadata(cleaned, entry),
        text=cleaned.text,
        sentences=tuple(sentences),
        sha256=digest,
        removed=cleaned.removed,
    )


def _corrections(article: Article) -> Iterator[str]:
    """What the article says of an earlier version of itself.

    It is no sentence to be told, since it repeats what was wrong; whoever edits the summary has to know of it.
    """
    for removal in article.removed:
        if removal.reason == "correction":
            text = " ".join(removal.text.split())
            shown = text if len(text) <= _LONGEST_REMARK else f"{text[:_LONGEST_REMARK].rstrip()} …"
            yield f"{article.path} carries a correction: “{shown}”"


def _metadata(cleaned: Cleaned, entry: SourceEntry) -> dict[str, str | None]:
    header = cleaned.header
    return {
        "title": entry.title or header.title,
        "publisher": entry.publisher or header.publisher,
        "published": entry.published or header.published,
        "url": entry.url or header.url,
        "language": entry.language or header.language,
    }


def _slug(stem: str) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")[:48]
    return slug or "article"


def _with_unique_ids(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Where two ids would collide, each of them gets six digits of its content's digest."""
    counts: dict[str, int] = {}
    for article in articles:
        counts[article.id] = counts.get(article.id, 0) + 1
    return tuple(a if counts[a.id] == 1 else a.model_copy(update={"id": f"{a.id}-{a.sha256[:6]}"}) for a in articles)
