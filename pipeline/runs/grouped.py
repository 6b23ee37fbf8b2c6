"""A heap of articles: sorted into events, one run for each, and a page that lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.domain.article import Article
from pipeline.domain.groups import Group, GroupedStory, GroupsFile
from pipeline.domain.synthesis import Source as SourceEntry
from pipeline.embedding.encoder import open_encoder
from pipeline.llm.deferring import in_turn
from pipeline.render.index import render_index
from pipeline.runs.batch.rounds import in_rounds
from pipeline.runs.dry_run import Estimate, estimate, in_all
from pipeline.runs.duplicates import read_articles
from pipeline.runs.engines import STORED, Source, open_engine
from pipeline.runs.entailing import open_reader
from pipeline.runs.group_output import GROUPS_FILE, INDEX, check_group_output, write_groups
from pipeline.runs.inputs import Inputs
from pipeline.runs.job import Done, Work, one_story, renewed, to_json
from pipeline.runs.output import check_output
from pipeline.runs.replacing import settle
from pipeline.runs.runner import Progress, no_progress
from pipeline.settings import Settings
from pipeline.stages.grouping import group
from pipeline.stages.ingest import Ingested


class Heap(NamedTuple):
    """What was read, and the events that it tells of; each event's articles are in the order they were read in."""

    ingested: Ingested
    groups: tuple[Group, ...]

    def of(self, found: Group) -> Ingested:
        """What one group's run starts from: its articles, and of the duplicates and notes those about its files."""
        members = set(found.article_ids)
        articles = tuple(article for article in self.ingested.articles if article.id in members)
        paths = {article.path for article in articles}
        duplicates = tuple(one for one in self.ingested.duplicates if one.kept in paths)
        named = tuple(f"{path} " for path in (*paths, *(one.path for one in duplicates)))
        notes = tuple(note for note in self.ingested.notes if note.startswith(named))  # a note names its file first
        return Ingested(articles=articles, failures=(), notes=notes, duplicates=duplicates)


def read_heap(inputs: Sequence[str], settings: Settings, tell: Callable[[str], None] = lambda _: None) -> Heap:
    """Read the articles and sort them into events.

    Raises:
        InputError: as `ingest`.
        ConfigurationError: the settings name a sentence encoder that cannot be used.
    """
    encoder = open_encoder(Path(settings.embeddings)) if settings.embeddings else None
    ingested = read_articles(Inputs(inputs), settings, tell)
    if encoder is None:
        return Heap(ingested, group(ingested.articles))
    note = f"Articles are sorted by their words, and by what they mean to {encoder.name}."
    noted = ingested.model_copy(update={"notes": (*ingested.notes, note)})
    return Heap(noted, group(ingested.articles, alike=encoder.likenesses))


def estimate_groups(heap: Heap, settings: Settings, *, batch: bool = False) -> Estimate:
    """What the runs of all groups can take; ``batch``: at the price of batches."""
    each = [estimate(heap.of(found).articles, settings, batch=batch) for found in heap.groups]
    return in_all(each or [estimate((), settings, batch=batch)])


async def run_groups(
    inputs: list[str],
    settings: Settings,
    *,
    source: Source = STORED,
    progress: Progress = no_progress,
    tell: Callable[[str], None] = lambda _: None,
) -> GroupsFile:
    """Read, sort into events, and run each event into a folder of its own below ``settings.out``; then the index.

    A story's folder is whole as soon as its run ends, so an interruption costs the story that was under way; the
    index and ``groups.json`` come last.

    Raises:
        PipelineError: whatever makes the whole meaningless, as `run_job`; stories that were finished are there.
    """
    out = Path(settings.out)
    check_group_output(out, inputs)
    reader = open_reader(settings, tell)
    heap = read_heap(inputs, settings, tell)
    for found in heap.groups:
        settle(out / found.id)
        check_output(out / found.id, [])
    async with open_engine(settings, source, tell=tell) as opened:
        for note in (*opened.notes, *heap.ingested.notes, *_counted(heap)):
            tell(note)
        work = Work(opened, settings, source, reader, progress, tell)
        done: dict[str, Done] = {}

        async def story(found: Group) -> None:
            done[found.id] = await one_story(heap.of(found), renewed(work), out / found.id)

        async def those_left() -> None:
            await in_turn(story(found) for found in heap.groups if found.id not in done)

        await in_rounds(opened.batch, those_left, progress)
    grouped = _listed(heap, done)
    write_groups(
        out, {INDEX: render_index(grouped), GROUPS_FILE: to_json(grouped)}, {found.id for found in heap.groups}
    )
    return grouped


def _counted(heap: Heap) -> list[str]:
    several = sum(len(found.article_ids) > 1 for found in heap.groups)
    single = len(heap.groups) - several
    return [f"{len(heap.ingested.articles)} articles: {several} told by several, {single} by one alone."]


def _listed(heap: Heap, done: Mapping[str, Done]) -> GroupsFile:
    articles = {article.id: article for article in heap.ingested.articles}
    stories = [
        _story(found, [articles[article_id] for article_id in found.article_ids], done[found.id])
        for found in heap.groups
    ]
    ingested = heap.ingested
    return GroupsFile(
        stories=tuple(sorted(stories, key=lambda story: (story.latest or "", story.id), reverse=True)),
        failures=ingested.failures,
        duplicates=ingested.duplicates,
        notes=ingested.notes,
    )


def _story(found: Group, articles: Sequence[Article], done: Done) -> GroupedStory:
    days = sorted(article.published for article in articles if article.published)
    synthesis = done.synthesis
    statements = synthesis.statements if synthesis else ()
    return GroupedStory(
        id=found.id,
        path=found.id,
        title=synthesis.title if synthesis else None,
        first=statements[0].text if statements else None,
        earliest=days[0] if days else None,
        latest=days[-1] if days else None,
        statements=len(statements),
        disagreements=len(synthesis.disagreements) if synthesis else 0,
        sources=tuple(SourceEntry.of(article) for article in articles),
        failures=done.manifest.failures,
    )
