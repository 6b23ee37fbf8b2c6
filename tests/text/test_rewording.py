"""What became of the words of a text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, strategies as st

from pipeline.text.rewording import Run, reworded
from tests.strategies import any_text, sentences

texts = st.one_of(sentences(), any_text)
MIRROR = {"same": "same", "removed": "added", "added": "removed"}


def joined(runs: tuple[Run, ...], *kinds: str) -> str:
    """The pieces of those kinds as one text."""
    return "".join(run.text for run in runs if run.kind in kinds)


@given(texts, texts)
def test_both_texts_are_there(before: str, after: str) -> None:
    """The pieces give back both texts, whole; none is empty, and no two neighbours are of one kind."""
    runs = reworded(before, after)
    assert joined(runs, "same", "removed") == before
    assert joined(runs, "same", "added") == after
    assert all(run.text for run in runs)
    assert all(one.kind != other.kind for one, other in pairwise(runs))


@given(texts, texts)
def test_the_other_way_round(before: str, after: str) -> None:
    """Reversed, the same pieces come out, removed and added exchanged."""
    forth, back = reworded(before, after), reworded(after, before)
    assert sorted((MIRROR[run.kind], run.text) for run in forth) == sorted(back)


@given(texts)
def test_nothing_became_of_the_same(text: str) -> None:
    """A text against itself is one piece that stayed."""
    assert reworded(text, text) == ((Run("same", text),) if text else ())


def test_a_figure_is_one_word() -> None:
    """A changed figure goes out and comes in whole: half a number is no change to read."""
    runs = reworded("It cut power to 1,200 homes.", "It cut power to 1,300 homes.")
    assert [run.text for run in runs if run.kind != "same"] == ["1,200", "1,300"]


def test_no_crumbs_between_changes() -> None:
    """A lone function word between two changes goes with them."""
    runs = reworded("The ferry sank in the storm on Monday.", "The ferry sank near the harbour on Monday.")
    assert [run.text for run in runs if run.kind != "same"] == ["in the storm", "near the harbour"]


def test_another_text_is_not_a_mosaic() -> None:
    """Where little stayed, one text goes out and the other comes in."""
    before, after = "The mayor opened the new harbour.", "Two people were taken to hospital in the night."
    assert reworded(before, after) == (Run("removed", before), Run("added", after))


def test_a_very_long_text_ends() -> None:
    """A text that no statement is takes no minutes."""
    before, after = "a " * 5000, "a b " * 5000
    assert joined(reworded(before, after), "same", "added") == after


def test_words_that_stand_often_are_compared_too() -> None:
    """One word changed in a long text in which each stands many times."""
    words = [f"w{number % 40} the boat," for number in range(150)]
    runs = reworded(" ".join(words), " ".join([*words[:75], "changed", *words[76:]]))
    assert [run.kind for run in runs] == ["same", "removed", "added", "same"]
