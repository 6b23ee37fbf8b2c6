"""The benchmark of the matcher runs where its data is, and says so where it is not."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmark import run_benchmark

SCRIPT = "fact_presence.py"
STORIES = {
    "a": ("a ferry sank off corrin . two people drowned .", ["A ferry sank.", "Two people drowned."]),
    "b": ("the minister resigned . she denied fraud .", ["The minister resigned.", "She denied fraud."]),
    "c": ("lind won the title in oslo . reyes was second .", ["Lind won the title.", "Reyes was second."]),
    "d": ("rates rose by half a point . prices fell .", ["Rates rose.", "Prices fell."]),
}


def test_it_ranks_each_fact_over_those_that_are_not_told(tmp_path: Path) -> None:
    """Invented data of the same form: each summary is one sentence of its article."""
    examples = [{"id": name, "document": text, "facts": facts} for name, (text, facts) in STORIES.items()]
    rows = [
        {"example_id": name, "system": f"{kind}_x", "summary": text.split(" . ")[place], "present": [1 - place, place]}
        for kind in ("abs", "ext")
        for name, (text, _) in STORIES.items()
        for place in (0, 1)
    ]
    for name, lines in (("realsumm_examples", examples), ("realsumm_system_labels", rows)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = run_benchmark(SCRIPT, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "32 labels" in done.stdout
    assert "AUC 1.0000  presence, as committed" in done.stdout
    assert "paired by article" in done.stdout


def test_it_says_that_the_data_is_not_there(tmp_path: Path) -> None:
    """No traceback."""
    done = run_benchmark(SCRIPT, tmp_path)
    assert done.returncode == 1
    assert "has no realsumm_examples.jsonl" in done.stderr
