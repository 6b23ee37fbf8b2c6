"""The views of the report in a browser, on the real run of the seeds: what is shown, found, filtered and printed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile
from pipeline.domain.synthesis import Synthesis
from pipeline.engines.extractive import ExtractiveEngine
from pipeline.render.report import render_report
from pipeline.runs.runner import Story, run_story
from pipeline.stages.ingest import ingest

from .factory import cite, make_article, make_statement, make_synthesis
from .visiting import DESK, PHONE, Visit, visit, visit_files

pytestmark = pytest.mark.browser

SEEDS = Path(__file__).parents[2] / "seeds"
EVERYTHING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { content-visibility: visible !important }');
  document.adoptedStyleSheets = [sheet];
}"""
"""So that what is far below counts, too."""
VIEWS = ["statements", "differences", "omissions", "dropped", "claims", "origins", "timeline", "run"]


@pytest.fixture(scope="module")
def story() -> Story:
    """The seeds, summarised; in a thread of its own, because Playwright's event loop runs in this one."""

    def summarise() -> Story:
        return asyncio.run(run_story(ingest([str(SEEDS)]), ExtractiveEngine(), words=300))

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(summarise).result()


@pytest.fixture
def desk(browser: Browser, tmp_path: Path, story: Story) -> Iterator[Visit]:
    """The report of the seeds on a wide screen; afterwards nothing may have gone wrong or have been asked for."""
    seen = visit_files(browser, tmp_path, synthesis_of(story), story.files, DESK)
    yield seen
    seen.page.context.close()
    assert seen.problems == []
    assert seen.requests == []


def synthesis_of(story: Story) -> Synthesis:
    """The summary, which there is."""
    assert story.synthesis is not None
    return story.synthesis


def test_every_citation_highlights_its_quote(desk: Visit, story: Story) -> None:
    """In every view, each citation shows exactly the words between its offsets, as the article has them."""
    quotes = {e.quote for file in story.files for claim in file.summary.claims for e in claim.evidence}
    quotes |= {c.evidence.quote for s in synthesis_of(story).statements for c in s.citations}
    seen = 0
    for digit in "12567":
        desk.page.keyboard.press(digit)
        for link in desk.page.locator(".view:not([hidden]) a.cite").all():
            link.click()
            assert desk.shown() in quotes
            seen += 1
    assert seen > 2 * len(synthesis_of(story).statements)


def test_statements_and_sides_highlight_their_own_passages(desk: Visit, story: Story) -> None:
    """The n-th link of a statement, or of a side, shows the n-th passage it cites, to the character."""
    told = synthesis_of(story)
    cited = {"1": [s.citations for s in told.statements]}
    cited["2"] = [position.citations for difference in told.disagreements for position in difference.positions]
    for digit, texts in cited.items():
        desk.page.keyboard.press(digit)
        wanted = [quote for citations in texts for quote in dict.fromkeys(c.evidence.quote for c in citations)]
        shown = []
        for link in desk.page.locator(".view:not([hidden]) a.cite").all():
            link.click()
            shown.append(desk.shown())
        assert shown == wanted


def test_digits_open_views(desk: Visit) -> None:
    """One view at a time; its tab is current and the address names it."""
    for digit, name in enumerate(VIEWS, 1):
        desk.page.keyboard.press(str(digit))
        shown = [e.get_attribute("id") for e in desk.page.locator(".view").all() if e.is_visible()]
        assert shown == [f"view-{name}"]
        assert desk.page.locator(".views a[aria-current]").get_attribute("data-view") == name
        assert desk.page.url.endswith(f"#{name}")


def test_an_address_opens_its_view(desk: Visit) -> None:
    """Links inside the page and from outside lead to what they name, wherever it is."""
    desk.page.locator(".attention a").first.click()
    difference = desk.page.locator("#view-differences .is-current")
    assert difference.is_visible()
    desk.page.keyboard.press("5")
    desk.page.locator(".told a").first.click()
    assert desk.page.locator("#view-statements .is-current").is_visible()
    desk.page.evaluate("location.hash = '#timeline'")
    desk.page.wait_for_selector("#view-timeline:not([hidden])")


