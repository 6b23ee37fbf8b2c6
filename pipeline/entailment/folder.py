"""The folder of a cross-encoder: what must be in it, and what its own configuration says of its labels.

Nothing is guessed. Models differ in the order of their labels (entailment is 0 in some, 1 or 2 in others), and one that
is read in the wrong order passes what contradicts; so a model that does not name them itself is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import ConfigurationError
from pipeline.onnx_models.files import digest_of, graph_of, longest_of, name_of, read_json, whole_number

_ENTAILMENT: Final = "entailment"
_SHOWN: Final = 200
_FORMAT: Final = "--entailment takes a folder with model.onnx (or onnx/model.onnx), tokenizer.json and config.json."


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
        return name_of(self.path, self.digest)


def open_folder(path: Path) -> ModelFolder:
    """Read a folder's configuration, and the digest of its files.

    Raises:
        ConfigurationError: something is missing, cannot be read, or does not say which label is entailment.
    """
    graph = graph_of(path, _FORMAT)
    config = read_json(path / "config.json", _FORMAT)
    labels = labels_of(config, path)
    return ModelFolder(
        path=path,
        graph=graph,
        digest=digest_of((path / "tokenizer.json", path / "config.json"), graph, _FORMAT),
        labels=len(labels),
        entailment=entailment_of(labels, path),
        longest=longest_of(config, path, _FORMAT),
        padding=whole_number(config.get("pad_token_id")),
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
