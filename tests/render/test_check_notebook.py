"""What a check found, in a notebook's page and as text: what is wrong is seen at once, and no text is markup."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from playwright.sync_api import Browser, Page as OpenedPage

from pipeline.domain.checked import CheckedSentence, CheckReport
from pipeline.domain.verdict import Guard, Status
from pipeline.render.checked_text import check_table
from pipeline.render.notebook import render_check
from tests.render.factory import cite, make_article, make_verdict
from tests.render.test_notebook import ATTRIBUTES, ELEMENTS, HOSTILE, Page, hostile
from tests.render.visiting import DESK, PHONE, OpenPage

NOTEBOOK = {
    "light": "background: #fff; color: #000",
    "dark": "background: #111; color: #ddd",
}
"""The page of a notebook, as far as it matters: its own colours, inherited by all that has none."""


def _sentence(text: str, status: Status, *guards: Guard, cites: int = 1, proposed: bool = False) -> CheckedSentence:
    article = make_article("a", f"x {text} y")
    one = cite(article, text, cited="proposed" if proposed else "given")
    return CheckedSentence(text=text, citations=(one,) * cites, verdict=make_verdict(status, *guards))


def _report(*sentences: CheckedSentence, name: str = "a.txt", outlet: str | None = None) -> CheckReport:
    statuses = [sentence.verdict.status for sentence in sentences]
    return CheckReport(
        sentences=sentences,
        counts={status: statuses.count(status) for status in dict.fromkeys(statuses)},
        skipped={"heading": 1},
        names={"a": name},
        articles={"a": make_article("a", "x y", publisher=outlet)},
    )


def _failed(name: str, detail: str) -> Guard:
    return Guard(name=name, outcome="fail", detail=detail)


def _mixed() -> CheckReport:
    return _report(
        _sentence("Nobody was hurt.", "supported"),
        _sentence("Tickets went from $5 to $9.", "contradicted", _failed("quantity", "“9”: the passage says 7")),
        _sentence("The ferry sank.", "uncited", proposed=True),
        _sentence("Fifty were on board.", "unverified", Guard(name="name", outcome="not_applicable", detail="in Thai")),
        _sentence("A storm came.", "partial", Guard(name="judge", outcome="not_applicable", detail="says no"), cites=5),
        outlet="The Courier",
    )


@given(hostile, hostile)
def test_no_text_is_markup(text: str, name: str) -> None:
    """Sentence, passage, finding, path and publisher: only our elements, all closed; no script, no id."""
    report = _report(_sentence(text, "unsupported", _failed("quantity", text), cites=5), name=name, outlet=name)
    page = Page(render_check(report))
    assert {element for element, _ in page.elements} <= ELEMENTS - {"a"}
    assert {key for _, attributes in page.elements for key in attributes} <= ATTRIBUTES - {"href"} | {"open"}
    assert page.open == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", page.text)


@given(hostile, hostile)
def test_no_text_begins_a_line(text: str, name: str) -> None:
    """Only a verdict or the count stands at the start of a printed line: no text forges one, or steers a terminal."""
    report = _report(_sentence(text, "unsupported", _failed("quantity", text), cites=5), name=name)
    lines = check_table(report).split("\n")
    assert [line[:12].rstrip() for line in lines if line and not line.startswith(" ")] == [
        "unsupported",
        "1 sentence:",
        "Not checked:",
    ]
    assert not re.search("[\u202a-\u202e\x00-\x09\x0b-\x1f]", "".join(lines))


def test_what_is_not_borne_out_is_open() -> None:
    """A supported sentence is closed; each other one shows at once what is wrong, in the guards' words."""
    page = Page(render_check(_mixed()))
    assert ["open" in attributes for element, attributes in page.elements if element == "details"] == [
        False,
        True,
        True,
        True,
        True,
    ]
    shown = " ".join(page.text.split())
    assert "5 sentences : ✓ supported 1".replace(" :", ":") in shown
    assert "✕ Contradicted: Tickets went from $5 to $9. Quantity: “9”: the passage says 7" in shown
    assert "○ No citation: The ferry sank. names no source; the passage below would bear it out" in shown
    assert "proposed: The Courier, a.txt" in shown
    assert "Name: in Thai" in shown
    assert "Judge (advice): says no" in shown
    assert "and 2 passages more, in a.txt" in shown
    assert "Not checked: 1 heading." in shown


def test_long_passages_are_cut() -> None:
    """A page without a full stop does not fill the cell."""
    html = render_check(_report(_sentence("word " * 4_000 + "end", "unsupported")))
    assert html.count("word") < 4_000 + 100


def _opened(browser: Browser, folder: Path, html: str, colours: Literal["light", "dark"], *, wide: bool) -> OpenPage:
    path = folder / "cell.html"
    page = f"<title>A notebook</title><main>{html}</main><style>body {{ {NOTEBOOK[colours]} }}</style>"
    document = f'<!doctype html><html lang="en"><meta charset="utf-8">{page}</html>'
    path.write_text(document, encoding="utf-8", errors="surrogatepass")
    width, height = (DESK if wide else PHONE).values()
    return OpenPage.of(browser, path, {"width": width, "height": height}, colours=colours)


def _visible(page: OpenedPage) -> list[bool]:
    return [passage.is_visible() for passage in page.locator("blockquote").all()]


@pytest.mark.browser
@pytest.mark.parametrize("wide", [False, True], ids=["phone", "desk"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_in_a_browser(browser: Browser, tmp_path: Path, colours: Literal["light", "dark"], *, wide: bool) -> None:
    """It fits, can be read in a light and a dark page, and opens with the keyboard alone."""
    seen = _opened(browser, tmp_path, render_check(_mixed()), colours, wide=wide)
    page = seen.page
    assert _visible(page) == [False] + [True] * 6
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert _visible(page) == [True] * 7
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [v["help"] for v in found if v["impact"] in {"serious", "critical"}] == []
    assert seen.problems == []
    page.context.close()


@pytest.mark.browser
def test_planted_markup_does_nothing(browser: Browser, tmp_path: Path) -> None:
    """In a page that would run it: no script, no image, no request, and the rest of the page is not swallowed."""
    report = _report(_sentence(HOSTILE, "unsupported", _failed("quantity", HOSTILE)), name=HOSTILE, outlet=HOSTILE)
    seen = _opened(browser, tmp_path, f"{render_check(report)}<p id='next'>The next cell</p>", "light", wide=True)
    assert seen.page.locator("script, img, a").count() == 0
    assert seen.page.evaluate("document.querySelector('article').nextElementSibling.id") == "next"
    assert (seen.problems, seen.requests) == ([], [])
    seen.page.context.close()
