"""Every format ends in the right body, title, publisher and date, and citations into it resolve."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.domain.article import Article
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.runs.runner import run_story
from pipeline.settings import Settings
from pipeline.stages.ingest import Caps, ingest
from pipeline.text.cutting import raw_text
from tests.stages.ingest import documents as made
from tests.stages.ingest.documents import AUTHOR, BODY, DAY, DOCUMENTS, PUBLISHER, TITLE, URL


class Expected(NamedTuple):
    """One article of a file: its path below it, and what is known of it."""

    file: str
    member: str
    format: str
    title: str | None = TITLE
    publisher: str | None = PUBLISHER
    published: str | None = DAY
    url: str | None = URL
    author: str | None = None
    number: int = 0


EXPECTED = [
    Expected("ferry.txt", "", "text"),
    Expected("ferry.md", "", "markdown"),
    Expected("ferry.html", "", "html"),
    Expected("ferry.pdf", "", "pdf", publisher=None, published=None, url=None),
    Expected("ferry.docx", "", "docx", publisher=None, published=None, url=None),
    Expected("ferry.eml", "", "eml", author=AUTHOR),
    Expected("ferry.json", "", "json", author=AUTHOR),
    Expected("list.json", "list-f-1", "json"),
    Expected("list.json", "list-2", "json", "Tow delayed", None, None, None, number=2),
    *(Expected("lines.jsonl", f"lines-{n + 1}", "jsonl", f"{TITLE} ({n})", url=None, number=n) for n in range(5)),
    *(Expected("rss.xml", f"rss-g{n}", "feed", url=f"{URL}?n={n}", author=AUTHOR, number=n) for n in (1, 2)),
    Expected("atom.xml", "atom-d7980968", "feed", author=AUTHOR),
    Expected("packed.txt.gz", "packed.txt", "text"),
    Expected("bundle.zip", "a/ferry.html", "html"),
    Expected("bundle.zip", "inner.zip/ferry.eml", "eml", author=AUTHOR),
]


def _read(folder: Path, name: str, data: bytes) -> tuple[Article, ...]:
    (folder / name).write_bytes(data)
    found = ingest([str(folder / name)])
    assert found.failures == ()
    return found.articles


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: f"{e.file}/{e.member}".rstrip("/"))
def test_body_and_metadata(expected: Expected, tmp_path: Path) -> None:
    """The body is whole and nothing else is; what the file says of itself is found, and nothing is guessed."""
    articles = _read(tmp_path, expected.file, DOCUMENTS[expected.file])
    path = f"{expected.file}/{expected.member}".rstrip("/")
    article = next(article for article in articles if article.path == path)
    assert " ".join(article.sentence_texts()) == " ".join(made.article(expected.number))
    known = (article.format, article.title, article.publisher, article.published, article.url, article.author)
    assert known == expected[2:8]


@pytest.mark.parametrize("file", DOCUMENTS)
def test_number_of_articles(file: str, tmp_path: Path) -> None:
    """A file gives as many articles as it holds, in its order; an object without a text is none."""
    paths = [article.path for article in _read(tmp_path, file, DOCUMENTS[file])]
    assert paths == [f"{e.file}/{e.member}".rstrip("/") for e in EXPECTED if e.file == file]


@pytest.mark.parametrize("file", DOCUMENTS)
def test_removals_restore_the_extracted_text(file: str, tmp_path: Path) -> None:
    """Text and removals together are what the reader extracted, in NFC; every removal stands at its place in it."""
    for article in _read(tmp_path, file, DOCUMENTS[file]):
        raw = raw_text(article)
        assert raw == unicodedata.normalize("NFC", raw)
        assert all(raw[removal.start : removal.end] == removal.text for removal in article.removed)
        assert all(sentence in raw for sentence in article.sentence_texts())


def test_a_run_over_all_formats(tmp_path: Path) -> None:
    """All formats in one folder: every citation of the summary resolves, in articles with ids of their own."""
    for name, data in DOCUMENTS.items():
        (tmp_path / name).write_bytes(data)
    found = ingest([str(tmp_path)])
    assert found.failures == ()
    articles = {article.id: article for article in found.articles}
    assert len(articles) == len(found.articles) == len(EXPECTED) - 3  # of these, copies lie in the archives
    story = asyncio.run(run_story(found, ExtractiveEngine(), words=120))
    assert story.synthesis is not None
    cited = [citation.evidence for statement in story.synthesis.statements for citation in statement.citations]
    assert cited
    assert all(articles[one.article_id].text[one.start : one.end] == one.quote for one in cited)


@pytest.mark.parametrize(
    ("name", "data", "format_"),
    [
        ("saved.txt", made.page(), "html"),
        ("saved.md", made.page(), "html"),
        ("utf16.txt", made.page().decode().encode("utf-16"), "html"),
        ("feed.txt", made.rss(), "feed"),
        ("wire.txt", made.mail(), "eml"),
        ("download.txt", made.json_article(), "json"),
        ("paper.txt", made.pdf(), "pdf"),
        ("letter.txt", made.docx(), "docx"),
        ("plain.html", made.text(), "text"),
        ("bracket.txt", b"[Tarn] " + made.text(), "text"),
        ("brace.txt", b"{Tarn} " + made.text(), "text"),
        ("label.txt", b"From: the coast guard\nTo: all\n\n" + made.text(), "text"),
        ("tag.txt", b"<b>Tarn</b> is an island. " + made.text(), "text"),
    ],
)
def test_bytes_go_before_the_name(name: str, data: bytes, format_: str, tmp_path: Path) -> None:
    """A format is told by its bytes; a text that merely begins like one stays a text."""
    (tmp_path / name).write_bytes(data)
    assert {article.format for article in ingest([str(tmp_path / name)]).articles} == {format_}


def test_mail_without_a_plain_part(tmp_path: Path) -> None:
    """A mail in HTML alone has the same body."""
    (article,) = _read(tmp_path, "a.eml", made.mail(plain=False))
    assert article.sentence_texts()[0] == BODY[0]
    assert len(article.sentences) == 5


def test_a_pdf_of_several_pages(tmp_path: Path) -> None:
    """Feet are left out, a paragraph that runs over the page's end is whole, and a broken word is one again."""
    first, second = BODY[1].split("boats")
    pages = ((TITLE, "", BODY[0], f"{first}-"), (f"boats{second}", *BODY[2:]))
    (article,) = _read(tmp_path, "a.pdf", made.pdf(pages, foot="The Tarn Courier, page #"))
    assert " ".join(article.sentence_texts()) == " ".join(BODY)


