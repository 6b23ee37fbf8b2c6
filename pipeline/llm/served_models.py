"""The models that an endpoint lists: what can be read of the many forms that such lists have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_MOST_PARAMETERS: Final = 10**15


class ServedModel(NamedTuple):
    """A model that an endpoint lists. ``n_params`` and ``context`` (tokens) are None where it does not say."""

    id: str
    n_params: int | None
    context: int | None = None


def read_models(content: bytes) -> list[ServedModel] | None:
    """The rows of a list of models, or None where there is none."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    rows = body.get("data") if isinstance(body, dict) else body
    if not isinstance(rows, list):
        return None
    named = [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    return [ServedModel(row["id"], _whole_number(_meta(row).get("n_params")), _context(row)) for row in named]


def _context(row: Mapping[str, Any]) -> int | None:
    """The context that is served, in tokens; the one that the model was trained with is better than none."""
    served = (_meta(row).get("n_ctx"), row.get("loaded_context_length"), row.get("max_model_len"))
    offered = (row.get("context_length"), row.get("context_window"), row.get("max_context_length"))
    found = (_whole_number(value) for value in (*served, *offered, _meta(row).get("n_ctx_train")))
    return next((value for value in found if value), None)


def _meta(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What llama.cpp says beside the protocol."""
    meta = row.get("meta")
    return meta if isinstance(meta, dict) else {}


def _whole_number(value: object) -> int | None:
    """What can be a count; a larger one would overflow in what reckons with it."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < _MOST_PARAMETERS else None
