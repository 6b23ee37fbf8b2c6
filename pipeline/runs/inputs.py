"""What a run or a check reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.stages.ingest import Given


class Inputs(NamedTuple):
    """Files, folders, globs or "-", and texts that are at hand; the texts come last."""

    paths: Sequence[str]
    texts: Sequence[Given] = ()
