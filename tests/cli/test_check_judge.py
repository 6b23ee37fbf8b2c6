"""`pipeline check --judge`: a model's word beside the guards, over HTTP; it decides nothing."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import KEY, Ran, kind_of, pipeline
from tests.cli.conftest import SOURCE
from tests.fake_openai import FakeOpenAI, api_error, chat_reply
from tests.loopback import Answer


def _contrary(body: dict[str, Any]) -> Answer:
    """Whatever the guards say, the opposite."""
    assert kind_of(body) == "support"
    false = "Statement: Fourteen" in body["messages"][1]["content"]
    said = {
        "words": "sailors reached Pell Quay",
        "differs": "the day",
        "label": "supported" if false else "contradicted",
    }
    return chat_reply(json.dumps(said))


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    """A model that contradicts the guards."""
    with FakeOpenAI(_contrary) as server:
        yield server


def _check(sources: Path, *more: str | Path, **variables: str) -> Ran:
    settings = {"OPENAI_API_KEY": KEY, "PIPELINE_MAX_ATTEMPTS": "1", "PIPELINE_MAX_WAIT": "0.01", **variables}
    ran = pipeline("check", sources.parent / "summary.md", "--sources", sources, *more, variables=settings)
    assert "Traceback" not in ran.err
    return ran


def _judged(sources: Path, server: FakeOpenAI, *more: str | Path, **variables: str) -> Ran:
    return _check(sources, "--judge", "--model", "tiny", "--base-url", server.base_url, *more, **variables)


def test_it_is_named_and_changes_no_verdict(sources: Path, server: FakeOpenAI) -> None:
    """Statuses, counts, scores and exit status are the guards' own; its word is added."""
    plain, asked = _check(sources, "--json"), _judged(sources, server, "--json")
    assert (plain.status, asked.status) == (1, 1)
    before, after = json.loads(plain.out), json.loads(asked.out)
    assert after["counts"] == before["counts"] == {"supported": 1, "contradicted": 1}
    for old, new in zip(before["sentences"], after["sentences"], strict=True):
        *guards, advice = new["verdict"]["guards"]
        assert guards == old["verdict"]["guards"]
        assert new["verdict"]["score"] == old["verdict"]["score"]
        assert new["verdict"]["method"].startswith(f"{old['verdict']['method']}+judge:tiny@")
        assert advice["name"] == "judge"
        assert advice["outcome"] == ("not_applicable" if new["verdict"]["status"] == "supported" else "pass")


def test_people_see_what_it_says(sources: Path, server: FakeOpenAI) -> None:
    """As advice under the sentence, and what it took on stderr."""
    ran = _judged(sources, server)
    assert "~ judge (advice): contradicted: the day" in ran.out
    assert "2 calls" in ran.err
    assert KEY not in ran.out + ran.err


@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("onnxruntime", "tokenizers", "onnx")),
    reason="the extra “entailment” is not installed",
)
def test_both_models_can_be_asked(sources: Path, server: FakeOpenAI, tmp_path: Path) -> None:
    """Each has its word, and the method names both."""
    from tests.entailment.tiny_model import write_model  # noqa: PLC0415  it needs the extra

    ran = _judged(sources, server, "--json", "--entailment", write_model(tmp_path / "small", SOURCE.split()))
    for sentence in json.loads(ran.out)["sentences"]:
        assert [guard["name"] for guard in sentence["verdict"]["guards"][-2:]] == ["entailment", "judge"]
        assert [part.split(":")[0] for part in sentence["verdict"]["method"].split("+")[2:]] == ["entailment", "judge"]


def test_a_second_check_pays_nothing(sources: Path, server: FakeOpenAI) -> None:
    """Replies are kept."""
    assert _judged(sources, server).status == 1
    assert "0 calls, 2 replies from the store" in _judged(sources, server).err


def test_a_call_that_fails_leaves_no_answer(sources: Path) -> None:
    """It is told at its sentence; the verdicts stand, and nothing counts as agreed."""
    with FakeOpenAI(lambda _: api_error(400, "this content is not allowed")) as server:
        ran = _judged(sources, server, "--json")
    advice = [sentence["verdict"]["guards"][-1] for sentence in json.loads(ran.out)["sentences"]]
    assert all(one["outcome"] == "not_applicable" and one["detail"].startswith("no answer") for one in advice)
    assert ran.status == 1


def test_a_refused_key_ends_the_check(sources: Path) -> None:
    """With its own status, and without a verdict that looks as if it had been judged."""
    with FakeOpenAI(lambda _: api_error(401, "wrong key")) as server:
        ran = _judged(sources, server, "--json")
    assert ran.status == 2
    assert json.loads(ran.out)["error"]["code"] == "credentials"


def test_without_a_key_or_a_server_it_says_what_to_set(sources: Path) -> None:
    """Nobody is asked in silence, and nothing is passed over."""
    ran = pipeline("check", sources.parent / "summary.md", "--sources", sources, "--judge")
    assert ran.status == 2
    assert "OPENAI_API_KEY" in ran.err


@pytest.mark.parametrize("flag", ["--model", "--base-url", "--local-model", "--max-cost"])
def test_flags_of_the_judge_need_it(flag: str, sources: Path) -> None:
    """An option that does nothing is refused."""
    ran = _check(sources, flag, "1")
    assert ran.status == 2
    assert f"{flag} does nothing without --judge" in ran.err
