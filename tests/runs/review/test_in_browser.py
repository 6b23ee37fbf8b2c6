"""`pipeline review` as a reviewer meets it: the real command, a real browser, the keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pipeline.runs.folder import read_run
from tests.cli.command import pipeline
from tests.render.visiting import chromium
from tests.runs.review.serving import Server, serving

pytestmark = pytest.mark.browser

ARTICLES = {
    "courier.txt": "A ferry 👩‍👧 ran aground off Tarn on Monday with 40 people on board, the coast guard said. "
    "Nobody was hurt in the accident. The captain, q\u0301mile Roux 🙂, had asked for a tug two hours before.",
    "ledger.txt": "All 40 passengers of the ferry that ran aground off Tarn were taken to the harbour by Tuesday. "
    "The operator said that the captain had never asked for a tug.",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two articles with letters beyond the first plane."""
    where = tmp_path_factory.mktemp("story")
    for name, text in ARTICLES.items():
        (where / name).write_text(text, encoding="utf-8")
    done = pipeline("run", str(where), "--engine", "extractive", "--out", str(where / "out"))
    assert done.status == 0, done.err
    return where / "out"


@pytest.fixture
def folder(made: Path) -> Path:
    """The run without anything decided about it."""
    for name in ("review.jsonl", "summary.reviewed.md", "summary.reviewed.json"):
        (made / name).unlink(missing_ok=True)
    return made


@contextmanager
def reviewing(browser: Browser, server: Server, width: int = 1400) -> Iterator[Page]:
    """The page of a running review; at the end nothing may have gone wrong on it, or have been asked of others."""
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda r: problems.append(r.url) if f"//{server.host}/" not in r.url else None)
    page.goto(server.address)
    expect(page.locator("#progress")).to_contain_text("judged")
    yield page
    assert problems == []
    context.close()


