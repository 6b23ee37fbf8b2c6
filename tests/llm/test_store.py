"""The reply store: hits, sharing, and what happens where it cannot be used."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sqlite3
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.claims import Usage
from pipeline.errors import ConfigurationError, ServerFault
from pipeline.llm.keeping import Keeper, KeepingChat, StoredChat
from pipeline.llm.protocol import ChatReply, FinishReason
from pipeline.llm.store import IN_MEMORY, ReplyStore, canonical_request, digest_of
from tests.llm.scripted import ScriptedChat, chat_request, reply

HERE = "http://127.0.0.1/v1"


def _call(store: ReplyStore, *turns: ChatReply | Exception, fresh: bool = False) -> ChatReply:
    async def call() -> ChatReply:
        keeper = Keeper(store, HERE, fresh=fresh)
        return await StoredChat(KeepingChat(ScriptedChat(*turns), keeper), keeper).complete(chat_request())

    return asyncio.run(call())


def test_a_reply_is_paid_for_once(tmp_path: Path) -> None:
    """The second time the reply comes from the file, even after it was closed, and costs nothing."""
    with ReplyStore(tmp_path / "cache" / "replies.sqlite") as store:
        assert _call(store, reply("first")).usage.calls == 1
    with ReplyStore(tmp_path / "cache" / "replies.sqlite") as store:
        hit = _call(store)
        assert store.verify() == []
    assert (hit.text, hit.usage) == ("first", Usage(calls=1, prompt_tokens=3, completion_tokens=2).from_store())


@pytest.mark.parametrize(
    ("finish", "stored"), [("stop", 1), ("length", 1), ("runaway", 1), ("content_filter", 0), ("other", 0)]
)
def test_what_may_not_last_is_not_stored(tmp_path: Path, finish: FinishReason, stored: int) -> None:
    """Whole and cut replies are kept; refusals and odd endings are asked for again."""
    with ReplyStore(tmp_path / "r") as store:
        _call(store, reply("x", finish))
        assert store.count() == stored


def test_errors_are_not_stored(tmp_path: Path) -> None:
    """A failed call leaves nothing, so that it is made again."""
    with ReplyStore(tmp_path / "r") as store:
        with pytest.raises(ServerFault):
            _call(store, ServerFault("x"))
        assert _call(store, reply("now")).text == "now"


def test_fresh_ignores_and_replaces(tmp_path: Path) -> None:
    """With fresh, the model is asked, and its reply takes the old one's place."""
    with ReplyStore(tmp_path / "r") as store:
        _call(store, reply("old"))
        assert _call(store, reply("new"), fresh=True).text == "new"
        assert _call(store).text == "new"


def test_the_first_of_two_processes_wins(tmp_path: Path) -> None:
    """If another process stored a reply meanwhile, that one is used, so that both go on alike."""
    canonical = canonical_request(chat_request(), HERE)
    with ReplyStore(tmp_path / "r") as mine, ReplyStore(tmp_path / "r") as other:
        other.add([(canonical, reply("theirs"))])
        kept = mine.add([(canonical, reply("mine"))])
    assert [k.text for k in kept] == ["theirs"]


def _fill(path: Path, name: str) -> None:
    with ReplyStore(path) as store:
        for number in range(40):
            store.add([(canonical_request(chat_request(f"{name}{number}"), HERE), reply(name))])


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    """Writers in two processes wait for each other instead of failing, and nothing is lost."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_fill, args=(tmp_path / "r", name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with ReplyStore(tmp_path / "r") as store:
        assert ([writer.exitcode for writer in writers], store.count(), store.verify()) == ([0, 0], 80, [])


def test_the_file_is_private(tmp_path: Path) -> None:
    """Articles are in it: nobody else may read it."""
    with ReplyStore(tmp_path / "made" / "r") as store:
        _call(store, reply("x"))
        modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "made").iterdir()}
    assert modes == {0o600}


def test_a_file_that_is_no_store_is_explained(tmp_path: Path) -> None:
    """A broken file is an error with the path and a hint, not a traceback from SQLite."""
    (tmp_path / "r").write_bytes(b"not a database" * 100)
    with pytest.raises(ConfigurationError, match=r"reply store .* cannot be used") as caught:
        ReplyStore(tmp_path / "r")
    assert "PIPELINE_CACHE_DIR" in caught.value.hint


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    """A file where the folder should be is an error with a hint."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be used"):
        ReplyStore(tmp_path / "file" / "r")


def test_a_broken_row_is_asked_for_again(tmp_path: Path) -> None:
    """A reply that cannot be read is found by verify, and replaced by a new one."""
    with ReplyStore(tmp_path / "r") as store:
        _call(store, reply("x"))
        database = sqlite3.connect(tmp_path / "r", isolation_level=None)
        database.execute("UPDATE replies SET reply = '{'")
        database.close()
        assert len(store.verify()) == 1
        assert _call(store, reply("again")).text == "again"
        assert _call(store).text == "again"


