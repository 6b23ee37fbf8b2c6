"""The file of decisions: whatever happens to those who write, whole lines stay whole and in order."""

from __future__ import annotations

import fcntl
import os
import random
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.review import Decision
from pipeline.errors import InputError, OutputError
from pipeline.runs.review.store import append, read
from tests.runs.review.decisions import decisions, made

ROOT = Path(__file__).parents[3]
ENDLESS = """
import sys
from pathlib import Path
from pipeline.runs.review.store import append
from tests.runs.review.decisions import made
for number in range(100_000):
    append(Path(sys.argv[1]), made(f"{sys.argv[2]}-{number}", action="comment", text="long " * 20_000))
    print(f"{sys.argv[2]}-{number}", flush=True)
"""
NO_ROOM = """
import resource, signal, sys
from pathlib import Path
from pipeline.runs.review.store import append
from tests.runs.review.decisions import made
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
if sys.argv[3] == "killed":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
append(Path(sys.argv[1]), made("cut", action="comment", text="x" * 5000))
"""


def _process(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _cut(path: Path, decision: Decision, share: float) -> bool:
    """Leave what `append` leaves when it is killed in the middle; whether the decision was whole by then."""
    before = path.read_bytes() if path.exists() else b""
    append(path, decision)
    after = path.read_bytes()
    kept = len(before) + int(share * (len(after) - len(before) - 1))
    path.write_bytes(after[:kept])
    return kept == len(after) - 1


@given(st.lists(st.tuples(decisions, st.one_of(st.none(), st.floats(0, 1))), max_size=12))
def test_any_mix_of_appends_and_kills_keeps_what_was_saved(steps: list[tuple[Decision, float | None]]) -> None:
    """Every decision that was saved is read back as it was, in order; of those cut off, none is taken for another."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "review.jsonl"
        expected, parts = [], 0
        for decision, share in steps:
            whole = share is None or _cut(path, decision, share)
            if share is None:
                append(path, decision)
            expected += [decision] if whole else []
            parts += not whole
        stored = read(path)
        assert list(stored.decisions) == expected
        assert stored.torn <= parts  # of some, not a character was written


@pytest.mark.parametrize("end", ["killed", "told"])
@pytest.mark.parametrize("room", [1, 200, 4000])
def test_a_process_that_dies_in_the_middle_of_a_line(tmp_path: Path, room: int, end: str) -> None:
    """The disk has no room for the line, and the process is killed, or told: the next one is glued to nothing."""
    path = tmp_path / "review.jsonl"
    append(path, made("first"))
    process = _process(NO_ROOM, path, path.stat().st_size + room, end)
    _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert ("cannot be saved" in told) == (end == "told")
    assert [decision.id for decision in read(path).decisions] == ["first"]
    append(path, made("next"))
    stored = read(path)
    assert [decision.id for decision in stored.decisions] == ["first", "next"]
    assert stored.torn == 1
    assert path.read_bytes().count(b'"cut"') == (room > 50)  # what there was of it is kept, not mended away


def test_two_processes_that_are_killed(tmp_path: Path) -> None:
    """Two write at once and are killed again and again: what they said was saved is there, and no line is mixed."""
    path, chance, saved = tmp_path / "review.jsonl", random.Random(6), set[str]()  # noqa: S311  no secret
    for round_ in range(4):
        both = [_process(ENDLESS, path, f"{round_}{who}") for who in "ab"]
        for process in both:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 4)):
                saved.add(process.stdout.readline().strip())
        for process in both:
            process.kill()
            saved |= set(process.communicate()[0].split())
    stored = read(path)
    found = [decision.id for decision in stored.decisions]
    assert saved <= set(found)
    assert len(set(found)) == len(found)
    assert stored.torn <= 8
    assert {decision.text for decision in stored.decisions} == {"long " * 20_000}


def test_no_file_yet(tmp_path: Path) -> None:
    """Nothing was decided; reading makes no file."""
    assert read(tmp_path / "review.jsonl") == ((), 0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (made("x").model_dump_json().replace('"schema_version":1', '"schema_version":2'), "line 2"),
        ('{"id": "x"}', "line 2"),
        ("[]", "line 2"),
        (made("x").model_dump_json().replace('"accept"', '"edit"'), "does not say what it must"),
    ],
)
def test_a_whole_line_that_is_no_decision_is_named(tmp_path: Path, line: str, told: str) -> None:
    """It is not passed over like the beginning of one: somebody wrote it, and means something by it."""
    path = tmp_path / "review.jsonl"
    append(path, made("first"))
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    with pytest.raises(InputError, match=told):
        read(path)


def test_a_slip_of_the_hand_is_no_cut_off_line(tmp_path: Path) -> None:
    """A line that is no JSON, and no beginning of any, is an error that names it; it holds what somebody decided."""
    whole = made("x").model_dump_json()
    path = tmp_path / "review.jsonl"
    for slip in (whole.replace('"id":', '"id"'), whole.replace(",", ",,", 1), f"{whole} x", "not JSON", whole[1:]):
        path.write_text(f"{made('first').model_dump_json()}\n{slip}\n{made('last').model_dump_json()}\n", "utf-8")
        with pytest.raises(InputError, match="line 2, is no JSON"):
            read(path)


@given(decisions, st.data())
def test_every_beginning_is_a_cut_off_line(decision: Decision, data: st.DataObject) -> None:
    """Wherever it was cut, in the middle of a character, too."""
    line = decision.model_dump_json().encode()
    cut = line[: data.draw(st.integers(1, len(line) - 1))]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "review.jsonl"
        path.write_bytes(cut + b"\n" + line + b"\n")
        assert read(path) == ((decision,), 1)


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "folder", "device"])
def test_only_a_plain_file_is_touched(tmp_path: Path, kind: str) -> None:
    """A run's folder that somebody sent: nothing is read or written elsewhere, and nothing is waited for."""
    path, diary = tmp_path / "review.jsonl", tmp_path / "diary"
    diary.write_text(made("mine").model_dump_json() + "\n", "utf-8")
    before = diary.read_bytes()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"link": diary, "dangling link": tmp_path / "none", "device": Path("/dev/zero")}[kind])
    with pytest.raises(InputError, match="cannot be read") as reading:
        read(path)
    with pytest.raises(OutputError, match="cannot be saved") as saving:
        append(path, made("x"))
    assert "plain file" in (reading.value.hint or "")
    assert "plain file" in (saving.value.hint or "")
    assert diary.read_bytes() == before
    assert not (tmp_path / "none").exists()


