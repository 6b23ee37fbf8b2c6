"""Honest rewordings of gold statements, written by hand: `evals/calibration/paraphrases.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from pipeline.domain.base import Model
from pipeline.evaluation.story import Annotator, By, Slug, load_labels

PARAPHRASES: Final = Path("calibration/paraphrases.yaml")
"""Below the folder of the evals."""


class Paraphrase(Model):
    """A gold statement in other words: the same facts, names, figures and speakers."""

    id: Slug
    story: Slug
    statement: Slug
    text: str = Field(min_length=1)
    by: By


class Paraphrases(Model):
    """What the file holds."""

    schema_version: Literal[1]
    annotators: Mapping[str, Annotator] = Field(min_length=1)
    paraphrases: tuple[Paraphrase, ...] = Field(min_length=1)


def load_paraphrases(path: Path) -> tuple[Paraphrase, ...]:
    """Read the rewordings; none where there is no such file.

    Raises:
        InputError: the file is not of its form.
    """
    return load_labels(path, Paraphrases).paraphrases if path.is_file() else ()
