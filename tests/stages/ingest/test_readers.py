"""Each reader by itself: what stands in a file of its format beside the plain case."""

from __future__ import annotations

import io
import json
from email.message import EmailMessage
from html import escape
from typing import Final

import pypdf
import pytest

from pipeline.errors import InputError
from pipeline.stages.ingest.caps import DEFAULT
from pipeline.stages.ingest.fields import iso_date
from pipeline.stages.ingest.fragment import html_text
from pipeline.stages.ingest.raw import Raw, Refused
from pipeline.stages.ingest.readers.docx import read_docx
from pipeline.stages.ingest.readers.feed import read_feed
from pipeline.stages.ingest.readers.linked_data import article_of, nodes
from pipeline.stages.ingest.readers.mail import read_mail
from pipeline.stages.ingest.readers.page import read_page
from pipeline.stages.ingest.readers.pdf import Line, join_pages, read_pdf
from pipeline.stages.ingest.readers.records import read_json
from tests.stages.ingest.documents import BODY, DAY, PUBLISHER, TITLE, URL, html, pdf, zipped

WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


# --- DOCX


def _docx(body: str) -> Raw:
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    (read,) = read_docx(zipped({"word/document.xml": document.encode()}), "a.docx", DEFAULT)
    return read


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def test_marks_within_a_line_of_word() -> None:
    """Tabs, line breaks and hyphens that must not break are characters of the text."""
    run = "<w:t>Pell</w:t><w:tab/><w:t>Quay</w:t><w:br/><w:t>twenty</w:t><w:noBreakHyphen/><w:t>two</w:t>"
    assert _docx(f"<w:p><w:r>{run}</w:r></w:p>").text == "Pell\tQuay\ntwenty-two"


def test_what_tracked_changes_moved_away_is_not_shown() -> None:
    """Whole paragraphs, too: the document shows them where they were moved to."""
    moved = f"<w:moveFrom>{_paragraph('It sank.')}</w:moveFrom>"
    assert _docx(moved + _paragraph("It ran aground.")).text == "It ran aground."


def test_a_text_box_is_read_once() -> None:
    """Behind the paragraph that it hangs on, and not again in the form for older programs."""
    box = f"<w:txbxContent>{_paragraph('A box.')}</w:txbxContent>"
    drawn = (
        f"<w:r><w:AlternateContent><w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback></w:AlternateContent></w:r>"
    )
    assert _docx(f"<w:p><w:r><w:t>Around it.</w:t></w:r>{drawn}</w:p>{_paragraph('After it.')}").text == (
        "Around it.\n\nA box.\n\nAfter it."
    )


def test_a_title_is_told_by_its_style_wherever_that_stands() -> None:
    """A paragraph has other properties, before and behind the style; without the style it is no title."""
    for style, title in (('<w:pStyle w:val="Title"/>', TITLE), ('<w:pStyle w:val="Heading1"/>', None), ("", None)):
        properties = f"<w:pPr><w:keepNext/>{style}<w:jc/></w:pPr>"
        assert _docx(f"<w:p>{properties}<w:r><w:t>{TITLE}</w:t></w:r></w:p>{_paragraph(BODY[0])}").title == title


# --- feeds


def _rss(*items: str) -> list[Raw | Refused]:
    channel = "".join(f"<item>{item}</item>" for item in items)
    return read_feed(f"<rss><channel><title>Wire</title>{channel}</channel></rss>".encode(), "a.xml", DEFAULT)


def test_other_xml_is_no_feed() -> None:
    """It is refused by the name of its root."""
    with pytest.raises(InputError, match="no feed: its root is “note”"):
        read_feed(b"<note><item>It sank.</item></note>", "a.xml", DEFAULT)


def test_an_entry_without_a_text_is_refused_alone() -> None:
    """It is a link, which nobody follows; the entries beside it are read."""
    one, other = _rss(f"<title>{TITLE}</title><link>{URL}</link>", f"<description>{BODY[0]}</description>")
    assert isinstance(one, Refused) and "no text" in one.message
    assert isinstance(other, Raw) and other.text == BODY[0]


