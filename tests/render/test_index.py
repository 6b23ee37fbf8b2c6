"""The page that lists the stories of a heap, and the same as Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog

from pipeline.domain.groups import GroupedStory, GroupsFile
from pipeline.domain.run import Change, Duplicate, Failure
from pipeline.domain.synthesis import Source
from pipeline.render.index import render_index, render_list
from pipeline.render.report_sources import also_views

from .page import Page

BAD = "</style><script>alert(1)</script><img src=https://example.invalid/x onerror=alert(2)>\u202e\x00"


def source(name: str, title: str | None = None) -> Source:
    """An article's entry."""
    return Source(
        article_id=name, title=title, publisher=None, published="2031-05-14", url=None, path=f"{name}.txt", sha256="0"
    )


def story(number: int, title: str | None, *sources: Source, failures: tuple[Failure, ...] = ()) -> GroupedStory:
    """A story of these articles."""
    return GroupedStory(
        id=f"story-{number:012x}",
        path=f"story-{number:012x}",
        title=title,
        first=f"The first statement of {title}." if title else None,
        earliest="2031-05-14",
        latest="2031-05-16" if number % 2 else "2031-05-14",
        statements=3 if title else 0,
        disagreements=number % 2,
        sources=sources,
        failures=failures,
    )


def heap(text: str = "Ferry runs aground", title: str = "A story") -> GroupsFile:
    """A story of two articles, one of one, one that failed, a file that could not be read, and one left out."""
    failure = Failure(path=text, stage="ingest", code="input", message=text)
    return GroupsFile(
        stories=(
            story(1, title, source("a", text), source(text)),
            story(2, "Another", source("b", "A comet")),
            story(3, None, source("c"), failures=(failure,)),
        ),
        failures=(failure,),
        duplicates=(Duplicate(path=text, sha256="0", kept="a.txt", relation="earlier"),),
        notes=(),
    )


def test_the_page_is_well_formed() -> None:
    """Every element is closed, every id stands once; stories, failures and what was left out are there."""
    parsed = Page(render_index(heap()))
    assert len(parsed.ids()) == len(set(parsed.ids()))
    texts = [element.text for element in parsed.all("h2")]
    assert [text.split(" (")[0] for text in texts] == [
        "Told by several articles",
        "Told by one article",
        "Could not be read",
        "Left out: copies and earlier versions",
    ]
    links = [element.attributes["href"] for element in parsed.all("a")]
    assert "story-000000000001/report.html" in links
    assert [link for link in links if "000000000003" in link] == ["story-000000000003/run.json"]


def test_the_list_is_plain_markdown() -> None:
    """One line a story; nothing in a title or a path is Markdown."""
    listed = render_list(heap(title="**[x](y)** `<b>`"), "out `dir`")
    assert r"- **\*\*\[x\](y)\*\* \`\<b\>\`** — 14 May 2031 to 16 May 2031 — 2 articles" in listed
    assert "**No article of it could be used** — 14 May 2031 to 16 May 2031 — 1 article" in listed
    assert "`out \\x60dir\\x60/story-000000000001`" in listed


def test_no_stories() -> None:
    """Both say so."""
    none = GroupsFile(stories=(), failures=(), duplicates=(), notes=())
    assert "there are no stories" in render_index(none)
    assert "there are no stories" in render_list(none, "out")


def test_a_source_shows_what_it_stands_for() -> None:
    """Only its own, with what changed since."""
    changes = (Change(before="Nine died.", after="Ten died."),)
    given = [
        Duplicate(path="old.txt", sha256="0", kept="new.txt", relation="earlier", changes=changes),
        Duplicate(path="x.txt", sha256="0", kept="y.txt", relation="text", url="javascript:alert(1)"),
    ]
    assert [(one.path, one.what, one.changes) for one in also_views("new.txt", given)] == [
        ("old.txt", "an earlier version", changes)
    ]
    assert also_views("y.txt", given)[0].link is None


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1200], ids=["phone", "desk"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_in_a_browser(browser: Browser, tmp_path: Path, width: int, colours: Literal["light", "dark"]) -> None:
    """It fits the screen, axe finds nothing serious, and planted markup runs and loads nothing."""
    path = tmp_path / "index.html"
    path.write_text(render_index(heap(f"{'x' * 200} {BAD}", BAD)), encoding="utf-8", errors="surrogatepass")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=colours, bypass_csp=True)
    page = context.new_page()
    troubles: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        troubles.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: troubles.append(request.url))
    page.on("dialog", dismiss)
    page.goto(path.as_uri())
    assert troubles == [path.as_uri()]
    assert page.locator("script, img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [v["help"] for v in found if v["impact"] in {"serious", "critical"}] == []
    context.close()
