"""The comparison's page in a browser: it shows every change, fits a phone, loads nothing, and runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from pipeline.render.diff_page import render_diff
from pipeline.render.diff_views import diff_view
from pipeline.runs.diff.compare import compare
from pipeline.runs.folder import RunFolder
from tests.runs.diff.build import SENTENCES, article, make_run, told

from .factory import cite, make_disagreement, make_statement, make_synthesis
from .page import Page as Parsed

pytestmark = pytest.mark.browser

FERRY, RESCUE, ENGINE, SHARES, INQUIRY, MAYOR = SENTENCES
BAD = (
    "</script><script>alert(1)</script><img src=https://example.invalid/x onerror=alert(2)>"
    "<style>@import 'https://example.invalid/y'</style>\u202e\u2066\x00"
)


def two_runs() -> tuple[RunFolder, RunFolder]:
    """One statement of each sort, a disagreement that gained a holder, and another engine."""
    one, two = article(0), article(2, publisher="The Courier")
    sides = [("the mayor", RESCUE, cite(two, RESCUE)), ("Pell Line", ENGINE, cite(two, ENGINE))]
    before = make_synthesis(
        [one, two],
        [
            make_statement(FERRY, [cite(one, FERRY)]),
            make_statement(RESCUE, [cite(one, RESCUE)]),
            make_statement(SHARES, [cite(two, SHARES)]),
            make_statement(ENGINE, [cite(one, ENGINE)]),
        ],
        disagreements=[make_disagreement("how many", *sides)],
    )
    after = make_synthesis(
        [one, two],
        [
            make_statement(FERRY, [cite(one, FERRY)]),
            make_statement(RESCUE.replace("38", "48"), [cite(two, RESCUE)]),
            make_statement(INQUIRY, [cite(two, INQUIRY)]),
            make_statement(ENGINE, [cite(one, ENGINE), cite(two, ENGINE)]),
        ],
        disagreements=[make_disagreement("how many", *sides, ("the crew", FERRY, cite(one, FERRY)))],
        engine="openai",
        model="tiny",
    )
    return make_run(before, [one, two]), make_run(after, [one, two])


def opened(browser: Browser, folder: Path, runs: tuple[RunFolder, RunFolder], width: int) -> tuple[Page, list[str]]:
    """The page from disk, with scripts allowed, and what it asked for or complained of."""
    path = folder / "page.html"
    path.write_text(render_diff(diff_view(compare(*runs), ("before", "after"))), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900})
    troubles: list[str] = []
    page = context.new_page()

    def dismiss(dialog: Dialog) -> None:
        troubles.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: troubles.append(request.url))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("dialog", dismiss)
    page.goto(path.as_uri())
    troubles.remove(path.as_uri())
    return page, troubles


def test_every_change_is_shown(browser: Browser, tmp_path: Path) -> None:
    """Each sort of statement under its word, the words that changed as such, what is cited now, and the counts."""
    page, troubles = opened(browser, tmp_path, two_runs(), 1200)
    words = page.locator("#statements ~ .items > .item > .badge").all_inner_texts()
    assert words == ["= same", "~ reworded, citations", "- removed", "+ added", "~ citations"]
    reworded = page.locator("#statements ~ .items > .changed").first
    assert (reworded.locator("del").text_content() or "").strip() == "[removed: 38]"
    assert (reworded.locator("ins").text_content() or "").strip() == "[added: 48]"
    assert "now cites The Courier" in reworded.inner_text()
    assert page.locator("#differences ~ .items .part").count() == 3
    assert "1 added, 1 removed, 1 reworded" in page.locator(".colophon").inner_text()
    assert troubles == []
    page.context.close()


def test_a_word_out_and_a_word_in_look_different(browser: Browser, tmp_path: Path) -> None:
    """Not by colour alone: one is struck through, one underlined, and both are named for who listens."""
    page, _ = opened(browser, tmp_path, two_runs(), 1200)
    line = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator("#statements ~ .items del").first.evaluate(line) == "line-through"
    assert page.locator("#statements ~ .items ins").first.evaluate(line) == "underline"
    page.context.close()


def test_the_sections_are_linked(browser: Browser, tmp_path: Path) -> None:
    """A click on a count leads to its section."""
    page, _ = opened(browser, tmp_path, two_runs(), 1200)
    page.get_by_role("link", name="Where sources differ").click()
    assert page.url.endswith("#differences")
    assert page.locator("#differences").is_visible()
    page.context.close()


def test_a_phone_has_one_column(browser: Browser, tmp_path: Path) -> None:
    """Nothing is wider than the screen, long words included."""
    one = article(0, text=f"{'x' * 300}. It sank.", title="W" * 200, publisher="P" * 120)
    before = told([one], make_statement("y" * 200, [cite(one, "It sank.")]))
    after = told([one], make_statement("z" * 200, [cite(one, "x" * 300)]), title="V" * 99)
    page, troubles = opened(browser, tmp_path, (before, after), 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert troubles == []
    page.context.close()


def test_hostile_articles_do_nothing(browser: Browser, tmp_path: Path) -> None:
    """Scripts, handlers and loads planted in every string run nothing and fetch nothing."""
    one = article(0, text=f"It sank. {BAD}", title=BAD, publisher=BAD, url="javascript:alert(3)", path=BAD)
    before = told([one], make_statement(f"It sank. {BAD}", [cite(one, BAD)]), title=BAD)
    after = told(
        [one],
        make_statement(f"It went down. {BAD}", [cite(one, "It sank.")]),
        title=f"{BAD} again",
        disagreements=[make_disagreement(BAD, (BAD, BAD, cite(one, BAD)), ("b", "It sank.", cite(one, BAD)))],
    )
    page, troubles = opened(browser, tmp_path, (before, after), 1200)
    page.wait_for_timeout(200)
    assert troubles == []
    assert page.locator("script, img, iframe, object, embed, base").count() == 0
    assert "onerror=alert(2)" in page.locator("h1").inner_text()
    page.context.close()


def test_the_page_is_well_formed() -> None:
    """Every element is closed, every id stands once, every link leads somewhere on the page."""
    html = render_diff(diff_view(compare(*two_runs()), ("before", "after")))
    parsed = Parsed(html)
    ids = parsed.ids()
    assert len(ids) == len(set(ids))
    assert all(e.attributes["href"].removeprefix("#") in ids for e in parsed.all("a"))