def test_an_entry_names_its_source() -> None:
    """RSS in the element itself, Atom in its title; both go before the name of the feed, which is only passing on."""
    text = f"<description>{BODY[0]}</description>"
    named = [
        _rss(f"{text}{source}")[0]
        for source in (f"<source url='{URL}'>{PUBLISHER}</source>", f"<source><title>{PUBLISHER}</title></source>", "")
    ]
    assert [read.publisher for read in named if isinstance(read, Raw)] == [PUBLISHER, PUBLISHER, "Wire"]


def test_the_first_link_that_is_an_address_counts() -> None:
    """Relative ones lead nowhere, once the feed is a file."""
    (read,) = _rss(f"<description>{BODY[0]}</description><link>/ferry</link><link>{URL}</link>")
    assert isinstance(read, Raw) and read.url == URL


# --- schema.org


def test_only_so_many_objects_of_a_page_are_read() -> None:
    """A page may carry any number of them; the first two thousand are looked at."""
    assert len(nodes([[{"@type": "Thing"}] * 1500, [{"@type": "Thing"}] * 1500])) == 2000


@pytest.mark.parametrize(
    ("correction", "read"),
    [
        ({"text": "It was 40."}, "It was 40."),
        ([{"description": ""}, {"description": "It was 40."}], "It was 40."),
        (["https://courier.example/corrections", "It was 40."], "It was 40."),
        ("https://courier.example/corrections", None),
        ([], None),
    ],
)
def test_corrections_in_schema_org(correction: object, read: str | None) -> None:
    """As a text, an object or a list; where corrections are to be found is none."""
    found = article_of([{"@type": "NewsArticle", "headline": TITLE, "correction": correction}], None, None)
    assert found is not None and found.correction == read


# --- mail


def _mail(text: str, **parameters: str) -> str:
    message = EmailMessage()
    message.set_content(text, params=parameters)
    (read,) = read_mail(message.as_bytes(), "a.eml", DEFAULT)
    return read.text


def test_flowed_lines_are_one_paragraph() -> None:
    """A space at the end of a line says that it goes on (RFC 3676), unless the mail does not say so."""
    assert _mail("A ferry ran \naground.\nNobody \nwas hurt.\n", format="flowed") == (
        "A ferry ran aground.\nNobody was hurt.\n"
    )
    assert _mail("A ferry ran \naground.\n") == "A ferry ran \naground.\n"


def test_a_signature_does_not_flow_into_the_article() -> None:
    """Its mark ends in a space, too; neither does a reply flow into what it quotes, nor that into the reply."""
    assert _mail("It sank.\n-- \nAnn Hale\nNewsroom\n", format="flowed") == "It sank.\n"
    assert _mail("She wrote: \n> It \n> sank. \nIt ran \naground.\n", format="flowed") == (
        "She wrote: \nIt ran aground.\n"
    )


# --- PDF


def test_an_encrypted_pdf_says_so() -> None:
    """One that opens without a password is read; one that asks for it is not."""
    for password, readable in (("", True), ("secret", False)):
        writer, held = pypdf.PdfWriter(clone_from=io.BytesIO(pdf())), io.BytesIO()
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(held)
        if readable:
            assert BODY[0] in read_pdf(held.getvalue(), "a.pdf", DEFAULT)[0].text
        else:
            with pytest.raises(InputError, match="The PDF is encrypted"):
                read_pdf(held.getvalue(), "a.pdf", DEFAULT)


def test_a_pdf_of_a_book_is_refused() -> None:
    """More than two hundred pages are no article."""
    with pytest.raises(InputError, match="201 pages; at most 200"):
        read_pdf(pdf(((BODY[0],),) * 201), "a.pdf", DEFAULT)


def test_a_line_that_is_drawn_in_pieces_is_one() -> None:
    """As where a word is set in another type."""
    split = pdf(((BODY[0],),)).replace(b"(A ferry with", b"(A ferry ) Tj /F1 11 Tf (with")
    assert BODY[0] in read_pdf(split, "a.pdf", DEFAULT)[0].text


