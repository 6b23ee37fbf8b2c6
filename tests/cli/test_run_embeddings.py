"""`run --group --embeddings DIR`: what shares no words may be one event, and clear words where there is no model."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import load, pipeline

ROOT = Path(__file__).parents[2]
FERRY = "Ferry sank off Tarn Monday night, killing two sailors.\n"
SHIP = "Near Pell vessel foundered; 2 deckhands died after dark.\n"
STRIKE = "Bus drivers in Ostrand walked out on Friday after pay talks collapsed. The union wants 8 percent more.\n"
MEANINGS = ("ferry vessel", "sank foundered", "killing died", "sailors deckhands", "night dark", "off near", "two 2")

needs_extra = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("onnxruntime", "tokenizers", "onnx")),
    reason="the extra “embeddings” is not installed",
)


@pytest.fixture
def heap(tmp_path: Path) -> Path:
    """Two articles on one event that share no telling word, and one on another."""
    folder = tmp_path / "heap"
    folder.mkdir()
    for name, text in {"a": FERRY, "b": SHIP, "c": STRIKE}.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def _stories(groups: Any) -> dict[str, list[str]]:
    return {story["id"]: sorted(Path(one["path"]).name for one in story["sources"]) for story in groups["stories"]}


@needs_extra
def test_articles_without_a_word_in_common_are_one_story(heap: Path, tmp_path: Path) -> None:
    """Together with the encoder, apart without; which encoder it was is said and recorded, as is no folder of ours."""
    from tests.embedding.tiny_encoder import write_encoder  # noqa: PLC0415  it needs the extra

    model = write_encoder(tmp_path / "tiny", MEANINGS)
    plain = pipeline("run", heap, "--group", "--out", tmp_path / "plain")
    ran = pipeline("run", heap, "--group", "--embeddings", model, "--out", tmp_path / "out")
    assert (plain.status, ran.status) == (0, 0), ran.err
    apart, together = load(tmp_path / "plain", "groups.json"), load(tmp_path / "out", "groups.json")
    assert sorted(_stories(apart).values()) == [["a.txt"], ["b.txt"], ["c.txt"]]
    assert sorted(_stories(together).values()) == [["a.txt", "b.txt"], ["c.txt"]]
    assert "by what they mean to tiny@" in ran.err
    assert any("by what they mean to tiny@" in note for note in together["notes"])
    assert str(tmp_path) not in json.dumps(together["notes"])


@needs_extra
def test_other_names_and_another_order_give_the_same_stories(heap: Path, tmp_path: Path) -> None:
    """The same ids, whatever the files are called and however they are listed."""
    from tests.embedding.tiny_encoder import write_encoder  # noqa: PLC0415  it needs the extra

    model = write_encoder(tmp_path / "tiny", MEANINGS)
    other = tmp_path / "other"
    other.mkdir()
    for name, new in {"a": "z", "b": "m", "c": "k"}.items():
        shutil.copyfile(heap / f"{name}.txt", other / f"{new}.txt")
    pipeline("run", heap, "--group", "--embeddings", model, "--out", tmp_path / "one")
    pipeline("run", other, "--group", "--embeddings", model, "--out", tmp_path / "two")
    one, two = (_stories(load(tmp_path / name, "groups.json")) for name in ("one", "two"))
    assert one.keys() == two.keys()


def test_without_group_it_would_do_nothing(heap: Path, tmp_path: Path) -> None:
    """An option that would do nothing is refused."""
    ran = pipeline("run", heap, "--embeddings", tmp_path, "--out", tmp_path / "out")
    assert (ran.status, "--embeddings is for --group" in ran.err, (tmp_path / "out").exists()) == (2, True, False)


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_folder_without_a_model_is_told(more: tuple[str, ...], heap: Path, tmp_path: Path) -> None:
    """Before anything is read or written; what is missing is named."""
    ran = pipeline("run", heap, "--group", "--embeddings", heap, "--out", tmp_path / "out", *more)
    assert ran.status == 2
    assert "model.onnx" in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


def test_a_missing_extra_is_told_with_the_command(heap: Path, tmp_path: Path) -> None:
    """A module that cannot be imported stands in for one that is not there."""
    stand_in, folder = tmp_path / "path", tmp_path / "model"
    stand_in.mkdir()
    folder.mkdir()
    (stand_in / "onnxruntime.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    (folder / "model.onnx").write_bytes(b"x")
    for name in ("tokenizer.json", "config.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    arguments = ("run", heap, "--group", "--embeddings", folder, "--out", tmp_path / "out")
    ran = pipeline(*arguments, variables={"PYTHONPATH": os.pathsep.join(map(str, (stand_in, ROOT)))})
    assert ran.status == 2
    assert "pip install 'pipeline-cited-summaries[embeddings]'" in ran.err


def test_a_settings_file_cannot_name_an_encoder(heap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A downloaded folder must not have its own model loaded."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipeline.toml").write_text('embeddings = "model"\n', encoding="utf-8")
    ran = pipeline("run", heap, "--group")
    assert ran.status == 2
    assert "must not set “embeddings”" in ran.err
