"""Ingest: from paths to articles. An article that cannot be read is a failure beside the others, not the end.

`discovery` finds files and reads bytes, `reading` opens archives and picks a reader by what the bytes are, `readers`
has one for each format, and `articles` does what all formats have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.run import Duplicate, Failure
from pipeline.errors import InputError
from pipeline.stages.ingest.articles import make_article, with_unique_ids
from pipeline.stages.ingest.caps import DEFAULT, Caps
from pipeline.stages.ingest.discovery import RawFile, discover, is_article, real
from pipeline.stages.ingest.languages import language_doubts, language_notes
from pipeline.stages.ingest.reading import Piece, pieces
from pipeline.stages.ingest.shared import BOILERPLATE, without_boilerplate
from pipeline.stages.ingest.sniffing import SUFFIXES
from pipeline.stages.ingest.sources import SOURCES_FILE, SourceEntry, entry_for, source_entries, unmatched
from pipeline.text.markup import MARKDOWN_SUFFIXES

__all__ = [
    "BOILERPLATE",
    "SOURCES_FILE",
    "TEXT",
    "Caps",
    "Given",
    "Ingested",
    "SourceEntry",
    "ingest",
    "ingest_given",
    "is_article",
]

EntryOf = Callable[[RawFile, str], SourceEntry]
"""What people say of an article: by its file and, within that, its member."""

TEXT: Final = frozenset({".txt", ".text", *MARKDOWN_SUFFIXES})
"""Suffixes of files whose text is the file itself."""


class Ingested(Model):
    """The articles in the order of their files, what failed, remarks for the reader, and what was left out."""

    articles: tuple[Article, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    duplicates: tuple[Duplicate, ...] = ()


def ingest(
    inputs: Sequence[str], *, given: Sequence[Given] = (), out: Path | None = None, caps: Caps = DEFAULT
) -> Ingested:
    """Read every article that ``inputs`` (files, folders, globs, "-") name, then those that are ``given`` as text.

    Args:
        inputs: as given on the command line.
        given: texts that are at hand, as `ingest_given` reads them.
        out: the folder of results; it is never read, even inside an input.
        caps: how much is read at most.

    Raises:
        InputError: a path that does not exist, nothing to read, more articles than are read, or a malformed
            ``sources.yaml``.
    """
    files = discover(inputs, out, caps)
    texts = _as_files(given, caps)
    if not files and not texts:
        raise InputError(
            f"No articles found in {', '.join(inputs)}.",
            hint=f"Give files or folders with {', '.join(sorted(SUFFIXES))} files, or pipe a text to “-”.",
        )
    folders = {real(file.path).parent for file in files if file.path}
    entries = source_entries(folders)

    def entry_of(file: RawFile, member: str) -> SourceEntry:
        return texts.get(file) or entry_for(entries, real(file.path) if file.path else None, member)

    ingested = _read_all([*files, *texts], entry_of, caps)
    remarks = tuple(unmatched(entries, _members(files, ingested)))
    return ingested.model_copy(update={"notes": (*remarks, *ingested.notes)}) if remarks else ingested


def _members(files: Sequence[RawFile], ingested: Ingested) -> dict[str, set[str]]:
    """By path of each file that holds several articles, what was found in it, unusable ones and copies included."""
    found: dict[str, set[str]] = {}
    articles, failures, copies = ingested.articles, ingested.failures, ingested.duplicates
    paths = [*(a.path for a in articles), *(f.path for f in failures), *(c.path for c in copies)]
    names = {file.name: str(real(file.path)) for file in files if file.path}
    for path in paths:
        parents = (str(parent) for parent in PurePosixPath(path).parents)
        file = next((name for name in parents if name in names), None)
        if file is not None and path not in names:
            found.setdefault(names[file], set()).add(path.removeprefix(f"{file}/"))
    return found


_LONGEST_REMARK: Final = 300
"""Characters of a correction that are shown; the report has all of it."""


class _Found(NamedTuple):
    """An article of a file, or what is said of one that is none."""

    article: Article | None = None
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    duplicate: Duplicate | None = None


class Given(NamedTuple):
    """An article that is at hand as text: how it is called, its words, and what is known about it."""

    name: str
    text: str
    about: SourceEntry


def ingest_given(given: Sequence[Given], *, caps: Caps = DEFAULT) -> Ingested:
    """Texts as articles, exactly as files of that content and name would be; unusable ones are failures."""
    texts = _as_files(given, caps)
    return _read_all(list(texts), lambda file, _: texts[file], caps)


def _as_files(given: Sequence[Given], caps: Caps) -> dict[RawFile, SourceEntry]:
    """The texts as files, in their order, with what is said of each; names need not differ, since partials do."""
    return {RawFile(one.name, None, partial(_encoded, one.text, caps)): one.about for one in given}


def _encoded(text: str, caps: Caps) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"It is no text: {error.reason}.", hint="Decode its bytes as UTF-8.") from None
    if len(data) > caps.text_bytes:
        raise InputError(
            f"The text has {len(data):,} bytes; at most {caps.text_bytes:,} are read.",
            hint="Split it, or raise PIPELINE_MAX_TEXT_BYTES.",
        )
    return data


def _read_all(files: Sequence[RawFile], entry_of: EntryOf, caps: Caps) -> Ingested:
    articles: list[Article] = []
    failures: list[Failure] = []
    notes: list[str] = []
    duplicates: list[Duplicate] = []
    seen: dict[str, str] = {}
    for file in files:
        for found in _read(file, entry_of, caps, seen):
            articles += [found.article] if found.article else []
            failures += [found.failure] if found.failure else []
            notes += found.notes
            duplicates += [found.duplicate] if found.duplicate else []
            if len(articles) > caps.articles:
                raise InputError(
                    f"There are more than {caps.articles:,} articles.",
                    hint="Give fewer, or raise PIPELINE_MAX_ARTICLES; every one is compared with every other.",
                )
    cleared = without_boilerplate(with_unique_ids(articles))
    return Ingested(
        articles=cleared.articles,
        failures=tuple(failures),
        notes=(*notes, *cleared.notes, *language_notes(cleared.articles)),
        duplicates=tuple(duplicates),
    )


def _read(file: RawFile, entry_of: EntryOf, caps: Caps, seen: dict[str, str]) -> Iterator[_Found]:
    """The articles of one file, in order; ``seen`` has the digests of those before, and is added to."""
    try:
        data = file.read()
    except InputError as error:
        yield _failed(file.name, error)
        return
    count = 0
    for piece in pieces(PurePosixPath(file.name).name, data, caps):
        count += 1
        path = f"{file.name}/{piece.member}" if piece.member else file.name
        if piece.raw is None:
            yield _Found(failure=Failure(path=path, stage="ingest", code=InputError.code, message=piece.failure))
        elif piece.digest in seen:
            kept = seen[piece.digest]
            yield _Found(
                notes=(f"{path} is the same, byte for byte, as {kept}; it is left out.",),
                duplicate=Duplicate(path=path, sha256=piece.digest, kept=kept, relation="bytes"),
            )
        else:
            seen[piece.digest] = path
            yield _made(path, piece, entry_of(file, piece.member), caps)
    if not count:
        yield _without_articles(file)


def _made(path: str, piece: Piece, entry: SourceEntry, caps: Caps) -> _Found:
    assert piece.raw is not None  # noqa: S101  for mypy: the caller has looked
    try:
        article = make_article(path, piece.raw, piece.digest, entry, caps)
    except InputError as error:
        return _failed(path, error)
    return _Found(
        article,
        notes=tuple(
            f"{path} {note}"
            for note in (*piece.raw.notes, *_corrected(article), *language_doubts(article), *_flagged(article))
        ),
    )


def _corrected(article: Article) -> Iterator[str]:
    """That the article corrects itself: whoever edits the summary has to know of it."""
    if article.correction:
        text = article.correction
        shown = text if len(text) <= _LONGEST_REMARK else f"{text[:_LONGEST_REMARK].rstrip()} …"
        yield f"carries a correction: “{shown}”"


def _flagged(article: Article) -> Iterator[str]:
    """That a passage speaks to a program, or that characters cannot be seen: whoever trusts the file has to know."""
    for flag in article.flags:
        shown = flag.text if len(flag.text) <= _LONGEST_REMARK else f"{flag.text[:_LONGEST_REMARK].rstrip()} …"
        done = "it is taken out" if flag.taken_out else "it stands in a quotation and is read as such"
        if flag.kind == "instruction":
            yield f"has a passage that {flag.why}; {done}: “{' '.join(shown.split())}”"
        elif flag.suspicious:
            yield f"{flag.why}; they are taken out: {' '.join(shown.split())}"


def _failed(path: str, error: InputError) -> _Found:
    message = " ".join(filter(None, (error.message, error.hint)))
    return _Found(failure=Failure(path=path, stage="ingest", code=error.code, message=message))


def _without_articles(file: RawFile) -> _Found:
    """A file of a folder may be there for another purpose; one that was named should have held an article."""
    if file.found:
        return _Found(notes=(f"{file.name} holds no article; it is left out.",))
    return _failed(file.name, InputError("It holds no article.", hint="The fields that are read are in the README."))
