"""Genuine replies on disk, so that runs and evals can be repeated without a model, a key or a network.

A recording is a folder of two files: ``recording.json`` says how it was made, ``replies.jsonl`` holds a request
and its reply a line, or the error that came instead, in the order of their digests. Requests are whole, so that a
person can read what was asked, and nothing in them depends on where the model was served.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from pipeline import errors
from pipeline.domain.base import SCHEMA_VERSION, Model
from pipeline.errors import ModelError, OutputError, RecordingError
from pipeline.llm.protocol import ChatModel, ChatReply, ChatRequest
from pipeline.llm.server_text import capped, printable
from pipeline.llm.store import canonical_request, digest_of

ABOUT_FILE: Final = "recording.json"
REPLIES_FILE: Final = "replies.jsonl"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file that are read; a recording of a hundred articles has a few millions."""

_NOWHERE: Final = "recording"
"""In place of an endpoint in digests: a recording is the same wherever the model was served."""
_SHOWN: Final = 80
_MOST_COUNTED: Final = 10**9
"""Tokens or calls of one reply: no model counts as far."""


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


class RecordedError(Model):
    """An error that a call ended with; ``kind`` is its class in `pipeline.errors`."""

    kind: str
    message: str
    hint: str

    def again(self) -> ModelError:
        """The same error, of which this time nothing was spent.

        Raises:
            KeyError: there is no such kind of error of a model call.
        """
        kind = vars(errors).get(self.kind)
        if not (isinstance(kind, type) and issubclass(kind, ModelError)):
            raise KeyError(self.kind)
        return kind(self.message, hint=self.hint)


class RecordedReply(Model):
    """One line of ``replies.jsonl``: a request and, of ``reply`` and ``error``, the one that came."""

    digest: str
    request: ChatRequest
    reply: ChatReply | None = None
    error: RecordedError | None = None
    reply_digest: str

    def fault(self) -> str:
        """What is wrong with the line, in words; empty if nothing is."""
        outcome = self.reply or self.error
        if outcome is None or (self.reply and self.error):
            return "there must be either a reply or an error"
        if self.digest != _digest(self.request):
            return "the request is not the one that was recorded"
        if self.reply_digest != _outcome_digest(outcome):
            return "the reply is not the one that was recorded"
        if self.error is not None:
            return _unknown(self.error)
        counts = self.reply.usage.model_dump().values() if self.reply else ()
        return "" if all(0 <= count <= _MOST_COUNTED for count in counts) else "its usage cannot be"


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
                lines.append(f"“{_shown(name)}” was recorded with {_version(then)}, and is now {_version(now)}")
        return lines


class RecordingChat:
    """A `ChatModel` that remembers what it was asked, and what the model behind it answered or how it failed.

    Failures belong to a recording: a run goes on after them, with the parts of an article or without it.
    """

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner
        self._replies: dict[str, RecordedReply] = {}

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The model's answer; in the recording it counts as paid for, wherever it came from."""
        try:
            reply = await self._inner.complete(request)
        except ModelError as error:
            self._remember(request, _recorded_error(error))
            raise
        self._remember(request, reply.model_copy(update={"usage": reply.usage.in_all()}))
        return reply

    def write(self, folder: Path, about: About) -> None:
        """Write the recording; one that is there already is replaced. `check_folder` says beforehand if it can be.

        Raises:
            OutputError: the folder cannot be written.
        """
        lines = [_line(self._replies[digest]) for digest in sorted(self._replies)]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _replace(folder / REPLIES_FILE, "".join(lines))
            _replace(folder / ABOUT_FILE, about.model_dump_json(indent=2) + "\n")
        except OSError as error:
            raise _unwritable(folder, error) from error

    def _remember(self, request: ChatRequest, outcome: ChatReply | RecordedError) -> None:
        digest = _digest(request)
        part = {"reply" if isinstance(outcome, ChatReply) else "error": outcome}
        recorded = RecordedReply(digest=digest, request=request, reply_digest=_outcome_digest(outcome))
        self._replies[digest] = recorded.model_copy(update=part)


class ReplayChat:
    """A `ChatModel` that answers from a recording and never from anywhere else."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._used: set[str] = set()

    async def complete(self, request: ChatRequest) -> ChatReply:
        """The recorded reply.

        Raises:
            ModelError: as it was recorded.
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
        if recorded.error is not None:
            raise recorded.error.again()
        if recorded.reply is None:
            raise RecordingError(f"{self._recording.folder} has neither reply nor error for {digest[:19]}….")
        return recorded.reply.model_copy(update={"usage": recorded.reply.usage.from_store()})

    def orphans(self) -> list[str]:
        """What was recorded and never asked for, in words."""
        left = (self._recording.replies[digest] for digest in sorted(set(self._recording.replies) - self._used))
        return [f"“{_shown(recorded.request.schema_name)}” about “{_about(recorded.request)}”" for recorded in left]

    def _made_with(self) -> str:
        about = self._recording.about
        given = ", ".join(f"{name} {value}" for name, value in sorted(about.parameters.items()))
        return (
            f"It was made with model {_shown(about.model)!r}, {_shown(given)}; other articles or settings need another "
            "recording."
        )


