"""The main job: from the command's arguments to a folder of results."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import ArticleFile
from pipeline.domain.run import RunManifest
from pipeline.domain.synthesis import Synthesis
from pipeline.render.markdown import render_markdown
from pipeline.render.report import render_report
from pipeline.render.visible import json_escaped
from pipeline.runs.batch.rounds import in_rounds
from pipeline.runs.dry_run import estimate
from pipeline.runs.duplicates import read_articles
from pipeline.runs.engines import STORED, Opened, Source, open_engine, refuse_translation
from pipeline.runs.entailing import open_reader
from pipeline.runs.inputs import Inputs
from pipeline.runs.manifest import make_manifest
from pipeline.runs.opinions import Reader, read_synthesis
from pipeline.runs.output import (
    ARTICLES,
    REPORT,
    RUN_FILE,
    SUMMARY_JSON,
    SUMMARY_MD,
    check_output,
)
from pipeline.runs.replacing import PREVIOUS, settle, write_run
from pipeline.runs.runner import Progress, Readings, Story, merge_story, no_progress, read_story
from pipeline.runs.unrelated import with_doubts
from pipeline.settings import Settings
from pipeline.stages.ingest import Ingested


class Done(NamedTuple):
    """A finished run. ``synthesis`` and ``markdown`` are None when every article failed.

    ``articles`` are those of the summary, with their claims; ``files`` what is written of the run, by name.
    """

    synthesis: Synthesis | None
    markdown: str | None
    manifest: RunManifest
    articles: tuple[ArticleFile, ...] = ()
    files: Mapping[str, str] = MappingProxyType({})


class Work(NamedTuple):
    """What the stories of one command are made with."""

    opened: Opened
    settings: Settings
    source: Source
    reader: Reader | None
    progress: Progress
    tell: Callable[[str], None]


async def run_job(
    inputs: list[str],
    settings: Settings,
    *,
    source: Source = STORED,
    progress: Progress = no_progress,
    tell: Callable[[str], None] = lambda _: None,
) -> Done:
    """Read, summarize, merge, verify, write to ``settings.out``; the rest as `make_run`."""
    out = Path(settings.out)
    settle(out)
    check_output(out, inputs)
    return await make_run(Inputs(inputs), settings, out, source=source, progress=progress, tell=tell)


async def make_run(  # noqa: PLR0913  three of them are how and by whom it is watched
    inputs: Inputs,
    settings: Settings,
    out: Path | None = None,
    *,
    source: Source = STORED,
    progress: Progress = no_progress,
    tell: Callable[[str], None] = lambda _: None,
) -> Done:
    """Read, summarize, merge, verify.

    Args:
        inputs: what to read.
        settings: engine, model, words.
        out: where to write, a folder that `check_output` has seen; None: nowhere.
        source: whether to use stored replies, to record or to replay.
        progress: told of every step.
        tell: told what the user should know while it runs.

    Raises:
        PipelineError: whatever makes the whole run meaningless; nothing is written then. A recording that cannot be
            written is told in the same way, and the results are there.
    """
    reader = open_reader(settings, tell)
    ingested = with_doubts(read_articles(inputs, settings, tell))
    refuse_translation(settings, ingested.articles)
    async with open_engine(settings, source, tell=tell) as opened:
        for note in (*opened.notes, *ingested.notes):
            tell(note)
        work = Work(opened, settings, source, reader, progress, tell)
        return await in_rounds(opened.batch, lambda: one_story(ingested, renewed(work), out), progress)


def renewed(work: Work) -> Work:
    """With an engine that has not been asked yet, where the work is done more than once."""
    opened = work.opened
    return work if opened.another is None else work._replace(opened=opened._replace(engine=opened.another()))


async def one_story(ingested: Ingested, work: Work, out: Path | None) -> Done:
    """Summarize, merge and verify articles that were read, and write the results to ``out``, if that is a folder.

    The notes of ``ingested`` are told by whoever read the articles.
    """
    story, manifest = await make_story(ingested, work)
    batched = work.opened.batch is not None
    bound = estimate(ingested.articles, work.settings, batch=batched).most if work.source.replay is None else None
    manifest = manifest.model_copy(update={"bound": bound})
    files, markdown, manifest = files_of(story, manifest)
    await asyncio.sleep(0)  # who asked meanwhile to stop is heard here, before anything is written
    # Before the recording is written, which may fail and must not take the results with it.
    if out is not None and write_run(out, files):
        work.tell(f"The earlier summary is kept: {out}/{PREVIOUS}.")
    return Done(story.synthesis, markdown, manifest, story.files, files)


async def read_story_of(articles: Sequence[Article], work: Work) -> Readings:
    """Summarize articles, each on its own."""
    return await read_story(articles, work.opened.engine, slots=work.settings.concurrency, progress=work.progress)


async def make_story(ingested: Ingested, work: Work, readings: Readings | None = None) -> tuple[Story, RunManifest]:
    """Summarize, unless ``readings`` are at hand; merge and verify, and say what it took. Nothing is written."""
    batch = work.opened.batch
    started = datetime.now(UTC) if batch is None else batch.began
    read = readings or await read_story_of(ingested.articles, work)
    settings, engine = work.opened.settings, work.opened.engine
    story = await merge_story(
        ingested, read, engine, words=settings.words, language=settings.language, progress=work.progress
    )
    for note in story.notes[len(ingested.notes) :]:
        work.tell(note)
    if work.reader is not None:
        story = await _read_again(story, work.reader)
    manifest = make_manifest(work.opened, ingested, story, (started, datetime.now(UTC)))
    if work.reader is not None:
        manifest = manifest.model_copy(update={"parameters": {**manifest.parameters, "reader": work.reader.name}})
    return story, manifest


async def _read_again(story: Story, reader: Reader) -> Story:
    """The story with what the reader adds to its verdicts."""
    if story.synthesis is None:
        return story
    articles = {file.article.id: file.article for file in story.files}
    return story.model_copy(update={"synthesis": await read_synthesis(story.synthesis, articles, [reader])})


class Files(NamedTuple):
    """The files of a run by name; ``run.json`` last: its presence means that the others are there.

    Beside them the summary as Markdown, as it is printed, and the record with their list.
    """

    files: dict[str, str]
    markdown: str | None
    manifest: RunManifest


def files_of(story: Story, manifest: RunManifest, more: Mapping[str, str] = MappingProxyType({})) -> Files:
    """What is written of a run, ``more`` among it."""
    files = {f"{ARTICLES}/{file.article.id}.json": to_json(file) for file in story.files} | dict(more)
    markdown = None
    if story.synthesis is not None:
        articles = [file.article for file in story.files]
        claims = [claim for file in story.files for claim in file.summary.claims]
        markdown = render_markdown(story.synthesis, articles, claims)
        files[SUMMARY_JSON] = to_json(story.synthesis)
        files[SUMMARY_MD] = markdown
        # Without remarks on the way to the model: a replay's page is the same as the page of what it replays.
        files[REPORT] = render_report(story.synthesis, story.files, manifest.model_copy(update={"notes": story.notes}))
    listed = manifest.model_copy(update={"files": (*sorted(files), RUN_FILE)})
    return Files({**files, RUN_FILE: to_json(listed)}, markdown, listed)


def to_json(model: Model) -> str:
    """The model as JSON that a person can read; what a terminal would obey is escaped."""
    return json_escaped(json.dumps(model.model_dump(mode="json"), ensure_ascii=False, indent=2)) + "\n"
