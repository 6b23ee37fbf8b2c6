"""Sentence encoders from a folder: what is read of it, that no order shows in a likeness, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("onnxruntime", reason="the extra “embeddings” is not installed")
pytest.importorskip("tokenizers", reason="the extra “embeddings” is not installed")
pytest.importorskip("onnx", reason="the development tools are not installed")

from pipeline.embedding.encoder import SentenceEncoder, open_encoder
from pipeline.errors import ConfigurationError
from tests.embedding.tiny_encoder import write_encoder
from tests.entailment.tiny_model import write_model

MEANINGS = ("ferry ship vessel", "sank foundered", "strike walkout", "drivers chauffeurs", "comet", "night")
WORDS = [word for line in MEANINGS for word in line.split()]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    """One that knows a few words that mean the same."""
    return open_encoder(write_encoder(tmp_path_factory.mktemp("tiny") / "tiny", MEANINGS))


def test_what_means_the_same_is_alike(encoder: SentenceEncoder) -> None:
    """Without one word in common, as alike as the same text; what is about something else is not there."""
    found = encoder.likenesses(["ferry sank", "vessel foundered", "drivers strike", "ferry sank"])
    assert found[0, 3] == pytest.approx(1.0, abs=0.002)
    assert found[0, 1] == pytest.approx(1.0, abs=0.002)
    assert (0, 2) not in found
    assert encoder.likenesses([]) == {}


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join), max_size=9), data=st.data()
)
def test_no_order_shows_in_a_likeness(encoder: SentenceEncoder, texts: list[str], data: st.DataObject) -> None:
    """The same number to the last bit, whatever else is read, however long, in whatever order."""
    order = data.draw(st.permutations(range(len(texts))))
    found = encoder.likenesses(texts)
    shuffled = encoder.likenesses([texts[place] for place in order])
    back = {(min(order[a], order[b]), max(order[a], order[b])): value for (a, b), value in shuffled.items()}
    assert back == found
    assert all(0 < value <= 1 for value in found.values())


def test_more_texts_than_are_compared_at_a_time(encoder: SentenceEncoder) -> None:
    """Pairs across the parts are there, too, each once."""
    texts = ["ferry sank" if number % 97 == 5 else "comet night" for number in range(301)]
    same = [number for number, text in enumerate(texts) if text == "ferry sank"]
    found = encoder.likenesses(texts)
    assert all(found[one, two] > 0.99 for one in same for two in same if one < two)
    assert all(one < two for one, two in found)


def test_a_text_is_read_as_far_as_the_model_takes(tmp_path: Path) -> None:
    """What stands behind changes nothing."""
    small = open_encoder(write_encoder(tmp_path / "small", MEANINGS, longest=16))
    long = "ferry " * 14
    assert small.likenesses([long, f"{long} strike comet"])[0, 1] == pytest.approx(1.0, abs=0.002)


@pytest.mark.parametrize("pools", [True, False])
def test_the_mean_is_the_graphs_or_ours(tmp_path: Path, *, pools: bool) -> None:
    """A graph that pools needs no file that says how; both give the same."""
    folder = write_encoder(tmp_path / "one", MEANINGS, pools=pools)
    if pools:
        (folder / "1_Pooling" / "config.json").unlink()
    texts = ["ferry sank night", "vessel strike night"]
    ours = open_encoder(write_encoder(tmp_path / "two", MEANINGS)).likenesses(texts)
    assert open_encoder(folder).likenesses(texts) == ours


def test_the_name_goes_by_all_that_decides(tmp_path: Path) -> None:
    """Another pooling is another encoder."""
    one = open_encoder(write_encoder(tmp_path / "a" / "tiny", MEANINGS))
    same = open_encoder(write_encoder(tmp_path / "b" / "tiny", MEANINGS))
    pooling = {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False}
    other = open_encoder(write_encoder(tmp_path / "c" / "tiny", MEANINGS, pooling=pooling))
    assert one.name == same.name != other.name
    assert one.name.startswith("tiny@")


@pytest.mark.parametrize(
    ("pooling", "told"),
    [
        ({"pooling_mode_max_tokens": True}, "pooling_mode_max_tokens"),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}, " and "),
        ({}, "not said"),
    ],
)
def test_another_pooling_is_refused(tmp_path: Path, pooling: dict[str, Any], told: str) -> None:
    """Nothing is guessed: what was trained otherwise would compare something else."""
    with pytest.raises(ConfigurationError, match=told):
        open_encoder(write_encoder(tmp_path / "tiny", MEANINGS, pooling=pooling))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """A folder that is none, one without a graph, one that does not say how tokens are pooled, a cross-encoder."""
    with pytest.raises(ConfigurationError, match="no such folder"):
        open_encoder(tmp_path / "nowhere")
    folder = write_encoder(tmp_path / "tiny", MEANINGS)
    (folder / "1_Pooling" / "config.json").unlink()
    with pytest.raises(ConfigurationError, match=r"config\.json cannot be read"):
        open_encoder(folder)
    (folder / "model.onnx").unlink()
    with pytest.raises(ConfigurationError, match=r"no model\.onnx"):
        open_encoder(folder)
    other = write_model(tmp_path / "other", WORDS)
    (other / "1_Pooling").mkdir()
    (other / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_mean_tokens": True}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no sentence encoder"):
        open_encoder(other)