def check_folder(folder: Path) -> None:
    """Make the folder for a recording, before anything is spent on one.

    Raises:
        OutputError: it cannot be made or written, or holds something else than a recording.
    """
    ours = {path.name for file in (ABOUT_FILE, REPLIES_FILE) for path in (folder / file, _partial(folder / file))}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = sorted(p.name for p in folder.iterdir() if p.name not in ours or p.is_dir())
        if not others:
            _try_out(_partial(folder / REPLIES_FILE))
    except OSError as error:
        raise _unwritable(folder, error) from error
    if others:
        raise OutputError(f"{folder} holds other files ({others[0]}); give --record a folder of its own.")


def load_recording(folder: Path) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: it is not there or unreadable, or a request or a reply is not the one that was recorded.
    """
    about = _read_about(folder / ABOUT_FILE)
    # Not splitlines: it also splits at characters such as U+2028, which JSON allows in a text.
    lines = _text(folder / REPLIES_FILE).split("\n")
    recorded = (_recorded(line, folder, number) for number, line in enumerate(lines, start=1) if line.strip())
    return Recording(folder, about, {one.digest: one for one in recorded})


def _read_about(path: Path) -> About:
    try:
        return About.model_validate_json(_text(path))
    except ValidationError as error:
        raise RecordingError(f"{path} does not say how it was made: {_shown(error.errors()[0]['msg'])}.") from None


def _text(path: Path) -> str:
    """A file's text, if it is a file (to read a pipe would be to wait for ever) and not without end."""
    try:
        status = path.stat()
        usable = stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST
        text = path.read_text(encoding="utf-8") if usable else ""
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(f"There is no recording in {path.parent}: {error}.") from error
    if not usable:
        raise RecordingError(f"{path} is no recording: no file, or one of more than {LARGEST // 1024**2} MB.")
    return text


def _recorded(line: str, folder: Path, number: int) -> RecordedReply:
    try:
        recorded = RecordedReply.model_validate_json(line)
        fault = recorded.fault()
    except ValidationError as error:
        fault = _shown(error.errors()[0]["msg"])
    if fault:
        raise RecordingError(f"{folder / REPLIES_FILE}, line {number}: {fault}.")
    return recorded


def _recorded_error(error: ModelError) -> RecordedError:
    return RecordedError(kind=type(error).__name__, message=error.message, hint=error.hint)


def _unknown(error: RecordedError) -> str:
    try:
        error.again()
    except KeyError:
        return f"there is no error “{_shown(error.kind)}”"
    return ""


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"The recording cannot be written to {folder}: {error.strerror or error}.",
        hint="Name another folder with --record and run the same command again; replies so far are kept.",
    )


def _digest(request: ChatRequest) -> str:
    return digest_of(canonical_request(request, _NOWHERE))


def _outcome_digest(outcome: ChatReply | RecordedError) -> str:
    """What protects a reply or an error from being edited by hand."""
    dumped = outcome.model_dump(mode="json")
    return digest_of(json.dumps(dumped, ensure_ascii=True, sort_keys=True, separators=(",", ":")))


def _line(recorded: RecordedReply) -> str:
    left_out = {"reply"} if recorded.reply is None else {"error"}
    return json.dumps(recorded.model_dump(mode="json", exclude=left_out), ensure_ascii=True) + "\n"


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _replace(path: Path, text: str) -> None:
    """Write whole or not at all."""
    partial = _partial(path)
    partial.unlink(missing_ok=True)  # of a run that was killed; or a link, which must not be written through
    with partial.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    partial.replace(path)


def _try_out(path: Path) -> None:
    """Make a file there and take it away: permissions do not say all."""
    path.unlink(missing_ok=True)
    path.touch(exist_ok=False)
    path.unlink()


def _about(request: ChatRequest) -> str:
    """The first line of what was asked: the title of the article, or the first claim; empty if nothing was."""
    return _shown(next(_lines(request), ""))


def _lines(request: ChatRequest) -> Iterator[str]:
    contents = (message.content for message in request.messages[1:2])
    return (line for content in contents for line in content.splitlines() if line.strip())


def _shown(text: str) -> str:
    """What stands in a file that anybody may have made, fit to show."""
    return capped(printable(text), _SHOWN)


def _version(prompt: RecordedPrompt | None) -> str:
    if prompt is None:
        return "not there"
    return f"version {capped(str(prompt.version), 20)} ({capped(printable(prompt.digest), 16)})"
