"""One session over a corpus: from the first story that is not done to the last, so many under way at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final, NamedTuple

from pipeline.domain.claims import Usage
from pipeline.domain.run import Failure
from pipeline.errors import InputError, PipelineError
from pipeline.llm.keeping import CountingChat
from pipeline.llm.limits import SeenLimit
from pipeline.llm.tasks import give_up
from pipeline.runs.corpus.ledger import Ledger, Result
from pipeline.runs.corpus.manifest import Counts, Snapshot, read_cost, read_usage
from pipeline.runs.corpus.pool import Runner
from pipeline.runs.corpus.source import Item, Source
from pipeline.runs.corpus.state import State, Status
from pipeline.runs.corpus.window import Window
from pipeline.runs.corpus.work import Outcome, Task, failed, failure_line
from pipeline.runs.costs import cost
from pipeline.runs.engines import Opened

COMMIT_SECONDS: Final = 0.5
"""How often what was written becomes final; what a killed process has to do again is of this time."""
_TICK: Final = 0.25
_WINDOW: Final = 8
"""How many times the stories under way the newest may be ahead of the oldest."""
_SKIPPED_AT_ONCE: Final = 1000

Watch = Callable[[Snapshot], None]
Tell = Callable[[str], None]


class _Taken(NamedTuple):
    """A story that was taken up: its place in the window, and how a person finds it."""

    place: int
    item: Item
    where: str


class Account:
    """What the model took, in this session and before."""

    def __init__(self, opened: Opened, counting: CountingChat | None, state: State) -> None:
        """``counting`` stands before the model that all stories share."""
        self._opened = opened
        self._counting = counting
        self._usage, self._cost = read_usage(state), read_cost(state)
        if opened.batch is not None and state.get("batch") == opened.batch.id:  # its journal has counted all along
            self._usage = self._usage.minus(Usage.model_validate_json(state.get("batch usage", "{}")))
            told = state.get("batch cost", "0")
            self._cost = None if self._cost is None or told == "None" else self._cost - float(told)

    def spent(self) -> tuple[Usage, float | None]:
        """In all sessions; no cost where the price is not known."""
        now, dollars = self._now()
        return self._usage.plus(now), None if dollars is None or self._cost is None else self._cost + dollars

    def about(self) -> dict[str, str]:
        """The same for the state; and which part of it a job in batches has counted, which may be resumed."""
        usage, dollars = self.spent()
        told = {"usage": usage.model_dump_json(), "cost": str(dollars)}
        batch = self._opened.batch
        if batch is not None:
            now, part = self._now()
            told |= {"batch": batch.id, "batch usage": now.model_dump_json(), "batch cost": str(part)}
        return told

    def _now(self) -> tuple[Usage, float | None]:
        """In this session; with batches, in the job that it goes on with."""
        batch = self._opened.batch
        if batch is None and self._counting is None:
            return Usage(), 0.0
        now = batch.used if batch is not None else self._counting.used if self._counting else Usage()
        paid = now.paid_tokens()
        return now, cost(self._opened.settings, *paid, batch=batch is not None) if any(paid) else 0.0

    def limits(self) -> tuple[SeenLimit, ...]:
        """What the endpoint is known to allow."""
        shared = self._opened.shared
        return shared.limits.seen() if shared else ()


class Session:
    """The session. ``watch`` is told how it goes, ``tell`` of each failure."""

    def __init__(self, source: Source, ledger: Ledger, account: Account, *, at_once: int, ordered: bool) -> None:
        self.watch: Watch = lambda _: None
        self.tell: Tell = lambda _: None
        self._source = source
        self._ledger = ledger
        self._account = account
        self._at_once = at_once
        self._window: Window[Result] = Window(at_once * _WINDOW, ordered=ordered)
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._fatal: BaseException | None = None
        self._counts: dict[Status, int] = ledger.state.counts()
        self._before = float(ledger.state.get("seconds", "0"))
        self._started = self._committed = time.monotonic()
        self._position, self._began = 0, -1
        self._finished = False

    async def go(self, pool: Runner) -> None:
        """Work through the input; what makes all of it meaningless is raised."""
        ticking = asyncio.create_task(self._tick())
        try:
            async for item in _items(self._source):
                where = self._source.where(item)
                if not self._ledger.finished(item.number, item.digest, where):
                    await self._room()
                    self._take(item, where, pool)
                self._position = item.position
                if self._fatal is not None:
                    raise self._fatal
            while self._tasks:
                await self._wait()
            if self._fatal is not None:  # of the last to end
                raise self._fatal
            self._finished = True
        finally:
            await give_up((ticking, *self._tasks))

    def close(self) -> None:
        """What was done so far is final."""
        self._ledger.finish(self._about())
        self._counts = self._ledger.state.counts()
        self.watch(self.snapshot())

    def snapshot(self) -> Snapshot:
        """How it goes."""
        usage, dollars = self._account.spent()
        return Snapshot(
            counts=Counts(**self._counts),
            under_way=len(self._tasks),
            held=self._window.held,
            position=self._position,
            total=self._source.total,
            began=max(0, self._began),
            usage=usage,
            cost_usd=dollars,
            limits=self._account.limits(),
            seconds=time.monotonic() - self._started,
        )

    async def _room(self) -> None:
        """Wait until another story may start."""
        while len(self._tasks) >= self._at_once or not self._window.has_room():
            await self._wait()

    def _take(self, item: Item, where: str, pool: Runner) -> None:
        """Take a story up; one that is none, or whose id was there before, fails at once."""
        if self._began < 0:
            self._began, self._started = self._position, time.monotonic()
        taken, story_id = _Taken(self._window.start(), item, where), None
        try:
            story_id = self._source.story_id(item)
            first = self._ledger.first_with(story_id, item.number)
        except InputError as error:
            self._finish(taken, None, Outcome(failure=failed("", "input", error)))
            return
        if first != item.number:
            self._finish(taken, story_id, duplicate_of(first), owner=False)
            return
        task = asyncio.create_task(self._work(taken, story_id, pool))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def _work(self, taken: _Taken, story_id: str, pool: Runner) -> None:
        outcome = await pool.run(Task(story_id, self._source.form, taken.item.payload))
        if outcome.fatal is not None:
            raise outcome.fatal
        self._finish(taken, story_id, outcome)

    def _finish(self, taken: _Taken, story_id: str | None, outcome: Outcome, *, owner: bool = True) -> None:
        """Write what may be written now. ``owner``: whether the id is this story's."""
        place, item, where = taken
        status: Status = "failed" if outcome.failure else "partial" if outcome.partial else "done"
        failure = None
        if outcome.failure is not None:
            failure = failure_line(story_id, where, outcome.failure, outcome.articles)
            self.tell(f"failed: {story_id or '?'} ({where}): {outcome.failure.message}")
        result = Result(item.number, story_id if owner else None, item.digest, status, outcome.line, failure)
        for ready in self._window.finish(place, result):
            self._ledger.add(ready)
            self._counts[ready.status] += 1
        self._commit_if_due()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._fatal = self._fatal or task.exception()
        self._changed.set()

    async def _wait(self) -> None:
        """Until something has ended; raise what must end it all."""
        await self._changed.wait()
        self._changed.clear()
        if self._fatal is not None:
            raise self._fatal

    async def _tick(self) -> None:
        """Tell how it goes, and make final what would else wait for the next story to end."""
        while True:
            await asyncio.sleep(_TICK)
            self.watch(self.snapshot())
            try:
                self._commit_if_due()
            except PipelineError as error:
                self._fatal = self._fatal or error
                self._changed.set()

    def _commit_if_due(self) -> None:
        if time.monotonic() - self._committed >= COMMIT_SECONDS:
            self._ledger.commit(self._about())
            self._committed = time.monotonic()
            if self._ledger.retrying:  # a story may have left one count for another
                self._counts = self._ledger.state.counts()

    def _about(self) -> dict[str, str | int]:
        return {
            **self._account.about(),
            "position": self._position,
            "total": "" if self._source.total is None else self._source.total,
            "seconds": str(self._before + time.monotonic() - self._started),
            **({} if self._ledger.retrying else {"finished": int(self._finished)}),
        }


def duplicate_of(first: int) -> Outcome:
    """What becomes of a story whose id another had first."""
    message = f"The id is that of story {first} of the input, too. Each story needs an id of its own."
    return Outcome(failure=Failure(path="", stage="input", code="duplicate", message=message))


async def _items(source: Source) -> AsyncIterator[Item]:
    """The source's stories; the loop is held up neither by many that are skipped nor by a stream that waits."""
    if not source.is_stream:
        for count, item in enumerate(source.items()):
            yield item
            if count % _SKIPPED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Item | PipelineError | None] = asyncio.Queue(maxsize=1)

    def hand_on(item: Item | PipelineError | None) -> None:
        asyncio.run_coroutine_threadsafe(queue.put(item), loop).result()

    def read() -> None:
        with suppress(RuntimeError, asyncio.CancelledError):  # nobody listens any more
            try:
                for item in source.items():
                    hand_on(item)
            except PipelineError as error:
                hand_on(error)
            hand_on(None)

    threading.Thread(target=read, daemon=True).start()
    while (found := await queue.get()) is not None:
        if isinstance(found, PipelineError):
            raise found
        yield found