def test_a_changed_request_is_found(tmp_path: Path) -> None:
    """Verify derives each digest from the stored request, and names the ones that differ."""
    with ReplyStore(tmp_path / "r") as store:
        _call(store, reply("x"))
        database = sqlite3.connect(tmp_path / "r", isolation_level=None)
        database.execute("UPDATE replies SET request = '{}'")
        database.close()
        assert store.verify() == [digest_of(canonical_request(chat_request(), HERE))]


def test_pruning_forgets_everything_or_what_is_old(tmp_path: Path) -> None:
    """By age only the older replies go; without an age all go, and what was learned too."""
    with ReplyStore(tmp_path / "r") as store:
        _call(store, reply("x"))
        store.learn(HERE, "small", frozenset({"seed"}))
        assert (store.prune(older_than=time.time() - 60), store.count()) == (0, 1)
        assert (store.prune(older_than=time.time() + 60), store.count()) == (1, 0)
        assert store.recall(HERE, "small", newer_than=0) == {"seed"}
        store.prune()
        assert store.recall(HERE, "small", newer_than=0) == frozenset()


def test_what_was_learned_is_remembered_for_a_while(tmp_path: Path) -> None:
    """Adaptations come back for the same endpoint and model only, and not for ever."""
    with ReplyStore(tmp_path / "r") as store:
        store.learn(HERE, "small", frozenset({"seed", "schema:maxLength"}))
    with ReplyStore(tmp_path / "r") as store:
        assert store.recall(HERE, "small", newer_than=time.time() - 60) == {"seed", "schema:maxLength"}
        assert store.recall(HERE, "small", newer_than=time.time() + 60) == frozenset()
        assert store.recall(HERE, "large", newer_than=0) == frozenset()


def test_a_group_is_stored_whole_or_not_at_all(tmp_path: Path) -> None:
    """A reply that cannot be written takes the others of its group back with it."""
    good, bad = ((canonical_request(chat_request(name), HERE), reply(name)) for name in "ab")
    with ReplyStore(tmp_path / "r") as store:
        database = sqlite3.connect(tmp_path / "r", isolation_level=None)
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON replies WHEN NEW.request LIKE '%\"b\"%' "
            "BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END"
        )
        with pytest.raises(ConfigurationError, match="disk full"):
            store.add([good, bad])
        assert store.count() == 0
        database.execute("DROP TRIGGER full")
        database.close()
        assert [k.text for k in store.add([good, bad])] == ["a", "b"]


def test_groups_tell_what_is_stored(tmp_path: Path) -> None:
    """By model and prompt, with sizes and times; a request that is no JSON is counted under a question mark."""
    with ReplyStore(tmp_path / "r") as store:
        rows = [(canonical_request(chat_request(name), HERE), reply(name)) for name in ("small", "large")]
        store.add([*rows, ("nonsense", reply("x"))])
        found = store.groups()
    assert [(g.model, g.prompt, g.replies) for g in found] == [
        ("?", "?", 1),
        ("large", "answer", 1),
        ("small", "answer", 1),
    ]
    assert all(g.size > 0 and g.oldest <= g.newest <= time.time() for g in found)


def test_in_memory_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cache, replies are shared within the run, and no file is made."""
    monkeypatch.chdir(tmp_path)
    with ReplyStore(IN_MEMORY) as store:
        _call(store, reply("x"))
        assert _call(store).usage.cached == 1
    assert list(tmp_path.iterdir()) == []


@given(st.text(), st.integers(1, 9999))
def test_digests_are_stable_and_tell_requests_apart(text: str, limit: int) -> None:
    """Equal requests have equal digests, in any process; a change of any part changes it."""
    request = chat_request(text=text, max_tokens=limit)
    copy = type(request).model_validate(request.model_dump())
    canonical = canonical_request(request, HERE)
    assert canonical == canonical_request(copy, HERE)
    assert json.loads(canonical)["request"]["max_tokens"] == limit
    others = [
        canonical_request(request.model_copy(update={"rung": "text"}), HERE),
        canonical_request(chat_request(text=text + "x", max_tokens=limit), HERE),
        canonical_request(chat_request(text=text, max_tokens=limit + 1), HERE),
        canonical_request(request, "http://other/v1"),
    ]
    assert digest_of(canonical) not in {digest_of(other) for other in others}


def test_the_digest_is_the_sha256_of_the_canonical_request() -> None:
    """The derivation is a contract: recordings made by one release are found by the next."""
    pinned = "sha256:678787a003932b74b567769bd16c577adbea47f7e1e46179d8701091504b0f61"
    assert digest_of(canonical_request(chat_request(), HERE)) == pinned


def test_the_order_of_properties_counts() -> None:
    """Evidence before claim is another request than claim before evidence."""
    one, two = ({name: {"type": "string"} for name in order} for order in (("a", "b"), ("b", "a")))
    assert canonical_request(chat_request(json_schema=one), HERE) != canonical_request(
        chat_request(json_schema=two), HERE
    )
