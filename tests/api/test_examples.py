"""docs/python-api.md is true: its blocks run in their order, against a server that answers as a model would."""

from __future__ import annotations

import ast
import asyncio
import inspect
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import pipeline
from tests.cli.command import Model
from tests.fake_openai import FakeOpenAI

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python-api.md"
TEXT = PAGE.read_text(encoding="utf-8")
SERVER = "http://127.0.0.1:8080/v1"


@pytest.fixture
def loud() -> Iterator[None]:
    """What an example does to logging ends with it."""
    root, own = logging.getLogger(), logging.getLogger("pipeline")
    before, level = list(root.handlers), own.level
    yield
    root.handlers[:] = before
    own.setLevel(level)


@pytest.mark.usefixtures("loud")
def test_examples_run_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block runs, and the last ones leave what the page says of them."""
    shutil.copytree(ROOT / "seeds", tmp_path / "path" / "to" / "articles")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    with FakeOpenAI(Model()) as server:
        blocks = _blocks(server.base_url)
        for block in blocks:
            _run(block, names)
        assert len(server.chats) >= 2
    assert len(blocks) >= 9
    assert (tmp_path / "pipeline-out" / "report.html").is_file()
    assert names["run"].synthesis.statements
    assert [s.verdict.status for s in names["report"].sentences] == ["contradicted"]


def test_every_name_has_an_example() -> None:
    """What the package exports is on the page."""
    assert [name for name in pipeline.__all__ if not re.search(rf"\b{name}\b", TEXT)] == []


def _blocks(base_url: str) -> list[CodeType]:
    """The page's Python, as a notebook would run it: ``await`` needs no function around it."""
    found = list(re.finditer(r"```python\n(.*?)```", TEXT, re.DOTALL))
    lines = [TEXT.count("\n", 0, match.start()) + 1 for match in found]
    return [
        compile("\n" * line + match[1].replace(SERVER, base_url), str(PAGE), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        for line, match in zip(lines, found, strict=True)
    ]


def _run(block: CodeType, names: dict[str, Any]) -> None:
    if block.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(block, names))  # noqa: S307  our own page
    else:
        exec(block, names)  # noqa: S102  our own page
