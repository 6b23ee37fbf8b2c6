"""What the README and the pages show is true: blocks run in order, outputs come out, links and settings exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.batch_server import BatchServer
from tests.docs.markdown import ROOT, blocks, commands, written_pages
from tests.docs.session import PagesModel, Session, parsed, workplace

EDITS_A_PROMPT = "prompts.md"
RUN_BY_THEIR_OWN_TEST = {"python-api.md"}
"""Its blocks await at the top, as a notebook does: tests/api/test_examples.py."""
SETTING = re.compile(r"\bPIPELINE_([A-Z_]+)")


@pytest.mark.parametrize(
    "page", [p for p in written_pages() if p.name not in RUN_BY_THEIR_OWN_TEST], ids=lambda page: page.name
)
def test_blocks_run_in_order(page: Path, tmp_path: Path) -> None:
    """Each block of a page does what the page says, in a folder where only those above it have been."""
    with BatchServer(PagesModel()) as server:
        session = Session(workplace(tmp_path, with_code=page.name == EDITS_A_PROMPT), server)
        for block in blocks(page):
            try:
                session.do(block)
            except (AssertionError, KeyError) as error:
                raise AssertionError(f"{page.name}, line {block.line}: {error}") from error


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: page.name)
def test_a_file_that_is_shown_is_named(page: Path) -> None:
    """A reader is told which file a block is to be put into: the test reads it from what is not shown."""
    lines = page.read_text(encoding="utf-8").splitlines()
    shown = [block for block in blocks(page) if block.use not in {"", "output"}]
    above = {block.use: " ".join(lines[max(0, block.line - 5) : block.line - 1]) for block in shown}
    assert [name for name, text in above.items() if f"`{name}`" not in text] == []


def test_there_are_blocks_to_run() -> None:
    """The pages show dozens of commands; a change that hides them from this test is noticed."""
    shown = [
        line for page in written_pages() for block in blocks(page) if block.language == "sh" for line in commands(block)
    ]
    assert sum("pipeline " in line for line in shown) >= 40


@pytest.mark.parametrize("page", [ROOT / "evals" / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_commands_elsewhere_can_be_parsed(page: Path) -> None:
    """The commands of the other documents are commands: their options exist and take such values."""
    lines = [line for block in blocks(page) if block.language == "sh" for line in commands(block)]
    for line in lines:
        words = line.split("#")[0].split()
        if words[0].endswith("/pipeline"):
            parsed(words[1:])


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: page.name)
def test_named_settings_exist(page: Path) -> None:
    """Every PIPELINE_ variable that a page names is a setting."""
    names = {name.lower() for name in SETTING.findall(page.read_text(encoding="utf-8"))}
    assert names - set(Settings.model_fields) == set()