def test_a_heading_is_a_paragraph_of_its_own() -> None:
    """It is told by the size of its letters, though no gap parts it from the text."""
    lines = [
        Line("Ferry runs aground", 714, 16),
        Line("off Tarn on Monday", 700, 11),
        Line("with 40 on board.", 688, 11),
    ]
    assert join_pages([lines]) == "Ferry runs aground\n\noff Tarn on Monday with 40 on board."


# --- JSON


def _json(**fields: object) -> Raw:
    (read,) = read_json(json.dumps({"text": BODY[0], **fields}).encode(), "a.json", DEFAULT)
    assert isinstance(read, Raw)
    return read


@pytest.mark.parametrize("key", ["text", "html", "value", "rendered"])
def test_a_text_may_be_an_object(key: str) -> None:
    """As content systems give it, in HTML or not."""
    assert _json(text={key: html(BODY)}).text == "\n\n".join(BODY)


@pytest.mark.parametrize(
    ("correction", "read"),
    [
        ("It was 40.", "It was 40."),
        ({"text": "It was 40."}, "It was 40."),
        ([{"description": None}, {"description": "It was 40."}], "It was 40."),
        ([], None),
    ],
)
def test_corrections_in_json(correction: object, read: str | None) -> None:
    """As a text, an object or a list of these; the first that says something."""
    assert _json(correction=correction).correction == read


def test_a_list_may_hold_what_is_no_object() -> None:
    """It is passed over, and the articles keep their places."""
    read = read_json(json.dumps([None, {"text": BODY[0]}, "x", {"text": BODY[1]}]).encode(), "a.json", DEFAULT)
    assert [one.text for one in read if isinstance(one, Raw)] == list(BODY[:2])


@pytest.mark.parametrize("stamp", [2024, 7, 10**15, -1, 1.5, True, None])
def test_a_small_or_vast_number_is_no_time(stamp: float | None) -> None:
    """A year, a counter, a time in the next age of the earth: none of them is a day."""
    assert iso_date(stamp) is None


def test_a_number_may_be_a_day_or_a_time() -> None:
    """Written in one, or counted in seconds or milliseconds since 1970."""
    assert [iso_date(stamp) for stamp in (1715668200, 1715668200000, 1715668200.5)] == [DAY] * 3


# --- pieces of HTML


def test_a_vast_piece_of_html_is_refused() -> None:
    """Before it is parsed."""
    with pytest.raises(InputError, match="2,000,001 characters"):
        html_text("<p>" + "x" * 1_999_998)


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>It <i>ran</i> a<b>ground</b>.</p>", "It ran aground."),
        ("It sank.</script> Nobody</i> was hurt.", "It sank. Nobody was hurt."),
        ("<style>p { }<p>hidden</style>It sank.", "It sank."),
        ("<svg><title>x</svg>It sank.<div>Nobody was hurt.", "It sank.\n\nNobody was hurt."),
    ],
)
def test_tags_that_part_nothing_part_nothing(fragment: str, text: str) -> None:
    """Tags within a line, ends that were never begun, hidden things that were never closed."""
    assert html_text(fragment) == text


# --- pages


def _page(head: str, body: str) -> Raw:
    (read,) = read_page(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "a.html", DEFAULT)
    return read


ARTICLE: Final = f"<article><h1>{TITLE}</h1>{html(BODY)}</article>"


def test_a_vast_page_is_refused() -> None:
    """Before it is parsed."""
    with pytest.raises(InputError, match="8,000,001 bytes"):
        read_page(b"x" * 8_000_001, "a.html", DEFAULT)


@pytest.mark.parametrize("times", [1, 4])
def test_the_text_for_machines_goes_before_a_teaser(times: int) -> None:
    """Where the page shows less than half of what its publisher gave to machines, that is read, with its paragraphs."""
    given = "\n\n".join(
        (*BODY, *(f"On day {n} it still lay there, and divers went down to it." for n in range(9))) * times
    )
    teaser = f"<article><h1>{TITLE}</h1>{html(BODY[: 2 * times])}</article>"
    assert _page(_linked(given), teaser).text == given


