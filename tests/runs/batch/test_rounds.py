"""A run in batches against a server with files and batches: what it asks, waits for, takes in, and never asks twice."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.errors import (
    BatchFault,
    ConfigurationError,
    CredentialsError,
    QuotaError,
    UnknownModelError,
)
from pipeline.llm.batch_format import custom_id
from pipeline.llm.batch_journal import Journal
from pipeline.llm.store import ReplyStore
from pipeline.runs.batch.order import BatchOrder
from pipeline.runs.batch.sending import ROUNDS
from pipeline.runs.batch.taking import TRIES
from pipeline.runs.engines import Source
from pipeline.runs.job import Done, run_job
from pipeline.settings import Settings
from tests.batch_server import BatchServer, Fate
from tests.cli.command import Model, claims_for, files, numbered, passages, without_times
from tests.fake_openai import Behaviour, FakeOpenAI, api_error, chat_reply
from tests.loopback import Answer

PLACES = "Tarn Orrin Pell Vasquell Merrow Haldane".split()


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Six articles, of which several tell the same."""
    return _write(tmp_path / "articles")


def _write(folder: Path) -> Path:
    folder.mkdir()
    for n, place in enumerate(PLACES):
        other = PLACES[n // 3]
        text = (
            f"A ferry with 40 people on board sank off {other} on Monday, the coast guard of {place} said. "
            f"The quay of {place} was closed after {n + 3} hours.\n"
        )
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    return folder


def _settings(server: BatchServer | FakeOpenAI, tmp_path: Path, out: str = "out", **more: Any) -> Settings:
    given = {"batch_poll": 0.01, "max_wait": 0.02, "model": "tiny", **more}
    cache = tmp_path / f"cache-{out}"
    return Settings(base_url=server.base_url, out=str(tmp_path / out), cache_dir=str(cache), **given)


def _run(articles: Path, settings: Settings, told: list[str] | None = None) -> Done:
    order = Source(batch=BatchOrder(Path(settings.out)))
    tell = (lambda _: None) if told is None else told.append
    return asyncio.run(run_job([str(articles)], settings, source=order, tell=tell))


def _synchronous(articles: Path, tmp_path: Path, model: Behaviour) -> tuple[Path, int]:
    """The same run without batches: its folder, and how many calls it took."""
    with FakeOpenAI(model) as server:
        settings = _settings(server, tmp_path, "plain")
        asyncio.run(run_job([str(articles)], settings))
        return Path(settings.out), len(server.chats)


def _once(server: BatchServer) -> bool:
    return max(server.answered.values()) == 1


def _asked_about(body: dict[str, Any], word: str) -> bool:
    return any(f"guard of {word}" in sentence for sentence in numbered(body).values())


def test_the_same_as_without_batches_and_each_request_once(articles: Path, tmp_path: Path) -> None:
    """Both dependent stages go out in batches; the results are the same to the byte, and the record says so."""
    plain, calls = _synchronous(articles, tmp_path, Model())
    told: list[str] = []
    with BatchServer(Model()) as server:
        done = _run(articles, _settings(server, tmp_path), told)
    assert (server.chats, server.answered.total(), _once(server)) == (0, calls, True)
    assert len(server.batches) == 2
    one, two = files(plain), files(tmp_path / "out")
    first, second = without_times(one.pop("run.json")), without_times(two.pop("run.json"))
    assert one == two
    assert [stage["usage"] for stage in first["stages"]] == [stage["usage"] for stage in second["stages"]]
    assert f"In batches: requests {calls}, batches 2, rounds 2." in done.manifest.notes
    assert any(line.startswith("Batch 1: finalizing") for line in told)
    assert not (tmp_path / "out" / "batch").exists(), "what the job noted goes when it is done"


def test_replies_come_from_the_store_the_next_time(articles: Path, tmp_path: Path) -> None:
    """A second run asks nobody, and costs nothing."""
    with BatchServer(Model()) as server:
        _run(articles, _settings(server, tmp_path))
        done = _run(articles, _settings(server, tmp_path))
    assert len(server.batches) == 2
    assert sum(stage.usage.calls for stage in done.manifest.stages) == 0
    assert sum(stage.usage.cached for stage in done.manifest.stages) == server.answered.total()


def test_files_are_cut_at_the_limits(articles: Path, tmp_path: Path) -> None:
    """So many requests a file, and so many bytes; ids are the digests that replies are stored under."""
    with BatchServer(Model()) as server:
        _run(articles, _settings(server, tmp_path, batch_requests=4))
        sizes = [len(lines) for lines in server.inputs()]
        assert sizes[:2] == [4, 2]
        ids = {line["custom_id"] for lines in server.inputs() for line in lines}
    with BatchServer(Model()) as server:
        longest = 12_000
        _run(articles, _settings(server, tmp_path, "bytes", batch_bytes=longest))
        sent = [content for name, content in server.files.items() if server.names[name].startswith("requests")]
        assert len(sent) > 2
        assert all(len(content) <= longest or content.count(b"\n") == 1 for content in sent)
    with ReplyStore(tmp_path / "cache-out" / "replies.sqlite") as store:
        rows = store._reader.execute("SELECT digest FROM replies").fetchall()
    assert {custom_id(str(row[0])) for row in rows} == ids


def test_an_expired_batch_is_asked_for_what_it_left(articles: Path, tmp_path: Path) -> None:
    """What was answered counts; what was not is in the error file, and is sent again, and nothing else is."""
    told: list[str] = []
    with BatchServer(Model(), Fate("expired", reached=lambda n: n % 2 == 0)) as server:
        done = _run(articles, _settings(server, tmp_path), told)
        assert [len(lines) for lines in server.inputs()][:2] == [6, 3]
    assert _once(server)
    assert not done.manifest.failures
    assert any("3 sent again" in note for note in done.manifest.notes), done.manifest.notes


def test_lines_that_are_nowhere_are_asked_again(articles: Path, tmp_path: Path) -> None:
    """A completed batch whose files lack lines: those, and only those, go out again."""
    with BatchServer(Model(), Fate(reached=lambda n: n != 2), Fate("expired", lambda _: False, silent=True)) as server:
        done = _run(articles, _settings(server, tmp_path))
        assert [len(lines) for lines in server.inputs()][:3] == [6, 1, 1]
    assert _once(server)
    assert not done.manifest.failures


def test_what_no_batch_answers_fails_alone(articles: Path, tmp_path: Path) -> None:
    """A request that comes back unanswered too often ends as the failure of its article; the others are told."""
    fates = [Fate("expired", reached=lambda n: n != 0), *[Fate("expired", reached=lambda _: False)] * (TRIES - 1)]
    with BatchServer(Model(), *fates) as server:
        done = _run(articles, _settings(server, tmp_path))
    assert [(failure.stage, failure.code) for failure in done.manifest.failures] == [("summarize", "batch")]
    assert "without --batch" in done.manifest.failures[0].message
    assert done.synthesis is not None
    assert done.synthesis.statements


def test_an_error_line_is_the_failure_of_its_article(articles: Path, tmp_path: Path) -> None:
    """A 400 in the error file fails one article, at once; the next run asks for it again, and for nothing else."""
    model = Model(
        summarize=lambda body: (
            api_error(400, "It cannot be done.", type="invalid_request_error")
            if _asked_about(body, "Pell")
            else claims_for(numbered(body))
        )
    )
    with BatchServer(model) as server:
        done = _run(articles, _settings(server, tmp_path))
        before = server.answered.total()
        assert [(failure.path, failure.code) for failure in done.manifest.failures] == [("2.txt", "request-refused")]
        assert len(server.inputs()[1]) < 6
        server.model = Model()
        again = _run(articles, _settings(server, tmp_path))
    assert not again.manifest.failures
    assert server.answered.total() - before <= 3  # the article, and what its claims change in the merge


def test_passing_errors_are_sent_again(articles: Path, tmp_path: Path) -> None:
    """500 and 429 in lines: another batch asks again."""
    seen: set[str] = set()

    def moody(body: dict[str, Any]) -> Any:
        key = json.dumps(body, sort_keys=True)
        if key not in seen:
            seen.add(key)
            return api_error(500 if len(seen) % 2 else 429, "Not now.")
        return claims_for(numbered(body))

    with BatchServer(Model(summarize=moody)) as server:
        done = _run(articles, _settings(server, tmp_path))
        assert [len(lines) for lines in server.inputs()][:2] == [6, 6]
    assert not done.manifest.failures


def test_doubled_unknown_and_broken_lines(articles: Path, tmp_path: Path) -> None:
    """A line twice counts once; ids that nobody sent and lines that are none are counted and left."""

    def add(lines: list[bytes]) -> list[bytes]:
        other = json.loads(lines[0]) | {"custom_id": "0" * 64}
        return [lines[0], lines[0], json.dumps(other).encode() + b"\n", b'{"custom_id": "cut\n', b"[]\n"]

    told: list[str] = []
    with BatchServer(Model(), Fate(add=add)) as server:
        done = _run(articles, _settings(server, tmp_path), told)
    assert "Batch 1 is taken in: 6 answered, 2 answered twice, 1 with an id that nobody sent, 2 unreadable." in told
    assert _once(server)
    assert done.manifest.stages[0].usage.calls == 6


def test_a_parameter_that_is_not_accepted_is_done_without(articles: Path, tmp_path: Path) -> None:
    """Every line refuses a parameter: all are asked again without it, and so is everything after."""
    model = Model()

    def strict(body: dict[str, Any]) -> Answer:
        if "seed" in body:
            return api_error(400, "Unsupported parameter: 'seed'", param="seed", code="unsupported_parameter")
        return model(body)

    with BatchServer(strict) as server:
        done = _run(articles, _settings(server, tmp_path))
        assert [len(lines) for lines in server.inputs()][:2] == [6, 6]
        assert all("seed" not in line["body"] for lines in server.inputs()[1:] for line in lines)
    assert not done.manifest.failures


def test_repairs_and_cut_replies_are_further_rounds(articles: Path, tmp_path: Path) -> None:
    """A cut reply and one that is no JSON are asked for again as they are without batches; the result is the same."""

    def first_bad() -> Model:
        def summarize(body: dict[str, Any]) -> Any:
            if len(body["messages"]) > 2 or not _asked_about(body, "Tarn"):
                return claims_for(numbered(body))
            return chat_reply("Sorry, what?")

        def sentence(body: dict[str, Any]) -> Any:
            if body["max_tokens"] < 400:
                return chat_reply('{"sentence": "A ferry', finish_reason="length")
            return {"sentence": passages(body)[0]}

        return Model(summarize=summarize, synthesize_cluster=sentence)

    plain, calls = _synchronous(articles, tmp_path, first_bad())
    with BatchServer(first_bad()) as server:
        _run(articles, _settings(server, tmp_path))
    assert (server.answered.total(), len(server.batches), _once(server)) == (calls, 4, True)
    one, two = files(plain), files(tmp_path / "out")
    assert one["summary.json"] == two["summary.json"]


def test_useless_replies_are_asked_once_and_then_forgotten(articles: Path, tmp_path: Path) -> None:
    """An article whose replies stay useless fails; no pass asks again, the next run does."""
    model = Model(summarize=lambda body: chat_reply("no") if _asked_about(body, "Pell") else claims_for(numbered(body)))
    with BatchServer(model) as server:
        done = _run(articles, _settings(server, tmp_path))
        assert [failure.code for failure in done.manifest.failures] == ["invalid-reply"]
        assert _once(server)
        asked = server.answered.total()
        _run(articles, _settings(server, tmp_path))
        assert server.answered.total() == asked + 2


def test_a_refusal_is_not_stored_and_fails_its_article(articles: Path, tmp_path: Path) -> None:
    """A content filter's ending serves this job, and is not kept for later ones."""
    model = Model(
        summarize=lambda body: (
            chat_reply("no", finish_reason="content_filter")
            if _asked_about(body, "Pell")
            else claims_for(numbered(body))
        )
    )
    with BatchServer(model) as server:
        done = _run(articles, _settings(server, tmp_path))
    assert [failure.code for failure in done.manifest.failures] == ["refused-reply"]
    assert _once(server)


def test_a_batch_that_fails_validation_names_its_lines(articles: Path, tmp_path: Path) -> None:
    """``errors.data`` with a line: that request fails, the others go out again."""
    fault = {"code": "invalid_request", "message": "The body is not valid.", "line": 2}
    with BatchServer(Model(), Fate("failed", faults=[fault])) as server:
        done = _run(articles, _settings(server, tmp_path))
        assert [len(lines) for lines in server.inputs()][:2] == [6, 5]
    assert [failure.code for failure in done.manifest.failures] == ["request-refused"]
    assert "The body is not valid." in done.manifest.failures[0].message
    assert _once(server)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"code": "model_not_found", "message": "The model tiny does not exist."}, UnknownModelError),
        ({"code": "insufficient_quota", "message": "You have no credits."}, QuotaError),
        ({"code": "invalid_file", "message": "The file is not for batches."}, ConfigurationError),
    ],
)
def test_a_batch_that_is_refused_ends_the_run(
    articles: Path, tmp_path: Path, fault: dict[str, Any], kind: type[Exception]
) -> None:
    """What every batch would meet ends the run with its reason; once it is mended, the same command goes on."""
    with BatchServer(Model(), Fate("failed", faults=[fault])) as server:
        with pytest.raises(kind):
            _run(articles, _settings(server, tmp_path))
        done = _run(articles, _settings(server, tmp_path))
    assert not done.manifest.failures
    assert _once(server)