def decided(folder: Path) -> list[dict[str, Any]]:
    """The decisions on disk."""
    lines = (folder / "review.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def saved(page: Page, answers: int = 1) -> None:
    """Wait until the page has heard that so many statements are judged."""
    expect(page.locator("#progress")).to_contain_text(f"{answers} of ")


def test_accept_goes_on_to_the_next(browser: Browser, folder: Path) -> None:
    """``a`` accepts, shows it, and the next open statement is current with its passage in view."""
    with serving(folder, "--name", "Ada Penn") as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("a")
        saved(page)
        expect(page.locator("#statement-1 .decided")).to_have_text("✓ Accepted by Ada Penn")
        expect(page.locator(".item.is-current")).to_have_id("statement-2")
        assert page.locator(".text .is-shown").count() > 0
    assert [(d["action"], d["by"]) for d in decided(folder)] == [("accept", "Ada Penn")]


def test_reject_takes_a_reason_by_number(browser: Browser, folder: Path) -> None:
    """``r`` asks why; a number takes a ready reason, and an empty answer is none."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.keyboard.press("Enter")
        assert page.get_by_role("dialog").is_visible()
        page.keyboard.type("3")
        page.keyboard.press("Enter")
        saved(page)
        expect(page.locator("#statement-1 .decided")).to_contain_text("misleading")
        page.keyboard.press("k")
        page.keyboard.press("u")
        saved(page, 0)
        expect(page.locator("#statement-1 .decided")).to_have_count(0)
    assert [d["action"] for d in decided(folder)] == ["reject", "withdraw"]
    assert decided(folder)[0]["reason"] == "misleading"


def test_an_edit_is_verified_while_typing(browser: Browser, folder: Path) -> None:
    """A false figure is flagged and underlined as soon as typing pauses; put right, it is supported; Enter saves."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        words = page.locator("#statement-1 .words")
        before = words.inner_text()
        page.keyboard.press("e")
        page.keyboard.type(" It lasted 77 days.")
        verdict = page.locator(".verifying")
        expect(verdict).to_contain_text("77")
        expect(page.locator(".verifying .badge")).not_to_have_class("badge supported")
        underlined = "[...CSS.highlights.get('unsupported')].map(range => range.toString()).join(' ')"
        assert "77" in page.evaluate(underlined)
        for _ in " It lasted 77 days.":
            page.keyboard.press("Backspace")
        expect(page.locator(".verifying .badge")).to_have_class("badge supported")
        page.keyboard.press("Control+a")
        page.keyboard.type("A whale was seen.")
        page.keyboard.press("Enter")
        saved(page)
        expect(words).to_have_text("A whale was seen.")
        expect(page.locator("#statement-1 .decided")).to_contain_text(before)
        expect(page.locator("#statement-1 .decided")).to_contain_text("reviewer’s own words")
    (edit,) = decided(folder)
    assert (edit["text"], edit["verdict"]["status"]) == ("A whale was seen.", "unsupported")
    assert "A whale was seen" in (folder / "summary.reviewed.md").read_text(encoding="utf-8")


def test_accepting_an_edit_keeps_it(browser: Browser, folder: Path) -> None:
    """``a`` on an edited statement goes on; it does not bring the draft back."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("e")
        page.keyboard.press("Control+a")
        page.keyboard.type("The ferry ran aground.")
        page.keyboard.press("Enter")
        saved(page)
        expect(page.locator(".item.is-current")).to_have_id("statement-2")
        page.keyboard.press("k")
        page.keyboard.press("a")
        expect(page.locator(".item.is-current")).to_have_id("statement-2")
        expect(page.locator("#statement-1 .words")).to_have_text("The ferry ran aground.")
    assert [d["action"] for d in decided(folder)] == ["edit"]


def test_axe_finds_nothing_serious_in_an_open_edit(browser: Browser, folder: Path) -> None:
    """With the buttons, an edit and its verdict on the page, and with the question of a rejection."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("a")
        saved(page)
        page.keyboard.press("e")
        page.keyboard.type(" It lasted 77 days.")
        expect(page.locator(".verifying .badge")).to_be_visible()
        serious = [_serious(page)]
        page.keyboard.press("Escape")
        page.keyboard.press("r")
        serious.append(_serious(page))
        assert serious == [[], []]


def _serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [violation["help"] for violation in found if violation["impact"] in {"serious", "critical"}]


def test_escape_leaves_the_text_alone(browser: Browser, folder: Path) -> None:
    """An edit that is given up changes nothing, and no key of it acts on the page."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        before = page.locator("#statement-1 .words").inner_text()
        page.keyboard.press("e")
        page.keyboard.type("arv2?")
        page.keyboard.press("Escape")
        assert page.locator("#statement-1 .words").inner_text() == before
        assert page.locator("#view-statements").is_visible()
    assert not (folder / "review.jsonl").exists()


@pytest.mark.parametrize("words", ["👩‍👧 ran aground", "q\u0301mile Roux 🙂, had asked", "taken to the harbour"])
def test_missing_words_keep_their_place(browser: Browser, folder: Path, words: str) -> None:
    """What is selected in a source is stored with offsets in code points, whatever letters stand before it."""
    article = next(f.article for f in read_run(folder).files if words in f.article.text)
    with serving(folder) as server, reviewing(browser, server) as page:
        page.evaluate(SELECT, words)
        expect(page.locator("#mark-missing")).to_be_visible()
        page.keyboard.press("m")
        page.keyboard.type("It matters.")
        page.keyboard.press("Enter")
        expect(page.locator("#missing li")).to_have_count(1)
    (missing,) = decided(folder)
    (evidence,) = missing["evidence"]
    assert evidence["article_id"] == article.id
    assert evidence["quote"] == words == article.text[evidence["start"] : evidence["end"]]


SELECT = """words => {
  const texts = [...document.querySelectorAll('.source .text p')];
  const own = texts.find(p => p.textContent.includes(words));
  const at = own.textContent.indexOf(words);
  const walker = document.createTreeWalker(own, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let done = 0, begun = false;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!begun && done + node.length > at) { range.setStart(node, at - done); begun = true; }
    if (begun && done + node.length >= at + words.length) { range.setEnd(node, at + words.length - done); break; }
    done += node.length;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_all_is_there_after_a_restart(browser: Browser, folder: Path) -> None:
    """Comments, importance and decisions of one server are shown by the next."""
    with serving(folder, "--name", "Ada Penn") as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("c")
        page.keyboard.type("Who <b>says</b> so?")
        page.keyboard.press("Enter")
        expect(page.locator("#statement-1 .decided")).to_contain_text("Who <b>says</b> so?")
        page.keyboard.press("v")
        expect(page.locator("#statement-1 .vital")).to_be_visible()
        page.keyboard.press("a")
        saved(page)
    with serving(folder, "--name", "Bo Lind") as server, reviewing(browser, server) as page:
        saved(page)
        shown = page.locator("#statement-1 .decided").inner_text()
        assert "Accepted by Ada Penn" in shown and "Who <b>says</b> so?" in shown and "vital" in shown


def test_a_server_that_has_gone_is_told(browser: Browser, folder: Path) -> None:
    """A decision that could not be saved is not shown as made, and the page says what to do."""
    context = browser.new_context()
    page = context.new_page()
    with serving(folder) as server:
        page.goto(server.address)
        saved(page, 0)
        server.process.kill()
        server.process.wait()
        page.keyboard.press("j")
        page.keyboard.press("a")
        expect(page.get_by_role("alert")).to_contain_text("pipeline review")
        expect(page.get_by_role("alert")).to_be_in_viewport()
        expect(page.locator("#statement-1 .decided")).to_have_count(0)
    context.close()


def test_keys_decide_only_about_what_is_seen(browser: Browser, folder: Path) -> None:
    """An item that was filtered out, or whose view was left, is not decided about."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("2")
        page.keyboard.press("a")
        page.keyboard.press("1")
        page.keyboard.press("j")
        page.keyboard.press("/")
        page.keyboard.type("zzzz")
        page.locator("#search").blur()
        page.keyboard.press("a")
        page.keyboard.press("r")
        assert page.get_by_role("dialog").count() == 0
        page.wait_for_timeout(300)
    assert not (folder / "review.jsonl").exists()


def test_a_key_held_down_decides_once(browser: Browser, folder: Path) -> None:
    """Key repeat, Enter twice and a double click are one decision each."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        for _ in range(6):
            page.keyboard.down("a")
        page.keyboard.up("a")
        saved(page, 1)
        page.keyboard.press("e")
        page.keyboard.press("Control+a")
        page.keyboard.type("The ferry ran aground.")
        page.locator(".row button").first.dblclick()
        saved(page, 2)
        page.keyboard.press("v")
        expect(page.locator(".item.is-current .vital")).to_be_visible()
        page.keyboard.press("v")
        page.wait_for_timeout(300)
    assert [d["action"] for d in decided(folder)] == ["accept", "edit", "vital"]


def test_buttons_work_from_the_keyboard(browser: Browser, folder: Path) -> None:
    """Tab walks through all the buttons of an item and out of them; Enter presses the one it is on."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        accept = page.get_by_role("button", name="Accept")
        accept.focus()
        for name in ("Reject", "Edit", "Comment", "Vital", "Undo"):
            page.keyboard.press("Tab")
            assert page.get_by_role("button", name=name).evaluate("e => e === document.activeElement")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.decide')") is None
        page.get_by_role("button", name="Vital").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#statement-1 .vital")).to_be_visible()
    assert [d["action"] for d in decided(folder)] == ["vital"]


def test_undo_takes_back_what_stands(browser: Browser, folder: Path) -> None:
    """What another reviewer decided in the meantime is named before it is taken back."""
    with serving(folder, "--name", "Ada Penn") as server, reviewing(browser, server) as page:
        name = str(page.locator("#statement-1").get_attribute("data-id"))
        page.keyboard.press("j")
        page.keyboard.press("a")
        saved(page)
        with serving(folder, "--name", "Bo Lind") as second, reviewing(browser, second) as other:
            other.keyboard.press("j")
            other.keyboard.press("u")
            dialog = other.get_by_role("dialog")
            expect(dialog).to_contain_text("Ada Penn")
            other.keyboard.press("Escape")
            assert [d["action"] for d in decided(folder)] == ["accept"]
            other.keyboard.press("u")
            expect(dialog).to_be_visible()
            other.keyboard.press("Enter")
            saved(other, 0)
    assert [(d["action"], d["by"], d["about"]["id"]) for d in decided(folder)] == [
        ("accept", "Ada Penn", name),
        ("withdraw", "Bo Lind", name),
    ]


def test_one_edit_is_open_at_a_time(browser: Browser, folder: Path) -> None:
    """Another item's edit waits; what was typed stays."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("e")
        page.keyboard.type(" More.")
        page.locator("#statement-2 .prose").click()
        page.get_by_role("button", name="Edit").click()
        expect(page.locator("[contenteditable]")).to_have_count(1)
        assert page.locator("#statement-1 .words").inner_text().endswith("More.")
        page.locator("#statement-1 .words").focus()
        page.keyboard.press("Escape")


def test_a_claim_is_marked_missing_without_a_mouse(browser: Browser, folder: Path) -> None:
    """``m`` on a claim marks the passage that it rests on."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("5")
        page.keyboard.press("j")
        page.keyboard.press("m")
        page.keyboard.press("Enter")
        expect(page.locator("#missing li")).to_have_count(1)
        assert page.evaluate("[...CSS.highlights.get('missing')].length") == 1
        claim = str(page.locator("#view-claims .item").first.get_attribute("data-id"))
    (missing,) = decided(folder)
    evidence = [c.evidence[0] for f in read_run(folder).files for c in f.summary.claims if c.id == claim]
    assert [missing["evidence"][0]["quote"]] == [e.quote for e in evidence]


def test_single_keys_can_be_turned_off_and_stay_off(browser: Browser, folder: Path) -> None:
    """With single keys off no key decides, after a reload too; modifiers never do."""
    with serving(folder) as server, reviewing(browser, server) as page:
        page.keyboard.press("j")
        page.keyboard.press("Control+Shift+a")
        page.get_by_label("Single keys").uncheck()
        page.reload()
        expect(page.locator("#progress")).to_contain_text("judged")
        page.locator("#statement-1 .prose").click()
        page.keyboard.press("a")
        page.wait_for_timeout(300)
        assert not (folder / "review.jsonl").exists()
        page.get_by_role("button", name="Accept").click()
        saved(page)


def test_a_phone_stays_in_the_summary(browser: Browser, folder: Path) -> None:
    """Where the sources stand below, a decision goes on to the next statement, which is in view; trouble is, too."""
    with serving(folder) as server, reviewing(browser, server, width=390) as page:
        page.keyboard.press("j")
        page.keyboard.press("a")
        saved(page)
        box = page.locator("#statement-2").bounding_box()
        assert box is not None
        assert -50 < box["y"] < 900
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
