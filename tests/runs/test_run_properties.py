"""A whole run with the embedded engine over any little articles."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import unicodedata
from pathlib import Path

from hypothesis import given, settings, strategies as st

from pipeline.errors import InputError
from pipeline.runs.check import check_summary
from pipeline.runs.job import run_job
from pipeline.settings import Settings
from pipeline.stages.ingest import ingest
from pipeline.text.invisible import hidden_spans
from tests.cli.command import quotes
from tests.strategies import any_text, articles

_SYMBOLS = re.compile("[\u2400-\u2426]")
"""What Markdown shows for control characters: a sentence with one of them is not told in the source's own letters."""


def _seen(text: str) -> str:
    """The text without the characters that nobody sees, which are taken out and reported."""
    for span in reversed(hidden_spans(text)):
        text = text[: span.start] + text[span.end :]
    return text


def _run(texts: list[str], folder: Path) -> None:
    """Run, then hold the results to what is always true."""
    source = folder / "in"
    source.mkdir()
    for number, text in enumerate(texts):
        (source / f"a{number}.txt").write_bytes(text.encode("utf-8", errors="surrogatepass"))
    out = folder / "out"
    done = asyncio.run(run_job([str(source)], Settings(engine="extractive", out=str(out))))
    if done.synthesis is None:
        return
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    for _, evidence in quotes(summary):
        article = json.loads((out / "articles" / f"{evidence['article_id']}.json").read_text(encoding="utf-8"))[
            "article"
        ]
        assert article["text"][evidence["start"] : evidence["end"]] == evidence["quote"]
        raw = _seen(unicodedata.normalize("NFC", (source / article["path"]).read_bytes().decode("utf-8-sig")))
        assert evidence["quote"] in raw
    assert all(s["verdict"]["status"] == "supported" for s in summary["statements"])
    read = ingest([str(source)], out=out).articles
    for name in ("summary.json", "summary.md"):
        try:
            report = check_summary(out / name, read)
        except InputError as error:
            assert "no sentence to check" in error.message  # noqa: PT017  a summary may be empty
            continue
        refused = [
            (s.text, s.verdict.failures())
            for s in report.sentences
            if s.verdict.status != "supported" and not _SYMBOLS.search(s.text)
        ]
        assert not refused, (name, refused)


@given(st.lists(articles(), min_size=1, max_size=3))
@settings(max_examples=60)
def test_any_articles_give_a_summary_that_passes_its_own_check(texts: list[str]) -> None:
    """No crash; every citation resolves; summary.md and summary.json, checked against the sources, pass."""
    with tempfile.TemporaryDirectory() as folder:
        _run(texts, Path(folder))


@given(st.lists(st.one_of(any_text, articles()), min_size=1, max_size=2))
@settings(max_examples=40)
def test_any_text_gives_a_summary_that_passes_its_own_check(texts: list[str]) -> None:
    """The same for text that is hardly an article."""
    with tempfile.TemporaryDirectory() as folder:
        _run(texts, Path(folder))
