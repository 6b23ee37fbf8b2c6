"""Stories that were finished before with the same program, from the same replies, are not worked on again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pipeline.llm.keeping import CountingChat
from pipeline.llm.protocol import ChatReply
from pipeline.runs.chat import store_path
from pipeline.runs.corpus.noting import RestsOn, reply_digest
from pipeline.runs.corpus.pool import Runner
from pipeline.runs.corpus.results import RESULTS_FILE, Result, ResultStore
from pipeline.runs.corpus.work import Outcome, Task
from pipeline.runs.corpus.worker import Setup
from pipeline.runs.fingerprint import program_fingerprint
from pipeline.settings import Settings

Known = Callable[[str], ChatReply | None]
"""The stored reply to a request, by its digest."""
Tell = Callable[[str], None]

_FORM: Final = "line"
"""What a folder's articles are depends on more than a few bytes: on links, and on which readers are installed."""


class Remembering:
    """A `Runner` that hands out a kept result where every reply that it rests on is still stored as it was.

    So it never tells what the replies that are there now would not: a reply that was pruned, forgotten or replaced
    takes the results with it. A story is only kept where no article and no call failed.
    """

    def __init__(
        self, runner: Runner, results: ResultStore, setup: Setup, known: Known, counting: CountingChat
    ) -> None:
        """``known`` looks into the store of replies; ``counting`` adds up what is taken from it."""
        self.recalled = 0
        self._runner = runner
        self._results = results
        self._known = known
        self._counting = counting
        self._made_with = _made_with(setup)

    async def run(self, task: Task) -> Outcome:
        """The story's outcome: the one that is kept, or a new one."""
        if task.form != _FORM:
            return await self._runner.run(task)
        key = self._key(task)
        kept = self._results.get(key)
        replies = None if kept is None else self._replies(kept.rests_on)
        if kept is not None and replies is not None:
            for reply in replies:
                self._counting.count(reply.usage.from_store())
            self.recalled += 1
            return Outcome(line=kept.line)
        outcome = await self._runner.run(task)
        rests_on = None if outcome.articles or outcome.partial else outcome.rests_on
        if outcome.line is not None and rests_on is not None and self._replies(rests_on) is not None:
            self._results.put(key, Result(outcome.line, rests_on))
        return outcome

    def told(self) -> str | None:
        """What the user should know at the end."""
        if not self.recalled:
            return None
        stories = "1 story was" if self.recalled == 1 else f"{self.recalled:,} stories were"
        return f"{stories} finished before from the same replies, and not worked on again."

    def _key(self, task: Task) -> str:
        told = [self._made_with, task.story_id, hashlib.sha256(task.payload).hexdigest()]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _replies(self, rests_on: RestsOn) -> list[ChatReply] | None:
        """The replies; None where one is not stored, or says something else by now."""
        found = []
        for request, digest in rests_on:
            reply = self._known(request)
            if reply is None or reply_digest(reply) != digest:
                return None
            found.append(reply)
        return found


def _made_with(setup: Setup) -> str:
    """All that a story's line depends on, beside the story and the replies. ``slots`` only say how fast it is made."""
    prompts = {name: prompt.digest for name, prompt in setup.prompts.items()}
    told = [program_fingerprint(), setup.words, setup.language, setup.model, setup.way, setup.endpoint, prompts]
    return json.dumps(told, sort_keys=True)


@contextmanager
def open_results(settings: Settings, tell: Tell) -> Iterator[ResultStore | None]:
    """The store of results; None where no replies are stored either, or where it cannot be used."""
    opened = None
    if settings.cache != "off":
        path = store_path(settings).with_name(RESULTS_FILE)
        try:
            opened = ResultStore(path, tell=tell)
        except (sqlite3.Error, OSError) as error:
            tell(f"Finished stories are not kept: {path} cannot be used: {error}.")
    try:
        yield opened
    finally:
        if opened is not None:
            opened.close()
