"""A pass over the stories that only finds out what they ask: with batches, replies are there before a story is done.

Nothing is written. When no story asks for anything any more, an ordinary session does them all from the store.
"""

from __future__ import annotations

import asyncio

from pipeline.errors import Deferred, InputError, PipelineError
from pipeline.llm.batch_journal import Journal
from pipeline.runs.corpus.ledger import Ledger
from pipeline.runs.corpus.pool import Runner
from pipeline.runs.corpus.source import Item, Source
from pipeline.runs.corpus.work import Task

_SKIPPED_AT_ONCE = 1000


class Collecting:
    """Makes the passes. A story of which all is known is not done again."""

    def __init__(self, source: Source, ledger: Ledger, journal: Journal, pool: Runner, at_once: int) -> None:
        self._source = source
        self._ledger = ledger
        self._journal = journal
        self._pool = pool
        self._at_once = at_once

    async def go(self) -> None:
        """One pass.

        Raises:
            Deferred: something was asked that has no reply yet.
            PipelineError: what makes all stories meaningless.
        """
        room = asyncio.Semaphore(self._at_once)
        waiting = 0
        fatal: list[PipelineError] = []

        async def one(item: Item, story_id: str) -> None:
            nonlocal waiting
            try:
                waiting += not await self._settled(item, story_id)
            except PipelineError as error:
                fatal.append(error)
            finally:
                room.release()

        async with asyncio.TaskGroup() as tasks:
            for count, item in enumerate(self._source.items()):
                if count % _SKIPPED_AT_ONCE == 0:
                    await asyncio.sleep(0)
                story_id = self._asks(item)
                if story_id is not None:
                    await room.acquire()
                    tasks.create_task(one(item, story_id))
                if fatal:
                    break
        if fatal:
            raise fatal[0]
        if waiting:
            raise Deferred(f"{waiting:,} stories wait for replies.")

    def _asks(self, item: Item) -> str | None:
        """The story's id, if it has one and may have something to ask."""
        where = self._source.where(item)
        done = self._ledger.finished(item.number, item.digest, where)
        if done or self._journal.is_settled(item.number, item.digest):
            return None
        try:
            story_id = self._source.story_id(item)
        except InputError:
            return None  # the session says so
        return story_id if self._ledger.first_with(story_id, item.number) == item.number else None

    async def _settled(self, item: Item, story_id: str) -> bool:
        outcome = await self._pool.run(Task(story_id, self._source.form, item.payload))
        if outcome.fatal is not None:
            raise outcome.fatal
        if not outcome.deferred:
            self._journal.settle(item.number, item.digest)
        return not outcome.deferred
