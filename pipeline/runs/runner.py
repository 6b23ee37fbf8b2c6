"""One story from its files to its results."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from pipeline.domain.article import Article
from pipeline.domain.base import Model
from pipeline.domain.claims import ArticleFile, ArticleSummary, Claim
from pipeline.domain.run import Failure, StageRecord
from pipeline.domain.synthesis import Source, Synthesis
from pipeline.engines.protocol import Brief, Engine, SynthesisDraft
from pipeline.engines.salience import own_words
from pipeline.errors import Deferred, ModelError
from pipeline.runs.contested import with_contested
from pipeline.stages.ground import ground
from pipeline.stages.ingest import Ingested
from pipeline.stages.reconcile import reconcile, trace_origins
from pipeline.stages.summarize import summarize
from pipeline.stages.synthesize import synthesize
from pipeline.stages.title import title
from pipeline.stages.verify import Verified, disagreements, omissions, verify

ARTICLES_PER_SLOT: Final = 3
"""Articles under way for each call that may be."""

_TOO_MANY_FAILED: Final = 0.5
"""The share of a draft's statements that may fail before another way to synthesize is tried."""


class Progress(Protocol):
    """Told of every step; the command line draws a bar from it."""

    def __call__(self, stage: str, done: int, total: int) -> None:  # noqa: D102  the class says what it is
        ...


