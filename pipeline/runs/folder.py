"""The folder that `pipeline run` has left: read back, and held against itself."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from pydantic import ValidationError

from pipeline.domain.article import Article
from pipeline.domain.base import SCHEMA_VERSION, Model, first_fault
from pipeline.domain.claims import ArticleFile, Evidence
from pipeline.domain.run import RunManifest
from pipeline.domain.synthesis import Synthesis
from pipeline.errors import InputError
from pipeline.runs.output import ARTICLES, RUN_FILE, SUMMARY_JSON
from pipeline.runs.replacing import settle

_NAME_IT: Final = "Name the folder that was --out of `pipeline run`."
_AGAIN: Final = "Make it again: the same `pipeline run` takes the replies that are stored."

_Kind = TypeVar("_Kind", bound=Model)


class RunParts(NamedTuple):
    """What is there of a run. ``synthesis`` is None where every article failed, ``manifest`` where it was not kept."""

    synthesis: Synthesis | None
    files: tuple[ArticleFile, ...]
    manifest: RunManifest | None


class RunFolder(NamedTuple):
    """A finished run whose citations stand in its articles; ``files`` are in the order of the summary's sources."""

    synthesis: Synthesis
    files: tuple[ArticleFile, ...]
    manifest: RunManifest

    def articles(self) -> dict[str, Article]:
        """The articles by id, in the order of the sources."""
        return {file.article.id: file.article for file in self.files}


def read_run(folder: Path) -> RunFolder:
    """The whole of a finished run; whoever shows, compares or changes it can rely on its citations.

    Raises:
        InputError: it is no run's folder, has no summary, was written by another version, or its files are not of one
            run: a source without its article, or a citation that does not stand where it says.
    """
    parts = read_parts(folder)
    if parts.manifest is None:
        raise InputError(f"“{folder}” has no {RUN_FILE}, so the run did not end.", hint=_AGAIN)
    if parts.synthesis is None:
        raise InputError(f"The run in “{folder}” has no summary.", hint=f"{RUN_FILE} says why: every article failed.")
    problem = next(_mismatches(parts.synthesis, parts.files), None)
    if problem:
        raise InputError(f"The files in “{folder}” are not of one run: {problem}.", hint=_AGAIN)
    by_id = {file.article.id: file for file in parts.files}
    ordered = tuple(by_id[source.article_id] for source in parts.synthesis.sources)
    return RunFolder(parts.synthesis, ordered, parts.manifest)


def read_parts(folder: Path) -> RunParts:
    """What a run left, each file for itself: an eval has to see a citation that leads nowhere.

    An update that was killed at its end is brought to its end first.

    Raises:
        InputError: it is no run's folder, or a file of it is not of its form.
        OutputError: an update that was cut off cannot be finished.
    """
    settle(folder)
    summary, record = folder / SUMMARY_JSON, folder / RUN_FILE
    if not record.is_file() and not summary.is_file():
        raise InputError(f"“{folder}” holds no run.", hint=_NAME_IT)
    return RunParts(
        synthesis=_read(summary, Synthesis) if summary.is_file() else None,
        files=tuple(_read(path, ArticleFile) for path in sorted((folder / ARTICLES).glob("*.json"))),
        manifest=_read(record, RunManifest) if record.is_file() else None,
    )


def _read(path: Path, kind: type[_Kind]) -> _Kind:
    try:
        data = path.read_bytes()
        _refuse_other_version(path, data)
        return kind.model_validate_json(data)
    except OSError as error:
        raise InputError(f"“{path}” cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        raise InputError(f"“{path}” is not what a run writes: {first_fault(error)}.") from None


def _refuse_other_version(path: Path, data: bytes) -> None:
    """A file of another version may have every key, and mean something else by one."""
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError):
        return  # whoever validates it says better what is wrong
    version = loaded.get("schema_version", SCHEMA_VERSION) if isinstance(loaded, dict) else SCHEMA_VERSION
    if version != SCHEMA_VERSION:
        raise InputError(
            f"“{path}” was written by another version: schema_version {version!r}, where {SCHEMA_VERSION} is read.",
            hint="Use the version that wrote it, or run the articles again.",
        )


def _mismatches(synthesis: Synthesis, files: Sequence[ArticleFile]) -> Iterator[str]:
    """What shows that the summary was not made from these articles."""
    counts = Counter(file.article.id for file in files)
    yield from (f"two articles have the id “{name}”" for name, count in counts.items() if count > 1)
    articles = {file.article.id: file.article for file in files}
    for source in synthesis.sources:
        article = articles.get(source.article_id)
        if article is None:
            yield f"there is no {ARTICLES}/{source.article_id}.json"
        elif article.sha256 != source.sha256:
            yield f"the article “{source.article_id}” has changed"
    listed = {source.article_id for source in synthesis.sources}
    for evidence in cited_in(synthesis):
        if evidence.article_id not in listed or not stands(evidence, articles[evidence.article_id]):
            where = f"{evidence.article_id}[{evidence.start}:{evidence.end}]"
            yield f"the citation {where} does not stand in its article"


def cited_in(synthesis: Synthesis) -> Iterator[Evidence]:
    """The passage of every citation of a summary: of statements, of disagreements, of what was dropped."""
    yield from (citation.evidence for statement in synthesis.statements for citation in statement.citations)
    sides = (side for disagreement in synthesis.disagreements for side in disagreement.positions)
    yield from (citation.evidence for side in sides for citation in side.citations)
    yield from (citation.evidence for dropped in synthesis.dropped for citation in dropped.citations)


def stands(evidence: Evidence, article: Article) -> bool:
    """Whether the article has the quote at that place; an empty passage stands nowhere."""
    start, end = evidence.start, evidence.end
    return start < end <= len(article.text) and article.text[start:end] == evidence.quote
