"""One invented article in every format, made here so that no writer of these formats is needed."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import Final

TITLE: Final = "Ferry runs aground off Tarn"
PUBLISHER: Final = "The Tarn Courier"
DAY: Final = "2024-05-14"
URL: Final = "https://courier.example/ferry"
AUTHOR: Final = "Ann Hale"
BODY: Final = (
    "A ferry with 40 people on board ran aground off Tarn on Monday evening, the coast guard said.",
    "Nobody was hurt. The passengers were taken to Pell Quay in two lifeboats, said Viktor Orbán, who led the rescue.",
    "“We heard a crash, and then it was very quiet,” said a passenger who had been on deck with her son.",
    "The owner of the ferry said that it would be towed to a yard for repairs on Wednesday.",
)


def article(number: int) -> tuple[str, ...]:
    """The body once more, told apart by its figure: no two articles are equal."""
    return (BODY[0].replace("40", str(40 + number)), *BODY[1:])


def text() -> bytes:
    """Plain text with a labelled header."""
    return f"Title: {TITLE}\nSource: {PUBLISHER}\nDate: 14 May 2024\nURL: {URL}\n\n{_joined(BODY)}".encode()


def markdown() -> bytes:
    """Markdown with front matter."""
    head = f"---\ntitle: {TITLE}\nsource: {PUBLISHER}\ndate: 14 May 2024\nurl: {URL}\n---\n"
    return f"{head}# {TITLE}\n\n{_joined(BODY)}".encode()


def page() -> bytes:
    """A page with a menu, meta tags and a canonical link."""
    tags = f'<meta property="og:site_name" content="{PUBLISHER}"><meta name="date" content="{DAY}">'
    head = f'<title>{TITLE} | {PUBLISHER}</title>{tags}<link rel="canonical" href="{URL}">'
    menu = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{menu}<h1>{TITLE}</h1>{html(BODY)}</body></html>".encode()


def html(body: tuple[str, ...]) -> str:
    """The body as paragraphs of HTML."""
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in body)


def mail(*, plain: bool = True) -> bytes:
    """A mail with two alternatives in quoted-printable, or with HTML in base64."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = TITLE, f"{AUTHOR} <ann@courier.example>", "desk@example.org"
    message["Date"], message["Organization"] = "Tue, 14 May 2024 06:30:00 +0000", PUBLISHER
    message["Archived-At"] = f"<{URL}>"
    if plain:
        message.set_content(f"{_joined(BODY)}\n-- \n{AUTHOR}\nNewsroom\n", charset="utf-8", cte="quoted-printable")
        message.add_alternative(f"<html><body>{html(BODY)}</body></html>", subtype="html", cte="quoted-printable")
        message.set_boundary("tarn")  # else it is another one every time
    else:
        message.set_content(f"<html><body>{html(BODY)}</body></html>", subtype="html", cte="base64")
    return message.as_bytes(policy=SMTP)


def json_article() -> bytes:
    """One object, as news APIs give it."""
    fields = {"headline": TITLE, "source": {"id": None, "name": PUBLISHER}, "publishedAt": f"{DAY}T06:30:00Z"}
    return json.dumps(fields | {"url": URL, "content": html(BODY), "author": [{"name": AUTHOR}]}).encode()


def json_list() -> bytes:
    """An object with a list of articles, named in other ways; one says little, one nothing."""
    one = {"Title": TITLE, "site_name": PUBLISHER, "date": 1715668200, "link": URL, "body": list(BODY), "guid": "f-1"}
    other = {"title": "Tow delayed", "text": _joined(article(2)), "published": "n/a", "publisher": "unknown"}
    return json.dumps({"status": "ok", "articles": [one, other, {"title": "No text"}]}).encode()


def json_lines() -> bytes:
    """Five objects, a line each."""
    lines = [
        json.dumps({"title": f"{TITLE} ({n})", "text": _joined(article(n)), "publisher": PUBLISHER, "published": DAY})
        for n in range(5)
    ]
    return "\n".join(lines).encode() + b"\n"


