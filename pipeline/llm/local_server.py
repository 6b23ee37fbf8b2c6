"""A GGUF file, served on this machine for as long as a run takes.

llama.cpp's own server is used, through the package xllamacpp (the extra ``local``). It runs in a process of its own,
because native code that meets a bad file may crash, and because its memory is free again when the process ends.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from typing import IO, Final, NamedTuple

from pipeline.errors import ConfigurationError
from pipeline.llm import local_child
from pipeline.llm.server_text import capped, printable

INSTALL: Final = "pip install 'pipeline-cited-summaries[local]'"
PATIENCE: Final = 600.0
"""Seconds for a model to load: a large one may come from a slow disk."""

_MAGIC: Final = b"GGUF"
_SAMPLE: Final = 1024 * 1024
_GRACE: Final = 2.0
"""Seconds between asking the server to end and ending it; it has nothing to save."""
_SIGKILL: Final = 9
_LAST_BYTES: Final = 8192
_LAST_LINES: Final = 8
_WORDS_LIMIT: Final = 600
_STAMP: Final = re.compile(r"^[\d.]+ [A-Z] +")
_NO_MEMORY: Final = re.compile(
    r"insufficient memory|cannot allocate memory|failed to allocate|MemoryError|bad_alloc", re.IGNORECASE
)
_SECRET: Final = re.compile(r"^(OPENAI|PIPELINE)_|KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH", re.IGNORECASE)


class LocalServer(NamedTuple):
    """A server that runs. ``name`` says which model file it is, wherever it listens and lies."""

    base_url: str
    api_key: str
    name: str


@asynccontextmanager
async def serve(
    model: Path, *, context: int = 8192, tell: Callable[[str], None], patience: float = PATIENCE
) -> AsyncIterator[LocalServer]:
    """Serve ``model`` on loopback, behind a key that only this process knows; end the server whatever happens.

    Replies are deterministic at temperature 0 as long as one request is made at a time.

    Args:
        model: a GGUF file.
        context: tokens of prompt and reply together.
        tell: is told that a model is loading, that it is ready, and if the server dies in between.
        patience: seconds for the model to load.

    Raises:
        ConfigurationError: no such file, not a GGUF file, xllamacpp is missing, or the model cannot be loaded.
    """
    name = identity(model)
    key = secrets.token_urlsafe(32)
    started = time.monotonic()
    with tempfile.TemporaryFile() as chatter, _process(model, context, key, chatter) as process:
        tell(f"Loading {printable(model.name)} …")
        port = await _port(process, model, chatter, patience)
        tell(f"{printable(model.name)} is ready after {time.monotonic() - started:.1f} s.")
        try:
            yield LocalServer(f"http://{local_child.LOOPBACK}:{port}/v1", key, name)
        finally:
            status = process.poll()
            if status is not None:
                tell(f"The model's server ended by itself{_ending(status, _last_words(chatter))}")


def identity(model: Path) -> str:
    """A name for the content of a model file: its file name and a digest of its size and three samples.

    The start alone would not do: it holds the vocabulary, which models that were trained further share. All of
    it would take a minute for a large file.

    Raises:
        ConfigurationError: it cannot be read, or is not a GGUF file.
    """
    hint = "--local-model takes a GGUF file, the format of llama.cpp."
    shown = printable(str(model))
    if not model.is_file():
        what = "is a folder, not a file" if model.is_dir() else "there is no such file"
        raise ConfigurationError(f"{shown}: {what}", hint=hint)
    try:
        magic, digest = _sampled(model)
    except OSError as error:
        raise ConfigurationError(f"{shown} cannot be read: {error.strerror}") from error
    if magic != _MAGIC:
        raise ConfigurationError(f"{shown} is not a GGUF file", hint=hint)
    return f"gguf:{printable(model.name)}:{digest[:12]}"


def _sampled(model: Path) -> tuple[bytes, str]:
    with model.open("rb") as file:
        magic = file.read(len(_MAGIC))
        size = file.seek(0, os.SEEK_END)
        digest = hashlib.sha256(str(size).encode())
        for start in (0, size // 2, max(0, size - _SAMPLE)):
            file.seek(start)
            digest.update(file.read(_SAMPLE))
    return magic, digest.hexdigest()


@contextmanager
def _process(model: Path, context: int, key: str, chatter: IO[bytes]) -> Iterator[Popen[bytes]]:
    """The process, told what to serve; ended in any case.

    Nothing here is asynchronous, so that nothing can be cancelled half way: asyncio's own processes can wait for
    ever when the start is cancelled (seen with Python 3.11). What the process says goes to a file, because a
    pipe would have to be emptied all the time.
    """
    try:
        process = Popen(  # noqa: S603  our own interpreter, our own file
            (sys.executable, "-P", local_child.__file__),
            bufsize=0,
            stdin=PIPE,
            stdout=PIPE,
            stderr=chatter,
            env=_environment(os.environ),
            start_new_session=True,  # Ctrl-C in the terminal is for us; we end the server when we are done
        )
    except OSError as error:
        raise ConfigurationError(f"The model's server cannot be started: {error.strerror}") from error
    with process:
        try:
            _tell(process, {"model": str(model), "context": context, "key": key})
            yield process
        finally:
            _stop(process)


def _tell(process: Popen[bytes], order: Mapping[str, object]) -> None:
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # it died at once; its last words are asked for later
            process.stdin.write(json.dumps(order).encode() + b"\n")


def _stop(process: Popen[bytes]) -> None:
    """Ask in two ways (some releases take the signal for themselves), wait a moment, then insist."""
    if process.stdin is not None:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(_GRACE)
    except TimeoutExpired:
        process.kill()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What the server gets of our environment: nothing that may be secret.

    >>> _environment({"OPENAI_API_KEY": "sk-1", "PATH": "/bin"})
    {'OMP_WAIT_POLICY': 'passive', 'PATH': '/bin'}
    """
    kept = {name: value for name, value in ours.items() if not _SECRET.search(name)}
    return {"OMP_WAIT_POLICY": "passive"} | kept  # threads that spin while they wait starve a small machine