def test_keys_walk_items_and_their_citations(desk: Visit, story: Story) -> None:
    """``j`` and ``k`` walk the statements and show what each rests on; ``n`` the next passage; ``o`` the checks."""
    page = desk.page
    for key in "jjjkk":
        page.keyboard.press(key)
    current = page.locator(".item.is-current")
    assert current.get_attribute("id") == "statement-1"
    assert current.evaluate("e => e === document.activeElement")
    first = synthesis_of(story).statements[0]
    assert desk.shown() == first.citations[0].evidence.quote
    page.keyboard.press("n")
    assert desk.shown() == first.citations[1].evidence.quote
    assert current.get_attribute("id") == "statement-1"
    page.keyboard.press("o")
    assert current.locator("details").get_attribute("open") is not None


def test_search_narrows_and_marks(desk: Visit) -> None:
    """Search leaves the items that hold all words, counts them on the tabs, and leads through the sources."""
    page = desk.page
    page.keyboard.press("/")
    page.keyboard.type("10 MINUTES")
    items = desk.items()
    assert items and all("10" in text and "minutes" in text for text in items)
    assert page.locator('.views [data-view="differences"] .tally').inner_text() == "1 of 3"
    page.keyboard.press("Enter")
    found = page.evaluate("[...CSS.highlights.get('found-here')].map(range => range.toString().toLowerCase())")
    assert found in (["10"], ["minutes"])
    assert page.locator("#found").inner_text().startswith("1 of ")
    page.keyboard.press("Escape")
    assert page.locator("#search").input_value() == ""
    assert len(desk.items()) > len(items)
    assert page.evaluate("CSS.highlights.has('found')") is False


@pytest.mark.parametrize(
    ("typed", "words"), [("Zákhárova", {"zakharova"}), ("LAVROV delhi", {"lavrov", "delhi"}), ("İndia", {"india"})]
)
def test_search_marks_what_it_finds(desk: Visit, typed: str, words: set[str]) -> None:
    """What is marked is what was found: each word, without regard to case and accents."""
    desk.page.keyboard.press("/")
    desk.page.keyboard.type(typed)
    found = desk.page.evaluate("[...new Set([...CSS.highlights.get('found')].map(r => r.toString().toLowerCase()))]")
    assert set(found) == words
    assert "in the sources" in desk.page.locator("#found").inner_text()


def test_print_is_whole_when_filtered(desk: Visit, story: Story) -> None:
    """A search that is open takes nothing from the paper."""
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("less than 10")
    desk.page.emulate_media(media="print")
    shown = [e for e in desk.page.locator(".statement").all() if e.is_visible()]
    assert len(shown) == len(synthesis_of(story).statements)


def test_filter_leaves_what_needs_attention(desk: Visit) -> None:
    """Only statements with a remark stay; pressed again, all are back."""
    page = desk.page
    everything = desk.items()
    page.keyboard.press("f")
    assert page.locator("#filter").get_attribute("aria-pressed") == "true"
    left = [e for e in page.locator("#view-statements .item").all() if e.is_visible()]
    assert 0 < len(left) < len(everything)
    assert all(e.locator(".attention").count() for e in left)
    page.keyboard.press("f")
    assert desk.items() == everything


def test_numbers_stay_when_filtered(desk: Visit) -> None:
    """A statement keeps its number whatever is hidden before it."""
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("less than 10")
    left = next(e for e in desk.page.locator("#view-statements .item").all() if e.is_visible())
    number = left.evaluate("e => getComputedStyle(e, '::before').content")
    assert number == f'"{left.get_attribute("data-number")}"' != '"1"'


