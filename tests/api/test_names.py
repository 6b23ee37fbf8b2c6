"""What `import pipeline` offers, and what it costs."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest

import pipeline

LOADED = "import json, sys, pipeline; print(json.dumps(sorted(sys.modules)))"


def test_import_loads_nothing() -> None:
    """The package itself brings neither pydantic nor a module of ours: the command starts as fast as without it."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert [name for name in loaded if name.startswith("pipeline.")] == []
    assert not loaded & {"pydantic", "openai", "asyncio", "typing_extensions"}


@pytest.mark.parametrize("name", pipeline.__all__)
def test_name_is_there_and_says_what_it_is(name: str) -> None:
    """Every exported name can be had, is listed by dir(), and has a docstring of its own."""
    found = getattr(pipeline, name)
    assert found.__name__ == name
    assert name in dir(pipeline)
    assert inspect.getdoc(found)


def test_no_other_name_is_there() -> None:
    """A misspelt name is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="sumarize"):
        _ = pipeline.sumarize  # type: ignore[attr-defined]  # it is misspelt on purpose


@pytest.mark.parametrize(("waiting", "awaited"), [("summarize", "asummarize"), ("check", "acheck")])
def test_both_entries_take_the_same(waiting: str, awaited: str) -> None:
    """The function that waits has the arguments and the words of the one that is awaited, and is no coroutine."""
    one, other = getattr(pipeline, waiting), getattr(pipeline, awaited)
    assert inspect.signature(one) == inspect.signature(other)
    assert one.__doc__ == other.__doc__
    assert inspect.iscoroutinefunction(other)
    assert not inspect.iscoroutinefunction(one)
