"""Files and batches through the SDK, over a real connection: with the oldest and the newest that is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pipeline.errors import ConfigurationError, ConnectionFault, CredentialsError, PipelineError, RequestRefused
from pipeline.llm.batch_api import BatchApi, surely_not_begun
from pipeline.llm.batch_format import BatchAnswer, BatchState, request_line
from pipeline.llm.openai_client import OpenAIChat
from pipeline.llm.store import digest_of
from tests.batch_server import BatchServer, Fate
from tests.fake_openai import always, api_error, chat_reply
from tests.llm.scripted import chat_request
from tests.loopback import Answer

T = TypeVar("T")
KEY = "sk-planted-1234567890abcdef"


def _with(server: BatchServer, use: Callable[[BatchApi, OpenAIChat], Awaitable[T]], attempts: int = 4) -> T:
    async def go() -> T:
        async with OpenAIChat(server.base_url, KEY, timeout=5) as client:
            return await use(BatchApi(client, attempts=attempts, max_wait=0.01, settle=0.0), client)

    return asyncio.run(go())


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A file of two requests."""
    path = tmp_path / "requests-0001.jsonl"
    bodies = [{"model": "m", "messages": [{"role": "user", "content": text}]} for text in ("one", "zwei \u2028 ü")]
    path.write_bytes(b"".join(request_line(digest_of(str(body)), body) for body in bodies))
    return path


def _server(*fates: Fate, **how: Any) -> BatchServer:
    return BatchServer(always(chat_reply("{}")), *fates, **how)


async def _ended(api: BatchApi, state: BatchState) -> BatchState:
    while not state.ended:
        state = await api.look(state.id)
    return state


def test_up_through_every_state_and_down(lines: Path, tmp_path: Path) -> None:
    """The bytes go up as they are; the states are passed; the output comes down whole, and the tag is there."""

    async def use(api: BatchApi, _: OpenAIChat) -> BatchState:
        file = await api.upload(lines)
        state = await api.create(file, "run-1")
        assert (state.status, state.tag, state.input_file) == ("validating", "run-1", file)
        state = await _ended(api, state)
        assert state.output_file is not None
        await api.download(state.output_file, tmp_path / "output")
        return state

    with _server() as server:
        state = _with(server, use)
        assert server.files["file-1"] == lines.read_bytes()
        assert (tmp_path / "output").read_bytes() == server.files["file-2"]
    assert (state.status, state.total, state.answered, state.failed) == ("completed", 2, 2, 0)


def test_a_large_file_comes_down_though_no_answer_may_be_so_large(tmp_path: Path) -> None:
    """Files have a bound of their own; what is no file keeps the small one."""
    with _server() as server:
        server.files["big"] = b"x" * 10 * 2**20
        _with(server, lambda api, _: api.download("big", tmp_path / "big"))
        assert (tmp_path / "big").stat().st_size == 10 * 2**20
        server.interfere("GET", r"/batches/b$", answer=Answer(200, {}, server.files["big"]))
        with pytest.raises(PipelineError, match="more than 8 MiB"):
            _with(server, lambda api, _: api.look("b"))


def test_a_download_that_breaks_off_is_begun_again(tmp_path: Path) -> None:
    """A cut connection is an error that passes; after too many it is one that ends."""
    with _server() as server:
        server.files["f"] = b"0123456789" * 100
        server.interfere("GET", r"/content$", times=2, after=True, cut=100)
        _with(server, lambda api, _: api.download("f", tmp_path / "f"))
        assert (tmp_path / "f").read_bytes() == server.files["f"]
        server.interfere("GET", r"/content$", times=9, after=True, cut=100)
        with pytest.raises(ConnectionFault):
            _with(server, lambda api, _: api.download("f", tmp_path / "f"))


@pytest.mark.parametrize("cut", [0, 30])
def test_a_batch_of_which_nobody_heard_is_found(lines: Path, cut: int) -> None:
    """The answer to the request for it is lost, behind a hundred newer batches: it is found, and not made again."""

    async def use(api: BatchApi, _: OpenAIChat) -> BatchState:
        return await api.create(await api.upload(lines), "run-1")

    with _server() as server:
        for n in range(150):
            server.batches[f"old_{n}"] = {"id": f"old_{n}", "status": "completed", "created_at": 2**33}
        lost = server.interfere("POST", r"/batches$", after=True, cut=cut)
        made = _with(server, use)
        assert lost.seen.is_set()
        assert made.id == "batch_151"
        assert len(server.batches) == 151


def test_pages_are_turned(lines: Path) -> None:
    """The list is read page by page, and no further than it can matter."""

    async def use(api: BatchApi, _: OpenAIChat) -> tuple[BatchState | None, BatchState | None]:
        made = await api.create(await api.upload(lines), "run-1")
        for n in range(250):
            server.batches[f"new_{n}"] = {"id": f"new_{n}", "status": "completed", "created_at": 2**33}
        return await api.find(made.input_file, "-", since=0), await api.find("another", "-", since=2.0**40)

    with _server() as server:
        found, none = _with(server, use)
        listed = [path for method, path in server.calls if path.startswith("/v1/batches?")]
    assert found is not None
    assert none is None
    assert len(listed) == 4


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (api_error(401, "no"), CredentialsError),
        (api_error(404, "Not Found"), ConfigurationError),
        (api_error(405, "Method Not Allowed"), ConfigurationError),
        (api_error(400, "completion_window is not valid"), RequestRefused),
    ],
)
def test_a_refusal_is_known_to_be_one(lines: Path, answer: Answer, kind: type[PipelineError]) -> None:
    """What was refused has surely not begun, and is not asked for again."""

    async def use(api: BatchApi, _: OpenAIChat) -> None:
        await api.create(await api.upload(lines), "run-1")

    with _server() as server:
        server.interfere("POST", r"/batches$", times=9, answer=answer)
        with pytest.raises(kind) as raised:
            _with(server, use)
        assert sum(call == ("POST", "/v1/batches") for call in server.calls) == 1
    assert surely_not_begun(raised.value)


def test_a_key_is_in_no_error(lines: Path) -> None:
    """What a server says of the key is taken out."""
    with _server() as server:
        server.interfere("POST", r"/files$", times=9, answer=api_error(401, f"Incorrect API key provided: {KEY}"))
        with pytest.raises(CredentialsError) as raised:
            _with(server, lambda api, _: api.upload(lines))
    assert KEY not in raised.value.message


def test_what_learns_from_a_line_asks_in_another_way() -> None:
    """A line that refuses a parameter teaches once; the next of the same batch says only that it is known."""
    body = {"error": {"message": "Unsupported parameter: 'seed'", "param": "seed"}}

    async def use(_: BatchApi, client: OpenAIChat) -> None:
        request = chat_request()
        for _n in range(2):
            assert client.batch_reply(BatchAnswer("a", 400, body, unanswered=False), request, frozenset()) is None
            assert client.adaptations == {"seed"}
        refused = client.batch_reply(BatchAnswer("a", 400, body, unanswered=False), request, frozenset({"seed"}))
        assert isinstance(refused, RequestRefused)

    with _server() as server:
        _with(server, use)
