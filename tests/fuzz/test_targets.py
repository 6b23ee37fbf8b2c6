"""Every parser keeps its promise on changed documents; what once broke one is tried again."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings, strategies as st

from tests.fuzz.starts import regressions, starts
from tests.fuzz.targets import TARGETS
from tests.strategies import ODD

SLOWEST: Final = 20.0
"""Seconds for one input on a busy machine; most take milliseconds, and a hang has no end."""
MOST_MEMORY: Final = 700_000
"""Kilobytes that the process may grow by while it tries all documents; none takes a tenth of that."""
PIECES: Final = (
    *(odd.encode("utf-8", "surrogatepass") for odd in ODD),
    b"<![x ", b"<!--", b"]]>", b"<script>alert(1)</script>", b"\x1b[31m", b"\xe2\x80\xae", b"\xff\xfe", b"\0",
    b"&#0;", b"&#x202e;", b"{", b"[" * 50, b"PK\x03\x04", b"%PDF-", b"\x1f\x8b", b"\r\n\r\n", b": ", b"&a [*a, *a]",
    b"!!binary ", b"0x" + b"f" * 5000, b"1e999", b"NaN", b"-1", b"9" * 30, b"\f",
)  # fmt: skip
"""Put into documents: what has broken readers of these formats before, here or elsewhere."""


def _bounded(target: str, data: bytes) -> None:
    started = time.monotonic()
    TARGETS[target](data)
    assert time.monotonic() - started < SLOWEST


@pytest.mark.parametrize("target", TARGETS)
def test_whole_documents(target: str) -> None:
    """Each target starts from documents that it reads."""
    assert starts(target)
    for document in starts(target):
        _bounded(target, document)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=12)
@given(
    which=st.integers(0, 9),
    cut=st.floats(0.2, 1),
    changes=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES), st.booleans()), max_size=5),
)
def test_changed_documents(target: str, which: int, cut: float, changes: list[tuple[float, bytes, bool]]) -> None:
    """Cut off anywhere, with pieces put in or written over."""
    documents = starts(target)
    data = bytearray(documents[which % len(documents)])
    for share, piece, over in changes:
        at = int(share * len(data))
        data[at : at + (len(piece) if over else 0)] = piece
    _bounded(target, bytes(data[: int(cut * len(data))]) if which % 2 else bytes(data))


def test_memory_stays_bounded() -> None:
    """A document with each piece many times over does not take hundreds of megabytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for target in TARGETS:
        for piece in (b"[[[[", b"<a><b>", b"&a [*a]\n", b"\n\n", b"\xe2\x80\x9cIt sank. "):
            _bounded(target, starts(target)[0][:300] + piece * 400)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown / (1024 if sys.platform == "darwin" else 1) < MOST_MEMORY  # there in bytes


@pytest.mark.parametrize(("target", "path"), regressions(), ids=lambda value: getattr(value, "name", value))
def test_what_once_broke_a_target(target: str, path: Path) -> None:
    """Found by fuzzing, made as small as it could be, mended."""
    _bounded(target, path.read_bytes())


@pytest.mark.parametrize(
    ("target", "piece"),
    [
        ("check-html", b"<p "),
        ("check-html", b"<p a='"),
        ("check-html", b"<![CDATA["),
        ("check-html", b"<!--"),
        ("check-text", b"A"),
        ("sources", b"[" * 9 + b"\n"),
    ],
)
def test_what_was_made_to_be_slow(target: str, piece: bytes) -> None:
    """Openings that nothing closes and a sentence without an end took minutes; now they take seconds."""
    _bounded(target, b"<!DOCTYPE html><html><body>It sank.\n" + piece * (100_000 // len(piece)))


def test_an_unknown_target_is_named() -> None:
    """The fuzzer says which targets there are."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "check-markdown" in done.stderr
