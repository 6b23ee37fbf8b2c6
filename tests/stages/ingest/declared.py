"""For every format documents that say of themselves all that the format can, and the table of what is read of them.

``python -m tests.stages.ingest.declared`` writes the table to ``docs/formats.md``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.domain.article import Article
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.runs.runner import run_story
from pipeline.stages.ingest import Ingested, ingest
from tests.stages.ingest.documents import (
    AUTHOR,
    BODY,
    DAY,
    DOCUMENTS,
    PUBLISHER,
    TITLE,
    URL,
    gzipped,
    html,
    pdf,
    zipped,
)

PAGE: Final = Path(__file__).parents[3] / "docs" / "formats.md"
LANGUAGE: Final = "en"
CORRECTION: Final = "Correction: An earlier version of this article gave the number of people on board as 30."
TOLD: Final = (*BODY, CORRECTION)
FIELDS: Final[Mapping[str, str | None]] = {
    "title": TITLE,
    "publisher": PUBLISHER,
    "author": AUTHOR,
    "published": DAY,
    "language": LANGUAGE,
    "url": URL,
    "correction": CORRECTION,
}
"""What is right, by field of `Article`."""


class Declared(NamedTuple):
    """A document, in which form it is, and the fields that this form has a place for."""

    form: str
    data: bytes
    fields: frozenset[str] = frozenset(FIELDS)


def _text() -> bytes:
    head = f"Title: {TITLE}\nSource: {PUBLISHER}\nAuthor: {AUTHOR}\nDate: 14 May 2024\nLanguage: en\nURL: {URL}"
    return f"{head}\n\n{_joined(TOLD)}".encode()


def _printed() -> bytes:
    return f"{TITLE}\nBy {AUTHOR} in Pell Quay\n{PUBLISHER}, 14 May 2024\n\n{_joined(TOLD)}".encode()


def _markdown() -> bytes:
    head = f"title: {TITLE}\nsource: {PUBLISHER}\nauthor: {AUTHOR}\ndate: 14 May 2024\nlang: en\nurl: {URL}"
    return f"---\n{head}\n---\n# {TITLE}\n\n{_joined(TOLD)}".encode()


def _markdown_printed() -> bytes:
    return f"# {TITLE}\n\n*By {AUTHOR}*\n\n**{PUBLISHER}** | Tuesday 14 May 2024\n\n{_joined(TOLD)}".encode()


def _page() -> bytes:
    return (
        DOCUMENTS["ferry.html"]
        .replace(b"<html>", b'<html lang="en">')
        .replace(b"<head>", f'<head><meta name="author" content="{AUTHOR}">'.encode())
        .replace(b"</body>", f"<p>{CORRECTION}</p></body>".encode())
    )


def _linked() -> bytes:
    node = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": TITLE,
        "author": {"@type": "Person", "name": AUTHOR},
        "publisher": {"@type": "Organization", "name": PUBLISHER},
        "datePublished": f"{DAY}T06:30:00Z",
        "inLanguage": "en",
        "url": URL,
        "correction": {"@type": "CorrectionComment", "text": CORRECTION},
    }
    head = f'<title>{TITLE}</title><script type="application/ld+json">{json.dumps(node)}</script>'
    return f"<!DOCTYPE html><html><head>{head}</head><body><h1>{TITLE}</h1>{html(BODY)}</body></html>".encode()


def _pdf() -> bytes:
    head = (TITLE, "", f"By {AUTHOR}", "", f"{PUBLISHER}, 14 May 2024", "")
    return pdf(((*head, *TOLD),), language=LANGUAGE)


def _docx() -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    shown = [f"By {AUTHOR}", f"{PUBLISHER}, 14 May 2024", *TOLD]
    style = '<w:pPr><w:pStyle w:val="Title"/></w:pPr>'
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in shown)
    body = f"<w:p>{style}<w:r><w:t>{TITLE}</w:t></w:r></w:p>{paragraphs}"
    dublin = "http://purl.org/dc/elements/1.1/"
    core = f'<p xmlns:dc="{dublin}"><dc:creator>{AUTHOR}</dc:creator><dc:language>en</dc:language></p>'
    return zipped(
        {
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>'.encode(),
            "docProps/core.xml": core.encode(),
        }
    )


def _mail() -> bytes:
    head = (
        f"MIME-Version: 1.0\nSubject: {TITLE}\nFrom: {AUTHOR} <ann@courier.example>\n"
        "Date: Tue, 14 May 2024 06:30:00 +0000\n"
        f"Organization: {PUBLISHER}\nArchived-At: <{URL}>\nContent-Language: en\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit"
    )
    return f"{head}\n\n{_joined(TOLD)}-- \nNewsroom\n".encode()


def _object(*, in_body: bool) -> dict[str, object]:
    said = {"title": TITLE, "publisher": PUBLISHER, "author": AUTHOR, "published": DAY, "language": "en", "url": URL}
    return {**said, "text": _joined(TOLD)} if in_body else {**said, "text": _joined(BODY), "correction": CORRECTION}


def _rss() -> bytes:
    item = (
        f"<title>{TITLE}</title><link>{URL}</link><dc:creator>{AUTHOR}</dc:creator>"
        f"<pubDate>Tue, 14 May 2024 06:30:00 GMT</pubDate><content:encoded><![CDATA[{html(TOLD)}]]></content:encoded>"
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    channel = f"<title>{PUBLISHER}</title><language>en</language><item>{item}</item>"
    return f'<rss version="2.0" {spaces}><channel>{channel}</channel></rss>'.encode()


def _atom() -> bytes:
    entry = (
        f"<id>ferry</id><title>{TITLE}</title><author><name>{AUTHOR}</name></author>"
        f'<published>{DAY}T06:30:00Z</published><link href="{URL}"/><content type="html">{escape(html(TOLD))}</content>'
    )
    space = 'xmlns="http://www.w3.org/2005/Atom" xml:lang="en"'
    return f"<feed {space}><title>{PUBLISHER}</title><entry>{entry}</entry></feed>".encode()


def _joined(paragraphs: tuple[str, ...]) -> str:
    return "\n\n".join(paragraphs) + "\n"


_PRINTED: Final = frozenset({"title", "publisher", "author", "published", "correction", "language"})
DECLARED: Final[Mapping[str, Declared]] = {
    "labelled.txt": Declared("text, labelled lines", _text()),
    "printed.txt": Declared("text, as printed", _printed(), _PRINTED),
    "windows.txt": Declared("text in Windows-1252", _text().decode().encode("cp1252")),
    "utf16.txt": Declared("text in UTF-16", _text().decode().encode("utf-16")),
    "front.md": Declared("Markdown, front matter", _markdown()),
    "printed.md": Declared("Markdown, as printed", _markdown_printed(), _PRINTED),
    "tags.html": Declared("HTML, meta tags", _page()),
    "linked.html": Declared("HTML, JSON-LD", _linked()),
    "ferry.pdf": Declared("PDF", _pdf(), _PRINTED),
    "ferry.docx": Declared("DOCX", _docx(), _PRINTED),
    "ferry.eml": Declared("mail", _mail()),
    "object.json": Declared("JSON", json.dumps(_object(in_body=False)).encode()),
    "lines.jsonl": Declared("JSON lines", json.dumps(_object(in_body=True)).encode() + b"\n"),
    "rss.xml": Declared("RSS", _rss()),
    "atom.xml": Declared("Atom", _atom()),
    "labelled.txt.gz": Declared("gzip of text", gzipped(_text())),
    "bundle.zip": Declared("zip of a page", zipped({"a/tags.html": _page()})),
}
"""By the name of a file."""


class Read(NamedTuple):
    """What came of a document: its article, and how many citations of a run over it resolve, of how many."""

    article: Article
    resolved: int
    cited: int


def read(name: str) -> Read:
    """A document as a run reads it, summarized by the extractive engine."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(DECLARED[name].data)
        ingested = ingest([str(Path(folder) / name)])
    (article,) = ingested.articles
    cited = list(_cited(ingested))
    resolved = sum(article.text[start:end] == quote for start, end, quote in cited)
    return Read(article, resolved, len(cited))


