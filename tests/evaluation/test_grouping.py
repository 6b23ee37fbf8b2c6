"""Sorting into events, measured against the labels."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import InputError
from pipeline.evaluation.grouping import Mix, b_cubed, load_mix
from pipeline.stages.grouping import group

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "evals" / "benchmarks" / "grouping.py"
EVENTS = {"a": "storm", "b": "storm", "c": "storm", "d": "strike"}


@pytest.fixture(scope="module")
def mix() -> Mix:
    """Three stories among 39 articles that tell of other things."""
    return load_mix(ROOT / "evals" / "grouping" / "labels.yaml", ROOT)


def test_the_mix_is_sorted_well(mix: Mix) -> None:
    """B-cubed F1 of .95 at least; none of the articles that were written to mislead joins a story."""
    assert len(mix.articles) == 76
    found = group(mix.articles)
    assert b_cubed([one.article_ids for one in found], mix.events).f1 >= 0.95
    told = [{mix.events[article] for article in one.article_ids} for one in found]
    assert all(len(events) == 1 for events in told if events & {"seeds", "ferry", "strike"})


def test_an_article_more_renames_no_group_of_others(mix: Mix) -> None:
    """The groups without one article of the noise are the groups with it, less its own, under the same ids."""
    whole = {one.id: one.article_ids for one in group(mix.articles)}
    for gone in [article for article in mix.articles if mix.events[article.id] == article.id][::6]:
        left = {one.id: one.article_ids for one in group([a for a in mix.articles if a.id != gone.id])}
        assert left == {key: ids for key, ids in whole.items() if gone.id not in ids}


@pytest.mark.parametrize(
    ("groups", "precision", "recall"),
    [
        ([["a", "b", "c"], ["d"]], 1.0, 1.0),
        ([["a"], ["b"], ["c"], ["d"]], 1.0, 0.5),
        ([["a", "b", "c", "d"]], 0.625, 1.0),
        ([["a", "b", "c", "x"], ["d", "y"]], 1.0, 1.0),
    ],
)
def test_b_cubed_by_hand(groups: Sequence[Sequence[str]], precision: float, recall: float) -> None:
    """Worked out on paper; articles without a label count for nothing."""
    found = b_cubed(groups, EVENTS)
    assert (found.precision, found.recall) == pytest.approx((precision, recall))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("xyz"), min_size=1))
def test_b_cubed_of_the_truth_is_one(events: dict[str, str]) -> None:
    """And of everything in one group the recall is, of everything alone the precision."""
    truth = [[a for a in events if events[a] == event] for event in set(events.values())]
    assert b_cubed(truth, events).f1 == pytest.approx(1.0)
    assert b_cubed([list(events)], events).recall == pytest.approx(1.0)
    assert b_cubed([[a] for a in events], events).precision == pytest.approx(1.0)


def test_labels_that_are_wrong_are_named(tmp_path: Path) -> None:
    """A misspelt key is told with the file, not passed over."""
    labels = tmp_path / "labels.yaml"
    labels.write_text("storys: {}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"labels\.yaml"):
        load_mix(labels, tmp_path)


def test_the_benchmark_runs(tmp_path: Path) -> None:
    """With a folder of stories, which it takes for one event each."""
    for name, text in (("00", "A comet was seen over Orrin on Monday."), ("01", "Orrin saw a comet on Monday.")):
        (tmp_path / "comet").mkdir(exist_ok=True)
        (tmp_path / "comet" / f"{name}_doc.txt").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PIPELINE_DATA": ""}
    done = subprocess.run(  # our own script, on a folder of ours
        [sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "78 articles, 4 stories of several" in done.stdout
