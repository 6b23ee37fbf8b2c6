"""An earlier run with new articles: only those are summarized, all are merged again, and what changed is told."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.domain.comparison import Comparison
from pipeline.domain.run import Failure, RunManifest, Update
from pipeline.errors import InputError
from pipeline.render.diff_page import render_diff
from pipeline.render.diff_views import DiffView, diff_view
from pipeline.render.markdown import render_markdown
from pipeline.runs.diff.compare import compare
from pipeline.runs.dry_run import Estimate, estimate
from pipeline.runs.engines import STORED, Source, open_engine
from pipeline.runs.entailing import open_reader
from pipeline.runs.folder import RunFolder, read_run
from pipeline.runs.job import Done, Work, files_of, make_story, read_story_of, to_json
from pipeline.runs.output import (
    ARTICLES,
    CHANGES_JSON,
    CHANGES_PAGE,
    RUN_FILE,
    SUMMARY_JSON,
    check_folder,
    is_ours,
)
from pipeline.runs.replacing import Replacement, replace_run
from pipeline.runs.review import store
from pipeline.runs.review.items import Items
from pipeline.runs.review.reviewed_text import reviewed_files
from pipeline.runs.review.standing import Standing, standing
from pipeline.runs.runner import Progress, Readings, no_progress
from pipeline.runs.updates.made_with import going_on, refuse_other, remarks
from pipeline.runs.updates.taking_up import TakenUp, take_up
from pipeline.runs.updates.tolls import Toll, risen
from pipeline.settings import Settings
from pipeline.stages.ingest import Caps, Ingested, ingest

EARLIER: Final = "the earlier run"
NOW: Final = "with the update"


class How(NamedTuple):
    """Where replies come from and go to. ``redo``: summarize the earlier articles again, too, and merge in any case."""

    source: Source = STORED
    redo: bool = False


AS_STORED: Final = How()


class Before(NamedTuple):
    """The run that is updated, as it was read; ``seen`` are the bytes of its record."""

    run: RunFolder
    seen: bytes
    digest: str


class Updated(NamedTuple):
    """What became of a run. ``changes`` is None where nothing was written; then ``done`` is the run as it was.

    ``failures`` are those of the articles that were given now; ``review`` how the decisions stand, where there are any;
    ``tolls`` those that rose.
    """

    done: Done
    changes: Comparison | None
    failures: tuple[Failure, ...]
    review: Standing | None = None
    tolls: tuple[Toll, ...] = ()

    def view(self) -> DiffView | None:
        """What changed, as it is shown."""
        return None if self.changes is None else diff_view(self.changes, (EARLIER, NOW))


async def run_update(
    inputs: list[str],
    settings: Settings,
    *,
    how: How = AS_STORED,
    progress: Progress = no_progress,
    tell: Callable[[str], None] = lambda _: None,
) -> Updated:
    """Update the run in ``settings.out`` with the articles of ``inputs``.

    The other arguments are those of `run_job`.

    Raises:
        PipelineError: whatever makes the whole meaningless; the earlier run is then there, untouched.
    """
    source, redo = how
    out = Path(settings.out)
    before = read_before(out)
    check_folder(out, inputs)
    settings = going_on(settings, before.run.manifest)
    given = read_given(inputs, settings)
    taken = take_up(before.run, given, keep_duplicates=settings.keep_duplicates)
    if not (taken.has_news() or redo):
        return _as_it_was(before, taken.ingested.failures)
    refuse_too_many(taken, settings)
    decisions = store.read(out / store.REVIEW_FILE).decisions
    reader = open_reader(settings, tell)
    async with open_engine(settings, source, tell=tell) as opened:
        if not redo:
            refuse_other(opened, before.run.manifest)
        for note in (*opened.notes, *remarks(opened, before.run.manifest, reader.name if reader else None)):
            tell(note)
        work = Work(opened, settings, source, reader, progress, tell)
        taken, readings = await _read(taken, before, given, work, redo=redo)
        if not (taken.has_news() or redo):
            return _as_it_was(before, (*given.failures, *readings.failures))
        for note in taken.ingested.notes:
            tell(note)
        story, manifest = await make_story(taken.ingested, work, readings)
        assert story.synthesis is not None  # noqa: S101  for mypy: the earlier articles are there
        manifest = _recorded(manifest, before, taken, work, redo=redo)
        made = RunFolder(story.synthesis, story.files, manifest)
        changes = compare(before.run, made)
        written, markdown, _ = files_of(story, made.manifest, _changes(changes))
        stands = standing(decisions, Items(made)) if decisions else None
        beside = reviewed_files(made, stands) if stands else {}
        await asyncio.sleep(0)  # who asked meanwhile to stop is heard here, before anything is written
        replace_run(out, Replacement(written, beside, before.seen))
    tolls = risen(before.run, made, {*taken.added, *taken.replaced})
    return Updated(Done(story.synthesis, markdown, made.manifest), changes, story.failures, stands, tolls)


def estimate_update(inputs: list[str], settings: Settings) -> tuple[Estimate, TakenUp]:
    """What an update can take, and what it would work on.

    Raises:
        InputError: there is no run to update, or nothing to read.
    """
    before = read_before(Path(settings.out))
    settings = going_on(settings, before.run.manifest)
    given = read_given(inputs, settings)
    taken = take_up(before.run, given, keep_duplicates=settings.keep_duplicates)
    refuse_too_many(taken, settings)
    return estimate(taken.ingested.articles, settings, taken.known), taken


def read_before(folder: Path) -> Before:
    """The run to update.

    Raises:
        InputError: there is none that is whole, or it has an article under a name that no run gives.
    """
    run = read_run(folder)
    odd = next((name for name in run.articles() if not is_ours(f"{ARTICLES}/{name}.json")), None)
    if odd is not None:  # it names a file to be written
        raise InputError(f"“{folder}” has an article with the id “{odd}”, which no run gives.")
    try:
        seen, summary = ((folder / name).read_bytes() for name in (RUN_FILE, SUMMARY_JSON))
    except OSError as error:
        raise InputError(f"“{folder}” cannot be read: {error.strerror}.") from None
    return Before(run, seen, f"sha256:{hashlib.sha256(summary).hexdigest()}")


def read_given(inputs: list[str], settings: Settings) -> Ingested:
    """The articles that ``inputs`` name, all of them.

    Raises:
        InputError: as `ingest`.
    """
    return ingest(inputs, out=Path(settings.out), caps=Caps.of(settings))


def refuse_too_many(taken: TakenUp, settings: Settings) -> None:
    """Nothing, if a run may have so many articles.

    Raises:
        InputError: it may not.
    """
    most = Caps.of(settings).articles
    if len(taken.ingested.articles) > most:
        raise InputError(
            f"With the earlier run's there are more than {most:,} articles.",
            hint="Raise PIPELINE_MAX_ARTICLES; every one is compared with every other.",
        )


async def _read(taken: TakenUp, before: Before, given: Ingested, work: Work, *, redo: bool) -> tuple[TakenUp, Readings]:
    """Summarize what is new, and with ``redo`` all; the earlier summaries are put beside it.

    A new version that cannot be read replaces nothing: it is taken up without that. An earlier article that cannot be
    read again keeps its earlier summary.
    """
    readings = await read_story_of(taken.ingested.articles if redo else taken.unread(), work)
    while failed := _failed(taken, readings) & {article.sha256 for article in given.articles}:
        left = tuple(article for article in given.articles if article.sha256 not in failed)
        given = given.model_copy(update={"articles": left})
        taken = take_up(before.run, given, keep_duplicates=work.settings.keep_duplicates)
        unread = [article for article in taken.unread() if article.id not in readings.files]
        readings = _together(readings, await read_story_of(unread, work))
    return taken, readings._replace(files={**taken.known, **readings.files})


def _failed(taken: TakenUp, readings: Readings) -> set[str]:
    return {article.sha256 for article in taken.unread() if article.id not in readings.files}


def _together(first: Readings, second: Readings) -> Readings:
    usage = first.stage.usage.plus(second.stage.usage)
    seconds = first.stage.seconds + second.stage.seconds
    stage = first.stage.model_copy(update={"usage": usage, "seconds": seconds})
    return Readings({**first.files, **second.files}, first.failures + second.failures, stage)


def _recorded(manifest: RunManifest, before: Before, taken: TakenUp, work: Work, *, redo: bool) -> RunManifest:
    """The record of the updated run."""
    kept = 0 if redo else len(taken.known)
    update = Update(before=before.digest, added=taken.added, replaced=taken.replaced, kept=kept)
    known = {} if redo else taken.known
    bound = estimate(taken.ingested.articles, work.settings, known).most if work.source.replay is None else None
    return manifest.model_copy(update={"update": update, "bound": bound})


def _changes(changes: Comparison) -> Mapping[str, str]:
    return {CHANGES_PAGE: render_diff(diff_view(changes, (EARLIER, NOW))), CHANGES_JSON: to_json(changes)}


def _as_it_was(before: Before, failures: tuple[Failure, ...]) -> Updated:
    run = before.run
    claims = [claim for file in run.files for claim in file.summary.claims]
    markdown = render_markdown(run.synthesis, list(run.articles().values()), claims)
    return Updated(Done(run.synthesis, markdown, run.manifest), None, failures)
