"""How the code is written: modules and functions that can be taken in, and no exception to a rule without a reason."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("pipeline", "tests", "evals", "docs")
MOST_LINES: Final = 400
MOST_OF_A_FUNCTION: Final = 60
LONGER: Final = {
    "pipeline/text/quantities.py": "one grammar of numbers and units; to be parted",
}
"""Modules that may be longer, each with its reason."""
LONG: Final = re.compile(r"# long: \w+")
"""On the line of a function's name: why it is longer than others may be."""
EXCEPTION: Final = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover)")
WITH_REASON: Final = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[a-z-]+(?:, [a-z-]+)*\]|pragma: no cover)[\s#-]+[\"“(]?\w"
)
"""Which rule, and then why."""


def _modules(*folders: str) -> list[str]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _long_functions(text: str) -> Iterator[str]:
    """The names of functions that are longer than a reader takes in, and do not say why."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_OF_A_FUNCTION and not LONG.search(lines[node.lineno - 1]):
                yield f"{node.name}: {length} lines"


def _unexplained(text: str) -> Iterator[str]:
    """Comments that take a line out of a rule, and do not say why."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and EXCEPTION.search(token.string) and not WITH_REASON.search(token.string):
            yield f"{token.start[0]}: {token.string}"


def test_modules_can_be_read_at_a_sitting() -> None:
    """No module of the program has more than 400 lines, unless a reason is given here."""
    modules = _modules("pipeline")
    assert len(modules) > 100
    longer = {name for name in modules if len(_text(name).splitlines()) > MOST_LINES}
    assert longer - LONGER.keys() == set()
    assert LONGER.keys() <= set(modules)


def test_functions_can_be_seen_whole() -> None:
    """No function has more than 60 lines without a reason behind its name."""
    found = {name: list(_long_functions(_text(name))) for name in _modules(*FOLDERS)}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_every_exception_has_a_reason() -> None:
    """Whoever takes a line out of a rule says which rule, and why."""
    found = {name: list(_unexplained(_text(name))) for name in _modules(*FOLDERS)}
    assert {name: comments for name, comments in found.items() if comments} == {}


@pytest.mark.parametrize(
    ("comment", "explained"),
    [
        ("# noqa: S101", False),
        ("# noqa", False),
        ("# noqa: S101, PLC0415", False),
        ("# noqa: S101  for mypy: the caller has looked", True),
        ("# noqa: S101 - an asynchronous client has no other", True),
        ("# type: ignore[misc]", False),
        ("# type: ignore", False),
        ("# type: ignore[misc]  # the class is made here", True),
        ("# pragma: no cover", False),
        ("# an ordinary comment", True),
    ],
)
def test_a_reason_is_seen(comment: str, explained: bool) -> None:
    """A rule's name is no reason, and words behind it are one."""
    assert (list(_unexplained(f"x = 1  {comment}\n")) == []) is explained


def test_a_long_function_is_seen() -> None:
    """It is named with its length, unless its line says why it is long."""
    body = "    pass\n" * MOST_OF_A_FUNCTION
    assert list(_long_functions(f"async def draw():\n{body}")) == ["draw: 61 lines"]
    assert list(_long_functions(f"def draw():  # long: a table of shapes\n{body}")) == []
