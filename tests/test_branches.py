"""The bound on branches: each package by itself, nothing rounded up, and what was not measured fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.branches import PACKAGES, main, taken


def _file(branches: int, covered: int, *missing: list[int]) -> dict[str, Any]:
    return {
        "summary": {"num_branches": branches, "covered_branches": covered},
        "missing_branches": list(missing),
    }


def _report(folder: Path, **covered: int) -> str:
    """A report in which packages have so many of a thousand branches."""
    files = {f"pipeline/{name}/one.py": _file(1000, count) for name, count in covered.items()}
    path = folder / "report.json"
    path.write_text(json.dumps({"files": files}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("covered", "status"),
    [
        ({"text": 950, "stages": 950, "evaluation": 950}, 0),
        ({"text": 1000, "stages": 1000, "evaluation": 949}, 1),
        ({"text": 1000, "stages": 1000}, 1),
    ],
)
def test_each_package_must_meet_the_bound(
    covered: dict[str, int], status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One package below 95 %, however little, fails, whatever the others have; so does one that was not measured."""
    assert main(_report(tmp_path, **covered)) == status
    assert ("less than 95 %" in capsys.readouterr().out) is bool(status)


def test_branches_are_counted_by_folder() -> None:
    """Sub-folders belong to a package, neighbours whose names begin alike do not; what no test takes is named."""
    report = {
        "files": {
            "pipeline/text/a.py": _file(4, 4),
            "pipeline/text/languages/b.py": _file(4, 2, [9, 12], [7, -3]),
            "pipeline/texts.py": _file(100, 0, [1, 2]),
        }
    }
    found = taken("pipeline/text", report)
    assert (found.branches, found.taken, found.enough()) == (8, 6, False)
    assert found.told() == (
        "pipeline/text: 75.00 % (6 of 8 branches): less than 95 %\n  pipeline/text/languages/b.py: 7→-3, 9→12"
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_there(package: str) -> None:
    """What is measured is a folder with modules of the program."""
    assert list((Path(__file__).parents[1] / package).rglob("*.py"))
