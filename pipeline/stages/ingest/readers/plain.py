"""Text and Markdown: the file is the text. What it says of itself is read by the common cleaning."""

from __future__ import annotations

from pipeline.stages.ingest.caps import Caps
from pipeline.stages.ingest.raw import Raw
from pipeline.text.decoding import decode


def read_text(data: bytes, name: str, caps: Caps) -> list[Raw]:
    """The decoded file."""
    del name, caps
    return [Raw(decode(data), "text")]


def read_markdown(data: bytes, name: str, caps: Caps) -> list[Raw]:
    """The decoded file, to be cleaned as Markdown."""
    del name, caps
    return [Raw(decode(data), "markdown")]
