"""From settings to a job whose requests go out in batches, with what must be closed afterwards."""

from __future__ import annotations

import fcntl
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from pipeline.errors import ConfigurationError, OutputError
from pipeline.llm.batch_api import BatchApi
from pipeline.llm.batch_chat import BatchChat
from pipeline.llm.batch_journal import Journal
from pipeline.llm.endpoint import checked_base_url, public_name
from pipeline.llm.keeping import Keeper
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.store import ReplyStore
from pipeline.runs.batch.means import Means
from pipeline.runs.batch.order import FOLDER, BatchOrder
from pipeline.runs.batch.rounds import BatchRun
from pipeline.runs.chat import LEARNED_DAYS, store_path
from pipeline.runs.costs import known_price
from pipeline.settings import Settings

_LOCK: Final = ".lock"
_OURS: Final = re.compile(r"\.lock|batch\.sqlite3(-wal|-shm)?|\.?(requests|output|errors)-\d+\.jsonl(\.part)?")
_UNSENT: Final = "unused"
"""In place of a key, where files are written and nobody is called."""
_SETTLE: Final = 5.0

Tell = Callable[[str], None]


@asynccontextmanager
async def open_batch(settings: Settings, order: BatchOrder, tell: Tell) -> AsyncIterator[BatchRun]:
    """The job, with what an earlier process left of it.

    Raises:
        ConfigurationError: no key, no store of replies, an unknown price with a budget, or batches of another
            endpoint.
        OutputError: the folder cannot be written, or another process works in it.
    """
    if settings.cache != "required":
        raise ConfigurationError(
            "Batches need the store of replies: what one process asks for, another takes in.",
            hint="Unset PIPELINE_CACHE.",
        )
    if settings.max_cost is not None:
        known_price(settings, batch=True)
    name = public_name(checked_base_url(settings.base_url))
    key = settings.api_key.get_secret_value() if settings.api_key else None
    with closing(ReplyStore(store_path(settings))) as store:
        learned = store.recall(name, settings.model, newer_than=time.time() - LEARNED_DAYS * 86400)
        async with OpenAIChat(
            settings.base_url,
            key or (_UNSENT if order.files_only else None),
            timeout=settings.request_timeout,
            adapted=learned,
        ) as client:
            with _journal(order.out / FOLDER) as journal:
                _begin(journal, name, files_only=order.files_only)
                chat = BatchChat(journal, Keeper(store, name), name, counting=order.counting)
                means = Means(journal, client, _api(client, settings), store, chat, settings, tell)
                try:
                    yield BatchRun(means, files_only=order.files_only, replies=order.replies)
                finally:
                    if client.adaptations != learned:
                        with suppress(ConfigurationError):  # it would be of use, and no more
                            store.learn(name, settings.model, client.adaptations)


def _api(client: OpenAIChat, settings: Settings) -> BatchApi:
    settle = min(_SETTLE, settings.batch_poll)
    return BatchApi(client, attempts=settings.max_attempts, max_wait=settings.max_wait, settle=settle)


@contextmanager
def _journal(folder: Path) -> Iterator[Journal]:
    """The journal in a folder that nobody else uses meanwhile; the folder goes when nothing in it is of use."""
    with _held(folder):
        try:
            with closing(Journal(folder)) as journal:
                try:
                    yield journal
                finally:
                    useless = journal.is_empty()
        finally:
            if useless:
                _remove(folder)


def _begin(journal: Journal, endpoint: str, *, files_only: bool) -> None:
    """A new journal is this job's; an old one must be, if an endpoint works for it."""
    way, before = "files" if files_only else "batches", journal.get("endpoint")
    if before and journal.has_submitted() and (before != endpoint or way == "files"):
        raise ConfigurationError(
            f"“{journal.folder}” holds batches that are under way at {before}, and this command is about others.",
            hint="Give the same as before to go on, name another --out, or remove that folder, and they are forgotten.",
        )
    if before != endpoint:
        journal.clear()
        with journal.together():
            journal.put("run", secrets.token_hex(8))
            journal.put("endpoint", endpoint)
            journal.put("began", int(time.time()))


def _remove(folder: Path) -> None:
    """What a job has written there, and the folder, if nothing else is in it."""
    with suppress(OSError):
        for path in folder.iterdir():
            if _OURS.fullmatch(path.name):
                path.unlink()
        folder.rmdir()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Nobody else works in the folder meanwhile; the system lets go of it when the process ends, however it does."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    except OSError as error:
        raise OutputError(f"“{folder}” cannot be written: {error.strerror}.", hint="Name another --out.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(
                f"Another process is working in “{folder}”.", hint="Wait for it, or name another folder with --out."
            ) from error
        yield
