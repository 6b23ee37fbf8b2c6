"""Recordings: what is in them, what they protect, and what is refused."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ModelError, OutputError, PromptCut, RecordingError, RequestTooLarge, ServerFault
from pipeline.llm.protocol import ChatReply, ChatRequest
from pipeline.llm.replay import (
    LARGEST,
    About,
    RecordedPrompt,
    RecordingChat,
    ReplayChat,
    check_folder,
    load_recording,
)
from tests.llm.scripted import ScriptedChat, chat_request, reply

ABOUT = About(model="small", made="2026-11-22T00:00:00", prompts={}, parameters={"words": 300}, versions={})


def _record(folder: Path, *turns: tuple[ChatRequest, ChatReply | Exception]) -> Path:
    """A recording of these turns."""
    chat = RecordingChat(ScriptedChat(*(turn for _, turn in turns)))

    async def ask_all() -> None:
        for request, turn in turns:
            if isinstance(turn, Exception):
                with pytest.raises(type(turn)):
                    await chat.complete(request)
            else:
                await chat.complete(request)

    asyncio.run(ask_all())
    chat.write(folder, ABOUT)
    return folder


def _replayed(folder: Path, request: ChatRequest) -> ChatReply:
    return asyncio.run(ReplayChat(load_recording(folder)).complete(request))


def _edit(folder: Path, change: Callable[[Any], object]) -> None:
    """Change the first line as somebody with an editor could."""
    path = folder / "replies.jsonl"
    line = json.loads(path.read_text(encoding="utf-8").split("\n")[0])
    change(line)
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")


@pytest.mark.parametrize("kind", [RequestTooLarge, PromptCut, ServerFault, ModelError])
def test_errors_of_calls_are_replayed(kind: type[ModelError], tmp_path: Path) -> None:
    """A call that failed fails in the same way again, with the same words, and nothing spent."""
    error = kind("no room for 9 tokens", hint="Make room.")
    error.spent = (1, 20, 30)
    folder = _record(tmp_path, (chat_request(), error), (chat_request(text="Bye."), reply("yes")))
    with pytest.raises(kind) as caught:
        _replayed(folder, chat_request())
    again = caught.value
    assert (type(again), again.message, again.hint, again.spent) == (kind, error.message, error.hint, (0, 0, 0))
    assert _replayed(folder, chat_request(text="Bye.")).text == "yes"


def test_recording_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """What is loaded is what was written: a recording has one form."""
    turns = ((chat_request(), ServerFault("500")), (chat_request(text="Bye."), reply("ja \u2028 \x85 é")))
    one, two = _record(tmp_path / "1", *turns), _record(tmp_path / "2", *reversed(turns))
    assert (one / "replies.jsonl").read_bytes() == (two / "replies.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda line: line["reply"].update(text="forged"), "the reply is not the one that was recorded"),
        (lambda line: line["reply"].update(finish_reason="length"), "the reply is not the one that was recorded"),
        (lambda line: line["request"].update(max_tokens=51), "the request is not the one that was recorded"),
        (lambda line: line.pop("reply_digest"), "Field required"),
        (lambda line: line.pop("reply"), "either a reply or an error"),
        (lambda line: line.update(error={"kind": "ServerFault", "message": "", "hint": ""}), "either a reply"),
    ],
)
def test_what_was_edited_is_refused(change: Callable[[Any], object], fault: str, tmp_path: Path) -> None:
    """A reply or a request that is not the recorded one is named by its line."""
    folder = _record(tmp_path, (chat_request(), reply("genuine")))
    _edit(folder, change)
    with pytest.raises(RecordingError, match=f"line 1: .*{fault}"):
        load_recording(folder)


@pytest.mark.parametrize("count", [-1, 10**10])
def test_counts_that_cannot_be_are_refused(count: int, tmp_path: Path) -> None:
    """Negative and endless counts of tokens never reach a sum, even under a right digest."""
    answer = reply("x")
    usage = answer.usage.model_copy(update={"prompt_tokens": count})
    folder = _record(tmp_path, (chat_request(), answer.model_copy(update={"usage": usage})))
    with pytest.raises(RecordingError, match="line 1: its usage cannot be"):
        load_recording(folder)


@pytest.mark.parametrize("kind", ["BudgetError", "SystemExit", "annotations", "ServerFault2", "ClassVar"])
def test_an_error_that_no_call_can_have_is_refused(kind: str, tmp_path: Path) -> None:
    """Only errors of model calls are looked up by name."""
    fault = type(kind, (ModelError,), {})("boo")
    folder = _record(tmp_path, (chat_request(), fault))
    with pytest.raises(RecordingError, match=f"line 1: there is no error “{kind}”"):
        load_recording(folder)


def test_lines_end_at_line_ends_only(tmp_path: Path) -> None:
    """Separators that JSON allows inside a text do not cut a line in two."""
    folder = _record(tmp_path, (chat_request(), reply("one\u2028two\x85three")))
    _edit(folder, lambda line: line)
    assert "\u2028" in (folder / "replies.jsonl").read_text(encoding="utf-8")
    assert _replayed(folder, chat_request()).text == "one\u2028two\x85three"


@pytest.mark.parametrize("name", ["recording.json", "replies.jsonl"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.truncate(path, LARGEST + 1)])
def test_only_files_of_a_sane_size_are_read(make: Callable[[Path], None], name: str, tmp_path: Path) -> None:
    """A pipe (on which one would wait for ever), a folder and a file without end are refused."""
    folder = _record(tmp_path, (chat_request(), reply("x")))
    path = folder / name
    if make in {os.mkfifo, os.mkdir}:
        path.unlink()
    make(path)
    with pytest.raises(RecordingError, match="no recording"):
        load_recording(folder)


@pytest.mark.parametrize("messages", [0, 1])
def test_a_request_without_a_question_is_named_all_the_same(messages: int, tmp_path: Path) -> None:
    """A request of no message, or one, can be missing and can be left over."""
    request = chat_request().model_copy(update={"messages": chat_request().messages[:messages]})
    chat = ReplayChat(load_recording(_record(tmp_path, (request, reply("x")))))
    assert chat.orphans() == ["“answer” about “”"]
    with pytest.raises(RecordingError, match="no reply to"):
        asyncio.run(chat.complete(request.model_copy(update={"max_tokens": 7})))


def test_what_a_recording_says_of_itself_is_shown_short(tmp_path: Path) -> None:
    """A version or a name without end does not flood the terminal."""
    recording = load_recording(_record(tmp_path, (chat_request(), reply("x"))))
    prompt = RecordedPrompt(version=10**4000, digest="sha256:" + "0" * 5000)
    about = ABOUT.model_copy(update={"prompts": {"answer": prompt}, "model": "m" * 5000})
    recording = recording._replace(about=about)
    (line,) = recording.stale({})
    assert len(line) < 200
    with pytest.raises(RecordingError) as caught:
        asyncio.run(ReplayChat(recording).complete(chat_request(text="other")))
    assert len(caught.value.message) < 600


# --- the folder


def test_what_a_killed_run_left_is_no_obstacle(tmp_path: Path) -> None:
    """Half-written files of our own are replaced, not taken for somebody else's."""
    left = [tmp_path / ".replies.jsonl.partial", tmp_path / ".recording.json.partial"]
    for path in left:
        path.write_text("half")
    check_folder(tmp_path)
    _record(tmp_path, (chat_request(), reply("x")))
    assert {path.name for path in tmp_path.iterdir()} == {"recording.json", "replies.jsonl"}


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    """A link where a half-written file would be is taken away; what it points to stays as it is."""
    target = tmp_path / "precious"
    target.write_text("mine")
    folder = tmp_path / "recording"
    folder.mkdir()
    (folder / ".replies.jsonl.partial").symlink_to(target)
    check_folder(folder)
    (folder / ".replies.jsonl.partial").symlink_to(target)
    _record(folder, (chat_request(), reply("x")))
    assert target.read_text() == "mine"


@pytest.mark.parametrize("name", ["recording.json", "replies.jsonl", ".replies.jsonl.partial", "thesis.doc"])
def test_a_folder_that_cannot_hold_a_recording_is_refused_beforehand(name: str, tmp_path: Path) -> None:
    """What is in the way is named before anything is paid for."""
    (tmp_path / name).mkdir()
    with pytest.raises(OutputError, match="holds other files"):
        check_folder(tmp_path)


def test_a_place_that_is_no_folder_is_refused_beforehand(tmp_path: Path) -> None:
    """A file, or a folder under a file, cannot be recorded into."""
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere")):
        with pytest.raises(OutputError, match="cannot be written"):
            check_folder(folder)
