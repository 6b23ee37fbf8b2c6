"""A sentence that cites itself: the guards need not compare it with itself, and what they say is the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.domain.article import Article
from pipeline.domain.verdict import Guard
from pipeline.engines.extractive import sentence_drafts
from pipeline.guards.judge import CHECKS, failures, is_supported, judge
from pipeline.guards.passage import Passage, is_own_words, passage_at, units_of
from pipeline.guards.support.alignment import (
    aligned_weight,
    broken_pairs,
    missing,
    out_of_order,
    repeated,
    seams,
    strayed,
)
from pipeline.guards.support.features import features_of
from pipeline.guards.support.sentence import cited_sentences, read
from pipeline.stages.ingest import ingest
from pipeline.text.spans import make_evidence
from tests.guards.judging import article
from tests.strategies import sentences

ROOT = Path(__file__).parents[2]
PLACES = ("seeds", "evals/stories/ferry/articles", "evals/stories/strike/articles", "tests/fixtures/furniture",
          "tests/fixtures/furniture_second", "evals/calibration/articles")  # fmt: skip
SELF_DOUBTING = [
    "About nine people or more were hurt, and ten of its three boats sank.",
    "It took a quarter of an hour on Monday, the third such delay, and three on Tuesday.",
    "If the road is open it is closed, unless the court that forbids it allows it.",
    "He did sign, and the union got him to resign, but he may sign.",
    "The list has 29 more names than the count, and the count has 29 more names than the list.",
    "Aldane sold the ship to Tarn, and Corrin bought a boat from Tarn; all but two of nine people were freed.",
    "The road was shut because the river rose, and the river rose because the road was shut.",
    "Nobody denied that it was not so; “weighing a strike”, the union said, “and mulling it”.",
    "The firm said exactly at 7 pm, about 7 pm, that two in three of its staff were within 5 km.",
]
"""Texts that might disagree with themselves: there the guards are asked in full."""


def _compared(text: str, passage: Passage) -> list[Guard]:
    """The guards' words where they do compare: white space tells the text from its passage, and nothing else does."""
    spaced = passage._replace(context=f"{passage.context} ")
    assert not is_own_words(text, [spaced])
    return [check.guard(text, [spaced]) for check in CHECKS]


def _own(one: Article) -> list[tuple[str, Passage]]:
    return [(unit.of(one.text), passage_at(one, unit)) for unit in units_of(one)]


@pytest.mark.parametrize("place", PLACES)
def test_guards_say_of_a_sentence_that_cites_itself_what_comparing_would_say(place: str) -> None:
    """For every sentence of the stories and the pages."""
    for one in ingest([str(ROOT / place)]).articles:
        for text, passage in _own(one):
            assert [check.guard(text, [passage]) for check in CHECKS] == _compared(text, passage), text


@pytest.mark.parametrize("text", SELF_DOUBTING)
def test_guards_compare_what_might_disagree_with_itself(text: str) -> None:
    """The verdict is the one that comparing gives, a failure included."""
    for own, passage in _own(article(text)):
        assert [check.guard(own, [passage]) for check in CHECKS] == _compared(own, passage), own


@given(st.lists(sentences(), min_size=1, max_size=3).map(" ".join))
def test_no_sentence_is_spared_what_comparing_finds(text: str) -> None:
    """Whatever words, numbers and marks stand together."""
    for own, passage in _own(article(text)):
        assert [check.guard(own, [passage]) for check in CHECKS] == _compared(own, passage), own


@given(sentences())
def test_an_agreement_is_never_claimed_where_a_guard_fails(text: str) -> None:
    """What a check takes as agreed without asking, the guard passes too."""
    for own, passage in _own(article(text)):
        spaced = passage._replace(context=f"{passage.context} ")
        for check in CHECKS:
            assert not check.agrees(own) or check.guard(own, [spaced]).outcome != "fail", (check.name, own)


def test_the_support_score_of_own_words_is_the_one_that_is_counted_out() -> None:
    """No fault of the alignment, and all of the weight."""
    for one in ingest([str(ROOT / "seeds")]).articles:
        for text, passage in _own(one):
            statement, cited = read(text), cited_sentences([passage])
            faults = (broken_pairs, out_of_order, missing, repeated, seams, strayed)
            counted = (aligned_weight(statement, cited), *(float(fault(statement, cited)) for fault in faults))
            assert features_of(text, [passage], [])[: len(counted)] == counted, text


def _verdicts(one: Article, texts: Sequence[str]) -> list[tuple[bool, list[Guard]]]:
    evidence = [make_evidence(one, unit) for unit in units_of(one)[:2]]
    return [
        (is_supported(text, evidence, {one.id: one}), list(failures(text, evidence, {one.id: one}))) for text in texts
    ]


def test_asking_for_support_or_failures_alone_gives_what_the_verdict_says() -> None:
    """Of true and false statements, in whatever order the guards are asked."""
    one = article("The ferry Anna ran aground off Tarn on Monday, police said. Four people were killed. Nobody swam.")
    texts = [
        "The ferry Anna ran aground off Tarn on Monday, police said.",
        "The ferry Bella ran aground off Tarn on Tuesday, and five people were killed.",
        "The ferry Anna did not run aground off Tarn.",
        "Four people were killed.",
        "",
    ]
    evidence = [make_evidence(one, unit) for unit in units_of(one)[:2]]
    whole = [judge(text, evidence, {one.id: one}) for text in texts]
    expected = [(verdict.status == "supported", list(verdict.failures())) for verdict in whole]
    assert _verdicts(one, texts) == expected
    assert {supported for supported, _ in expected} == {True, False}


def test_without_a_passage_nothing_is_supported() -> None:
    """An uncited text is nobody's own words."""
    assert not is_supported("It sank.", [], {})
    assert not is_own_words("It sank.", [])


def test_a_sentence_that_a_claim_tells_already_has_no_draft() -> None:
    """And all others have one."""
    one = article("The ferry Anna ran aground off Tarn. Four people were killed.")
    every = sentence_drafts(one)
    told = {(every[0].text, every[0].words)}
    assert [draft.text for draft in sentence_drafts(one, told)] == [every[1].text]
