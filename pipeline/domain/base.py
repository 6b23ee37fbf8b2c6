"""What all models share."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

SCHEMA_VERSION: Final = 1
"""Carried by every file; raised when a key changes its meaning or goes away."""


class Model(BaseModel):
    """Frozen, and strict about unknown keys: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def first_fault(error: ValidationError, whole: str = "the file") -> str:
    """The first thing that is wrong, as "facts.0.id: …"; ``whole`` where it is no key's fault."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where or whole}: {first['msg']}"