def test_a_scanned_pdf_is_named(tmp_path: Path) -> None:
    """A PDF without a text layer says so, and what helps."""
    (tmp_path / "scan.pdf").write_bytes(made.pdf(((),)))
    (failure,) = ingest([str(tmp_path / "scan.pdf")]).failures
    assert "no text layer" in failure.message


def test_lines_of_jsonl_fail_alone(tmp_path: Path) -> None:
    """A broken line is named by its place; the others are read, and keep the ids they would have had."""
    lines = made.json_lines().split(b"\n")
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([lines[0], b"{broken", lines[1], b'{"title": "No text"}']))
    found = ingest([str(tmp_path)])
    assert [article.id for article in found.articles] == ["a-1", "a-3"]
    assert [failure.path for failure in found.failures] == ["a.jsonl/a-2", "a.jsonl/a-4"]


def test_entries_of_a_feed_keep_their_ids(tmp_path: Path) -> None:
    """An entry has the id of its guid, whatever comes before it in the next download."""
    first = {article.id for article in _read(tmp_path, "rss.xml", made.rss())}
    newer = made.rss().replace(
        b"<item>",
        b"<item><guid>new</guid><title>New</title><description>" + BODY[3].encode() + b"</description></item><item>",
        1,
    )
    assert first < {article.id for article in _read(tmp_path, "rss.xml", newer)}


def test_members_in_a_sources_file(tmp_path: Path) -> None:
    """What is said of a file holds for all its articles; what is said of a member, for that one."""
    (tmp_path / "lines.jsonl").write_bytes(made.json_lines())
    (tmp_path / "sources.yaml").write_text(
        "lines.jsonl: {publisher: Lake Radio, title: not for all}\nlines.jsonl/lines-2: {title: Second, id: two}\n"
    )
    first, second, *_ = ingest([str(tmp_path)]).articles
    assert (first.publisher, first.title, second.publisher) == ("Lake Radio", f"{TITLE} (0)", "Lake Radio")
    assert (second.title, second.id) == ("Second", "two")


def test_json_that_is_no_article(tmp_path: Path) -> None:
    """A file of a folder that holds none is left out with a note; one that was named fails."""
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "version": "1"}))
    (tmp_path / "a.txt").write_bytes(made.text())
    found = ingest([str(tmp_path)])
    assert (len(found.articles), found.failures) == (1, ())
    assert "package.json" in found.notes[0]
    assert ingest([str(tmp_path / "package.json")]).failures


@pytest.mark.parametrize(
    ("module", "name", "extra"), [("trafilatura", "ferry.html", "html"), ("pypdf", "ferry.pdf", "pdf")]
)
def test_a_missing_extra_is_named(
    module: str, name: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its library a format fails with the command that installs it; the other files are read."""
    monkeypatch.setitem(sys.modules, module, None)
    for file in (name, "ferry.txt"):
        (tmp_path / file).write_bytes(DOCUMENTS[file])
    found = ingest([str(tmp_path)])
    assert [article.path for article in found.articles] == ["ferry.txt"]
    (failure,) = found.failures
    assert f"pipeline-cited-summaries[{extra}]" in failure.message


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    """Reading text imports neither trafilatura nor pypdf, so the core works without them and starts fast."""
    code = (
        "import sys, pipeline.stages.ingest; print([m for m in ('trafilatura', 'lxml', 'pypdf') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_caps_are_settings() -> None:
    """Every limit that a user may have to raise is a setting, and holds at least what a text file could have before."""
    assert Caps.of(Settings(max_articles=3)).articles == 3
    assert Caps.of(Settings()).text_bytes >= 1_000_000
