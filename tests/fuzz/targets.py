"""What is fuzzed: a function of bytes for each parser, which raises if it does not keep its promise.

The promise: whatever the bytes, either a result or an error of ours comes out. Spans and citations of a result resolve,
and what is shown of it holds nothing that a terminal or a browser would obey. Time and memory are bounded by whoever
calls (`tests.fuzz.run`, `tests.fuzz.test_targets`).
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.cli.console import safe
from pipeline.domain.article import Article
from pipeline.domain.run import RunManifest
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.errors import PipelineError
from pipeline.llm.replay import ABOUT_FILE, REPLIES_FILE, load_recording
from pipeline.render.checked_text import check_table
from pipeline.render.markdown import render_markdown
from pipeline.render.report import render_report
from pipeline.render.visible import has_hidden
from pipeline.runs.check import check_document
from pipeline.runs.corpus.records import given_articles, read_story
from pipeline.runs.folder import read_run
from pipeline.runs.job import to_json
from pipeline.runs.output import RUN_FILE, SUMMARY_JSON
from pipeline.runs.review.store import read as read_decisions
from pipeline.runs.runner import run_story
from pipeline.stages.ingest import Given, SourceEntry, ingest_given
from pipeline.stages.ingest.articles import make_article
from pipeline.stages.ingest.caps import DEFAULT
from pipeline.stages.ingest.raw import Raw
from pipeline.stages.ingest.reading import pieces
from pipeline.stages.ingest.sources import read_entries
from pipeline.text.cutting import raw_text
from pipeline.text.decoding import decode
from pipeline.text.spans import make_evidence
from tests.runs.ran import ARTICLES, run_of

Target = Callable[[bytes], None]

TEMPLATES: Final = Path(__file__).parents[2] / "pipeline" / "render" / "templates"
CAPS: Final = DEFAULT._replace(unpacked_bytes=2_000_000, file_bytes=1_000_000)
"""Small enough that a bomb which is let through shows in the time that a target takes."""


def _accepted(parse: Callable[[], object]) -> None:
    """A result, or an error of ours that says what happened, in words that can be printed."""
    try:
        parse()
    except PipelineError as error:
        told = error
    else:
        return
    assert told.message.strip()
    assert not has_hidden(safe(f"{told.message} {told.hint}"))


def _sound(article: Article) -> None:
    """Spans in order and in range, citations that resolve, and a text that is the file's but for what was removed."""
    ends = [0, *(span.end for span in article.sentences)]
    assert all(end <= span.start < span.end for end, span in zip(ends, article.sentences, strict=False))
    assert ends[-1] <= len(article.text) <= CAPS.text_bytes
    for span in article.sentences:
        evidence = make_evidence(article, span)
        assert article.text[evidence.start : evidence.end] == evidence.quote
    raw = raw_text(article)
    assert all(raw[removal.start : removal.end] == removal.text for removal in article.removed)
    assert not has_hidden(to_json(article))


def _file(name: str, data: bytes) -> None:
    """A file of this name, read as a run would read it."""
    for piece in pieces(name, data, CAPS):
        assert (piece.raw is None) == bool(piece.failure)
        assert ".." not in PurePosixPath(piece.member).parts
        if piece.raw is not None:
            _accepted(partial(_article, name, piece.raw, piece.digest))


def _article(name: str, raw: Raw, digest: str) -> None:
    _sound(make_article(name, raw, digest, SourceEntry(), CAPS))


def _decoding(data: bytes) -> None:
    _accepted(lambda: decode(data).encode("utf-8", "strict"))


def _sources(data: bytes) -> None:
    _accepted(lambda: read_entries(data, Path("sources.yaml")))


def _corpus_line(data: bytes) -> None:
    def story() -> None:
        for article in ingest_given(given_articles(read_story(data)), caps=CAPS).articles:
            _sound(article)

    _accepted(story)


def _recording(data: bytes) -> None:
    """The recording's two files, parted by the first empty line."""
    about, _, replies = data.partition(b"\n\n")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ABOUT_FILE).write_bytes(about)
        (Path(folder) / REPLIES_FILE).write_bytes(replies)
        _accepted(lambda: load_recording(Path(folder)))


@lru_cache(maxsize=1)
def run_files() -> Mapping[str, bytes]:
    """A genuine run's files by name."""
    with tempfile.TemporaryDirectory() as folder:
        out = run_of(Path(folder))
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*.json"))}