def test_help_lists_keys(desk: Visit) -> None:
    """``?`` opens the list of keys, on which no key acts but Escape, which closes it."""
    desk.page.keyboard.press("?")
    dialog = desk.page.get_by_role("dialog")
    assert dialog.is_visible()
    desk.page.keyboard.press("2")
    assert desk.page.locator("#view-statements").is_visible()
    desk.page.keyboard.press("Escape")
    assert not dialog.is_visible()


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_preview_shows_the_passage(desk: Visit, story: Story, way: str) -> None:
    """Over a citation, with the mouse or the keyboard, its source and words can be read at once."""
    link = desk.page.locator("a.cite").first
    if way == "hover":
        link.hover()
    else:
        desk.page.locator(".views a").last.focus()
        for _ in range(4):  # search, filter, keys, citation
            desk.page.keyboard.press("Tab")
        assert link.evaluate("e => e === document.activeElement")
    preview = desk.page.locator("#preview")
    assert preview.is_visible()
    assert synthesis_of(story).statements[0].citations[0].evidence.quote[:40] in preview.inner_text()
    desk.page.locator("h1").hover()
    link.blur()
    assert not preview.is_visible()


def test_print_has_what_matters(desk: Visit) -> None:
    """On paper: summary, differences and sources, whatever view was open; no buttons."""
    desk.page.keyboard.press("7")
    desk.page.emulate_media(media="print")
    shown = {e.get_attribute("id") for e in desk.page.locator(".view").all() if e.is_visible()}
    assert shown == {"view-statements", "view-differences", "view-omissions", "view-dropped"}
    assert desk.page.locator(".source").first.is_visible()
    assert not desk.page.locator("#search").is_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, tmp_path: Path, story: Story, size: dict[str, int], colours: Literal["light", "dark"]
) -> None:
    """Landmarks, names, contrast and the rest of what axe-core checks, in every view."""
    seen = visit_files(browser, tmp_path, synthesis_of(story), story.files, size, colours=colours)
    seen.page.evaluate(EVERYTHING)
    for digit in "12345678":
        seen.page.keyboard.press(digit)
        found = Axe().run(seen.page).response["violations"]
        serious = [described(v) for v in found if v["impact"] in {"serious", "critical"}]
        assert serious == [], f"view {digit}: {json.dumps(serious, indent=1)}"
    seen.page.context.close()


def described(violation: dict[str, Any]) -> tuple[str, list[str]]:
    """The rule and the elements that break it."""
    return violation["help"], [node["html"][:160] for node in violation["nodes"][:3]]


def test_phone_shows_every_view(browser: Browser, tmp_path: Path, story: Story) -> None:
    """On a phone no view is wider than the screen."""
    seen = visit_files(browser, tmp_path, synthesis_of(story), story.files, PHONE)
    for digit in "12345678":
        seen.page.keyboard.press(digit)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    seen.page.context.close()


def test_a_megabyte_on_one_line(browser: Browser, tmp_path: Path) -> None:
    """A monstrous article changes nothing about the page: it opens, scrolls and shows its passage."""
    text = "They met. " + "<script>alert(1)</script>\u202e\u200b" * 40_000 + " They left."
    article = make_article("a", text)
    seen = visit(browser, tmp_path, make_synthesis([article], [statement_on(article)]), [article], DESK)
    seen.page.locator("a.cite").first.click()
    assert seen.shown() == "They left."
    assert seen.problems == seen.requests == []
    seen.page.context.close()


def statement_on(article: Article) -> Any:
    """A statement that cites the end of the article."""
    return make_statement("They left.", [cite(article, "They left.")])


def test_files_in_any_order_give_the_same_page(story: Story) -> None:
    """The page does not depend on the order in which the articles were handed over."""
    files: list[ArticleFile] = list(story.files)
    assert render_report(synthesis_of(story), files) == render_report(synthesis_of(story), files[::-1])
