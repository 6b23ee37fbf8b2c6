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


class Flag(Model):
    """A passage that speaks to a program that reads the article, or characters in it that nobody sees.

    What is ``taken_out`` stood in the raw text before ``start`` in `Article.text`, and is among the removals; what is
    not is ``text[start:end]``, and is read like any other passage. What a title or another field held has no place.
    """

    kind: Literal["instruction", "invisible"]
    text: str = Field(description="the passage; of invisible characters, what they are and spell")
    why: str
    taken_out: bool
    suspicious: bool = Field(default=True, description="false for what editors put in without meaning it")
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=0)


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
    flags: tuple[Flag, ...] = Field(default=(), description="what a reviewer should know of before trusting the file")

    def sentence_texts(self) -> list[str]:
        """The sentences in order."""
        return [span.of(self.text) for span in self.sentences]