async def _port(process: Popen[bytes], model: Path, chatter: IO[bytes], patience: float) -> int:
    """Wait until the model is loaded.

    Raises:
        ConfigurationError: the process ended, or time ran out.
    """
    try:
        async with asyncio.timeout(patience):
            answer = await asyncio.to_thread(_answer, process)
    except TimeoutError:
        words = _ending(0, _last_words(chatter))
        message = f"{printable(str(model))} was not loaded within {patience:.0f} seconds{words}"
        raise ConfigurationError(message, hint="Is there enough memory? A smaller model loads faster.") from None
    if isinstance(answer, int):
        raise _failure(model, answer, _last_words(chatter))
    return int(answer.removeprefix("READY "))


def _answer(process: Popen[bytes]) -> str | int:
    """What it answers, or its exit status. The thread that waits for it ends with the process at the latest."""
    line = process.stdout.readline() if process.stdout else b""
    return line.decode() if line.endswith(b"\n") else process.wait()


def _failure(model: Path, status: int, words: str) -> ConfigurationError:
    if status == local_child.MISSING:
        return ConfigurationError("--local-model needs the package xllamacpp", hint=f"Install it: {INSTALL}")
    message = f"{printable(str(model))} cannot be loaded{_ending(status, words)}"
    if status == -_SIGKILL or _NO_MEMORY.search(words):  # by this signal, Linux ends what takes too much memory
        return ConfigurationError(message, hint="There is probably not enough memory; a smaller model takes less.")
    return ConfigurationError(message, hint="Is the file complete, and is xllamacpp new enough for it?")


def _ending(status: int, words: str) -> str:
    """How a sentence about a process ends.

    >>> _ending(-6, "out of luck")
    ' (signal 6): out of luck'
    """
    signal = f" (signal {-status})" if status < 0 else ""
    return f"{signal}: {words}" if words else f"{signal}."


def _last_words(chatter: IO[bytes]) -> str:
    """The last different lines that the server said, fit to show; the reason tends to be the first of them."""
    start = max(0, chatter.seek(0, os.SEEK_END) - _LAST_BYTES)
    chatter.seek(start)
    lines = chatter.read().decode(errors="replace").splitlines()
    whole = lines[1:] if start else lines
    said = dict.fromkeys(_STAMP.sub("", printable(line)) for line in whole)
    return capped("; ".join([line for line in said if line][-_LAST_LINES:]), _WORDS_LIMIT)
