"""An article as it was read: cleaned text, sentence spans, and what was taken out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.domain.base import Model

Format = Literal["text", "markdown", "html", "pdf", "docx", "eml", "json", "jsonl", "feed"]
"""What a file was read as. Of all but the first two, the text was extracted by a reader."""


class Span(Model):
    """Code points ``[start, end)`` of some text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    def of(self, text: str) -> str:
        """The characters of the span: ``Span(start=0, end=2).of("abc") == "ab"``."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


class Removal(Model):
    """A piece of the raw text that is not in `Article.text`.

    The raw text is the decoded file after NFC; of a format that is more than text, what the reader extracted from it,
    after NFC. ``start`` and ``end`` are code points into it; ``text`` is what stood there.
    """

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    reason: str


class Article(Model):
    """One article. Offsets everywhere are code points into ``text``; unknown metadata is None."""

    id: str
    path: str
    title: str | None
    publisher: str | None
    published: str | None = Field(description="ISO date")
    url: str | None
    language: str | None
    text: str
    sentences: tuple[Span, ...]
    sha256: str = Field(description="of the raw bytes: of the file, of the archive's member, of the entry in a list")
    removed: tuple[Removal, ...]
    author: str | None = None
    correction: str | None = Field(default=None, description="what the article says was corrected in it")
    format: Format = Field(default="text", description="what the file was read as")

    def sentence_texts(self) -> list[str]:
        """The sentences in order."""
        return [span.of(self.text) for span in self.sentences]
