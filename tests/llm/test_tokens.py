"""Token counts: exact with a table at hand, else an estimate; never a download unasked."""

from __future__ import annotations

import hashlib
import inspect
import os
import threading
import time
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given, strategies as st
from tiktoken_ext import openai_public  # type: ignore[import-untyped]  # a plug-in of tiktoken without types

from pipeline.llm.tokens import (
    TABLES,
    Table,
    TokenCounter,
    _within,
    encoding_name,
    estimate,
    fewest_tokens,
    is_cached,
    most_tokens,
)


def _bytewise() -> tiktoken.Encoding:
    """A real encoding with one token a byte."""
    ranks = {bytes([byte]): byte for byte in range(256)}
    return tiktoken.Encoding("bytes", pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens={"<|end|>": 256})


def test_without_a_table_counts_are_estimates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no table the count says that it is not exact, at once."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    started = time.monotonic()
    counter = TokenCounter.for_model("gpt-4o", hosted=True)
    assert (counter.exact, counter.count("Blinken met Lavrov.")) == (False, 7)
    assert time.monotonic() - started < 5
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_fails_is_an_estimate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that was allowed, but is not possible, ends in an estimate and no error."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert TokenCounter.for_model("gpt-4o", hosted=True, allow_download=True).exact is False


def test_a_download_that_hangs_is_given_up() -> None:
    """Loading a table takes no longer than it may."""
    never = threading.Event()

    def hang() -> tiktoken.Encoding:
        never.wait(5)
        return _bytewise()

    assert _within(0.05, hang) is None
    never.set()
    assert _within(5, _bytewise) is not None


def test_a_broken_table_is_neither_used_nor_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table with a wrong digest leads to an estimate; tiktoken would delete it and download."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    broken = tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790"
    broken.write_bytes(b"broken")
    assert TokenCounter.for_model("gpt-4o", hosted=True).exact is False
    assert broken.read_bytes() == b"broken"


def test_special_tokens_in_text_are_text() -> None:
    """An article that quotes a special token is counted like any other."""
    assert TokenCounter(_bytewise()).count("a <|end|>") == 9


@pytest.mark.parametrize(
    ("model", "hosted", "name"),
    [
        ("gpt-4o-mini", True, "o200k_base"),
        ("gpt-4", True, "cl100k_base"),
        ("gpt-6-mini", True, "o200k_base"),
        ("gpt-4o", False, "o200k_base"),
        ("qwen", False, None),
    ],
)
def test_unknown_models_have_the_newest_table_at_openai_only(model: str, *, hosted: bool, name: str | None) -> None:
    """A new OpenAI name is counted like its predecessors; another server's model is not guessed."""
    assert encoding_name(model, hosted=hosted) == name


def test_tables_are_where_tiktoken_looks_for_them() -> None:
    """URL and digest of each table are those in tiktoken's source; a release that changes them fails here."""
    for name, table in TABLES.items():
        source = inspect.getsource(openai_public.ENCODING_CONSTRUCTORS[name.replace("harmony", "base")])
        assert table.url in source
        assert table.sha256 in source


def test_the_cache_is_found_by_tiktokens_rule(tmp_path: Path) -> None:
    """The folder comes from two variables in order; an empty name switches the cache off; digests count."""
    table = Table("https://example.org/t", hashlib.sha256(b"table").hexdigest())
    (tmp_path / hashlib.sha1(b"https://example.org/t").hexdigest()).write_bytes(b"table")  # noqa: S324 - tiktoken's rule
    here, gone = str(tmp_path), str(tmp_path / "gone")
    assert is_cached(table, {"TIKTOKEN_CACHE_DIR": here, "DATA_GYM_CACHE_DIR": gone})
    assert is_cached(table, {"DATA_GYM_CACHE_DIR": here})
    assert not is_cached(table, {"TIKTOKEN_CACHE_DIR": gone, "DATA_GYM_CACHE_DIR": here})
    assert not is_cached(table, {"TIKTOKEN_CACHE_DIR": "", "DATA_GYM_CACHE_DIR": here})
    assert not is_cached(Table(table.url, "0" * 64), {"TIKTOKEN_CACHE_DIR": here})


def test_exact_counts_with_the_real_table() -> None:
    """Where the machine has the table of o200k_base, "hello world" is two tokens."""
    if not is_cached(TABLES["o200k_base"], os.environ):
        pytest.skip("no table of o200k_base in tiktoken's cache")
    counter = TokenCounter.for_model("gpt-4o", hosted=True)
    assert (counter.exact, counter.count("hello world")) == (True, 2)


@given(st.text(), st.text())
def test_estimates_grow_with_the_text(one: str, two: str) -> None:
    """More text is never estimated at fewer tokens, and no text at none but the empty."""
    assert estimate(one + two) >= max(estimate(one), estimate(two)) - 1
    assert (estimate(one) == 0) == (one == "")


@given(st.text())
def test_the_most_is_never_less_than_the_fewest(text: str) -> None:
    """The two bounds hold a text between them, and the most is at least a token for two letters."""
    assert fewest_tokens(text) <= max(1, len(text))
    assert most_tokens(text) <= len(text.encode("utf-8", "replace"))
    assert most_tokens("𒀀𒁀") == 8
