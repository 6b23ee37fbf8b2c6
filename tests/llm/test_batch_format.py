"""Batch files: what is written can be read, and what is read is never more than it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.llm.batch_format import custom_id, digest_of_id, read_answer, read_answers, read_state, request_line
from pipeline.llm.store import digest_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(st.text(max_size=40))
def test_a_request_is_one_line_with_an_id_of_64_characters(text: str) -> None:
    """Whatever the article holds: one line, ASCII, and the digest comes back from the id."""
    digest = digest_of(text)
    line = request_line(digest, {"model": "m", "messages": [{"role": "user", "content": text}]})
    assert line.count(b"\n") == 1
    assert line.isascii()
    row = json.loads(line)
    assert (row["method"], row["url"], len(row["custom_id"])) == ("POST", "/v1/chat/completions", 64)
    assert digest_of_id(row["custom_id"]) == digest
    assert custom_id(digest) == row["custom_id"]


@given(JSON)
def test_no_line_is_too_strange_to_be_read(value: object) -> None:
    """A line is an answer with an id, or nothing; a batch object is one, or nothing."""
    answer = read_answer(json.dumps(value).encode())
    assert answer is None or isinstance(answer.custom_id, str)
    assert read_state(value) is None or isinstance(value, dict)


@given(JSON, JSON)
def test_an_answer_of_any_shape_has_a_status(response: object, error: object) -> None:
    """Only a 2xx without an error is a reply."""
    answer = read_answer(json.dumps({"custom_id": "a", "response": response, "error": error}).encode())
    assert answer is not None
    assert isinstance(answer.status, int)
    if error and not (isinstance(response, dict) and "choices" in response):
        assert not answer.is_reply


@pytest.mark.parametrize(
    ("row", "status", "unanswered"),
    [
        ({"response": {"status_code": 200, "body": {"choices": []}}, "error": None}, 200, False),
        ({"response": {"status_code": 400, "body": {"error": {"message": "no"}}}, "error": None}, 400, False),
        ({"response": None, "error": {"code": "batch_expired", "message": "late"}}, 500, True),
        ({"response": None, "error": {"code": "batch_cancelled", "message": "stop"}}, 500, True),
        ({"response": None, "error": {"code": "server_error", "message": "oops"}}, 500, False),
        ({"response": {"status_code": 400, "body": None}, "error": "vLLM's own words"}, 400, False),
        ({"response": {"status_code": 404}, "error": {"error": {"message": "no model", "code": 404}}}, 404, False),
        ({"response": {"id": "c", "choices": [{}]}}, 200, False),
    ],
)
def test_shapes_that_servers_send(row: dict[str, object], status: int, unanswered: bool) -> None:
    """OpenAI's output and error lines, expiry, cancellation, vLLM's two kinds of error, an answer without envelope."""
    answer = read_answer(json.dumps({"id": "x", "custom_id": "a"} | row).encode())
    assert answer is not None
    assert (answer.status, answer.unanswered) == (status, unanswered)


def test_lines_that_are_none_are_told_apart(tmp_path: Path) -> None:
    """Blank lines are nothing; cut, foreign and endless ones are None; the good ones are read."""
    good = b'{"custom_id": "a", "response": null, "error": null}\n'
    path = tmp_path / "file"
    path.write_bytes(b"".join([b"\n", good, b"{\n", b"x" * (17 * 2**20) + b"\n", good, good[:20]]))
    found = list(read_answers(path))
    assert [answer is None for answer in found] == [False, True, True, False, True]


def test_a_batch_is_read_with_what_is_missing() -> None:
    """Counts, files and errors that a server leaves out are unknown, not zero."""
    state = read_state({"id": "b", "status": "COMPLETED", "request_counts": {"total": True}, "errors": {"data": [1]}})
    assert state is not None
    assert (state.status, state.ended, state.total, state.output_file, state.faults) == (
        "completed", True, None, None, (),
    )  # fmt: skip
