"""The report in a browser: what a click and a key do, and that nothing leaves the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from pipeline.domain.article import Article
from pipeline.domain.synthesis import Synthesis
from pipeline.render.report import render_report

from .factory import cite, make_article, make_disagreement, make_file, make_statement, make_synthesis
from .visiting import DESK, PHONE, Visit, visit

pytestmark = pytest.mark.browser

QUOTES = ["They met 👩‍👧 on Thursday", "met 👩‍👧 on Thursday. They", "spoke.\n\nThey left", "It was cold"]


def two_articles() -> tuple[Synthesis, list[Article]]:
    """Overlapping passages, one over a paragraph break, and a second source far down."""
    filler = "\n\n".join(f"Paragraph {number} of something else entirely." for number in range(60))
    first = make_article("first", f"🙂 They met 👩‍👧 on Thursday. They spoke.\n\nThey left. {filler}")
    second = make_article("second", f"{filler}\n\nIt was cold.")
    statements = [
        make_statement("They met.", [cite(first, QUOTES[0]), cite(first, QUOTES[1])]),
        make_statement("They spoke and left.", [cite(first, QUOTES[2]), cite(second, QUOTES[3])]),
    ]
    return make_synthesis([first, second], statements), [first, second]


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """The two articles on a wide screen; afterwards nothing may have gone wrong or have been asked for."""
    seen = visit(browser, tmp_path, *two_articles(), DESK)
    yield seen
    seen.page.context.close()
    assert seen.problems == []
    assert seen.requests == []


def test_click_highlights_the_quote(desk: Visit) -> None:
    """Each citation, clicked, highlights exactly its quote and brings it into view."""
    for number, quote in enumerate(QUOTES):
        desk.page.locator("a.cite").nth(number).click()
        assert desk.shown() == quote
        assert desk.page.locator("mark.is-shown").first.is_visible()
        assert in_view(desk.page)


def in_view(page: Page) -> bool:
    """Whether the first highlighted piece lies inside the window as soon as scrolling has ended."""
    script = """() => {
      const r = document.querySelector('.text .is-shown').getBoundingClientRect();
      return r.top >= 0 && r.bottom <= innerHeight;
    }"""
    page.wait_for_function(script, timeout=5000)
    return True


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_page_that_glides_arrives(browser: Browser, tmp_path: Path, size: ViewportSize) -> None:
    """The first tap after opening, screens away from its passage, ends there; and the way back at the citation."""
    articles = [
        make_article(f"a{n}", "\n\n".join(f"Paragraph {p} of {n} " + "says more " * (p % 7 * 9) for p in range(40)))
        for n in range(5)
    ]
    quotes = [(article, f"Paragraph {15 + 4 * n} of {n}") for n, article in enumerate(articles)]
    statements = [make_statement(quote, [cite(article, quote)], id=f"s{quote[-1]}") for article, quote in quotes]
    path = tmp_path / "report.html"
    files = [make_file(article) for article in articles]
    path.write_text(render_report(make_synthesis(articles, statements), files), encoding="utf-8")
    for number in range(len(quotes)):
        seen = Visit.of(browser, path, size, motion=True)
        link = seen.page.locator("a.cite").nth(number)
        link.click()
        assert at_rest(seen.page) and in_view(seen.page)
        seen.page.get_by_role("button", name="Back to the summary").click()
        assert at_rest(seen.page)
        expect(link).to_be_in_viewport()
        seen.page.context.close()


def at_rest(page: Page) -> bool:
    """Whether nothing has moved for a third of a second."""
    script = """() => {
      const now = `${scrollY} ${document.querySelector('#sources').scrollTop}`;
      if (globalThis.lastPlace !== now) globalThis.since = performance.now();
      globalThis.lastPlace = now;
      return performance.now() - globalThis.since > 333;
    }"""
    page.wait_for_function(script, timeout=20_000)
    return True


def test_click_keeps_the_summary_in_place(desk: Visit) -> None:
    """On a wide screen the sources scroll beside the summary, which stays where it was read."""
    desk.page.locator("a.cite").nth(3).click()
    assert desk.page.evaluate("window.scrollY") == 0
    assert desk.page.evaluate("document.querySelector('#sources').scrollTop") > 0


def test_passage_is_announced(desk: Visit) -> None:
    """A screen reader is told the source and the words."""
    desk.page.locator("a.cite").nth(3).click()
    note = desk.page.get_by_role("status")
    assert note.get_attribute("aria-live") == "polite"
    assert note.text_content() == "Source 2, Paragraph 0 of something else …: “It was cold”"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_keys_press_a_citation(desk: Visit, key: str) -> None:
    """Enter and Space open the focused citation, and the focus stays on it."""
    citation = desk.page.locator("a.cite").nth(1)
    citation.focus()
    desk.page.keyboard.press(key)
    assert desk.shown() == QUOTES[1]
    assert citation.evaluate("e => e === document.activeElement && e.getAttribute('aria-current')") == "true"


def test_keys_step_and_clear(desk: Visit) -> None:
    """``n`` and ``p`` walk through the citations, round the ends too; Escape clears."""
    walked = []
    for key in ("n", "n", "p", "p", "n"):
        desk.page.keyboard.press(key)
        walked.append(desk.shown())
    assert walked == [QUOTES[0], QUOTES[1], QUOTES[0], QUOTES[3], QUOTES[0]]
    desk.page.keyboard.press("Escape")
    assert desk.shown() == ""
    assert not desk.page.locator("#stepper").is_visible()
    assert desk.page.get_by_role("status").text_content() == ""


def test_keys_can_be_turned_off(desk: Visit) -> None:
    """Who does not want single keys turns them off (WCAG 2.1.4)."""
    desk.page.get_by_label("Single keys").uncheck()
    desk.page.keyboard.press("n")
    assert desk.shown() == ""


def test_back_returns_to_the_citation(desk: Visit) -> None:
    """From a passage the way leads back to the citation that was followed."""
    desk.page.locator("a.cite").nth(2).click()
    desk.page.get_by_role("button", name="Back to the summary").click()
    assert desk.page.locator("a.cite").nth(2).evaluate("e => e === document.activeElement")


def test_passage_leads_to_its_citation(desk: Visit) -> None:
    """A click on a cited passage shows which citation rests on it."""
    desk.page.locator("mark", has_text="It was cold").click()
    assert desk.shown() == QUOTES[3]
    assert desk.page.locator("a.cite[aria-current]").text_content() == "[2]"


def test_address_names_the_passage(desk: Visit) -> None:
    """The address can be handed on: opened, it shows the same passage."""
    desk.page.locator("a.cite").nth(1).click()
    address = desk.page.url
    assert address.endswith("#c2")
    desk.page.keyboard.press("Escape")
    desk.page.evaluate("location.hash = '#c2'")
    desk.page.wait_for_selector("mark.is-shown")
    assert desk.shown() == QUOTES[1]


def test_works_without_script(browser: Browser, tmp_path: Path) -> None:
    """Without the script a citation is a link to the passage, which is marked."""
    seen = visit(browser, tmp_path, *two_articles(), DESK, script=False)
    seen.page.locator("a.cite").nth(3).click()
    target = seen.page.locator(":target mark")
    assert target.text_content() == QUOTES[3]
    assert target.is_visible()
    idle = seen.page.locator("mark").first
    colour = "e => getComputedStyle(e).backgroundColor"
    assert target.evaluate(colour) != idle.evaluate(colour)
    seen.page.context.close()


def test_phone_has_one_column(browser: Browser, tmp_path: Path) -> None:
    """On a phone nothing is wider than the screen, long words included, and citations work as before."""
    article = make_article("a", f"They met {'x' * 300} there.", title="W" * 200, publisher="P" * 120)
    statement = make_statement("y" * 200, [cite(article, "They met")])
    dispute = make_disagreement("z" * 99, *((("q" * 99), ("r" * 99), cite(article, "met")) for _ in range(3)))
    synthesis = make_synthesis([article], [statement], disagreements=(dispute,), title="V" * 99)
    seen = visit(browser, tmp_path, synthesis, [article], PHONE)
    seen.page.locator("a.cite").first.click()
    assert seen.shown() == "They met"
    assert in_view(seen.page)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert seen.problems == seen.requests == []
    seen.page.context.close()


def test_hostile_article_does_nothing(browser: Browser, tmp_path: Path) -> None:
    """Scripts, handlers and loads planted in every string run nothing and fetch nothing."""
    bad = (
        "</script><script>alert(1)</script><img src=https://example.invalid/x onerror=alert(2)>"
        "<svg onload=alert(3)><style>@import 'https://example.invalid/y'</style>"
        "<meta http-equiv=refresh content='0;url=https://example.invalid/z'>\u202e\u2066\x00"
    )
    article = make_article("a", f"Met. {bad} End.", title=bad, publisher=bad, url="javascript:alert(4)", path=bad)
    statement = make_statement(bad, [cite(article, bad)])
    seen = visit(browser, tmp_path, make_synthesis([article], [statement], title=bad), [article], DESK)
    seen.page.locator("a.cite").first.click()
    seen.page.wait_for_timeout(200)
    assert seen.shown() == bad.replace("\u202e", "␦").replace("\u2066", "␦").replace("\x00", "␀")
    assert seen.problems == seen.requests == []
    assert seen.page.locator("img, iframe, object, embed, base").count() == 0
    seen.page.context.close()


def test_policy_stops_what_escaping_would_miss(desk: Visit) -> None:
    """Even a script that got into the page would not run: the policy is in force."""
    ran = desk.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); return window.ran ?? null }"
    )
    assert ran is None
    assert any("Content Security Policy" in problem for problem in desk.problems)
    desk.problems.clear()