def no_progress(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
    del stage, done, total


class Story(Model):
    """What a run of one story gives. ``synthesis`` is None when no article could be used."""

    synthesis: Synthesis | None
    files: tuple[ArticleFile, ...]
    stages: tuple[StageRecord, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]


class Readings(NamedTuple):
    """What reading articles gave, by id; ``failures`` are those that could not be read, ``stage`` what it took."""

    files: Mapping[str, ArticleFile]
    failures: tuple[Failure, ...]
    stage: StageRecord


class _Meter:
    """Collects the records of the stages: what each took of the engine, and how long."""

    def __init__(self, engine: Engine, before: Sequence[StageRecord] = ()) -> None:
        self.records = list(before)
        self._engine = engine
        self._used = engine.used
        self._started = time.perf_counter()

    def stage(self, name: str, count_in: int, count_out: int) -> StageRecord:
        """A stage has ended."""
        now, used = time.perf_counter(), self._engine.used
        record = StageRecord(
            name=name,
            count_in=count_in,
            count_out=count_out,
            usage=used.minus(self._used),
            cost_usd=None,
            seconds=round(now - self._started, 3),
        )
        self._started, self._used = now, used
        self.records.append(record)
        return record


class _Read(NamedTuple):
    file: ArticleFile | None
    failure: Failure | None


async def run_story(  # noqa: PLR0913  two of them are how and by whom it is watched
    ingested: Ingested,
    engine: Engine,
    *,
    words: int,
    language: str | None = None,
    slots: int = 4,
    progress: Progress = no_progress,
) -> Story:
    """Summarize, ground, reconcile, synthesize, verify.

    Args:
        ingested: the articles, and what befell others.
        engine: who writes the drafts.
        words: how long the statements may be in all.
        language: the tag of the language asked for, if any.
        slots: how many calls may be under way at a time.
        progress: told of every step.

    An article whose model calls fail is recorded as a failure and the others go on. What makes the whole run
    meaningless (a refused key, an unknown model, a used-up quota) is raised.
    """
    readings = await read_story(ingested.articles, engine, slots=slots, progress=progress)
    return await merge_story(ingested, readings, engine, words=words, language=language, progress=progress)


async def read_story(
    articles: Sequence[Article], engine: Engine, *, slots: int = 4, progress: Progress = no_progress
) -> Readings:
    """Summarize and ground: each article on its own, as `run_story`."""
    meter = _Meter(engine)
    readings = await _read_all(articles, engine, slots * ARTICLES_PER_SLOT, progress)
    files = {reading.file.article.id: reading.file for reading in readings if reading.file}
    stage = meter.stage("summarize", len(articles), sum(len(file.summary.claims) for file in files.values()))
    return Readings(files, tuple(reading.failure for reading in readings if reading.failure), stage)


async def merge_story(  # noqa: PLR0913  as `run_story`
    ingested: Ingested,
    readings: Readings,
    engine: Engine,
    *,
    words: int,
    language: str | None = None,
    progress: Progress = no_progress,
) -> Story:
    """Reconcile, synthesize, verify: what was read of the articles, in their order; the rest as `run_story`."""
    meter = _Meter(engine, [readings.stage])
    failures = (*ingested.failures, *readings.failures)
    files = [readings.files[article.id] for article in ingested.articles if article.id in readings.files]
    if not files:
        return Story(synthesis=None, files=(), stages=tuple(meter.records), failures=failures, notes=ingested.notes)
    files = with_contested(files)
    articles = {file.article.id: file.article for file in files}
    claims = trace_origins([claim for file in files for claim in file.summary.claims], articles)
    files = _with_claims(files, claims)
    clusters = reconcile(claims, articles)
    meter.stage("reconcile", len(claims), len(clusters))
    by_id = {claim.id: claim for claim in claims}
    brief = Brief(articles=articles, claims=by_id, clusters=clusters, words=words, language=language)
    progress("synthesize", 0, 1)
    draft = await synthesize(engine, brief)
    progress("synthesize", 1, 1)
    meter.stage("synthesize", len(clusters), len(draft.statements))
    verified, notes = await _verified(draft, engine, brief)
    meter.stage("verify", len(draft.statements), len(verified.statements))
    return Story(
        synthesis=_synthesis(engine, brief, verified),
        files=tuple(files),
        stages=tuple(meter.records),
        failures=failures,
        notes=(*ingested.notes, *draft.notes, *notes),
    )


async def _verified(draft: SynthesisDraft, engine: Engine, brief: Brief) -> tuple[Verified, list[str]]:
    """What stands in the end, and remarks on what had to be done for it.

    Where most of a draft is not borne out, the engine may have another way; where nothing is, the sources' own
    words are left.
    """
    notes = []
    verified = await verify(draft.statements, engine, brief)
    failed = sum(dropped.verdict.status != "supported" for dropped in verified.dropped)
    if failed > len(draft.statements) * _TOO_MANY_FAILED:
        again = await engine.synthesize_again(brief)
        if again is not None:
            counted = f"{failed} of {len(draft.statements)} statements"
            notes += [f"Of one call over the whole brief, {counted} were not borne out; one cluster a call was used."]
            notes += again.notes
            verified = _better(verified, await verify(again.statements, engine, brief))
    if not verified.statements and brief.claims:
        notes.append("No drafted statement was borne out; the summary is in the sources' own words.")
        verified = _better(verified, await verify(own_words(brief), engine, brief))
    if not verified.statements:
        notes.append("Nothing in the articles could be told; the summary is empty.")
    return verified, notes


def _better(first: Verified, second: Verified) -> Verified:
    """The one with more statements; what was dropped from either is listed."""
    chosen = max(second, first, key=lambda verified: len(verified.statements))
    return chosen.model_copy(update={"dropped": (*first.dropped, *second.dropped)})


async def _read_all(articles: Sequence[Article], engine: Engine, at_once: int, progress: Progress) -> list[_Read]:
    """Each article on its own, in parallel; results in the order of the articles.

    How many calls are under way at a time is the model's affair; more articles are, so that those which wait to try
    again hold nobody up. Not all are: requests that are prepared too early take memory, and time from the first.

    Raises:
        Deferred: the reply to one comes later; all others have asked by then.
    """
    room = asyncio.Semaphore(at_once)
    done = 0
    later: list[Deferred] = []

    async def read(article: Article) -> _Read:
        nonlocal done
        async with room:
            try:
                result = await _read(article, engine)
            except Deferred as error:
                later.append(error)
                return _Read(None, None)
        done += 1
        progress("summarize", done, len(articles))
        return result

    progress("summarize", 0, len(articles))
    tasks = [asyncio.create_task(read(article)) for article in articles]
    try:
        readings = list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
    if later:
        raise later[0]
    return readings


async def _read(article: Article, engine: Engine) -> _Read:
    try:
        draft = await summarize(engine, article)
    except ModelError as error:
        message = " ".join(filter(None, (error.message, error.hint)))
        failure = Failure(path=article.path, stage="summarize", code=error.code, message=message)
        return _Read(None, failure)
    claims, rejected = ground(article, draft.claims)
    summary = ArticleSummary(
        article_id=article.id, headline=article.title, claims=claims, rejected=rejected, usage=draft.usage.in_all()
    )
    return _Read(ArticleFile(article=article, summary=summary), None)


def _with_claims(files: Sequence[ArticleFile], claims: Sequence[Claim]) -> list[ArticleFile]:
    """The files with their claims' origins traced."""
    by_article: dict[str, list[Claim]] = {}
    for claim in claims:
        by_article.setdefault(claim.evidence[0].article_id, []).append(claim)
    return [
        file.model_copy(
            update={"summary": file.summary.model_copy(update={"claims": tuple(by_article.get(file.article.id, []))})}
        )
        for file in files
    ]


def _synthesis(engine: Engine, brief: Brief, verified: Verified) -> Synthesis:
    shown = disagreements(brief.clusters, brief.claims, brief.articles)
    articles = list(brief.articles.values())
    return Synthesis(
        title=title(articles, verified.statements, shown),
        statements=verified.statements,
        disagreements=shown,
        omissions=omissions(brief.clusters, verified.statements, shown),
        dropped=verified.dropped,
        clusters=brief.clusters,
        sources=tuple(Source.of(article) for article in articles),
        engine=engine.name,
        model=engine.model,
    )