def _cited(ingested: Ingested) -> Iterator[tuple[int, int, str]]:
    story = asyncio.run(run_story(ingested, ExtractiveEngine(), words=120))
    for statement in story.synthesis.statements if story.synthesis else ():
        for citation in statement.citations:
            yield citation.evidence.start, citation.evidence.end, citation.evidence.quote


def table() -> str:
    """The page: a line a document, a column a field."""
    head = ["document", "read as", "body", *FIELDS, "citations"]
    lines = [_line(head), _line(["---"] * len(head))]
    for name, declared in DECLARED.items():
        found = read(name)
        cells = [_cell(field, declared, found.article) for field in FIELDS]
        body = "whole" if " ".join(found.article.sentence_texts()) == " ".join(BODY) else "**not whole**"
        count = f"{found.resolved} of {found.cited}"
        lines.append(_line([f"`{name}`: {declared.form}", found.article.format, body, *cells, count]))
    return _INTRODUCTION + "\n".join(lines) + "\n"


def _cell(field: str, declared: Declared, article: Article) -> str:
    right = getattr(article, field) == (FIELDS[field] if field in declared.fields else None)
    if not right:
        return "**wrong**"
    return "read" if field in declared.fields else "–"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


_INTRODUCTION: Final = """\
# What is read of each format

One invented article in every format that is read, each saying of itself all that its form has a place for. *read*:
what it says was found, and is right; –: the form has no place for it, and nothing was guessed; *whole*: the sentences
are the article's, all of them and nothing else; *citations*: how many of a run with the extractive engine stand in the
article, to the character.

Written by `python -m tests.stages.ingest.declared`, and held against the code by the tests.

"""

if __name__ == "__main__":
    sys.exit(0 if PAGE.write_text(table(), encoding="utf-8") else 1)