def test_what_the_page_shows_goes_before_the_text_for_machines() -> None:
    """Where it shows as much."""
    shown = _page(_linked("\n\n".join(BODY)), f"<article>{html((*BODY, 'It lay there until noon.'))}</article>").text
    assert shown.endswith("It lay there until noon.")


def _linked(text: str) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, "articleBody": text}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        (f"{TITLE} | {PUBLISHER}", TITLE),
        (f"{PUBLISHER} – {TITLE}", TITLE),
        (f"{TITLE} | Shipping", f"{TITLE} | Shipping"),
        (PUBLISHER, PUBLISHER),
    ],
)
def test_a_title_stands_without_the_publisher(title: str, bare: str) -> None:
    """Before it or behind it; anything else stays, since it may belong to it."""
    head = f'<title>{title}</title><meta property="og:site_name" content="{PUBLISHER}">'
    assert _page(head, html(BODY)).title == bare


@pytest.mark.parametrize(
    ("links", "url"),
    [
        (f'<link rel="canonical" href="/ferry"><link rel="canonical" href="{URL}">', URL),
        (f'<link rel="canonical" href="/ferry"><meta property="og:url" content="{URL}">', URL),
        ('<link rel="canonical" href="/ferry"><base href="https://courier.example/">', URL),
        ('<link rel="canonical" href="/ferry">', None),
    ],
)
def test_a_relative_address_is_none(links: str, url: str | None) -> None:
    """Unless the page names what it is relative to; the next that the page gives counts."""
    assert _page(links, ARTICLE).url == url


def test_an_empty_heading_is_no_title() -> None:
    """What the window is called then is one."""
    assert _page(f"<title>{TITLE}</title>", f"<article><h1> </h1>{html(BODY)}</article>").title == TITLE


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        (f"<time datetime='{DAY}T06:30'>Tuesday</time>", DAY),
        ("<time>14 May 2024</time>", DAY),
        ("<time>Tuesday</time>", None),
        ("<time>Tuesday</time><p>Published: 14 May 2024</p>", DAY),
        ("<p>Built on 14 May 2024</p>", None),
        (f"<meta itemprop='datePublished' content='Tuesday'><b itemprop='datePublished' content='{DAY}'></b>", DAY),
    ],
)
def test_the_day_that_a_reader_sees(shown: str, published: str | None) -> None:
    """The article's own time, marked as such, or a line that says so; a day of the story is none."""
    assert _page("", f"<article><h1>{TITLE}</h1>{shown}{html(BODY)}</article>").published == published


LONG: Final = f"{BODY[0]} {BODY[1]}"


@pytest.mark.parametrize(
    "body",
    [
        f"<table><tr><td><a href='/'>Home</a></td><td><h1>{TITLE}</h1>{html(BODY)}</td></tr></table>",
        f"<table><tr><td>Menu</td><td>{LONG}<br><br>{BODY[2]}<br><br>{BODY[3]}</td></tr></table>",
        f"<div>{LONG}<br><br>{BODY[2]}<br>\n<br><br><b>Aye.</b> {BODY[3]}</div>",
        f"<pre>{LONG}\n\n{BODY[2]}\n \n\n{BODY[3]}</pre>",
    ],
    ids=["table", "table of prose", "breaks", "typewritten"],
)
def test_layouts_of_old_pages(body: str) -> None:
    """Columns by tables, paragraphs by breaks and by blank lines: each paragraph is found, and stands by itself."""
    text = _page("", body).text
    assert BODY[2] in text.split("\n\n") or BODY[2] in text.split("\n")
    assert all(part in text for part in BODY)


def test_a_table_of_figures_stays_one() -> None:
    """Cells that hold no prose are data, not columns of the page; one line of typescript is no paragraphs."""
    rows = "".join(f"<tr><td>Day {n}</td><td>{n} boats</td></tr>" for n in range(3))
    text = _page("", f"<article>{html(BODY)}<table>{rows}</table><pre>tide: 3 m</pre></article>").text
    assert all(part in text for part in BODY)