def test_a_fatal_line_ends_the_run_and_what_was_answered_stays(articles: Path, tmp_path: Path) -> None:
    """An unknown model in the error file is no article's failure."""
    model = Model()
    broke = [True]

    def moody(body: dict[str, Any]) -> Answer:
        if broke[0] and _asked_about(body, "Pell"):
            return api_error(404, "The model tiny does not exist.", code="model_not_found")
        return model(body)

    with BatchServer(moody) as server:
        with pytest.raises(UnknownModelError):
            _run(articles, _settings(server, tmp_path))
        broke[0] = False
        _run(articles, _settings(server, tmp_path))
        assert len(server.inputs()[1]) == 1


def test_too_many_tokens_waiting_makes_smaller_batches(articles: Path, tmp_path: Path) -> None:
    """The limit on what may wait: sent again, in parts that are half as large."""
    fault = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached for tiny."}
    with BatchServer(Model(), Fate("failed", faults=[fault])) as server:
        done = _run(articles, _settings(server, tmp_path))
        assert [len(lines) for lines in server.inputs()][:3] == [6, 3, 3]
    assert not done.manifest.failures
    assert _once(server)


def test_a_cancelled_batch_keeps_what_it_had_and_stops(articles: Path, tmp_path: Path) -> None:
    """Somebody cancels it: partial results are taken in; the same command sends the rest."""
    with BatchServer(Model(), Fate("cancelled", reached=lambda n: n < 2)) as server:
        with pytest.raises(BatchFault, match="cancelled"):
            _run(articles, _settings(server, tmp_path))
        done = _run(articles, _settings(server, tmp_path))
        assert [len(lines) for lines in server.inputs()][:2] == [6, 4]
    assert not done.manifest.failures
    assert _once(server)


