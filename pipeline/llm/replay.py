"""Genuine replies on disk, so that runs and evals can be repeated without a model, a key or a network.

A recording is a folder of two files: ``recording.json`` says how it was made, ``replies.jsonl`` holds a request
and its reply a line, in the order of their digests. Requests are whole, so that a person can read what was asked,
and nothing in them depends on where the model was served.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.errors import OutputError, RecordingError
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.server_text import capped, printable
from pipeline.llm.store import canonical_request, digest_of

ABOUT_FILE: Final = "recording.json"
REPLIES_FILE: Final = "replies.jsonl"
_NOWHERE: Final = "recording"
"""In place of an endpoint in digests: a recording is the same wherever the model was served."""
_SHOWN: Final = 80


class RecordedPrompt(Model):
    """Which prompt a recording was made with."""

    version: int
    digest: str


class About(Model):
    """How a recording was made. ``parameters`` are those that change what is asked."""

    schema_version: int = SCHEMA_VERSION
    model: str
    made: str
    prompts: dict[str, RecordedPrompt]
    parameters: dict[str, str | int | bool]
    versions: dict[str, str]


class RecordedReply(Model):
    """One line of ``replies.jsonl``."""

    digest: str
    request: ChatRequest
    reply: ChatReply


class Recording(NamedTuple):
    """A recording, read."""

    folder: Path
    about: About
    replies: dict[str, RecordedReply]

    def stale(self, prompts: Mapping[str, RecordedPrompt]) -> list[str]:
        """What was recorded with another prompt than today's, in words; none if all still match."""
        used = {recorded.request.schema_name for recorded in self.replies.values()}
        lines = []
        for name in sorted(used):
            then, now = self.about.prompts.get(name), prompts.get(name)
            if then is None or now is None or then.digest != now.digest:
                lines.append(f"“{name}” was recorded with {_version(then)}, and is now {_version(now)}")
        return lines


class RecordingChat:
    """A `ChatModel` that remembers what it was asked and what the model behind it answered."""

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner
        self._replies: dict[str, RecordedReply] = {}

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer; in the recording it counts as paid for, wherever it came from."""
        reply = await self._inner.complete(request)
        digest = _digest(request)
        genuine = reply.model_copy(update={"usage": reply.usage.in_all()})
        self._replies[digest] = RecordedReply(digest=digest, request=request, reply=genuine)
        return reply

    def write(self, folder: Path, about: About) -> None:
        """Write the recording; one that is there already is replaced.

        Raises:
            OutputError: the folder cannot be written, or holds something else than a recording.
        """
        lines = [_line(self._replies[digest]) for digest in sorted(self._replies)]
        check_folder(folder)
        try:
            _replace(folder / REPLIES_FILE, "".join(lines))
            _replace(folder / ABOUT_FILE, about.model_dump_json(indent=2) + "\n")
        except OSError as error:
            raise _unwritable(folder, error) from error


class ReplayChat:
    """A `ChatModel` that answers from a recording and never from anywhere else."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._used: set[str] = set()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The recorded reply.

        Raises:
            RecordingError: there is none for this request.
        """
        digest = _digest(request)
        recorded = self._recording.replies.get(digest)
        if recorded is None:
            raise RecordingError(
                f"{self._recording.folder} has no reply to “{request.schema_name}” for model {request.model!r} about "
                f"“{_about(request)}” ({digest[:19]}…). {self._made_with()}"
            )
        self._used.add(digest)
        return recorded.reply.model_copy(update={"usage": recorded.reply.usage.from_store()})

    def orphans(self) -> list[str]:
        """What was recorded and never asked for, in words."""
        left = (self._recording.replies[digest] for digest in sorted(set(self._recording.replies) - self._used))
        return [f"“{recorded.request.schema_name}” about “{_about(recorded.request)}”" for recorded in left]

    def _made_with(self) -> str:
        about = self._recording.about
        given = ", ".join(f"{name} {value}" for name, value in sorted(about.parameters.items()))
        return f"It was made with model {about.model!r}, {given}; other articles or settings need another recording."


def check_folder(folder: Path) -> None:
    """Make the folder for a recording, before anything is spent on one.

    Raises:
        OutputError: it cannot be made, or holds something else than a recording.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = sorted(p.name for p in folder.iterdir() if p.name not in {ABOUT_FILE, REPLIES_FILE})
    except OSError as error:
        raise _unwritable(folder, error) from error
    if others:
        raise OutputError(f"{folder} holds other files ({others[0]}); give --record a folder of its own.")


def load_recording(folder: Path) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: it is not there, unreadable, or a reply does not stand under its own request's digest.
    """
    try:
        about = About.model_validate_json((folder / ABOUT_FILE).read_text(encoding="utf-8"))
        lines = (folder / REPLIES_FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(f"There is no recording in {folder}: {error}.") from error
    except ValidationError as error:
        raise RecordingError(
            f"{folder / ABOUT_FILE} does not say how it was made: {error.errors()[0]['msg']}."
        ) from None
    replies = [_recorded(line, folder, number) for number, line in enumerate(lines, start=1)]
    return Recording(folder, about, {recorded.digest: recorded for recorded in replies})


def _recorded(line: str, folder: Path, number: int) -> RecordedReply:
    try:
        recorded = RecordedReply.model_validate_json(line)
    except ValidationError as error:
        raise RecordingError(f"{folder / REPLIES_FILE}, line {number}: {error.errors()[0]['msg']}.") from None
    if recorded.digest != _digest(recorded.request):
        raise RecordingError(f"{folder / REPLIES_FILE}, line {number}: the request is not the one that was recorded.")
    return recorded


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"The recording cannot be written to {folder}: {error.strerror or error}.")


def _digest(request: ChatRequest) -> str:
    return digest_of(canonical_request(request, _NOWHERE))


def _line(recorded: RecordedReply) -> str:
    return json.dumps(recorded.model_dump(mode="json"), ensure_ascii=True) + "\n"


def _replace(path: Path, text: str) -> None:
    """Write whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _about(request: ChatRequest) -> str:
    """The first line of what was asked: the title of the article, or the first claim."""
    lines = (line for line in request.messages[1].content.splitlines() if line.strip())
    return capped(printable(next(lines, "")), _SHOWN)


def _version(prompt: RecordedPrompt | None) -> str:
    return f"version {prompt.version} ({prompt.digest[:15]}…)" if prompt else "not there"
