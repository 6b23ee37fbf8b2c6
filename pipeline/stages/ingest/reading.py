"""From the bytes of one file to the articles in it, archives unpacked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.domain.article import Format
from pipeline.errors import InputError
from pipeline.stages.ingest.caps import DEPTH, Budget, Caps
from pipeline.stages.ingest.containers import members
from pipeline.stages.ingest.raw import Raw, Refused
from pipeline.stages.ingest.readers.docx import read_docx
from pipeline.stages.ingest.readers.feed import read_feed
from pipeline.stages.ingest.readers.mail import read_mail
from pipeline.stages.ingest.readers.page import read_page
from pipeline.stages.ingest.readers.pdf import read_pdf
from pipeline.stages.ingest.readers.plain import read_markdown, read_text
from pipeline.stages.ingest.readers.records import read_json, read_json_lines
from pipeline.stages.ingest.sniffing import sniff

READERS: Final[Mapping[Format, Callable[[bytes, str, Caps], Sequence[Raw | Refused]]]] = {
    "text": read_text,
    "markdown": read_markdown,
    "html": read_page,
    "pdf": read_pdf,
    "docx": read_docx,
    "eml": read_mail,
    "json": read_json,
    "jsonl": read_json_lines,
    "feed": read_feed,
}


class Piece(NamedTuple):
    """One article of a file, or why it could not be read. ``member`` is its path below the file, or empty."""

    member: str
    raw: Raw | None
    digest: str
    failure: str = ""


def pieces(name: str, data: bytes, caps: Caps) -> Iterator[Piece]:
    """The articles of a file in their order.

    Args:
        name: of the file; its suffix counts where its bytes do not tell what it is.
        data: its bytes.
        caps: what may be unpacked.
    """
    yield from _pieces(name, "", data, 0, Budget(caps))


def _pieces(name: str, member: str, data: bytes, depth: int, budget: Budget) -> Iterator[Piece]:
    try:
        kind = sniff(data, name)
        if kind == "gz" or kind == "zip":  # noqa: PLR1714  mypy narrows by it
            if depth >= DEPTH:
                raise InputError(f"It lies more than {DEPTH} archives deep.", hint="Unpack it.")  # noqa: TRY301  refused in one place, below
            for inner in members(kind, name, data, budget):
                path = _below(member, inner.member if isinstance(inner, Refused) else inner.name)
                if isinstance(inner, Refused):
                    yield Piece(path, None, "", inner.message)
                else:
                    yield from _pieces(inner.name, path, inner.data, depth + 1, budget)
            return
        for found in READERS[kind](data, name, budget.caps):
            if isinstance(found, Refused):
                yield Piece(_below(member, found.member), None, "", found.message)
            else:
                digest = hashlib.sha256(data if found.data is None else found.data).hexdigest()
                yield Piece(_below(member, found.member or ""), found, digest)
    except InputError as error:
        yield Piece(member, None, "", " ".join(filter(None, (error.message, error.hint))))


def _below(member: str, name: str) -> str:
    return f"{member}/{name}" if member and name else member or name
