"""A cross-encoder that a test writes, in the real runtime: labels, batches, windows, inputs, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("onnxruntime", reason="the extra “entailment” is not installed")
pytest.importorskip("tokenizers", reason="the extra “entailment” is not installed")
pytest.importorskip("onnx", reason="the development tools are not installed")

import onnx
from onnx import TensorProto, helper
from onnx.external_data_helper import set_external_data

from pipeline.entailment.model import CrossEncoder, Pair, open_model
from pipeline.errors import ConfigurationError
from tests.entailment.tiny_model import LABELS, expected, write_model

WORDS = [f"w{number}" for number in range(40)]


def _pair(premise: str, hypothesis: str) -> Pair:
    return Pair(tuple(premise.split("|")), hypothesis)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> CrossEncoder:
    """A model that takes 64 tokens."""
    return open_model(write_model(tmp_path_factory.mktemp("models") / "tiny", WORDS))


def _one(model: CrossEncoder, premise: str, hypothesis: str) -> float:
    (found,) = model.entailment([_pair(premise, hypothesis)])
    assert found is not None
    return found


def test_the_probability_is_the_model_s_own(model: CrossEncoder) -> None:
    """Softmax over its labels, of the one for entailment."""
    assert _one(model, "w1 w2 w3 w4", "w1 w2 w3 w4") == pytest.approx(expected(1.0), abs=1e-5)
    assert _one(model, "w1 w2 w3 w4", "w1 w2 w8 w9") == pytest.approx(expected(0.5), abs=1e-5)
    assert _one(model, "w1 w2 w3 w4", "w8") == pytest.approx(expected(0.0), abs=1e-5)


@pytest.mark.parametrize(
    "labels",
    [
        ("entailment", "neutral", "contradiction"),
        ("contradiction", "neutral", "Entailment"),
        ("not_entailment", "entailment"),
    ],
)
@pytest.mark.parametrize("types", [True, False])
def test_any_order_of_labels_and_either_form_of_input(labels: tuple[str, ...], types: bool, tmp_path: Path) -> None:
    """The same answer wherever entailment stands, with and without token types."""
    model = open_model(write_model(tmp_path / "m", WORDS, labels=labels, types=types))
    assert _one(model, "w1 w2", "w1 w2") == pytest.approx(expected(1.0, len(labels)), abs=1e-5)
    assert _one(model, "w1 w2", "w3 w4") == pytest.approx(expected(0.0, len(labels)), abs=1e-5)


_TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.lists(_TEXT, max_size=6), _TEXT), max_size=40))
def test_many_together_get_what_each_gets_alone(model: CrossEncoder, asked: list[tuple[list[str], str]]) -> None:
    """Batches are by length and padded; that changes nothing, and every answer is at its place."""
    pairs = [Pair(tuple(sentences), hypothesis) for sentences, hypothesis in asked]
    together = model.entailment(pairs)
    alone = [model.entailment([pair])[0] for pair in pairs]
    assert together == [None if one is None else pytest.approx(one, abs=1e-5) for one in alone]


def test_sentences_that_fit_are_read_together(model: CrossEncoder) -> None:
    """The union counts: two halves of a statement in two sentences, anywhere beside each other."""
    assert _one(model, "w1 w2|w3 w4", "w1 w2 w3 w4") == pytest.approx(expected(1.0), abs=1e-5)


def test_long_evidence_is_read_in_windows_and_the_best_counts(tmp_path: Path) -> None:
    """What stands in the last of many sentences is found; no window that lacks it takes it away."""
    model = open_model(write_model(tmp_path / "m", WORDS, longest=16))
    filler = "|".join(["w20 w21 w22 w23 w24"] * 9)
    assert _one(model, f"{filler}|w1 w2 w3", "w1 w2 w3") == pytest.approx(expected(1.0), abs=1e-5)
    assert _one(model, f"w1 w2 w3|{filler}", "w1 w2 w3") == pytest.approx(expected(1.0), abs=1e-5)


def test_a_sentence_longer_than_the_model_is_cut_at_its_end(tmp_path: Path) -> None:
    """Its start is read; the statement is always whole."""
    model = open_model(write_model(tmp_path / "m", WORDS, longest=16))
    filler = " ".join(["w20"] * 30)
    assert _one(model, f"w1 w2 {filler}", "w1 w2") == pytest.approx(expected(1.0), abs=1e-5)
    assert _one(model, f"{filler} w1 w2", "w1 w2") == pytest.approx(expected(0.0), abs=1e-5)


def test_what_cannot_be_read_gets_no_number(tmp_path: Path) -> None:
    """A statement that leaves no room for what it cites, and one that cites nothing; the others are answered."""
    model = open_model(write_model(tmp_path / "m", WORDS, longest=16))
    long = Pair(("w1",), " ".join(["w1"] * 9))
    assert model.entailment([long, Pair((), "w1")]) == [None, None]
    assert model.entailment([]) == []
    assert model.entailment([long, Pair(("w1",), "w1")])[1] == pytest.approx(expected(1.0), abs=1e-5)


def test_an_answer_that_is_no_number_is_none(tmp_path: Path) -> None:
    """Infinity less infinity must not become a probability."""
    folder = _own_graph(tmp_path / "m", "Div", [0.0, 0.0, 0.0])
    assert open_model(folder).entailment([Pair(("w1",), "w1")]) == [None]


def test_labels_and_outputs_must_agree(tmp_path: Path) -> None:
    """A config.json of another model is found out before anything is read."""
    with pytest.raises(ConfigurationError, match="2 labels"):
        open_model(write_model(tmp_path / "m", WORDS, labels=("entailment", "neutral"), outputs=3))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe nonsense", b"{}"])
def test_a_broken_file_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    """Which one, in one line."""
    folder = write_model(tmp_path / "m", WORDS)
    (folder / name).write_bytes(content)
    with pytest.raises(ConfigurationError) as error:
        open_model(folder)
    assert name in error.value.message
    assert "\n" not in error.value.message


def test_a_model_that_wants_other_inputs_is_refused(tmp_path: Path) -> None:
    """An embedding model, or one that generates: what it wants is named."""
    folder = write_model(tmp_path / "m", WORDS)
    for name, wanted in (("pixel_values", "pixel_values"), ("input_ids", "attention_mask")):
        entry = helper.make_tensor_value_info(name, TensorProto.INT64, ["a", "b"])
        leaving = helper.make_tensor_value_info("out", TensorProto.INT64, ["a", "b"])
        graph = helper.make_graph([helper.make_node("Identity", [name], ["out"])], "g", [entry], [leaving])
        onnx.save(
            helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "model.onnx"
        )
        with pytest.raises(ConfigurationError, match=wanted):
            open_model(folder)


def test_a_model_of_one_fixed_size_is_told(tmp_path: Path) -> None:
    """It cannot read pairs of any length, and is not padded to be."""
    folder = write_model(tmp_path / "m", WORDS)
    graph = onnx.load(folder / "model.onnx")
    for entry in graph.graph.input:
        entry.type.tensor_type.shape.dim[1].dim_value = 33
    onnx.save(graph, folder / "model.onnx")
    with pytest.raises(ConfigurationError) as error:
        open_model(folder)
    assert "dynamic axes" in error.value.hint


def test_weights_in_a_file_of_their_own_are_part_of_the_model(tmp_path: Path) -> None:
    """They are used, whatever their name, and they count in the digest: another model has another name."""
    folder = _with_weights_beside(tmp_path / "m")
    model = open_model(folder)
    assert _one(model, "w1 w2", "w1 w2") == pytest.approx(expected(1.0), abs=1e-5)
    weights = folder / "weights.bin"
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert open_model(folder).name != model.name


def test_weights_outside_the_folder_are_refused(tmp_path: Path) -> None:
    """A graph names no other files of the machine."""
    folder = _with_weights_beside(tmp_path / "m")
    graph = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(graph.replace(b"weights.bin", b"../elsewher"))
    with pytest.raises(ConfigurationError, match="outside its folder"):
        open_model(folder)


def test_padding_is_the_model_s_own(tmp_path: Path) -> None:
    """Where config.json does not say how to pad, the tokenizer's way counts."""
    folder = write_model(tmp_path / "m", WORDS, pad_token_id=None)
    path = folder / "tokenizer.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["padding"] = {
        "strategy": {"Fixed": 40},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 1,
        "pad_type_id": 0,
        "pad_token": "[UNK]",
    }
    path.write_text(json.dumps(told), encoding="utf-8")
    model = open_model(folder)
    assert model.folder.padding == 1
    assert _one(model, "w1", "w1") == pytest.approx(expected(1.0), abs=1e-5)


def _with_weights_beside(folder: Path) -> Path:
    """A model that keeps the numbers which choose its output in a file of their own."""
    write_model(folder, WORDS)
    whole = onnx.load(folder / "model.onnx")
    (where,) = (tensor for tensor in whole.graph.initializer if tensor.name == "where")
    set_external_data(where, "weights.bin")
    onnx.save(whole, folder / "model.onnx")
    return folder


def _own_graph(folder: Path, kind: str, numbers: list[float]) -> Path:
    """A model that answers the same to every pair: zero by zero, say."""
    write_model(folder, WORDS)
    names = ("input_ids", "attention_mask")
    nodes = [
        helper.make_node("Cast", ["input_ids"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mean", "numbers"], ["zeros"]),
        helper.make_node(kind, ["zeros", "zeros"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "same",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["a", "b"]) for name in names],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["a", len(LABELS)])],
        [helper.make_tensor("numbers", TensorProto.FLOAT, [1, len(numbers)], numbers)],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "model.onnx"
    )
    return folder
