"""Make the pictures in docs/images anew: the report of the seeds, its review and a comparison, in chromium.

.venv/bin/python docs/screenshots.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

ROOT: Final = Path(__file__).parents[1]
IMAGES: Final = ROOT / "docs" / "images"
PIPELINE: Final = Path(sys.executable).with_name("pipeline")
DESK: Final = (1280, 800)
PHONE: Final = (390, 844)


class Shot(NamedTuple):
    """A picture: its name, the keys pressed before it is taken (or text to type, after a colon), size and colours."""

    name: str
    keys: Sequence[str]
    size: tuple[int, int] = DESK
    colours: Literal["light", "dark"] = "light"


REPORT: Final = (
    Shot("summary", ["j", "j"]),
    Shot("differences", ["2", "j"]),
    Shot("claims", ["5", "j", "j", "j"]),
    Shot("origins", ["6", "j"]),
    Shot("timeline", ["7", "j"]),
    Shot("run", ["8"]),
    Shot("search-dark", ["/", ":minutes", "Enter"], colours="dark"),
    Shot("phone", [], PHONE),
)
SHORT: Final = ("--words", "120")
LEFT_OUT: Final = Shot("left-out", ["3", "j"])
"""Of a shorter summary: with the default length nothing that several tell is left out."""
REVIEW: Final = (
    Shot("review-edit", ["j", "a", "e", ": It lasted 14 minutes."]),
    Shot("review-reject", ["j", "r"]),
)


def main() -> None:
    """Run the seeds, with and without one article, and take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        seeds = sorted((ROOT / "seeds").glob("*.txt"))
        four, five = (_run(Path(scratch) / name, files) for name, files in (("four", seeds[:-1]), ("five", seeds)))
        comparison = Path(scratch) / "comparison.html"
        command = [PIPELINE, "diff", four.name, five.name, "--page", comparison]  # the page shows the names as given
        subprocess.run(command, check=True, capture_output=True, cwd=scratch)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for shot in REPORT:
            _take(browser, (five / "report.html").as_uri(), shot)
        short = _run(Path(scratch) / "short", seeds, *SHORT)
        _take(browser, (short / "report.html").as_uri(), LEFT_OUT)
        _take(browser, comparison.as_uri(), Shot("comparison", []))
        for shot in REVIEW:
            with _reviewing(five) as address:
                _take(browser, address, shot)
        browser.close()


def _run(out: Path, files: Sequence[Path], *more: str) -> Path:
    command = [PIPELINE, "run", *files, "--engine", "extractive", "--out", out, *more]
    subprocess.run(command, check=True, capture_output=True)
    return out


@contextmanager
def _reviewing(folder: Path) -> Iterator[str]:
    """The address of a running review."""
    (folder / "review.jsonl").unlink(missing_ok=True)
    command = [PIPELINE, "review", folder, "--no-open", "--name", "Ada Penn"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None  # noqa: S101 - asked for just above
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found, "the review says where it is"  # noqa: S101  a script
        yield found.group()
        process.terminate()
        process.communicate()


def _take(browser: Browser, address: str, shot: Shot) -> None:
    width, height = shot.size
    page = browser.new_page(
        viewport={"width": width, "height": height}, reduced_motion="reduce", color_scheme=shot.colours
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for key in shot.keys:
        _press(page, key)
    page.wait_for_timeout(700)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    page.close()


def _press(page: Page, key: str) -> None:
    if key.startswith(":"):
        page.keyboard.type(key[1:])
    else:
        page.keyboard.press(key)
    page.wait_for_timeout(300)


if __name__ == "__main__":
    main()
