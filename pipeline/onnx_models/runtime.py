"""ONNX's runtime and the tokenizers: the only module that loads them. Both are extras, imported when they are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Encoding, Tokenizer

_KNOWN: Final = frozenset({"input_ids", "attention_mask", "token_type_ids"})
_NEEDED: Final = frozenset({"input_ids", "attention_mask"})
_KINDS: Final = {"tensor(int64)": "int64", "tensor(int32)": "int32"}


class Runtime(NamedTuple):
    """A graph that can be run, and the tokenizer that belongs to it; ``session`` is an ``InferenceSession``."""

    tokenizer: Tokenizer
    session: Any


def load(graph: Path, tokenizer: Path, option: str, kind: str) -> Runtime:
    """Load a model for a command line's ``option``, which is also the name of the extra; ``kind`` is what it must be.

    Raises:
        ConfigurationError: the extra is not installed, or the files hold no such model.
    """
    try:
        import onnxruntime  # noqa: PLC0415  an extra
        from tokenizers import Tokenizer  # noqa: PLC0415  an extra
    except ImportError as error:
        extra = option.removeprefix("--")
        raise ConfigurationError(
            f"{option} needs ONNX's runtime, which is not installed.",
            hint=f"Install it: pip install 'pipeline-cited-summaries[{extra}]'",
        ) from error
    try:
        loaded = Tokenizer.from_file(str(tokenizer))
    except Exception as error:
        raise ConfigurationError(f"{tokenizer} cannot be used: {short(error)}") from error
    return Runtime(loaded, _session(onnxruntime, graph, kind))


def kinds_of(session: Any) -> dict[str, str]:
    """The whole numbers that each input takes, by its name."""
    return {one.name: _KINDS[one.type] for one in session.get_inputs()}


def filled(kinds: Mapping[str, str], batch: Sequence[Encoding], padding: int) -> dict[str, np.ndarray[Any, Any]]:
    """Inputs under the model's own names, padded to the longest of the batch."""
    import numpy as np  # noqa: PLC0415  an extra

    shape = (len(batch), max(len(one.ids) for one in batch))
    empty = {"input_ids": padding, "attention_mask": 0, "token_type_ids": 0}
    inputs = {name: np.full(shape, empty[name], dtype=kind) for name, kind in kinds.items()}
    for row, one in enumerate(batch):
        told = {"input_ids": one.ids, "attention_mask": one.attention_mask, "token_type_ids": one.type_ids}
        for name, array in inputs.items():
            array[row, : len(one.ids)] = told[name]
    return inputs


def _session(onnxruntime: Any, graph: Path, kind: str) -> Any:
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what matters is raised; the rest would be in the user's way
    try:
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ConfigurationError(f"{graph} cannot be loaded: {short(error)}") from error
    inputs = {one.name: one.type for one in session.get_inputs()}
    strange = sorted(name for name, type_ in inputs.items() if name not in _KNOWN or type_ not in _KINDS)
    missing = sorted(_NEEDED - inputs.keys())
    if strange or missing:
        what = f"takes “{strange[0]}” ({inputs[strange[0]]})" if strange else f"does not take “{missing[0]}”"
        raise ConfigurationError(
            f"{graph} {what}: that is no {kind} as it is known here.",
            hint="Its inputs must be input_ids, attention_mask and, if it has them, token_type_ids, as whole numbers.",
        )
    return session


def short(error: Exception) -> str:
    """The first line of what native code says, and not all of that."""
    first = next(iter(str(error).splitlines()), type(error).__name__)
    return first[:200]
