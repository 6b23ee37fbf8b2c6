"""`pipeline cache`: what it shows, what it finds, what it forgets, and what it leaves alone."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from pipeline.cli.cache import _explained
from pipeline.errors import ConfigurationError
from pipeline.llm.store import ReplyStore, canonical_request
from pipeline.runs.corpus.results import RESULTS_FILE, Result, ResultStore
from tests.cli.command import Ran, files, pipeline
from tests.llm.scripted import chat_request, reply

HERE = "http://127.0.0.1/v1"
PAGE = 4096


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store is, or would be."""
    return tmp_path / "cache"


def _cache(folder: Path, *options: str) -> Ran:
    return pipeline("cache", *options, variables={"PIPELINE_CACHE_DIR": str(folder)})


def _file(folder: Path) -> Path:
    return folder / "replies.sqlite"


def _fill(folder: Path, count: int = 3, *, model: str = "small", text: str = "answer") -> None:
    with ReplyStore(_file(folder)) as store:
        rows = [(canonical_request(chat_request(model, f"question {n}"), HERE), reply(text)) for n in range(count)]
        store.add(rows)


def _change(folder: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(_file(folder), isolation_level=None)
    database.execute(statement, values)
    database.close()


@pytest.mark.parametrize("options", [(), ("--verify",), ("--prune", "--all"), ("--prune", "--older-than", "3")])
def test_where_nothing_is_stored_nothing_is_made(options: tuple[str, ...], folder: Path) -> None:
    """Without a store each form says so, exits 0, and creates neither file nor folder."""
    ran = _cache(folder, *options)
    assert (ran.status, ran.out) == (0, f"no replies are stored yet at {_file(folder)}\n")
    assert not folder.exists()


def test_nothing_stored_as_json(folder: Path) -> None:
    """--json says that there is no store in a field of its own."""
    ran = _cache(folder, "--json")
    assert ran.status == 0
    assert json.loads(ran.out) == {"schema_version": 1, "path": str(_file(folder)), "exists": False}


def test_what_is_stored_is_shown(folder: Path) -> None:
    """Replies are counted by model and prompt, with their size and age; a name from the file obeys nobody."""
    _fill(folder)
    _fill(folder, 2, model="large\x1b[31m\nmodel")
    ran = _cache(folder)
    assert ran.status == 0, ran.err
    assert f"Path: {_file(folder)}\n" in ran.out
    assert "Replies: 5\n" in ran.out
    rows = [line.split() for line in ran.out.splitlines()[-3:]]
    assert [row[:2] for row in rows] == [["model", "prompt"], ["large", "[31m"], ["small", "answer"]]
    assert "\x1b" not in ran.out


def test_what_is_stored_as_json(folder: Path) -> None:
    """--json is one document with the same figures; the size is that on disk, the log included."""
    _fill(folder, 2)
    with ReplyStore(_file(folder)) as store:  # as long as it is open, the log is there
        store.add([(canonical_request(chat_request(text="one more"), HERE), reply("x" * 9000))])
        shown = json.loads(_cache(folder, "--json").out)
        wal = _file(folder).with_name("replies.sqlite-wal").stat().st_size
        assert shown["bytes"] == _file(folder).stat().st_size + wal
    assert wal > 9000
    assert (shown["schema_version"], shown["exists"], shown["replies"]) == (1, True, 3)
    (group,) = shown["groups"]
    assert (group["model"], group["prompt"], group["replies"]) == ("small", "answer", 3)
    assert shown["oldest"] <= shown["newest"] == group["newest"]


@pytest.mark.parametrize("options", [(), ("--verify",), ("--json",)])
def test_looking_changes_nothing(options: tuple[str, ...], folder: Path) -> None:
    """Neither showing nor verifying changes a byte of the store, even where a killed run left its log."""
    _fill(folder)
    copy = folder.with_name("copy")
    copy.mkdir()
    with ReplyStore(_file(folder)) as store:
        store.add([(canonical_request(chat_request(text="in the log"), HERE), reply("x"))])
        for name, content in files(folder).items():
            if not name.endswith("-shm"):  # the index of the log, which is made anew
                (copy / name).write_bytes(content)
    before = files(copy)
    ran = _cache(copy, *options)
    assert ran.status == 0, ran.err
    assert "4" in ran.out
    assert {name: content for name, content in files(copy).items() if not name.endswith("-shm")} == before


def test_a_sound_store_verifies(folder: Path) -> None:
    """All is well: exit 0, and how many replies that is said of."""
    _fill(folder)
    assert _cache(folder, "--verify").out.startswith("All is well with 3 replies")
    assert json.loads(_cache(folder, "--verify", "--json").out)["faults"] == []


@pytest.mark.parametrize("change", ["UPDATE replies SET request = request || ' '", "UPDATE replies SET reply = '{'"])
def test_verify_names_what_is_wrong(change: str, folder: Path) -> None:
    """A request that was changed and a reply that cannot be read are named by their digest, with exit 1."""
    _fill(folder, 1)
    _change(folder, change)
    ran = _cache(folder, "--verify")
    faults = json.loads(_cache(folder, "--verify", "--json").out)["faults"]
    assert ran.status == 1
    assert len(faults) == 1
    assert faults[0].startswith("sha256:")
    assert faults[0] in ran.out


def test_times_that_are_none_are_unknown(folder: Path) -> None:
    """SQLite keeps text and bytes in a column of numbers: such a time is not known, and the rest is shown."""
    _fill(folder)
    _change(folder, "UPDATE replies SET stored = 'yesterday' WHERE request LIKE '%question 1%'")
    _fill(folder, 1, model="other")
    _change(folder, "UPDATE replies SET stored = x'00ff' WHERE request LIKE '%other%'")
    ran = _cache(folder)
    assert (ran.status, "Replies: 4" in ran.out) == (0, True), ran
    shown = json.loads(_cache(folder, "--json").out)
    assert [group["newest"] for group in shown["groups"]] == [None, None]
    assert shown["oldest"] is not None


def test_a_request_that_is_no_text_is_a_fault(folder: Path) -> None:
    """Bytes in place of a request are named as a fault, not as a traceback."""
    _fill(folder, 1)
    _change(folder, "UPDATE replies SET request = x'00ff'")
    ran = _cache(folder, "--verify", "--json")
    assert (ran.status, len(json.loads(ran.out)["faults"])) == (1, 1), ran
    assert _cache(folder).status == 0


@pytest.mark.parametrize("reason", ["attempt to write a readonly database", "unable to open database file"])
def test_a_store_that_cannot_be_written_is_not_to_be_moved(reason: str, folder: Path) -> None:
    """What cannot be written is no damage: the advice is about permissions, not about paying again."""
    with pytest.raises(ConfigurationError) as caught, _explained(_file(folder)):
        raise ConfigurationError("no") from sqlite3.OperationalError(reason)
    assert "cannot be written" in caught.value.hint
    assert "paid" not in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_store_is_not_pruned(folder: Path) -> None:
    """The same, with a real file."""
    _fill(folder)
    _file(folder).chmod(0o400)
    ran = _cache(folder, "--prune", "--all")
    assert (ran.status, "cannot be written" in ran.err, "paid" in ran.err) == (2, True, False)


def test_an_error_is_json_too(folder: Path) -> None:
    """--json leaves one document on stdout, whatever is wrong: with the file, or with the command line."""
    _fill(folder)
    _file(folder).write_bytes(b"no store" * 100)
    for options, code in (((), "configuration"), (("--all",), "configuration"), (("--nonsense",), "usage")):
        ran = _cache(folder, *options, "--json")
        said = json.loads(ran.out)
        assert (ran.status, said["schema_version"], said["error"]["code"]) == (2, 1, code)
        assert said["error"].keys() == {"code", "message", "hint"}
        assert ran.err


def test_pruning_by_age(folder: Path) -> None:
    """Older replies go, younger ones stay, and what was learned stays too."""
    _fill(folder)
    _change(folder, "UPDATE replies SET stored = ? WHERE request LIKE '%question 1%'", int(time.time()) - 10 * 86400)
    with ReplyStore(_file(folder)) as store:
        store.learn(HERE, "small", frozenset({"seed"}))
    assert _cache(folder, "--prune", "--older-than", "11").out.startswith("Forgot 0 replies, 3 left")
    assert _cache(folder, "--prune", "--older-than", "9").out.startswith("Forgot 1 reply, 2 left")
    with ReplyStore(_file(folder)) as store:
        assert store.recall(HERE, "small", newer_than=0) == {"seed"}


def test_pruning_all_gives_the_space_back(folder: Path) -> None:
    """--all forgets every reply, and the bytes that it says came back did."""
    _fill(folder, 50, text="word " * 2000)
    before = _file(folder).stat().st_size
    said = json.loads(_cache(folder, "--prune", "--all", "--json").out)
    assert (said["removed"], said["replies"]) == (50, 0)
    assert said["bytes_freed"] == before - _file(folder).stat().st_size > 400_000


@pytest.mark.parametrize(
    "options",
    [
        ("--prune",),
        ("--prune", "--all", "--older-than", "3"),
        ("--all",),
        ("--older-than", "3"),
        ("--verify", "--prune", "--all"),
        ("--prune", "--older-than", "0"),
        ("--prune", "--older-than", "999999999999999999999"),
    ],
)
def test_pruning_is_asked_for_in_so_many_words(options: tuple[str, ...], folder: Path) -> None:
    """Anything less, or more, than --prune with one of its two options is refused, and nothing goes."""
    _fill(folder)
    ran = _cache(folder, *options)
    assert ran.status == 2
    assert "Traceback" not in ran.err
    with ReplyStore(_file(folder)) as store:
        assert store.count() == 3


def _not_sqlite(content: bytes) -> bytes:
    return b"these are no replies" * 100 + content[:100]


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _short(content: bytes) -> bytes:
    return content[:50]


def _damaged(content: bytes) -> bytes:
    """Every page but the first three is overwritten; those say what tables there are."""
    return content[: 3 * PAGE] + b"\xa5" * (len(content) - 3 * PAGE)


@pytest.mark.parametrize("options", [(), ("--verify",), ("--prune", "--all")])
@pytest.mark.parametrize("spoil", [_not_sqlite, _cut, _short, _damaged])
def test_a_file_that_is_no_store_is_left_as_it_is(spoil: object, options: tuple[str, ...], folder: Path) -> None:
    """Not SQLite, cut off or damaged: a clear error with what to do, never a traceback, not a byte changed.

    Exit 2; 1 where --verify could read the file well enough to say what is wrong with it.
    """
    _fill(folder, 30, text="word " * 500)
    assert callable(spoil)
    _file(folder).write_bytes(spoil(_file(folder).read_bytes()))
    before = _file(folder).read_bytes()
    ran = _cache(folder, *options)
    verified = options == ("--verify",) and "SQLite: " in ran.out
    assert ran.status == (1 if verified else 2), ran
    assert ("error[configuration]" in ran.err) is not verified
    assert "Nothing was changed" in ran.err
    assert "Traceback" not in ran.err
    assert _file(folder).read_bytes() == before


def test_another_database_is_left_as_it_is(folder: Path) -> None:
    """A SQLite file of somebody else's gets no table of ours, and loses nothing."""
    folder.mkdir()
    _change(folder, "CREATE TABLE birds (name TEXT)")
    before = _file(folder).read_bytes()
    for options in ((), ("--verify",), ("--prune", "--all")):
        assert _cache(folder, *options).status == 2
    assert _file(folder).read_bytes() == before


def _write(folder: Path, started: Event, enough: Event) -> None:
    """Be a run: store one reply after the other until told to stop."""
    with ReplyStore(_file(folder)) as store:
        number = 0
        while not enough.is_set():
            store.add([(canonical_request(chat_request(text=f"another {number}"), HERE), reply("x" * 5000))])
            number += 1
            started.set()


def test_a_run_at_the_same_time_is_not_disturbed(folder: Path) -> None:
    """Showing, verifying and pruning work while a run stores replies, and the run goes on storing them."""
    _fill(folder, 100)
    context = multiprocessing.get_context("spawn")
    started, enough = context.Event(), context.Event()
    writer = context.Process(target=_write, args=(folder, started, enough))
    writer.start()
    try:
        assert started.wait(60)
        ran = [_cache(folder, *options) for options in ((), ("--verify",), ("--prune", "--older-than", "1"))]
    finally:
        enough.set()
        writer.join(60)
    assert [one.status for one in ran] == [0, 0, 0], ran
    assert writer.exitcode == 0
    with ReplyStore(_file(folder)) as store:
        assert store.verify() == []
        assert store.count() > 100


def test_the_log_of_a_run_is_not_taken_away(folder: Path) -> None:
    """Another process that opens and closes the store leaves the log that a run still writes to; nothing is lost."""
    _fill(folder)
    log = folder / "replies.sqlite-wal"
    with ReplyStore(_file(folder)) as store:
        store.add([(canonical_request(chat_request(text="before"), HERE), reply("x"))])
        inode = log.stat().st_ino
        assert _cache(folder, "--prune", "--older-than", "1").status == 0
        assert log.stat().st_ino == inode
        store.add([(canonical_request(chat_request(text="after"), HERE), reply("x"))])
    with ReplyStore(_file(folder)) as store:
        assert (store.count(), store.verify()) == (5, [])


def test_a_store_that_somebody_holds_is_not_pruned(folder: Path) -> None:
    """While another process writes and does not end, pruning gives up in seconds, says why, and forgets nothing."""
    _fill(folder)
    holder = sqlite3.connect(_file(folder), isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        ran = _cache(folder, "--prune", "--all")
        took = time.monotonic() - begun
        assert _cache(folder).status == 0
        holder.execute("ROLLBACK")
    finally:
        holder.close()
    assert ran.status == 2
    assert "locked" in ran.err
    assert "run the same command again" in ran.err
    assert took < 20
    with ReplyStore(_file(folder)) as store:
        assert store.count() == 3


def test_finished_stories_are_counted_and_forgotten_with_the_replies(folder: Path) -> None:
    """They lie beside the replies; a file that is none of ours is left alone, and ends nothing."""
    _fill(folder)
    assert "Finished stories" not in _cache(folder).out
    with ResultStore(folder / RESULTS_FILE) as store:
        store.put("a", Result("a line", ()))
        store.put("b", Result("another", ()))
    assert "Finished stories: 2, " in _cache(folder).out
    assert json.loads(_cache(folder, "--json").out)["finished"] == 2
    assert _cache(folder, "--prune", "--older-than", "3").status == 0
    assert json.loads(_cache(folder, "--json").out)["finished"] == 2
    assert _cache(folder, "--prune", "--all").status == 0
    assert json.loads(_cache(folder, "--json").out)["finished"] == 0
    (folder / RESULTS_FILE).write_bytes(b"mine" * 1000)
    assert _cache(folder, "--prune", "--all").status == 0
    assert (folder / RESULTS_FILE).read_bytes() == b"mine" * 1000
