"""An endpoint's files and batches: each call bounded, and none made twice where it would be paid for twice."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeVar
from urllib.parse import quote

from pipeline.errors import (
    ConfigurationError,
    CredentialsError,
    GarbledReply,
    NoConnection,
    PipelineError,
    QuotaError,
    RateLimited,
    RequestRefused,
    ServerFault,
    UnknownModelError,
)
from pipeline.llm.batch_format import CHAT_PATH, TAG, WINDOW, BatchState, read_state

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

_PAGE: Final = 100
_MOST_PAGES: Final = 200
_SAFE: Final = "-_.:"
_CLOCKS_APART: Final = 3600
"""Seconds by which the endpoint's clock may be behind ours."""
_NO_BATCHES: Final = (
    "It may have no batches: --batch-files-only writes the files for another program, such as `vllm run-batch`; "
    "without either, requests are sent one by one."
)


class FilesClient(Protocol):
    """What is needed of the SDK's adapter."""

    endpoint: str

    async def fetch(self, method: Literal["GET", "POST"], path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """What the endpoint answers."""
        ...

    async def upload(self, path: Path) -> bytes:
        """What it answers to a file."""
        ...

    async def download(self, file_id: str, to: Path) -> None:
        """A file of its."""
        ...


class BatchApi:
    """Files and batches of one endpoint. What passes is tried again where that does no harm."""

    def __init__(
        self, client: FilesClient, *, attempts: int, max_wait: float, settle: float, sleep: Sleep = asyncio.sleep
    ) -> None:
        """``attempts`` for one call, with up to ``max_wait`` seconds between two.

        ``settle`` is how many seconds a batch that was asked for may take to be in the list.
        """
        self._client = client
        self._attempts = attempts
        self._max_wait = max_wait
        self._settle = settle
        self._sleep = sleep

    async def upload(self, path: Path) -> str:
        """Upload a file; what the endpoint calls it.

        Twice is no harm: a file that no batch is made of costs nothing and goes away.

        Raises:
            PipelineError: it does not take files, or not this one.
        """
        content = await self._persistent(lambda: self._client.upload(path), missing=_NO_BATCHES)
        found = _object(content).get("id")
        if not isinstance(found, str) or not found:
            raise GarbledReply(f"{self._client.endpoint} took a file, and did not say what it calls it")
        return found

    async def create(self, file: str, tag: str) -> BatchState:
        """Ask for a batch of an uploaded file, once.

        Where nobody can know whether it has begun (no answer in time, a broken connection, a fault), the list of
        batches tells. ``tag`` goes along for people, and for servers that give a file another name in their list.

        Raises:
            PipelineError: it was refused, and has surely not begun; or `ConfigurationError`, as `find`.
        """
        body = {
            "input_file_id": file,
            "endpoint": CHAT_PATH,
            "completion_window": WINDOW,
            "metadata": {TAG: tag},
        }
        began = time.time()
        for attempt in range(1, self._attempts + 1):
            try:
                state = read_state(_object(await self._client.fetch("POST", "/batches", body)))
                if state is not None:
                    return state
            except PipelineError as error:
                if not _may_pass(error) or attempt == self._attempts:
                    raise _explained(error, _NO_BATCHES) from None
                await self._sleep(self._pause(error, attempt))
                if isinstance(error, (RateLimited, NoConnection, RequestRefused)):
                    continue  # it was not taken
            found = await self.find(file, tag, since=began)
            if found is not None:
                return found
        raise GarbledReply(f"{self._client.endpoint} says neither that it began the batch nor that it did not")

    async def find(self, file: str, tag: str, since: float) -> BatchState | None:
        """The batch that was made of a file; None if there is none.

        Args:
            file: what the endpoint calls it.
            tag: what was sent along.
            since: Unix seconds; no batch before that is looked at.

        Raises:
            ConfigurationError: the endpoint does not list its batches, so that nobody can know.
            PipelineError: it cannot be asked.
        """
        await self._sleep(self._settle)
        after = ""
        for _ in range(_MOST_PAGES):
            path = f"/batches?limit={_PAGE}" + (f"&after={quote(after, safe='')}" if after else "")
            try:
                page = _object(await self._persistent(lambda path=path: self._client.fetch("GET", path)))  # type: ignore[misc]  # mypy infers no type for a lambda with a default
            except (ConfigurationError, RequestRefused) as error:
                if isinstance(error, (CredentialsError, UnknownModelError)):
                    raise
                raise ConfigurationError(
                    f"Nobody can know whether a batch of the file {file} has begun: {error.message}.",
                    hint="Look for it where the provider shows batches. If it is not there, remove the folder “batch” "
                    "of the output, and run the same command again.",
                ) from None
            rows = page.get("data")
            states = [state for row in rows if (state := read_state(row))] if isinstance(rows, list) else []
            for state in states:
                if state.input_file == file or state.tag == tag:
                    return state
            seen_all = not page.get("has_more") or not states
            if seen_all or states[-1].created < since - _CLOCKS_APART:
                return None
            after = states[-1].id
        return None

    async def look(self, batch_id: str) -> BatchState:
        """How a batch is doing, asked once: whoever waits asks again.

        Raises:
            PipelineError: it cannot be asked, or does not know the batch.
        """
        try:
            content = await self._client.fetch("GET", f"/batches/{quote(batch_id, safe=_SAFE)}")
        except (ConfigurationError, RequestRefused) as error:
            gone = "Was it removed there? Without the folder “batch” of the output, it is forgotten."
            raise _explained(error, gone) from None
        state = read_state(_object(content))
        if state is None:
            raise GarbledReply(f"{self._client.endpoint} answered 200, but not with a batch")
        return state

    async def download(self, file: str, to: Path) -> None:
        """Download a file, whole.

        Raises:
            PipelineError: it cannot be had.
        """
        gone = "Was it removed there? Without the folder “batch” of the output, the batch is forgotten and sent again."
        await self._persistent(lambda: self._client.download(quote(file, safe=_SAFE), to), missing=gone)

    async def _persistent(self, call: Callable[[], Awaitable[T]], missing: str = "") -> T:
        """Call, and call again where an error may pass."""
        attempt = 1
        while True:
            try:
                return await call()
            except PipelineError as error:
                if not error.retryable or attempt >= self._attempts:
                    raise _explained(error, missing) from None
                pause = self._pause(error, attempt)
            await self._sleep(pause)
            attempt += 1

    def _pause(self, error: PipelineError, attempt: int) -> float:
        """Seconds: what was asked for, else longer each time."""
        asked = error.retry_after if isinstance(error, (RateLimited, ServerFault)) else None
        return min(self._max_wait, 2.0 ** (attempt - 1) if asked is None else asked)


def surely_not_begun(error: PipelineError) -> bool:
    """Whether an error of `BatchApi.create` says that there is no batch; else the list has to be asked."""
    if isinstance(error, (CredentialsError, UnknownModelError, QuotaError, RateLimited, NoConnection, RequestRefused)):
        return True
    return error.hint == _NO_BATCHES


def _may_pass(error: PipelineError) -> bool:
    """A file that was just uploaded may not be found for a moment, which is a 400."""
    return error.retryable or (type(error) is RequestRefused and "file" in error.message.lower())


def _explained(error: PipelineError, missing: str) -> PipelineError:
    """The error, with what to do where a path is not there."""
    if missing and type(error) is ConfigurationError:
        error.hint = missing
    return error


def _object(content: bytes) -> Mapping[str, Any]:
    """A JSON object; an empty one where there is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