def test_trouble_while_waiting_is_waited_out(articles: Path, tmp_path: Path) -> None:
    """429, 5xx and cut connections while it looks, uploads and downloads: nothing is sent twice."""
    told: list[str] = []
    with BatchServer(Model()) as server:
        server.interfere("GET", r"/batches/batch_1$", times=2, answer=api_error(429, "slow", {"retry-after": "0"}))
        server.interfere("GET", r"/batches/batch_1$", times=2, answer=api_error(503, "down"))
        server.interfere("GET", r"/batches/batch_1$", times=1, after=True, cut=0)
        server.interfere("POST", r"/files$", times=2, answer=api_error(500, "down"))
        server.interfere("GET", r"/content$", times=2, answer=api_error(502, "down"))
        done = _run(articles, _settings(server, tmp_path), told)
    assert not done.manifest.failures
    assert (len(server.batches), _once(server)) == (2, True)
    assert any("cannot be asked about" in line for line in told)


@pytest.mark.parametrize("cut", [0, 40])
def test_a_batch_that_may_have_begun_is_looked_for(articles: Path, tmp_path: Path, cut: int) -> None:
    """The connection breaks after the batch was made: the list has it, and no second one is asked for."""
    with BatchServer(Model()) as server:
        server.interfere("POST", r"/batches$", after=True, cut=cut)
        _run(articles, _settings(server, tmp_path))
    assert (len(server.batches), _once(server)) == (2, True)


