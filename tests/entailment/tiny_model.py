"""A real cross-encoder, small enough to be written by a test: its graph counts, it has learnt nothing.

The probability of entailment goes by the share of the hypothesis's words that stand in the premise: its logit is 8 *
share - 4, that of each other label 0. It proves how a model is loaded, asked and read; never how good one is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
LABELS: Final = ("contradiction", "entailment", "neutral")
OPSET: Final = 17
IR_VERSION: Final = 8


def expected(share: float, labels: int = len(LABELS)) -> float:
    """What the model must answer where so many of the hypothesis's words stand in the premise."""
    power = math.exp(8 * share - 4)
    return power / (power + labels - 1)


def write_model(
    folder: Path,
    words: Iterable[str],
    *,
    labels: Sequence[str] = LABELS,
    longest: int = 64,
    types: bool = True,
    outputs: int | None = None,
    **config: Any,
) -> Path:
    """Write the model's folder.

    Args:
        folder: is made.
        words: what the tokenizer knows; other words count for nothing.
        labels: in the order of the outputs.
        longest: tokens it takes.
        types: whether it takes token_type_ids; else it goes by the first separator.
        outputs: how many the graph has, if not as many as there are labels.
        config: more of config.json; None leaves a key out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys((*SPECIAL, *map(str.lower, words))))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    told = {
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "label2id": {label: number for number, label in enumerate(labels)},
        "max_position_embeddings": longest,
        "pad_token_id": 0,
        **config,
    }
    kept = {name: value for name, value in told.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(kept), encoding="utf-8")
    lowered = [label.lower() for label in labels]
    place = lowered.index("entailment") if "entailment" in lowered else 0
    onnx.save(_graph(outputs or len(labels), place, types=types), folder / "model.onnx")
    return folder


def _graph(outputs: int, place: int, *, types: bool) -> onnx.ModelProto:
    steps = [
        ("GreaterOrEqual", ["input_ids", "first_word"], "is_word"),
        ("Cast", ["is_word"], "word", {"to": TensorProto.FLOAT}),
        ("Cast", ["attention_mask"], "mask", {"to": TensorProto.FLOAT}),
        ("Mul", ["word", "mask"], "kept"),
        *_second(types=types),
        ("Sub", ["one", "second"], "first"),
        ("Mul", ["kept", "second"], "hypothesis"),
        ("Mul", ["kept", "first"], "premise"),
        ("Unsqueeze", ["input_ids", "axis_two"], "column"),
        ("Unsqueeze", ["input_ids", "axis_one"], "row"),
        ("Equal", ["column", "row"], "are_same"),
        ("Cast", ["are_same"], "same", {"to": TensorProto.FLOAT}),
        ("Unsqueeze", ["premise", "axis_one"], "premise_row"),
        ("Mul", ["same", "premise_row"], "matched"),
        ("ReduceMax", ["matched"], "found", {"axes": [2], "keepdims": 0}),
        ("Mul", ["found", "hypothesis"], "found_words"),
        ("ReduceSum", ["found_words", "axis_one"], "how_many", {"keepdims": 1}),
        ("ReduceSum", ["hypothesis", "axis_one"], "of_how_many", {"keepdims": 1}),
        ("Max", ["of_how_many", "one"], "at_least_one"),
        ("Div", ["how_many", "at_least_one"], "share"),
        ("Mul", ["share", "steepness"], "scaled"),
        ("Sub", ["scaled", "threshold"], "logit"),
        ("Mul", ["logit", "where"], "logits"),
    ]
    where = np.zeros((1, outputs), dtype=np.float32)
    where[0, place] = 1.0
    constants: dict[str, np.ndarray[Any, Any]] = {
        "first_word": np.array(len(SPECIAL), dtype=np.int64),
        "separator": np.array(SPECIAL.index("[SEP]"), dtype=np.int64),
        "axis_one": np.array([1], dtype=np.int64),
        "axis_two": np.array([2], dtype=np.int64),
        "axis": np.array(1, dtype=np.int64),
        "one": np.array(1.0, dtype=np.float32),
        "steepness": np.array(8.0, dtype=np.float32),
        "threshold": np.array(4.0, dtype=np.float32),
        "where": where,
    }
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    graph = helper.make_graph(
        [_node(*step) for step in steps],
        "overlap",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["pairs", "tokens"]) for name in names],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["pairs", outputs])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


def _second(*, types: bool) -> list[tuple[Any, ...]]:
    """Which tokens are the hypothesis's: by their types, or by what follows the first separator."""
    if types:
        return [("Cast", ["token_type_ids"], "second", {"to": TensorProto.FLOAT})]
    return [
        ("Equal", ["input_ids", "separator"], "is_separator"),
        ("Cast", ["is_separator"], "separators", {"to": TensorProto.FLOAT}),
        ("CumSum", ["separators", "axis"], "before"),
        ("Min", ["before", "one"], "second"),
    ]


def _node(kind: str, inputs: list[str], output: str, attributes: dict[str, Any] | None = None) -> onnx.NodeProto:
    return helper.make_node(kind, inputs, [output], **(attributes or {}))
