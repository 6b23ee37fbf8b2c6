"""The folder of a cross-encoder: what must be in it, and what its own configuration says of its labels.

Nothing is guessed. Models differ in the order of their labels (entailment is 0 in some, 1 or 2 in others), and one that
is read in the wrong order passes what contradicts; so a model that does not name them itself is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import ConfigurationError

LONGEST: Final = 512
"""Tokens of premise and hypothesis together at which even a model that takes more is stopped: time and memory grow with
the square, and hardly a statement cites more."""

_GRAPHS: Final = ("model.onnx", "onnx/model.onnx")
_ENTAILMENT: Final = "entailment"
_FEWEST_TOKENS: Final = 16
_SHOWN: Final = 200
_FORMAT: Final = "--entailment takes a folder with model.onnx (or onnx/model.onnx), tokenizer.json and config.json."
_NAME_LENGTH: Final = 48
_LOCATION: Final = re.compile(rb"\x0a\x08location\x12")
"""How ONNX says that a tensor's numbers lie in another file (TensorProto.external_data: key, then value)."""
_LENGTH_BYTES: Final = 2
"""Of a file name's length: enough for 16,383 characters."""


class ModelFolder(NamedTuple):
    """A cross-encoder's files and what they say of it.

    ``digest`` is the SHA-256 over all files that decide what it answers; ``labels`` counts the outputs, of which number
    ``entailment`` (from 0) is the one; ``longest`` is in tokens, special ones included.
    """

    path: Path
    graph: Path
    digest: str
    labels: int
    entailment: int
    longest: int
    padding: int | None

    @property
    def name(self) -> str:
        """Folder and digest, short and of plain letters: what verdicts name."""
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in self.path.resolve().name)
        return f"{plain[:_NAME_LENGTH]}@{self.digest[:8]}"


def open_folder(path: Path) -> ModelFolder:
    """Read a folder's configuration, and the digest of its files.

    Raises:
        ConfigurationError: something is missing, cannot be read, or does not say which label is entailment.
    """
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "there is no such folder"
        raise ConfigurationError(f"{path}: {what}.", hint=_FORMAT)
    graph = next((path / name for name in _GRAPHS if (path / name).is_file()), None)
    needed = {"model.onnx": graph is not None}
    needed |= {name: (path / name).is_file() for name in ("tokenizer.json", "config.json")}
    missing = [name for name, there in needed.items() if not there]
    if missing or graph is None:
        raise ConfigurationError(f"{path} has no {' and no '.join(missing)}.", hint=_FORMAT)
    config = _json(path / "config.json")
    labels = labels_of(config, path)
    return ModelFolder(
        path=path,
        graph=graph,
        digest=_digest(path, graph),
        labels=len(labels),
        entailment=entailment_of(labels, path),
        longest=_longest(config, path),
        padding=_whole(config.get("pad_token_id")),
    )


def labels_of(config: Mapping[str, Any], path: Path) -> list[str]:
    """The names of the outputs, in order, by ``id2label``, ``label2id`` or both.

    >>> labels_of({"label2id": {"ENTAILMENT": 1, "NEUTRAL": 0}}, Path("model"))
    ['NEUTRAL', 'ENTAILMENT']

    Raises:
        ConfigurationError: there is neither, they do not number the outputs, or they differ.
    """
    try:
        forward = {int(number): str(name) for number, name in (config.get("id2label") or {}).items()}
        backward = {int(number): str(name) for name, number in (config.get("label2id") or {}).items()}
    except (AttributeError, TypeError, ValueError):
        raise _refused(path, "its id2label and label2id are no numbers and names") from None
    if forward and backward and forward != backward:
        raise _refused(path, "its id2label and label2id contradict each other")
    labels = forward or backward
    if sorted(labels) != list(range(len(labels))) or len(labels) < 2:  # noqa: PLR2004  one output ranks nothing
        raise _refused(path, "it names no two labels or more, numbered from 0")
    return [labels[number] for number in range(len(labels))]


def entailment_of(labels: list[str], path: Path) -> int:
    """Which output is entailment: the one label of that very name, in whatever case.

    >>> entailment_of(["not_entailment", "Entailment"], Path("model"))
    1

    Raises:
        ConfigurationError: none or several are.
    """
    found = [number for number, label in enumerate(labels) if label.strip().casefold() == _ENTAILMENT]
    if len(found) != 1:
        named = ", ".join(labels)
        shown = named if len(named) <= _SHOWN else named[:_SHOWN] + " …"
        raise _refused(path, f"{'no label' if not found else 'more than one label'} is “entailment”: {shown}")
    return found[0]


def _refused(path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{path / 'config.json'}: {why}.",
        hint="Only a model that says itself which of its outputs is entailment can be used: "
        "an order that is guessed may be the wrong one.",
    )


def _longest(config: Mapping[str, Any], path: Path) -> int:
    """How many tokens the model takes, by the smallest of the figures that its files give."""
    positions = _whole(config.get("max_position_embeddings"))
    if positions is not None and str(config.get("model_type", "")).endswith(("roberta", "camembert")):
        positions -= (_whole(config.get("pad_token_id")) or 0) + 1  # these number their positions from behind padding
    told = path / "tokenizer_config.json"
    taken = _whole(_json(told).get("model_max_length")) if told.is_file() else None
    longest = min(LONGEST, *(number for number in (positions, taken) if number is not None), LONGEST)
    if longest < _FEWEST_TOKENS:
        raise ConfigurationError(f"{path}: a model that takes {longest} tokens cannot read a sentence.")
    return longest


def _whole(value: object) -> int | None:
    """A number as a whole one (some files write 1e30 for "no limit"), None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        return None
    return int(value)


def _json(path: Path) -> Mapping[str, Any]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} is no JSON.", hint=_FORMAT) from error
    if not isinstance(loaded, dict):
        raise ConfigurationError(f"{path} holds no JSON object.", hint=_FORMAT)
    return loaded


def _digest(path: Path, graph: Path) -> str:
    """Over the graph, the files that it keeps weights in, the tokenizer and the configuration."""
    whole = hashlib.sha256()
    for file in (graph, *_weights(graph), path / "tokenizer.json", path / "config.json"):
        try:
            with file.open("rb") as stream:
                whole.update(f"{file.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    return whole.hexdigest()


def _weights(graph: Path) -> list[Path]:
    """The files beside a graph that it names as the place of its weights: they decide what it answers as it does.

    Raises:
        ConfigurationError: it names one elsewhere.
    """
    try:
        with graph.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
            named = {_text(content, found.end()) for found in _LOCATION.finditer(content)}
    except (OSError, ValueError):  # an empty file cannot be mapped; the runtime says what is wrong with it
        return []
    places = [graph.parent / name for name in sorted(named) if name]
    outside = [place for place in places if not place.resolve().is_relative_to(graph.parent.resolve())]
    if outside:
        raise ConfigurationError(f"{graph} keeps its weights outside its folder.", hint=_FORMAT)
    return [place for place in places if place.is_file()]


def _text(content: mmap, start: int) -> str:
    """A text of a protocol buffer at ``start``: its length in seven bits a byte, the lowest first, then it."""
    length = shift = 0
    for place in range(start, min(start + _LENGTH_BYTES, len(content))):
        length |= (content[place] & 0x7F) << shift
        shift += 7
        if content[place] < 0x80:  # noqa: PLR2004  the last byte of a length
            return content[place + 1 : place + 1 + length].decode("utf-8", "replace").replace("\0", "")
    return ""