def test_a_batch_that_did_not_begin_is_asked_for_again(articles: Path, tmp_path: Path) -> None:
    """A 503 in place of it, and a file that is not found for a moment."""
    with BatchServer(Model()) as server:
        server.interfere("POST", r"/batches$", answer=api_error(503, "down"))
        server.interfere("POST", r"/batches$", answer=api_error(400, "Cannot find file file-1"))
        _run(articles, _settings(server, tmp_path))
    assert (len(server.batches), _once(server)) == (2, True)


def test_where_nobody_can_know_nothing_is_sent_twice(articles: Path, tmp_path: Path) -> None:
    """A server that does not list its batches: the run stops and says where to look."""
    with BatchServer(Model(), listing=False) as server:
        server.interfere("POST", r"/batches$", after=True, cut=0)
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="Nobody can know"):
                _run(articles, _settings(server, tmp_path))
    assert len(server.batches) == 1


@pytest.mark.parametrize("path", [r"/files$", r"/batches$"])
def test_a_server_without_batches_is_said_to_be_one(articles: Path, tmp_path: Path, path: str) -> None:
    """404 for files or batches: what to do instead is said, however often it is tried."""
    with BatchServer(Model(), listing=False) as server:
        server.interfere("POST", path, times=9, answer=api_error(404, "Not Found"))
        for _ in range(2):
            with pytest.raises(ConfigurationError) as raised:
                _run(articles, _settings(server, tmp_path))
            assert "--batch-files-only" in raised.value.hint