def test_it_is_on_the_disk_before_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole line is in the file when the file is flushed; a new file's folder is flushed, too."""
    path, seen = tmp_path / "review.jsonl", list[tuple[bool, bytes]]()
    flush = os.fsync

    def watched(descriptor: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.read_bytes()))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    append(path, made("first"))
    first = path.read_bytes()
    append(path, made("next"))
    assert seen == [(False, first), (True, first), (False, path.read_bytes())]


@pytest.mark.parametrize(("held", "waits"), [(fcntl.LOCK_SH, True), (fcntl.LOCK_EX, True), (fcntl.LOCK_UN, False)])
def test_nobody_writes_while_another_reads_or_writes(tmp_path: Path, held: int, *, waits: bool) -> None:
    """A writer has the file for itself; a reader shares it with readers."""
    path = tmp_path / "review.jsonl"
    append(path, made("first"))
    writer = threading.Thread(target=append, args=(path, made("next")))
    with path.open("rb") as other:
        fcntl.flock(other, held)
        if held != fcntl.LOCK_EX:
            assert len(read(path).decisions) == 1
        writer.start()
        writer.join(0.5)
        assert writer.is_alive() == waits
        fcntl.flock(other, fcntl.LOCK_UN)
    writer.join()
    assert len(read(path).decisions) == 2
