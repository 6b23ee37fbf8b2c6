"""`--entailment`: an ONNX model beside the guards of `check` and `run`, and clear words where there is none."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.text.words import words
from tests.cli.command import load, pipeline
from tests.cli.conftest import SOURCE

needs_extra = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("onnxruntime", "tokenizers", "onnx")),
    reason="the extra “entailment” is not installed",
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model that counts the words of the source."""
    from tests.entailment.tiny_model import write_model  # noqa: PLC0415  it needs the extra

    return write_model(tmp_path / "tiny", [word.text for word in words(SOURCE)])


def _statuses(report: Any) -> list[str]:
    return [sentence["verdict"]["status"] for sentence in report["sentences"]]


@needs_extra
def test_check_tells_what_the_model_thinks(sources: Path, model: Path, tmp_path: Path) -> None:
    """The same verdicts and exit status as without it, and its word beside each."""
    plain = pipeline("check", tmp_path / "summary.md", "--sources", sources, "--json")
    asked = pipeline("check", tmp_path / "summary.md", "--sources", sources, "--entailment", model, "--json")
    assert (asked.status, plain.status) == (1, 1)
    before, after = json.loads(plain.out), json.loads(asked.out)
    assert _statuses(after) == _statuses(before)
    assert _statuses(after)[0] == "supported"
    assert after["counts"] == before["counts"]
    for sentence in after["sentences"]:
        (advice,) = [guard for guard in sentence["verdict"]["guards"] if guard["name"] == "entailment"]
        assert advice["detail"].startswith("p = ")
        assert "+entailment:tiny@" in sentence["verdict"]["method"]
    assert "never calibrated" in asked.err


@needs_extra
def test_check_shows_it_to_people(sources: Path, model: Path, tmp_path: Path) -> None:
    """As advice, under the sentence; PIPELINE_ENTAILMENT asks as the flag does."""
    variables = {"PIPELINE_ENTAILMENT": str(model)}
    ran = pipeline("check", tmp_path / "summary.md", "--sources", sources, variables=variables)
    assert ran.out.count("~ entailment (advice): p = ") == 2


@needs_extra
def test_run_names_it_in_every_verdict(sources: Path, model: Path, tmp_path: Path) -> None:
    """In the statements, the record and the report; what is told is what would be told without it."""
    out, other = tmp_path / "out", tmp_path / "other"
    ran = pipeline("run", sources, "--engine", "extractive", "--entailment", model, "--out", out)
    assert pipeline("run", sources, "--engine", "extractive", "--out", other).status == 0
    assert ran.status == 0, ran.err
    told, plain = load(out, "summary.json"), load(other, "summary.json")
    assert [s["text"] for s in told["statements"]] == [s["text"] for s in plain["statements"]]
    assert all("+entailment:tiny@" in one["verdict"]["method"] for one in (*told["statements"], *told["dropped"]))
    assert load(out, "run.json")["parameters"]["reader"].startswith("entailment:tiny@")
    assert str(tmp_path) not in (out / "run.json").read_text(encoding="utf-8")
    assert "Entailment (advice, decides nothing)" in (out / "report.html").read_text(encoding="utf-8")
    again = pipeline("check", out / "summary.json", "--sources", sources, "--entailment", model)
    assert again.status == 0, again.err


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_folder_without_a_model_is_told(command: str, sources: Path, tmp_path: Path) -> None:
    """Before anything else is done; what is missing is named."""
    given = (tmp_path / "summary.md", "--sources", sources) if command == "check" else (sources,)
    out = () if command == "check" else ("--out", tmp_path / "out")
    ran = pipeline(command, *given, *out, "--entailment", sources)
    assert ran.status == 2
    assert "model.onnx" in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


def test_a_dry_run_asks_no_model(sources: Path, tmp_path: Path) -> None:
    """An option that would do nothing is refused."""
    ran = pipeline("run", sources, "--engine", "extractive", "--dry-run", "--entailment", tmp_path)
    assert ran.status == 2
    assert "--entailment contradict each other" in ran.err


def test_a_missing_extra_is_told_with_the_command(sources: Path, tmp_path: Path) -> None:
    """A module that cannot be imported stands in for one that is not there."""
    stand_in = tmp_path / "path"
    stand_in.mkdir()
    (stand_in / "onnxruntime.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"x")
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    labels = {"id2label": {"0": "entailment", "1": "neutral"}}
    (folder / "config.json").write_text(json.dumps(labels), encoding="utf-8")
    arguments = ("check", tmp_path / "summary.md", "--sources", sources, "--entailment", folder)
    ran = pipeline(*arguments, variables={"PYTHONPATH": str(stand_in)})
    assert ran.status == 2
    assert "pip install 'pipeline-cited-summaries[entailment]'" in ran.err


def test_a_settings_file_cannot_name_a_model(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A downloaded folder must not have its own model loaded."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipeline.toml").write_text('entailment = "model"\n', encoding="utf-8")
    ran = pipeline("check", tmp_path / "summary.md", "--sources", sources)
    assert ran.status == 2
    assert "must not set “entailment”" in ran.err
