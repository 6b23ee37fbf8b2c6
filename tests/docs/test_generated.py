"""What is generated is what is committed, and no figure is typed."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from tests.docs.figures import MADE, MARKED, RESULTS, filled, without_figures
from tests.docs.generate import WHOLE
from tests.docs.markdown import DOCS, GENERATED, ROOT, written_pages
from tests.docs.reference import STATUSES
from tests.docs.scale import scale_rows

STALE = "stale; write it anew with `make pages`"
CODE = re.compile(r"^(```+).*?^\1|`[^`\n]*`|\]\([^)]*\)", re.DOTALL | re.MULTILINE)
MEASURED = re.compile(r"(?<![\w.,$])0?\.\d+\b(?!\.)|\b\d+(?:\.\d+)? ?%")
RECORDS = {"scaling.md", "formats.md"}
"""Pages in which each figure stands beside the command that measured it, or that another test generates."""


@pytest.mark.parametrize("name", WHOLE)
def test_reference_is_current(name: str) -> None:
    """A page of docs/reference is what the code gives today."""
    assert (GENERATED / name).read_text(encoding="utf-8") == WHOLE[name](), STALE


def test_no_other_page_passes_for_generated() -> None:
    """Whatever lies in docs/reference is made by the generator."""
    assert {path.name for path in GENERATED.iterdir()} == set(WHOLE)


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: page.name)
def test_marked_figures_are_current(page: Path) -> None:
    """What stands between the marks of a page is what evals/results and a run over the seeds give."""
    text = page.read_text(encoding="utf-8")
    assert filled(text) == text, STALE


def test_every_figure_is_shown_somewhere() -> None:
    """Nothing is generated for a mark that no page has."""
    shown = {found[1] for page in written_pages() for found in MARKED.finditer(page.read_text(encoding="utf-8"))}
    assert shown == set(MADE)


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: page.name)
def test_no_figure_is_typed(page: Path) -> None:
    """Shares and percentages stand between marks, or in a record that says how they were measured."""
    prose = CODE.sub("", without_figures(page.read_text(encoding="utf-8")))
    assert page.name in RECORDS or MEASURED.findall(prose) == []


def test_a_typed_figure_is_found() -> None:
    """The search for typed figures finds the forms in which results are written, and no version or date."""
    assert MEASURED.findall("F1 is .97, or 0.89, of 95 % (12%)") == [".97", "0.89", "95 %", "12%"]
    assert MEASURED.findall("Python 3.11, on 2024-05-14, version 0.1.0 from $0.50") == []


def test_what_a_million_articles_take() -> None:
    """Worked out by hand: 8,200 tokens an article at 10 million a minute are 820 minutes, 81 calls a second."""
    limits = [{"requests_a_minute": 10_000, "tokens_a_minute": 10_000_000}]
    kept = json.loads((RESULTS / "scaling.json").read_text(encoding="utf-8"))
    rows = {row[0]: row[1] for row in scale_rows({**kept, "limits": limits})}
    assert rows["at 10,000 RPM, 10 million TPM: tokens bound"] == "14 h"
    assert rows["— calls under way for that; cores"] == "570; 1.2"
    assert rows["store (6.4 kB a call)"] == "26 GB"


def test_every_status_of_an_error_has_a_meaning() -> None:
    """The table of exit statuses explains each that an error can end with."""
    kinds: list[type[PipelineError]] = [PipelineError, *PipelineError.__subclasses__()]
    assert {kind.exit_status for kind in kinds} <= set(STATUSES)


def test_pages_of_the_site_are_in_its_contents() -> None:
    """Each page is named in a table of contents of docs/index.md."""
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [path for path in DOCS.glob("*.md") if path.name != "index.md"]
    assert [page.name for page in pages if not re.search(rf"^{page.stem}$", index, re.MULTILINE)] == []


def test_the_rule_of_imports_is_the_contract() -> None:
    """The order that the architecture page shows is the one that import-linter holds."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = [layer.replace("pipeline.", "") for layer in contracts["contracts"][0]["layers"]]
    assert " → ".join(layers) in (DOCS / "architecture.md").read_text(encoding="utf-8")