def _run_file(name: str, data: bytes) -> None:
    """A run's folder in which one file is not what the run wrote."""
    with tempfile.TemporaryDirectory() as folder:
        for other, held in run_files().items():
            (Path(folder) / other).parent.mkdir(exist_ok=True)
            (Path(folder) / other).write_bytes(data if other == name else held)

        def read() -> None:
            run = read_run(Path(folder))
            articles = run.articles()
            for statement in run.synthesis.statements:
                for citation in statement.citations:
                    cited = citation.evidence
                    assert articles[cited.article_id].text[cited.start : cited.end] == cited.quote
            _page(render_report(run.synthesis, run.files, run.manifest))

        _accepted(read)


def _decisions(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "review.jsonl"
        path.write_bytes(data)
        _accepted(lambda: read_decisions(path))


@lru_cache(maxsize=1)
def _articles() -> tuple[Article, ...]:
    return ingest_given([Given(name, text, SourceEntry()) for name, text in ARTICLES.items()]).articles


def _checked(name: str, data: bytes) -> None:
    """`pipeline check` of any document: each citation of a sentence resolves, and the table can be printed."""

    def check() -> None:
        report = check_document(decode(data), Path(name), _articles())
        for sentence in report.sentences:
            for citation in sentence.citations if sentence.verdict.status != "unsupported" else ():
                cited = citation.evidence
                assert report.articles[cited.article_id].text[cited.start : cited.end] == cited.quote
        assert not has_hidden(safe(check_table(report)))
        assert not has_hidden(to_json(report))

    _accepted(check)


def _run(data: bytes) -> None:
    """Articles of one publisher, parted by form feeds, through a whole run: its page and its Markdown are safe."""

    def run() -> None:
        texts = decode(data).split("\f", 2)
        given = [Given(f"a{i}", text, SourceEntry(publisher="Courier")) for i, text in enumerate(texts)]
        ingested = ingest_given(given, caps=CAPS)
        for article in ingested.articles:
            _sound(article)
        story = asyncio.run(run_story(ingested, ExtractiveEngine(), words=120))
        if story.synthesis is None:
            return
        articles = {file.article.id: file.article for file in story.files}
        for statement in story.synthesis.statements:
            assert statement.citations
            for citation in statement.citations:
                cited = citation.evidence
                assert articles[cited.article_id].text[cited.start : cited.end] == cited.quote
        claims = [claim for file in story.files for claim in file.summary.claims]
        assert not has_hidden(safe(render_markdown(story.synthesis, list(articles.values()), claims)))
        _page(render_report(story.synthesis, story.files, RunManifest.model_validate_json(run_files()[RUN_FILE])))

    _accepted(run)


_ELEMENT: Final = re.compile(r"<([a-z][a-z0-9]*)\b")
_RUNS: Final = ("javascript:", "data:text", "vbscript:")


class _Reader(HTMLParser):
    """What a browser would make of a page: its elements, and what would run in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, and attributes that would run something."""
        self.elements.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(_RUNS):
                self.running.append(f"{tag} {name}={value}")


@lru_cache(maxsize=1)
def _written() -> frozenset[str]:
    """The elements that the templates of the report write."""
    found = (_ELEMENT.findall(path.read_text("utf-8")) for path in TEMPLATES.glob("*.j2"))
    return frozenset(element for elements in found for element in elements) | {"mark"}  # by a name in the template


def _page(page: str) -> None:
    """Nothing of an article is an element, runs, or is hidden."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert set(reader.elements) <= _written()
    assert reader.elements.count("script") == 1
    assert reader.running == []
    assert not has_hidden(page)


FILES: Final = {
    "text": "a.txt",
    "markdown": "a.md",
    "html": "a.html",
    "pdf": "a.pdf",
    "docx": "a.docx",
    "eml": "a.eml",
    "json": "a.json",
    "jsonl": "a.jsonl",
    "feed": "a.xml",
    "zip": "a.zip",
    "gz": "a.txt.gz",
}
"""Names under which files are read; what they are is told by their bytes first."""

TARGETS: Final[Mapping[str, Target]] = {
    "decoding": _decoding,
    **{format_: partial(_file, name) for format_, name in FILES.items()},
    "sources": _sources,
    "corpus": _corpus_line,
    "recording": _recording,
    "summary": partial(_run_file, SUMMARY_JSON),
    "manifest": partial(_run_file, RUN_FILE),
    "article": partial(_run_file, "articles/courier.json"),
    "decisions": _decisions,
    "check-text": partial(_checked, "s.txt"),
    "check-markdown": partial(_checked, "s.md"),
    "check-html": partial(_checked, "s.html"),
    "check-json": partial(_checked, "s.json"),
    "run": _run,
}
"""By name: ``make fuzz TARGETS=pdf``."""
