"""Agreement of two annotators: by hand, and as committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation.agreement import Agreement, figures, load_agreement, pooled
from pipeline.evaluation.story import find_stories, load_story

ROOT = Path(__file__).parents[2]
STORIES = find_stories([], ROOT / "evals" / "stories")


def _agreement(pairs: list[tuple[str, str, str, str]], *, first: int, only_second: int) -> Agreement:
    """Matched facts (first, its importance, second, its importance), and how many each had besides."""
    return Agreement.model_validate(
        {
            "schema_version": 1,
            "story": "tiny",
            "adjudicators": {"third": {"kind": "person", "labelled": "2026-11-22"}},
            "first_facts": first,
            "first_vital": [],
            "matches": [
                {"first": a, "first_importance": b, "second": c, "second_importance": d, "relation": "same"}
                for a, b, c, d in pairs
            ],
            "only_second": [{"second": f"x{n}", "decision": "left_out", "why": "small"} for n in range(only_second)],
        }
    )


def test_figures_by_hand() -> None:
    """Four matched of five and six; they agree on three, half of it by chance: kappa (3/4 - 1/2) / (1 - 1/2)."""
    pairs = [
        ("a", "vital", "q", "vital"),
        ("b", "vital", "r", "okay"),
        ("c", "okay", "s", "okay"),
        ("d", "okay", "t", "okay"),
    ]
    found = figures(_agreement(pairs, first=5, only_second=2))
    assert found.kappa == pytest.approx(0.5)
    assert (found.matched, found.first_found, found.second, found.second_found) == (4, 4 / 5, 6, 4 / 6)


def test_a_fact_matched_twice_counts_once_in_recall() -> None:
    """One wide fact of the second that holds two of the first is one fact of the second."""
    pairs = [("a", "vital", "q", "vital"), ("b", "okay", "q", "vital")]
    found = figures(_agreement(pairs, first=2, only_second=1))
    assert (found.matched, found.second, found.second_found) == (2, 2, 1 / 2)


def test_stories_are_pooled_by_their_facts() -> None:
    """Not by their shares."""
    one = _agreement([("a", "vital", "q", "vital")], first=1, only_second=0)
    two = _agreement([("a", "okay", "q", "okay")], first=3, only_second=0)
    assert pooled([one, two]).first_found == 2 / 4


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.parent.name)
def test_every_story_was_labelled_twice(path: Path) -> None:
    """The third reader accounted for every fact of the first, and every label that was added is in the labels."""
    agreement, labels = load_agreement(path), load_story(path).labels
    assert agreement is not None
    matched = {match.first for match in agreement.matches}
    assert not matched & set(agreement.only_first)
    assert len(matched) + len(agreement.only_first) == agreement.first_facts
    ids = {fact.id: fact for fact in labels.facts}
    assert matched | set(agreement.only_first) <= set(ids)
    assert {one.into for one in agreement.only_second if one.decision == "added"} - {None} <= set(ids)
    assert all(ids[one.fact].importance == one.final for one in agreement.importance)


def test_the_annotators_agree_more_than_by_chance() -> None:
    """Kappa on vital or okay above .6 over all stories, and four of five facts found by the other."""
    found = pooled([agreement for path in STORIES if (agreement := load_agreement(path))])
    assert found.kappa is not None
    assert found.kappa > 0.6
    assert min(found.first_found, found.second_found) > 0.8
