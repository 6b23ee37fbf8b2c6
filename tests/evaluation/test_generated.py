"""What is generated is what is committed: tables of the docs, and the schema that editors check labels by."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.evaluation.story import labels_schema

ROOT = Path(__file__).parents[2]


def _script(name: str) -> ModuleType:
    path = ROOT / "evals" / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_of_the_evals_are_current() -> None:
    """Agreement and definitions in evals/README.md (else: python evals/benchmarks/tables.py --write)."""
    readme = (ROOT / "evals" / "README.md").read_text(encoding="utf-8")
    assert _script("tables").with_tables(readme) == readme


def test_figures_of_the_evals_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines measured afresh give what is kept (else: python evals/benchmarks/side_by_side.py --write)."""
    monkeypatch.chdir(ROOT)
    kept = (ROOT / "evals" / "results" / "evals.json").read_text(encoding="utf-8")
    assert asyncio.run(_script("side_by_side").side_by_side()) == json.loads(kept)


def test_figures_of_the_checker_are_current() -> None:
    """What the guards pass and refuse of the rewrites is what is kept (else: evals/benchmarks/peers.py --write)."""
    kept = json.loads((ROOT / "evals" / "results" / "peers.json").read_text(encoding="utf-8"))["systems"]["ours"]
    script = _script("peers")
    assert script.counted(script.statements(), script.ours) == {name: kept[name] for name in kept if name != "version"}


def test_schema_of_the_labels_is_current() -> None:
    """facts.schema.json is what the program checks by (else: take it from `pipeline schema`)."""
    committed = (ROOT / "evals" / "stories" / "facts.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == labels_schema()
