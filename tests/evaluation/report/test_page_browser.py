"""The page in a browser: the filter, small screens, print, contrast, and that nothing runs or leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from pipeline.evaluation.evaluated import Evaluation
from pipeline.evaluation.report.page import render_page
from tests.render.visiting import OpenPage, chromium

from .factory import HOSTILE, evaluation, everything, everywhere, fact, story

pytestmark = pytest.mark.browser

PALE_TEXTS = """() => {
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const found = numbers(getComputedStyle(e).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const written = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  return [...document.querySelectorAll('body *')].filter(written).filter((e) => {
    const [one, two] = [light(numbers(getComputedStyle(e).color)), light(ground(e))];
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05) < 4.5;
  }).map((e) => `${e.className}: ${e.textContent}`);
}"""
"""Texts whose contrast is below 4.5 to 1 (WCAG 2.2, 1.4.3)."""


class Visit(OpenPage):
    """An open page of an evaluation."""

    def facts(self) -> list[str]:
        """The ids of the facts that are seen, of all stories."""
        cards = [card for card in self.page.locator(".fact").all() if card.is_visible()]
        return [card.locator(".line code").inner_text() for card in cards]

    def close(self) -> None:
        """Nothing may have gone wrong or have been asked for."""
        self.page.context.close()
        assert self.problems == []
        assert self.requests == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with chromium() as launched:
        yield launched


def visit(
    browser: Browser,
    folder: Path,
    found: Evaluation,
    *,
    width: int = 1200,
    scheme: Literal["light", "dark"] = "light",
    script: bool = True,
) -> Visit:
    """Open a page from disk, with everything but the file itself blocked."""
    path = folder / "eval.html"
    path.write_text(render_page(found), encoding="utf-8")
    return Visit.of(browser, path, {"width": width, "height": 800}, colours=scheme, script=script)


def two_stories() -> Evaluation:
    """The example twice, under two names."""
    one = everything().stories[0]
    return evaluation(one, one._replace(id="ferry"), gates=everything().report.gates)


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Two stories on a wide screen, without script."""
    seen = visit(browser, tmp_path, two_stories(), script=False)
    yield seen
    seen.close()


ALL = ["met", "lasted", "asked", "later", "part", "open"]


def test_filter_shows_what_it_says(desk: Visit) -> None:
    """Without any script each choice shows its facts, in its own story alone."""
    first, second = desk.page.locator(".facts").all()
    assert desk.facts() == ALL + ALL
    first.get_by_label("Lost or not counted").check()
    assert desk.facts() == ALL[1:] + ALL
    first.get_by_label("Vital").check()
    assert desk.facts() == ALL[:3] + ALL
    second.get_by_label("Lost or not counted").check()
    assert desk.facts() == ALL[:3] + ALL[1:]
    first.get_by_label("All").check()
    assert desk.facts() == ALL + ALL[1:]


def test_filter_by_keyboard(desk: Visit) -> None:
    """Arrow keys go from choice to choice."""
    desk.page.get_by_label("All").first.focus()
    desk.page.keyboard.press("ArrowDown")
    assert desk.facts() == ALL[1:] + ALL


def test_link_shows_a_filtered_fact(desk: Visit) -> None:
    """A link from the waterfall leads to its fact although the filter leaves it out."""
    desk.page.get_by_label("Vital").first.check()
    assert "later" not in desk.facts()[:4]
    desk.page.locator(".losses").first.get_by_role("link", name="later").click()
    assert desk.facts()[:4] == ["met", "lasted", "asked", "later"]
    top = "e => e.getBoundingClientRect().top"
    assert 0 <= float(desk.page.locator(":target").evaluate(top)) < 800


def test_waterfall_is_drawn(desk: Visit) -> None:
    """Vital, okay and lost have colours of their own, and the bars are as long as their shares."""
    bar = desk.page.locator(".waterfall svg").nth(2)
    fills = bar.locator("rect").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
    assert len(set(fills)) == 4
    widths = bar.locator("rect").evaluate_all("all => all.map(e => Math.round(e.getBoundingClientRect().width))")
    assert widths[1:] == [round(widths[0] * share) for share in (0.4, 0.4, 0.2)]


@pytest.mark.parametrize("width", [400, 320])
def test_phone_has_one_column(browser: Browser, tmp_path: Path, width: int) -> None:
    """On a phone nothing is wider than the screen, long words included."""
    for found in (two_stories(), everywhere("w" * 300)):
        seen = visit(browser, tmp_path, found, width=width)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.locator(".waterfall svg").first.bounding_box()
        seen.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read(browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    """Dark and light, every text stands out from its ground."""
    seen = visit(browser, tmp_path, two_stories(), scheme=scheme)
    ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(252, 251, 248)", "dark": "rgb(26, 28, 32)"}[scheme]
    assert seen.page.evaluate(PALE_TEXTS) == []
    seen.close()


def test_print_shows_everything(browser: Browser, tmp_path: Path) -> None:
    """On paper there are no controls, nothing is folded, and every text stands out from white."""
    seen = visit(browser, tmp_path, two_stories())
    seen.page.emulate_media(media="print")
    assert not seen.page.locator(".filter").first.is_visible()
    assert not seen.page.locator(".contents").is_visible()
    assert seen.page.get_by_text("They met in Paris.").first.is_visible()
    assert seen.page.evaluate(PALE_TEXTS) == []
    seen.close()


def test_parts_have_names(desk: Visit) -> None:
    """A screen reader finds the landmarks, the tables with their header cells, and the choices by name."""
    page = desk.page
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("navigation", name="On this page").count() == 1
    assert page.get_by_role("table", name="Facts left after each stage").count() == 2
    assert page.get_by_role("rowheader", name="summarize").count() == 2
    assert page.get_by_role("group", name="Facts to show").count() == 2


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_does_nothing(browser: Browser, tmp_path: Path, hostile: str) -> None:
    """Scripts, handlers and loads planted in every string run nothing and fetch nothing."""
    seen = visit(browser, tmp_path, everywhere(hostile))
    seen.page.locator("summary").click()
    seen.page.wait_for_timeout(50)
    assert seen.page.locator("img, iframe, object, embed, base, script").count() == 0
    seen.close()


def test_policy_stops_what_escaping_would_miss(browser: Browser, tmp_path: Path) -> None:
    """Even a script that got into the page would not run: the policy is in force."""
    seen = visit(browser, tmp_path, evaluation(story(fact("f"))))
    ran = seen.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); return window.ran ?? null }"
    )
    assert ran is None
    assert any("Content Security Policy" in problem for problem in seen.problems)
    seen.problems.clear()
    seen.close()
