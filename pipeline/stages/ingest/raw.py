"""What a reader hands over: the text of one article and what its file says about it."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.domain.article import Format


class Raw(NamedTuple):
    """One article as a reader found it, before the common cleaning; what the file does not say is None.

    ``text`` is what the offsets of removals count in. ``member`` names one article among several of a file, the same
    in every run; ``data`` are the bytes that are this article's alone, None where they are all of the file's.
    ``screened`` is false where a measurement wants to know what passages do that speak to a program.
    """

    text: str
    format: Format
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    correction: str | None = None
    member: str | None = None
    data: bytes | None = None
    notes: tuple[str, ...] = ()
    screened: bool = True


class Refused(NamedTuple):
    """A member that cannot be read, and why; the others of its file can."""

    member: str
    message: str