def test_a_download_that_is_cut_is_fetched_again(articles: Path, tmp_path: Path) -> None:
    """The connection ends in the midst of the file; or the file is shorter than the counts say."""
    with BatchServer(Model()) as server:
        server.interfere("GET", r"/content$", after=True, cut=700)
        short = Answer(200, {}, b"")
        server.interfere("GET", r"/content$", answer=short)
        done = _run(articles, _settings(server, tmp_path))
    assert (len(server.batches), _once(server)) == (2, True)
    assert not done.manifest.failures


def test_a_batch_is_priced_as_one(articles: Path, tmp_path: Path) -> None:
    """A budget is kept at the price of batches, with what is under way: what does not fit waits, or ends the run."""
    with BatchServer(Model()) as server:
        settings = _settings(server, tmp_path)
        with pytest.raises(ConfigurationError, match="not known"):
            _run(articles, settings.model_copy(update={"max_cost": 1.0}))
    assert not server.batches


def test_what_is_no_longer_asked_is_not_sent(articles: Path, tmp_path: Path) -> None:
    """An article is replaced while a run is stopped: what is still wanted for it is not sent again."""
    fault = {"code": "insufficient_quota", "message": "You have no credits."}
    with BatchServer(Model(), Fate("failed", faults=[fault])) as server:
        with pytest.raises(QuotaError):
            _run(articles, _settings(server, tmp_path))
        (articles / "2.txt").write_text("A lorry with 12 sheep turned over near Skerry on Friday.\n", encoding="utf-8")
        _run(articles, _settings(server, tmp_path))
        assert [len(lines) for lines in server.inputs()][:2] == [6, 6]
        assert "guard of Pell" not in json.dumps(server.inputs()[1])
    assert _once(server)


