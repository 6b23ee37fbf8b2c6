"""A report, opened in Debian's chromium with everything but the file itself blocked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal, Self

from playwright.sync_api import Browser, Dialog, Page, Route, ViewportSize, sync_playwright

from pipeline.domain.article import Article
from pipeline.domain.claims import ArticleFile
from pipeline.domain.synthesis import Synthesis
from pipeline.render.report import render_report

from .factory import make_file

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 900}


@dataclass
class OpenPage:
    """A page of ours, opened from disk, with what went wrong and what it tried to load."""

    page: Page
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        browser: Browser,
        path: Path,
        size: ViewportSize,
        *,
        colours: Literal["light", "dark"] = "light",
        script: bool = True,
        motion: bool = False,
    ) -> Self:
        """The file, with everything but itself blocked; with ``motion`` the page may glide, as it does for most."""
        context = browser.new_context(
            viewport=size,
            reduced_motion="no-preference" if motion else "reduce",
            color_scheme=colours,
            java_script_enabled=script,
        )
        seen = cls(context.new_page())
        seen.page.on("console", lambda message: seen.problems.append(message.text))
        seen.page.on("pageerror", lambda error: seen.problems.append(str(error)))
        seen.page.on("dialog", seen.dismiss)
        context.route("**/*", partial(seen.only, path.as_uri()))
        seen.page.goto(path.as_uri())
        return seen

    def only(self, address: str, route: Route) -> None:
        """Let the page itself be read; note and stop every other request."""
        if route.request.url == address:
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()

    def dismiss(self, dialog: Dialog) -> None:
        """A dialog can only come from a planted script."""
        self.problems.append(dialog.message)
        dialog.dismiss()


class Visit(OpenPage):
    """An open report."""

    def shown(self) -> str:
        """The text that is highlighted now."""
        return "".join(self.page.locator(".text .is-shown").all_text_contents())

    def items(self) -> list[str]:
        """The words of the items that can be seen now."""
        return [e.inner_text() for e in self.page.locator(".item .prose").all() if e.is_visible()]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium; a machine without it fails these tests rather than skipping them."""
    executable = shutil.which("chromium")
    assert executable, "no chromium on PATH: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield launched
        launched.close()


def visit(
    browser: Browser,
    folder: Path,
    synthesis: Synthesis,
    articles: Sequence[Article],
    size: dict[str, int],
    *,
    script: bool = True,
) -> Visit:
    """Open the report of articles without claims from disk."""
    return visit_files(browser, folder, synthesis, [make_file(article) for article in articles], size, script=script)


def visit_files(
    browser: Browser,
    folder: Path,
    synthesis: Synthesis,
    files: Sequence[ArticleFile],
    size: dict[str, int],
    *,
    script: bool = True,
    colours: Literal["light", "dark"] = "light",
) -> Visit:
    """Open a report from disk."""
    path = folder / "report.html"
    path.write_text(render_report(synthesis, files), encoding="utf-8")
    return Visit.of(browser, path, {"width": size["width"], "height": size["height"]}, colours=colours, script=script)
