"""A real sentence encoder, small enough to be written by a test: each word has a vector, which it learnt from nothing.

Words that are given together mean the same. It proves how an encoder is loaded, asked and read; never how good one is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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

from pipeline.embedding.encoder import _UNRELATED

SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WIDTH: Final = 96
OPSET: Final = 17
IR_VERSION: Final = 8


def write_encoder(
    folder: Path,
    meanings: Sequence[str] = (),
    *,
    pooling: dict[str, bool] | None = None,
    pools: bool = False,
    longest: int = 64,
) -> Path:
    """Write the encoder's folder.

    Args:
        folder: is made.
        meanings: words with blanks between them that mean the same.
        pooling: what 1_Pooling/config.json says; the mean of all tokens if nothing is given.
        pools: whether the graph takes the mean itself.
        longest: tokens it takes.
    """
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    groups = [line.lower().split() for line in meanings]
    groups += [[word] for line in _UNRELATED for word in line.lower().replace(".", " ").split()]
    vocabulary = {name: number for number, name in enumerate(SPECIAL)}
    chance = np.random.default_rng(7)
    rows = [np.full(WIDTH, 0.0), np.full(WIDTH, 0.001), np.full(WIDTH, 0.01), np.full(WIDTH, 0.01)]
    for words in groups:
        vector = chance.normal(size=WIDTH)
        for word in (word for word in words if word not in vocabulary):
            vocabulary[word] = len(rows)
            rows.append(vector)
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    told = {"max_position_embeddings": longest, "pad_token_id": 0, "hidden_size": WIDTH}
    (folder / "config.json").write_text(json.dumps(told), encoding="utf-8")
    said = {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False} if pooling is None else pooling
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(said), encoding="utf-8")
    onnx.save(_graph(np.array(rows, dtype=np.float32), pools=pools), folder / "model.onnx")
    return folder


def _tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    )
    return tokenizer


def _graph(rows: np.ndarray[Any, Any], *, pools: bool) -> onnx.ModelProto:
    nodes = [helper.make_node("Gather", ["rows", "input_ids"], ["last_hidden_state"])]
    shape: list[str | int] = ["texts", "tokens", rows.shape[1]]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, shape)]
    if pools:
        nodes.append(
            helper.make_node("ReduceMean", ["last_hidden_state"], ["sentence_embedding"], axes=[1], keepdims=0)
        )
        outputs.append(helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["texts", rows.shape[1]]))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    graph = helper.make_graph(nodes, "words", inputs, outputs, [numpy_helper.from_array(rows, "rows")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model
