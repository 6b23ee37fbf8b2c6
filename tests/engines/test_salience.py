"""What is chosen to be told."""

from __future__ import annotations

import pytest

from pipeline.engines.salience import choose, own_words
from tests.stages.story import story


@pytest.mark.parametrize("text", ["Four died.", "He left. She stayed. It rained.", "“We tried. We failed.”"])
def test_something_is_told_however_little_there_is(text: str) -> None:
    """Where no sentence stands well alone, the best there is is told rather than nothing."""
    assert choose(story(text).brief)


def test_a_budget_below_the_shortest_sentence_still_tells_it() -> None:
    """The shortest sentence is told even if it is longer than was asked for."""
    made = story("A ferry ran aground off Tarn on Monday evening, killing four people.", words=3)
    assert len(choose(made.brief)) == 1


def test_own_words_are_the_passages() -> None:
    """The last resort says what the source says, character for character but for white space."""
    made = story("A ferry ran aground off Tarn on Monday evening, killing four people, police said.")
    (draft,) = own_words(made.brief)
    assert draft.text == made.brief.claims[draft.claim_ids[0]].evidence[0].quote


def test_the_event_opens_the_summary() -> None:
    """What all articles say, early and as an event, comes before what somebody says about it."""
    made = story(
        "Nobody was to blame, the operator Tarn Lines said on Tuesday. A ferry ran aground off Tarn, killing four.",
        "A ferry ran aground off Tarn on Monday, killing four people. The minister Lena Dorr said she was shocked.",
    )
    assert "ran aground" in choose(made.brief)[0].text