FATES = st.builds(
    lambda end, mask, silent, add: Fate(end, lambda n: bool(mask >> n % 6 & 1), (), add, silent),
    st.sampled_from(["completed", "expired"]),
    st.integers(0, 63),
    st.booleans(),
    st.sampled_from([lambda _: [], lambda lines: lines[:2], lambda _: [b"{\n", b'{"custom_id": "0"}\n']]),
)
TOO_MUCH = st.just(Fate("failed", faults=[{"code": "token_limit_exceeded", "message": "Enqueued token limit."}]))


@given(st.lists(FATES | TOO_MUCH, max_size=TRIES - 1), st.integers(1, 6))
@settings(max_examples=6, deadline=None)
def test_whatever_befalls_a_batch_the_result_is_the_same(fates: list[Fate], most: int) -> None:
    """Any two mishaps, any size of batches: the summary of a calm run, and the server has answered each once."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "articles")
        plain, calls = _synchronous(folder / "articles", folder, Model())
        with BatchServer(Model(), *fates) as server:
            done = _run(folder / "articles", _settings(server, folder, batch_requests=most))
        assert (server.answered.total(), _once(server), done.manifest.failures) == (calls, True, ())
        assert (plain / "summary.json").read_bytes() == (folder / "out" / "summary.json").read_bytes()


def test_batches_can_be_recorded(articles: Path, tmp_path: Path) -> None:
    """What came with batches replays as what came one by one; parts of a first pass are in it once."""
    with BatchServer(Model()) as server:
        settings = _settings(server, tmp_path)
        source = Source(record=tmp_path / "recording", batch=BatchOrder(Path(settings.out)))
        asyncio.run(run_job([str(articles)], settings, source=source))
    replay = Settings(out=str(tmp_path / "again"))
    asyncio.run(run_job([str(articles)], replay, source=Source(replay=tmp_path / "recording")))
    assert (tmp_path / "again" / "summary.json").read_bytes() == (tmp_path / "out" / "summary.json").read_bytes()


def test_more_rounds_than_there_may_be_are_given_up(articles: Path, tmp_path: Path) -> None:
    """What would need yet another round is not asked; without batches, the rest is asked at once."""
    with BatchServer(Model()) as server:
        settings = _settings(server, tmp_path)
        server.interfere("GET", r"/batches/batch_1$", answer=api_error(401, "No such key."))
        with pytest.raises(CredentialsError):
            _run(articles, settings)
        with closing(Journal(tmp_path / "out" / "batch")) as journal:
            journal.put("rounds", ROUNDS)
        for _ in range(2):
            with pytest.raises(BatchFault, match=f"after {ROUNDS} rounds") as raised:
                _run(articles, settings)
            assert "without --batch" in raised.value.hint
        assert (len(server.batches), _once(server)) == (1, True)
        asyncio.run(run_job([str(articles)], settings))
        assert server.chats == 1


def test_no_store_no_batches(articles: Path, tmp_path: Path) -> None:
    """Without the store, what one process asks for another could not take in."""
    with BatchServer(Model()) as server, pytest.raises(ConfigurationError, match="store"):
        _run(articles, _settings(server, tmp_path, cache="off"))


def test_another_endpoint_is_refused(articles: Path, tmp_path: Path) -> None:
    """Batches of one endpoint are not looked for at another."""
    with BatchServer(Model()) as server:
        server.interfere("POST", r"/batches$", answer=api_error(401, "No such key."))
        with pytest.raises(ConfigurationError):
            _run(articles, _settings(server, tmp_path))
    with BatchServer(Model()) as other:
        other.interfere("GET", r"/batches/batch_1$", answer=api_error(401, "No such key."))
        with pytest.raises(ConfigurationError):  # what was never submitted binds nobody
            _run(articles, _settings(other, tmp_path))
        with BatchServer(Model()) as third, pytest.raises(ConfigurationError, match="under way at"):
            _run(articles, _settings(third, tmp_path))
        _run(articles, _settings(other, tmp_path))
        assert _once(other)
