"""What the folder of a model in ONNX holds beside its labels: graph, tokenizer, configuration, and their digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

from pipeline.errors import ConfigurationError

LONGEST: Final = 512
"""Tokens at which even a model that takes more is stopped: time and memory grow with the square."""

_GRAPHS: Final = ("model.onnx", "onnx/model.onnx")
_FEWEST_TOKENS: Final = 16
_NAME_LENGTH: Final = 48
_LOCATION: Final = re.compile(rb"\x0a\x08location\x12")
"""How ONNX says that a tensor's numbers lie in another file (TensorProto.external_data: key, then value)."""
_LENGTH_BYTES: Final = 2
"""Of a file name's length: enough for 16,383 characters."""


def graph_of(path: Path, form: str) -> Path:
    """The graph in a folder that has all that a model needs; ``form`` says what that is, for whoever gave another.

    Raises:
        ConfigurationError: something is missing.
    """
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "there is no such folder"
        raise ConfigurationError(f"{path}: {what}.", hint=form)
    graph = next((path / name for name in _GRAPHS if (path / name).is_file()), None)
    needed = {"model.onnx": graph is not None}
    needed |= {name: (path / name).is_file() for name in ("tokenizer.json", "config.json")}
    missing = [name for name, there in needed.items() if not there]
    if missing or graph is None:
        raise ConfigurationError(f"{path} has no {' and no '.join(missing)}.", hint=form)
    return graph


def name_of(path: Path, digest: str) -> str:
    """Folder and digest, short and of plain letters: what records name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in path.resolve().name)
    return f"{plain[:_NAME_LENGTH]}@{digest[:8]}"


def longest_of(config: Mapping[str, Any], path: Path, form: str) -> int:
    """How many tokens the model takes, by the smallest of the figures that its files give."""
    positions = whole_number(config.get("max_position_embeddings"))
    if positions is not None and str(config.get("model_type", "")).endswith(("roberta", "camembert")):
        positions -= (
            whole_number(config.get("pad_token_id")) or 0
        ) + 1  # these number their positions from behind padding
    told = path / "tokenizer_config.json"
    taken = whole_number(read_json(told, form).get("model_max_length")) if told.is_file() else None
    longest = min(LONGEST, *(number for number in (positions, taken) if number is not None), LONGEST)
    if longest < _FEWEST_TOKENS:
        raise ConfigurationError(f"{path}: a model that takes {longest} tokens cannot read a sentence.")
    return longest


def whole_number(value: object) -> int | None:
    """A number as a whole one (some files write 1e30 for "no limit"), None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        return None
    return int(value)


def read_json(path: Path, form: str) -> Mapping[str, Any]:
    """The object in a file.

    Raises:
        ConfigurationError: it cannot be read, or holds none.
    """
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} is no JSON.", hint=form) from error
    if not isinstance(loaded, dict):
        raise ConfigurationError(f"{path} holds no JSON object.", hint=form)
    return loaded


def digest_of(files: Sequence[Path], graph: Path, form: str) -> str:
    """Over the graph, the files that it keeps weights in, and these: all that decides what a model answers.

    Raises:
        ConfigurationError: one cannot be read, or the graph keeps weights elsewhere.
    """
    whole = hashlib.sha256()
    for file in (graph, *_weights(graph, form), *files):
        try:
            with file.open("rb") as stream:
                whole.update(f"{file.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    return whole.hexdigest()


def _weights(graph: Path, form: str) -> list[Path]:
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
        raise ConfigurationError(f"{graph} keeps its weights outside its folder.", hint=form)
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
