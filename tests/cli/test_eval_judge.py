"""`pipeline eval --judge`: a second opinion over HTTP; it advises, and gates only with a licence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation.calibration import load_pairs
from pipeline.evaluation.licence import Licence, write_licence
from pipeline.evaluation.results import EvalReport
from pipeline.llm.replay import RecordedPrompt
from pipeline.prompting import locked_prompts
from tests.cli.command import Ran
from tests.evaluation.tiny import Home, invoke, make_home
from tests.fake_openai import FakeOpenAI, api_error, chat_reply
from tests.loopback import Answer

PAIRS = """\
schema_version: 1
annotators: {first: {kind: person, labelled: "2026-11-22"}}
pairs:
  - {id: a, story: tiny, fact: x, fact_text: It sank., statement: It sank., origin: written, level: full, by: [first]}
"""


def _full(body: dict[str, Any]) -> Answer:
    """Whatever the fact: the first statement tells it in full."""
    del body
    return chat_reply(json.dumps({"statement": 1, "compared": "the same", "level": "full"}))


def _refuse_the_first() -> Any:
    """One answer that is no JSON at all, however often it is asked; then as `_full`."""
    spoiled: list[str] = []

    def answer(body: dict[str, Any]) -> Answer:
        asked = json.dumps(body["messages"][:2])
        if not spoiled:
            spoiled.append(asked)
        return api_error(400, "this content is not allowed") if asked == spoiled[0] else _full(body)

    return answer


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The tiny story, with a gate on what a judge says."""
    home = make_home(tmp_path / "home")
    gates = home.evals / "gates.toml"
    rule = '\n[[gate]]\nmetric = "judge_vital_recall"\nmin = 0.5\n'
    gates.write_text(gates.read_text(encoding="utf-8") + rule, encoding="utf-8")
    (home.evals / "calibration").mkdir(exist_ok=True)
    (home.evals / "calibration" / "pairs.yaml").write_text(PAIRS, encoding="utf-8")
    return home


@pytest.fixture
def judge() -> Iterator[FakeOpenAI]:
    """A server whose model is easily convinced."""
    with FakeOpenAI(_full) as server:
        yield server


def _judged(home: Home, server: FakeOpenAI, *more: str | Path) -> Ran:
    arguments = (
        "eval",
        "tiny",
        "--engine",
        "extractive",
        "--judge",
        "grader",
        "--base-url",
        server.base_url,
        "--json",
        *more,
    )
    return invoke(*arguments, folder=home.folder)


def _license(home: Home, kappa: float = 1.0) -> None:
    prompt = locked_prompts(["judge"])["judge"]
    labels = load_pairs(home.evals / "calibration" / "pairs.yaml").digest
    agreement = {"full": {"full": 60, "none": 0}, "none": {"full": 0, "none": 60}}
    licence = Licence(
        model="grader",
        prompt=RecordedPrompt(version=prompt.version, digest=prompt.digest),
        labels=labels,
        n=120,
        unmeasured=0,
        kappa=kappa,
        agreement=agreement,
        made="2026-11-22",
    )
    write_licence(licence, home.evals / "calibration" / "licences")


def _gate(ran: Ran) -> bool | None:
    gates = EvalReport.model_validate_json(ran.out).gates
    return next(gate.passed for gate in gates if "judge_vital_recall" in gate.name)


def test_without_a_licence_it_only_advises(home: Home, judge: FakeOpenAI) -> None:
    """Its figures are shown; its gate is not decided, whatever they are, and the exit status says so."""
    ran = _judged(home, judge)
    metric = json.loads(ran.out)["stories"]["tiny"]["metrics"]["judge_vital_recall"]
    assert (metric["value"], metric["unmeasured"]) == (1.0, 0)
    assert _gate(ran) is None
    assert ran.status in {1, 3}
    assert "only advises" in ran.err
    assert "never calibrated" in ran.err


def test_with_a_licence_it_gates(home: Home, judge: FakeOpenAI) -> None:
    """A calibration on these pairs with this prompt lets the gate decide."""
    _license(home)
    ran = _judged(home, judge)
    assert _gate(ran) is True
    assert "may gate" in ran.err


def test_a_verdict_that_does_not_come_is_unmeasured(home: Home) -> None:
    """It widens the bounds; it is never a zero."""
    with FakeOpenAI(_refuse_the_first()) as server:
        ran = _judged(home, server)
    metrics = json.loads(ran.out)["stories"]["tiny"]["metrics"]
    found = metrics["judge_weighted_recall"]
    assert found["unmeasured"] == 1
    assert found["low"] < found["value"] == found["high"] == 1.0


def test_judgements_are_recorded_and_replayed(home: Home, judge: FakeOpenAI, tmp_path: Path) -> None:
    """Nobody is asked the second time, and the figures are the same."""
    asked = _judged(home, judge, "--record", tmp_path / "kept")
    assert "judge" in {path.name for path in (tmp_path / "kept").iterdir()}
    count = len(judge.requests)
    assert count > 0
    first = json.loads(asked.out)["stories"]["tiny"]["metrics"]
    again = _judged(home, judge)
    assert len(judge.requests) == count, "the replies were in the store"
    assert json.loads(again.out)["stories"]["tiny"]["metrics"] == first
