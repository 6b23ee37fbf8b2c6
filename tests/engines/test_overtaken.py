"""Figures that the story itself has replaced, and what opens a summary that has some."""

from __future__ import annotations

from pipeline.engines.overtaken import overtaken
from pipeline.engines.salience import choose
from pipeline.engines.telling import told_shortly
from tests.stages.story import Story, claim_with, story

FIRST = "At least nine people died when the ferry Anna ran aground on the Combs reef off Tarn on Tuesday night. "
LATER = (
    "The number of dead in the sinking of the ferry Anna off Tarn rose to 17 on Thursday, the coastguard said. "
    "The ferry Anna had run aground on the Combs reef on Tuesday night."
)


def _ferry() -> Story:
    more = (
        "The ferry Anna ran aground on the Combs reef off Tarn. The coastguard in Tarn sent four cutters to the reef."
    )
    made = story(FIRST + more, FIRST + "The mayor of Tarn closed the quay.", LATER)
    days = {"a0": "2031-05-14", "a1": "2031-05-14", "a2": "2031-05-15"}
    articles = {i: one.model_copy(update={"published": days[i]}) for i, one in made.articles.items()}
    return made._replace(articles=articles, brief=made.brief.model_copy(update={"articles": articles}))


def test_an_earlier_toll_is_overtaken_by_the_later_one() -> None:
    """Each claim of the old figure names those of the new one."""
    made = _ferry()
    old, new = claim_with(made, "nine people"), claim_with(made, "rose to 17")
    found = overtaken(made.brief)
    assert new.id in found[old.id]
    assert new.id not in found


def test_a_figure_called_old_is_overtaken_by_the_claim_that_calls_it_so() -> None:
    """What comes behind "up from" is, elsewhere, a figure of the day before; the claim itself has both."""
    made = story(
        "About 1,200 workers walked out of the plant in Ostrel on Monday.",
        "More than 1,900 workers in Ostrel had stopped work, the union said, up from about 1,200 on Monday.",
    )
    old, new = claim_with(made, "walked out"), claim_with(made, "up from")
    assert overtaken(made.brief) == {old.id: frozenset({new.id})}


def test_the_latest_news_open_the_summary_and_the_event_follows() -> None:
    """In both engines' choice: a toll of the first day is not told first, and what happened is not left out."""
    made = _ferry()
    texts = [draft.text for draft in told_shortly(made.brief)]
    assert ["17" in text for text in texts[:2]] == [True, False]
    assert "ran aground" in texts[1]
    assert ["17" in candidate.text for candidate in choose(made.brief)[:2]] == [True, False]


def test_without_an_overtaken_figure_the_event_opens() -> None:
    """Nothing is put before it."""
    made = story("The ferry Anna ran aground off Tarn on Tuesday.", "Off Tarn, the ferry Anna ran aground on Tuesday.")
    assert "Anna ran aground" in told_shortly(made.brief)[0].text
    assert overtaken(made.brief) == {}
