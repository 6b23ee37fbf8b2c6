"""Readers against nonsense: whatever the bytes, an article or an error of ours comes out, and soon."""

from __future__ import annotations

import time
from pathlib import PurePosixPath
from typing import Final

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import InputError
from pipeline.stages.ingest.articles import make_article
from pipeline.stages.ingest.caps import DEFAULT
from pipeline.stages.ingest.reading import READERS, pieces
from pipeline.stages.ingest.sources import SourceEntry
from tests.stages.ingest.documents import DOCUMENTS

CAPS: Final = DEFAULT._replace(unpacked_bytes=2_000_000, file_bytes=1_000_000)
SLOWEST: Final = 60.0
"""Seconds for one file, on a busy machine; all take less than five on an idle one, and a hang has no end."""
NAMES: Final = sorted(DOCUMENTS)
OF_FORMAT: Final = {
    "text": "ferry.txt",
    "markdown": "ferry.md",
    "html": "ferry.html",
    "pdf": "ferry.pdf",
    "docx": "ferry.docx",
    "eml": "ferry.eml",
    "json": "list.json",
    "jsonl": "lines.jsonl",
    "feed": "rss.xml",
}


def _read(name: str, data: bytes) -> None:
    """Read as a run would; anything but our own error comes through and fails the test."""
    started = time.monotonic()
    for piece in pieces(name, data, CAPS):
        assert (piece.raw is None) == bool(piece.failure)
        assert ".." not in PurePosixPath(piece.member).parts
        if piece.raw is not None:
            try:
                article = make_article(name, piece.raw, piece.digest, SourceEntry(), CAPS)
            except InputError:
                continue
            assert all(0 <= span.start < span.end <= len(article.text) for span in article.sentences)
            assert article.model_dump_json()
    assert time.monotonic() - started < SLOWEST


@given(name=st.sampled_from(NAMES), data=st.binary(max_size=400))
def test_random_bytes(name: str, data: bytes) -> None:
    """Bytes of no format, under every name."""
    _read(name, data)


@given(name=st.sampled_from(NAMES), share=st.floats(0, 1))
def test_cut_off_files(name: str, share: float) -> None:
    """Every format, cut off anywhere, as broken downloads are."""
    data = DOCUMENTS[name]
    _read(name, data[: int(share * len(data))])


@given(
    name=st.sampled_from(NAMES),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=8),
)
def test_changed_bytes(name: str, changes: list[tuple[float, bytes]]) -> None:
    """Every format with some bytes overwritten."""
    data = bytearray(DOCUMENTS[name])
    for share, piece in changes:
        at = int(share * len(data))
        data[at : at + len(piece)] = piece
    _read(name, bytes(data))


@given(
    format_=st.sampled_from(sorted(READERS)),
    data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: t.encode())),
)
def test_each_reader_by_itself(format_: str, data: bytes) -> None:
    """A reader that is handed another format's bytes, past the look that would have told."""
    try:
        READERS[format_](data, OF_FORMAT[format_], CAPS)  # type: ignore[index]  # the name is one of them
    except InputError as error:
        said = error.message
    else:
        said = "read"
    assert said


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<html><body>" + b"<div>" * 20_000 + b"text" + b"</div>" * 20_000),
        ("a.html", b"<html>" + b"<p " * 30_000),
        ("a.html", b"<html><!--" * 30_000),
        ("a.html", b"<html><body><table>" + b"<tr><td>" * 3_000),
        ("a.html", b"<html><body>" + b"<br><br>a" * 20_000),
        ("a.html", b"<html><script type='application/ld+json'>" + b"[" * 100_000),
        ("a.json", b'{"text": "' + b"<p <p " * 30_000 + b'"}'),
        ("a.json", b'{"text": "<p>' + b"<![CDATA[" * 20_000 + b'"}'),
        (
            "a.xml",
            b"<rss><channel>" + b"<item><description>It rained.</description></item>" * 3_000 + b"</channel></rss>",
        ),
        ("a.json", b'{"text": "<p>' + b"<!--" * 50_000 + b'>"}'),
        ("a.json", b'{"text": "<p>' + b"</x" * 50_000 + b'>"}'),
        ("a.json", b'{"text": "<p>' + b"<script>" * 20_000 + b'>"}'),
        ("a.json", b'{"text": "<p><script>' + b"</x" * 20_000 + b'>"}'),
        ("a.json", b'{"text": "<p>' + b"<p a='" * 20_000 + b'>"}'),
        ("a.eml", b"Message-ID: x\nFrom: " + b"(" * 20_000 + b"\n\nIt rained."),
        ("a.eml", b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 20_000),
        ("a.pdf", b"%PDF-1.4\n" + b"1 0 obj << /Kids [" * 20_000),
        ("a.txt", b"{" * 200_000),
        ("a.txt", b"<!--" * 50_000),
        ("a.txt", b"A" * 900_000),
        ("a.txt", b"He said. " * 100_000),
    ],
    ids=range(21),
)
def test_what_was_made_to_be_slow(name: str, data: bytes) -> None:
    """Nesting, openings without ends and endless lists take seconds at most."""
    _read(name, data)