def rss() -> bytes:
    """RSS 2.0, two items with the whole text in content:encoded."""
    items = "".join(
        f"<item><title>{TITLE}</title><link>{URL}?n={n}</link><guid>g{n}</guid><dc:creator>{AUTHOR}</dc:creator>"
        f"<pubDate>Tue, 14 May 2024 06:30:00 GMT</pubDate><description>A teaser.</description>"
        f"<content:encoded><![CDATA[{html(article(n))}]]></content:encoded></item>"
        for n in (1, 2)
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    channel = f"<title>{PUBLISHER}</title><link>https://courier.example</link><language>en-gb</language>{items}"
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{channel}</channel></rss>'.encode()


def atom() -> bytes:
    """Atom with an entry in XHTML."""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{html(BODY)}</div>'
    entry = (
        f"<entry><id>tag:courier.example,2024:ferry</id><title>{TITLE}</title><author><name>{AUTHOR}</name></author>"
        f'<published>{DAY}T06:30:00Z</published><link rel="alternate" href="{URL}"/><summary>A teaser.</summary>'
        f'<content type="xhtml">{div}</content></entry>'
    )
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>{PUBLISHER}</title>{entry}</feed>'
    return f'<?xml version="1.0" encoding="utf-8"?>{feed}'.encode()


def docx() -> bytes:
    """DOCX as Word writes it: runs split anywhere, a tracked deletion."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = [f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>{TITLE}</w:t></w:r></w:p>']
    for paragraph in BODY:
        half = len(paragraph) // 2  # Word splits runs wherever it likes
        runs = "".join(
            f'<w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r>'
            for part in (paragraph[:half], paragraph[half:])
        )
        gone = "<w:del><w:r><w:delText>never said</w:delText></w:r></w:del>"
        paragraphs.append(f"<w:p>{runs}{gone}</w:p>")
    document = f'<?xml version="1.0"?><w:document xmlns:w="{word}"><w:body>{"".join(paragraphs)}</w:body></w:document>'
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": document.encode()})


def pdf(pages: tuple[tuple[str, ...], ...] = ((TITLE, "", *BODY),), *, foot: str = "", language: str = "") -> bytes:
    """Pages of Helvetica lines, broken at 70 characters; an empty line is a gap. Only Latin-1 can be drawn."""
    lang = f"/Lang ({language}) ".encode() if language else b""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R %s>>" % lang, b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for number, paragraphs in enumerate(pages, start=1):
        stream = _drawn(paragraphs, foot.replace("#", str(number)))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        font = b"/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s /Contents %d 0 R >>" % (font, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    info = f"<< /Title ({TITLE}) /Author (C:\\\\desk\\\\final.doc) /CreationDate (D:20200101) >>"
    objects.append(info.encode("latin-1"))
    return _assembled(objects)


def _drawn(paragraphs: tuple[str, ...], foot: str) -> bytes:
    out, y = [], 780
    for paragraph in paragraphs:
        for line in _broken(paragraph):
            out.append(_line(line, y))
            y -= 14
        y -= 12
    return b"\n".join([*out, _line(foot, 40)] if foot else out)


def _line(line: str, y: int) -> bytes:
    drawn = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")
    return b"BT /F1 11 Tf 1 0 0 1 60 %d Tm (%s) Tj ET" % (y, drawn)


def _broken(paragraph: str) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        if len(lines[-1]) + len(word) > 70:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _assembled(objects: list[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, held in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    at = len(out)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at)


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive, the same bytes for the same files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def gzipped(data: bytes) -> bytes:
    """As gzip does, without a time."""
    return gzip.compress(data, mtime=0)


def _joined(body: tuple[str, ...]) -> str:
    return "\n\n".join(body) + "\n"


DOCUMENTS: Final = {
    "ferry.txt": text(),
    "ferry.md": markdown(),
    "ferry.html": page(),
    "ferry.pdf": pdf(),
    "ferry.docx": docx(),
    "ferry.eml": mail(),
    "ferry.json": json_article(),
    "list.json": json_list(),
    "lines.jsonl": json_lines(),
    "rss.xml": rss(),
    "atom.xml": atom(),
    "packed.txt.gz": gzipped(text()),
    "bundle.zip": zipped({"a/ferry.html": page(), "inner.zip": zipped({"ferry.eml": mail()})}),
}
"""A file of each kind by its name."""
