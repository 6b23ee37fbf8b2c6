"""An article as it was read: cleaned text, sentence spans, and what was taken out."""

from __future__ import annotations

from pydantic import Field

from pipeline.domain.base import Model


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
    """A piece of the raw file that is not in `Article.text`.

    ``start`` and ``end`` are code points into the decoded file after NFC; ``text`` is what stood there.
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
    sha256: str = Field(description="of the raw bytes")
    removed: tuple[Removal, ...]

    def sentence_texts(self) -> list[str]:
        """The sentences in order."""
        return [span.of(self.text) for span in self.sentences]
