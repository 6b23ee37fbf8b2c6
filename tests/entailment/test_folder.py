"""The folder of a model: what it must say of itself, and that nothing is guessed where it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.entailment.folder import entailment_of, labels_of, open_folder
from pipeline.entailment.windows import windows
from pipeline.errors import ConfigurationError

CONFIG = {"id2label": {"0": "contradiction", "1": "entailment", "2": "neutral"}, "max_position_embeddings": 514}


def _folder(path: Path, config: dict[str, Any] | str = CONFIG, graph: str = "model.onnx") -> Path:
    (path / graph).parent.mkdir(parents=True, exist_ok=True)
    (path / graph).write_bytes(b"graph")
    (path / "tokenizer.json").write_text("{}", encoding="utf-8")
    (path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config), encoding="utf-8")
    return path


@given(st.permutations(["contradiction", "neutral", "ENTAILMENT"]))
def test_entailment_is_found_wherever_it_stands(order: list[str]) -> None:
    """The order of labels is the model's own affair, in either of the two forms."""
    forward = {"id2label": {str(number): label for number, label in enumerate(order)}}
    backward = {"label2id": {label: number for number, label in enumerate(order)}}
    for config in (forward, backward, forward | backward):
        assert entailment_of(labels_of(config, Path()), Path()) == order.index("ENTAILMENT")


@pytest.mark.parametrize(
    "labels",
    [
        {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"},
        {"0": "not_entailment", "1": "non-entailment"},
        {"0": "entailment", "1": "Entailment"},
        {"0": "entailment"},
        {"0": "entailment", "2": "neutral"},
        {"a": "entailment", "b": "neutral"},
        {},
        None,
        ["entailment", "neutral"],
    ],
)
def test_a_model_that_does_not_name_entailment_is_refused(labels: Any, tmp_path: Path) -> None:
    """Numbered labels, none, two of them, or only its opposite: an order that is guessed may be the wrong one."""
    with pytest.raises(ConfigurationError) as error:
        open_folder(_folder(tmp_path, {"id2label": labels}))
    assert "config.json" in error.value.message
    assert error.value.hint


def test_labels_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    """Two maps that differ name nothing."""
    config = {"id2label": {"0": "entailment", "1": "neutral"}, "label2id": {"neutral": 0, "entailment": 1}}
    with pytest.raises(ConfigurationError, match="contradict each other"):
        open_folder(_folder(tmp_path, config))


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "config.json"])
def test_what_is_missing_is_named(missing: str, tmp_path: Path) -> None:
    """Each file by its name."""
    (_folder(tmp_path) / missing).unlink()
    with pytest.raises(ConfigurationError, match=missing):
        open_folder(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    """No such folder, or a file."""
    with pytest.raises(ConfigurationError, match="no such folder"):
        open_folder(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="is a file"):
        open_folder(_folder(tmp_path) / "model.onnx")


@pytest.mark.parametrize("config", ["{", "[]", "\x00", "[" * 100_000])
def test_a_broken_configuration_is_told(config: str, tmp_path: Path) -> None:
    """No traceback, whatever stands there."""
    with pytest.raises(ConfigurationError, match=r"config\.json"):
        open_folder(_folder(tmp_path, config))


def test_the_graph_may_lie_where_exporters_put_it(tmp_path: Path) -> None:
    """In the folder, or in one named onnx."""
    assert open_folder(_folder(tmp_path, graph="onnx/model.onnx")).graph == tmp_path / "onnx" / "model.onnx"


@pytest.mark.parametrize(
    ("more", "longest"),
    [
        ({"max_position_embeddings": 128}, 128),
        ({"max_position_embeddings": 514, "model_type": "roberta", "pad_token_id": 1}, 512),
        ({"max_position_embeddings": 8192}, 512),
        ({"max_position_embeddings": None}, 512),
    ],
)
def test_how_much_a_model_takes(more: dict[str, Any], longest: int, tmp_path: Path) -> None:
    """By its positions, less those that are not for text; never more than 512."""
    assert open_folder(_folder(tmp_path, CONFIG | more)).longest == longest


def test_the_tokenizer_may_take_less(tmp_path: Path) -> None:
    """The smaller figure counts; 1e30, which some write for no limit, is none."""
    _folder(tmp_path)
    for told, longest in ((200, 200), (1e30, 512)):
        (tmp_path / "tokenizer_config.json").write_text(json.dumps({"model_max_length": told}), encoding="utf-8")
        assert open_folder(tmp_path).longest == longest


def test_the_name_is_of_the_content(tmp_path: Path) -> None:
    """Each file counts; where the folder lies does not, and its name cannot harm."""
    names = []
    for change in ("", "model.onnx", "tokenizer.json", "config.json"):
        folder = _folder(tmp_path / f"at{change}" / "a\x1b[31m b")
        if change:
            with (folder / change).open("a") as file:
                file.write(" ")
        names.append(open_folder(folder).name)
    assert len(set(names)) == len(names)
    assert all(name.startswith("a--31m-b@") and name.isprintable() for name in names)
    assert open_folder(_folder(tmp_path / "elsewhere" / "a\x1b[31m b")).name == names[0]


@given(st.lists(st.integers(1, 50), max_size=20), st.integers(1, 100))
def test_windows_hold_every_sentence_and_fit(lengths: list[int], room: int) -> None:
    """Each run fits or is one sentence, and cannot be made longer; neighbours that fit together meet."""
    found = windows(lengths, room)
    assert {place for window in found for place in window} == set(range(len(lengths)))
    for window in found:
        total = sum(lengths[place] for place in window)
        assert total <= room or len(window) == 1
        assert window.stop == len(lengths) or total + lengths[window.stop] > room
    for place in range(len(lengths) - 1):
        together = any(place in window and place + 1 in window for window in found)
        assert together == (lengths[place] + lengths[place + 1] <= room)
